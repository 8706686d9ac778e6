"""Vocabulary of the town: skills in a three-level tree, job clusters and their requirements."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.errors import BadInput
from skillpath.synthetic.packaged import read_packaged, read_skill_files

GENERAL_GROUPS = ("town:skill/working-with-others", "town:skill/working-on-oneself")
"""The groups of human strengths that anyone may have and any post may ask for."""


def slug(label: str) -> str:
    """Return the tail of a code made from a label.

    >>> slug("C# and .NET development"), slug("C++ programming")
    ('c-sharp-and-net-development', 'c-plus-plus-programming')
    """
    spelled = label.lower().replace("+", "-plus").replace("#", "-sharp")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


@dataclass(frozen=True)
class TownVocabulary:
    """Skills, clusters and requirements; `leaf` and `cluster` numbers index the rows of their frames.

    Attributes:
        skills: code, label, altLabels, definition, kind, broader; all nodes of the tree.
        clusters: code, label, altLabels, definition and the market columns of `clusters.csv`.
        requirements: cluster, leaf (row numbers), essential (bool), level 0..1.
    """

    skills: pl.DataFrame
    clusters: pl.DataFrame
    requirements: pl.DataFrame

    @cached_property
    def leaves(self) -> pl.DataFrame:
        """The skills that can be asked for and learnt, without the groups above them."""
        return self.skills.filter(pl.col("kind") != "group")

    @cached_property
    def leaf_row(self) -> dict[str, int]:
        """Label of a leaf skill → its row in `leaves`."""
        return {label: row for row, label in enumerate(self.leaves["label"])}

    @cached_property
    def cluster_row(self) -> dict[str, int]:
        """Label of a cluster → its row in `clusters`."""
        return {label: row for row, label in enumerate(self.clusters["label"])}

    @cached_property
    def levels(self) -> NDArray[np.float64]:
        """Required level 0..1, shape (clusters, leaves); 0 where a cluster does not ask."""
        matrix = np.zeros((self.clusters.height, self.leaves.height))
        matrix[self.requirements["cluster"].to_numpy(), self.requirements["leaf"].to_numpy()] = self.requirements[
            "level"
        ].to_numpy()
        return matrix

    @cached_property
    def essential(self) -> NDArray[np.bool_]:
        """Whether a cluster cannot do without a skill, shape (clusters, leaves)."""
        must = self.requirements.filter("essential")
        matrix = np.zeros((self.clusters.height, self.leaves.height), dtype=np.bool_)
        matrix[must["cluster"].to_numpy(), must["leaf"].to_numpy()] = True
        return matrix

    def leaf_rows(self, labels: Iterable[str], where: str) -> list[int]:
        """Return the rows of the leaf skills with these labels.

        Raises:
            BadInput: a label is not in the vocabulary.
        """
        return [_row(self.leaf_row, label, where) for label in labels]

    def skill_table(self) -> pl.DataFrame:
        """Return skills.csv."""
        return self.skills

    def cluster_table(self) -> pl.DataFrame:
        """Return clusters.csv."""
        return self.clusters.select("code", "label", "altLabels", "definition")

    def requirement_table(self) -> pl.DataFrame:
        """Return requirements.csv: cluster code, skill code, essential, level."""
        asked = self.requirements
        return pl.DataFrame(
            {
                "cluster": self.clusters["code"].gather(asked["cluster"]),
                "skill": self.leaves["code"].gather(asked["leaf"]),
                "essential": asked["essential"],
                "level": asked["level"],
            }
        )


def read_vocabulary() -> TownVocabulary:
    """Return the packaged vocabulary.

    Raises:
        BadInput: a requirement names a skill that is not there.
    """
    skills, clusters = _skills(), _clusters()
    empty = pl.DataFrame(schema={"cluster": pl.Int64, "leaf": pl.Int64, "essential": pl.Boolean, "level": pl.Float64})
    row = TownVocabulary(skills, clusters, empty).leaf_row
    asked = pl.concat([_asked(clusters, "essential", True), _asked(clusters, "optional", False)])
    leaf = [_row(row, label, "clusters.csv") for label in asked["label"]]
    requirements = asked.with_columns(leaf=pl.Series(leaf, dtype=pl.Int64)).select(empty.columns)
    return TownVocabulary(skills, clusters, requirements.sort("cluster", maintain_order=True))


def _skills() -> pl.DataFrame:
    raw = read_skill_files()
    code = {label: f"town:skill/{slug(label)}" for label in raw["label"]}
    broader = [code[parent] if parent else "" for parent in raw["broader"]]
    return raw.select(
        pl.Series("code", [code[label] for label in raw["label"]]),
        "label",
        "altLabels",
        "definition",
        "kind",
        pl.Series("broader", broader),
    )


def _clusters() -> pl.DataFrame:
    raw = read_packaged("clusters.csv")
    code = pl.Series("code", [f"town:job/{slug(label)}" for label in raw["label"]])
    numbers = pl.col("salary", "popularity", "outlook").cast(pl.Float64)
    peak = pl.col("peak").replace("", None).cast(pl.Int64)
    return raw.with_columns(code, numbers, peak).select("code", pl.exclude("code"))


def _asked(clusters: pl.DataFrame, column: str, essential: bool) -> pl.DataFrame:
    pairs = clusters.with_row_index("cluster").select(
        pl.col("cluster").cast(pl.Int64), pl.col(column).str.split("|").alias("pair")
    )
    split = pairs.explode("pair").with_columns(pl.col("pair").str.split_exact(":", 1)).unnest("pair")
    return split.select(
        "cluster",
        label="field_0",
        essential=pl.lit(essential),
        level=pl.col("field_1").cast(pl.Float64),
    )


def _row(rows: dict[str, int], label: str, where: str) -> int:
    if label not in rows:
        raise BadInput(f"“{label}” is not in the town's vocabulary", where=where, todo="Use the label of a skill")
    return rows[label]
