"""Computed arrays as rows for the graph: indices become codes."""

from __future__ import annotations

import numpy as np
import polars as pl

from skillpath.chains.recommend import Block
from skillpath.chains.sparse import Ints, expand, row_of_entry
from skillpath.graph.snapshot import Snapshot

_ITEMS = {"TRAINING": "resources", "JOB": "jobs", "VENTURE": "projects"}
_STEP = {"skill": pl.String, "have": pl.Float64, "required": pl.Float64, "gain": pl.Float64}


def has_rows(block: Block, students: pl.DataFrame, snapshot: Snapshot, start: int) -> pl.DataFrame:
    """Capability of each student with the evidence it came from: resource codes, or ``admission``."""
    levels = block.levels
    frame = pl.DataFrame({"row": row_of_entry(levels), "column": levels.indices.astype(np.int64), "level": levels.data})
    evidence = _evidence(snapshot, start, levels.shape[0])
    return (
        frame.join(evidence, on=["row", "column"], how="left")
        .sort("row", "column")
        .select(
            student=students["code"].gather(pl.Series(frame["row"])),
            skill=snapshot.skills["code"].gather(pl.Series(frame["column"])),
            level="level",
            evidence=pl.col("evidence").fill_null([]),
        )
    )


def _evidence(snapshot: Snapshot, start: int, size: int) -> pl.DataFrame:
    """(row, column, evidence) of students ``start … start + size``, evidence sorted."""
    progress, stated = snapshot.progress[start : start + size], snapshot.stated[start : start + size]
    # Enrolled with nothing done yet is no evidence.
    begun = np.flatnonzero(progress.data > 0)
    taken = progress.indices[begun].astype(np.int64)
    which, where = expand(snapshot.gains.indptr, taken)
    learned = pl.DataFrame(
        {
            "row": row_of_entry(progress)[begun][which],
            "column": snapshot.gains.indices[where].astype(np.int64),
            "evidence": snapshot.resources["code"].gather(pl.Series(taken[which], dtype=pl.Int64)),
        }
    )
    admitted = pl.DataFrame({"row": row_of_entry(stated), "column": stated.indices.astype(np.int64)})
    both = pl.concat([learned, admitted.with_columns(evidence=pl.lit("admission"))])
    return both.group_by("row", "column").agg(pl.col("evidence").unique().sort())


def aim_rows(block: Block, students: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Targets with their match and gap in sum."""
    targets = block.targets
    return pl.DataFrame(
        {
            "student": students["code"].gather(pl.Series(targets.student)),
            "cluster": snapshot.clusters["code"].gather(pl.Series(targets.cluster)),
            "match": targets.match,
            "gap": block.gaps.total,
            "required": block.gaps.asked,
            "rank": targets.rank,
            "stated": targets.stated,
        }
    )


def lack_rows(block: Block, students: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Skills lacking for the first target of each student."""
    targets, gaps = block.targets, block.gaps
    first = np.flatnonzero(targets.rank[gaps.pair] == 1)
    pair = gaps.pair[first]
    return pl.DataFrame(
        {
            "student": students["code"].gather(pl.Series(targets.student[pair])),
            "skill": snapshot.skills["code"].gather(pl.Series(gaps.skill[first])),
            "cluster": snapshot.clusters["code"].gather(pl.Series(targets.cluster[pair])),
            "have": gaps.have[first],
            "required": gaps.required[first],
            "gap": gaps.gap[first],
        }
    )


def chain_rows(path: str, block: Block, students: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Suggestions of one path, each with the steps it closes."""
    chains, targets = block.paths[path], block.targets
    items: pl.DataFrame = getattr(snapshot, _ITEMS[path])
    student = students["code"].gather(pl.Series(targets.student[chains.pair]))
    item = items["code"].gather(pl.Series(chains.item))
    frame = pl.DataFrame(
        {
            "student": student,
            "cluster": snapshot.clusters["code"].gather(pl.Series(targets.cluster[chains.pair])),
            "item": item,
            "rank": chains.rank,
            "score": chains.score,
            "match": chains.match,
            "gap": block.gaps.total[chains.pair],
            "bridging": chains.bridging,
            "gain": chains.gain,
        }
    ).with_row_index("chain")
    frame = frame.with_columns(
        path=pl.lit(path),
        id=pl.concat_str("student", pl.lit(f"|{path}|"), "item"),
        chain=pl.col("chain").cast(pl.Int64),
    )
    return (
        frame.join(_steps(path, block, snapshot), on="chain", how="left", maintain_order="left")
        .with_columns(pl.col("closes").fill_null([]))
        .drop("chain")
    )


def _steps(path: str, block: Block, snapshot: Snapshot) -> pl.DataFrame:
    """(chain, closes): the list of steps of each chain, largest gain first."""
    chains, gaps = block.paths[path], block.gaps
    entry = chains.entry
    steps = pl.DataFrame(
        {
            "chain": chains.candidate,
            "skill": snapshot.skills["code"].gather(pl.Series(gaps.skill[entry])),
            "have": gaps.have[entry],
            "required": gaps.required[entry],
            "gain": chains.closed,
        }
    ).sort("chain", "gain", "skill", descending=[False, True, False])
    return steps.group_by("chain", maintain_order=True).agg(closes=pl.struct(*_STEP))


class BridgeSums:
    """Adds up, over blocks of students, how resources bridge to clusters for those they were suggested to."""

    def __init__(self) -> None:
        self._parts: list[pl.DataFrame] = []

    def add(self, block: Block, snapshot: Snapshot) -> None:
        """Take in the training chains of one block."""
        chains = block.paths["TRAINING"]
        cluster: Ints = block.targets.cluster[chains.pair]
        self._parts.append(
            pl.DataFrame(
                {
                    "resource": snapshot.resources["code"].gather(pl.Series(chains.item)),
                    "cluster": snapshot.clusters["code"].gather(pl.Series(cluster)),
                    "bridging": chains.bridging,
                    "similarity": chains.similarity,
                    "gain": chains.gain,
                }
            )
        )

    def frame(self) -> pl.DataFrame:
        """One row for each resource and cluster: means over its students, and how many they were."""
        return (
            pl.concat(self._parts)
            .group_by("resource", "cluster")
            .agg(pl.col("bridging", "similarity", "gain").mean(), students=pl.len())
            .sort("resource", "cluster")
        )
