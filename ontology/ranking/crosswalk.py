"""A crosswalk between two vocabularies by labels, then by character n-grams of labels and definitions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from skillpath.ontology.matching.matching import Matcher
from skillpath.ontology.ranking.ranking_labels import Labels, best_by_owner
from skillpath.ontology.ranking.sparse_text import NgramSettings, TfIdf
from skillpath.ontology.release.release import Release

CROSSWALK = {"source": pl.String, "target": pl.String, "method": pl.String, "score": pl.Float64}


@dataclass(frozen=True)
class CrosswalkSettings:
    """What is close enough.

    Attributes:
        least: least cosine of character n-grams between two names.
        margin: by how much the nearest concept must be nearer than the next.
        block: concepts compared at a time.
    """

    least: float = 0.8
    margin: float = 0.05
    block: int = 512


def crosswalk_skills(source: Release, target: Release, settings: CrosswalkSettings | None = None) -> pl.DataFrame:
    """(source, target, method, score) of skills, groups left out; one row for each source that has a counterpart."""
    return _crosswalk(source.matchable(), target.matchable(), settings or CrosswalkSettings())


def crosswalk_occupations(source: Release, target: Release, settings: CrosswalkSettings | None = None) -> pl.DataFrame:
    """(source, target, method, score) of occupations; their plural titles match singular ones."""
    columns = ("code", "label", "altLabels")
    return _crosswalk(source.clusters.select(columns), target.clusters.select(columns), settings or CrosswalkSettings())


def _crosswalk(source: pl.DataFrame, target: pl.DataFrame, settings: CrosswalkSettings) -> pl.DataFrame:
    asked = source.sort("code")
    sure = Matcher(target).match(asked["label"].to_list())
    found = asked.select(source="code").hstack(sure.select(target="skill", method="method", score="score"))
    mapped = found.drop_nulls("target").select(CROSSWALK.keys())
    rest = asked.join(mapped, left_on="code", right_on="source", how="anti", maintain_order="left")
    return pl.concat([mapped.cast(CROSSWALK), _near(rest, target, settings)]).sort("source")  # type: ignore[arg-type]


def _near(rest: pl.DataFrame, target: pl.DataFrame, settings: CrosswalkSettings) -> pl.DataFrame:
    labels = Labels.of(target)
    texts, owners = labels.every()
    index = TfIdf(texts, NgramSettings())
    parts = [pl.DataFrame(schema=CROSSWALK)]
    for rows in rest.iter_slices(settings.block):
        cosines = np.asarray(index.similarities(rows["label"].to_list()).toarray(), dtype=np.float32)
        best = best_by_owner(cosines, owners, len(labels.codes))
        order = np.argsort(-best, axis=1, kind="stable")[:, :2]
        top = np.take_along_axis(best, order, axis=1)
        clear = (top[:, 0] >= settings.least) & (top[:, 0] - top[:, -1] >= settings.margin)
        parts.append(
            pl.DataFrame(
                {
                    "source": rows["code"].filter(pl.Series(clear)),
                    "target": [labels.codes[i] for i in order[clear, 0]],
                    "method": ["ngrams"] * int(clear.sum()),
                    "score": top[clear, 0].round(4),
                },
                schema_overrides=CROSSWALK,
            )
        )
    return pl.concat(parts)
