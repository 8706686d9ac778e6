"""Capability as rows for the graph, each level with what it comes from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from skillpath.chains.capability import COMPONENTS, Evidence, Provenance, provenance
from skillpath.chains.sparse import row_of_entry
from skillpath.graph.snapshot import Snapshot
from skillpath.pipeline.learners import Sources
from skillpath.pipeline.score_rows import coded

_CELL = ["row", "column"]


def has_rows(
    levels: csr_array, evidence: Sequence[Evidence], sources: Sources, students: pl.DataFrame, snapshot: Snapshot
) -> pl.DataFrame:
    """Capability of some students with the evidence it came from.

    ``evidence`` holds codes of resources, posts and projects, and ``admission``; ``shares`` what each of them
    contributes to the level; ``components`` what admission, learning, practice and innovation do. Either adds up to it.

    Args:
        levels: (S, K) of the students; evidence: theirs.
    """
    found = provenance(evidence, levels)
    parts = pl.DataFrame(
        {
            "row": found.student,
            "column": found.skill,
            "component": found.component,
            "code": _names(found, sources),
            "share": found.contribution,
        }
    )
    cells = pl.DataFrame({"row": row_of_entry(levels), "column": levels.indices.astype(np.int64), "level": levels.data})
    joined = cells.join(_by_code(parts), on=_CELL, how="left").join(_by_component(parts), on=_CELL, how="left")
    rows = joined.sort(_CELL)
    return rows.select(
        coded(students, rows["row"].to_numpy()).alias("student"),
        coded(snapshot.skills, rows["column"].to_numpy()).alias("skill"),
        "level",
        pl.col("evidence").fill_null([]),
        pl.col("shares").fill_null([]),
        pl.col("components").fill_null([]),
    )


def _names(found: Provenance, sources: Sources) -> pl.Series:
    """What each piece of evidence is called."""
    size = len(found.item)
    names = pl.DataFrame({"component": found.component, "item": found.item, "place": np.arange(size)})
    parts = [names.filter(pl.col("component") == COMPONENTS.index("admission")).with_columns(code=pl.lit("admission"))]
    for component, codes in (
        ("learning", sources.learning),
        ("practice", sources.practice),
        ("innovation", sources.innovation),
    ):
        mine = names.filter(pl.col("component") == COMPONENTS.index(component))
        parts.append(mine.with_columns(code=codes.gather(mine["item"])))
    return pl.concat(parts).sort("place")["code"]


def _by_code(parts: pl.DataFrame) -> pl.DataFrame:
    # The practice in a course is told together with the course.
    each = parts.group_by(*_CELL, "code").agg(pl.col("share").sum()).sort(*_CELL, "code")
    return each.group_by(_CELL, maintain_order=True).agg(evidence="code", shares="share")


def _by_component(parts: pl.DataFrame) -> pl.DataFrame:
    split = [pl.col("share").filter(pl.col("component") == number).sum() for number in range(len(COMPONENTS))]
    named = dict(zip(COMPONENTS, split, strict=True))
    return parts.group_by(_CELL).agg(**named).select(*_CELL, components=pl.concat_list(*COMPONENTS))
