"""Computed arrays as rows for the graph: indices become codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.chains.coverage import REASONS
from skillpath.chains.pool import DIGITS
from skillpath.chains.ranking import TERMS
from skillpath.chains.recommend import Block
from skillpath.chains.sparse import Floats, Ints
from skillpath.chains.stage import GATES
from skillpath.chains.stage import PARTS as STATE
from skillpath.graph.snapshot import Snapshot

_STEP = ("skill", "have", "required", "gain", "weight")


def coded(nodes: pl.DataFrame, index: NDArray[np.integer[Any]]) -> pl.Series:
    """Codes of the nodes with the given positions, null for negative ones."""
    positions = pl.Series(index, dtype=pl.Int64)
    return nodes["code"].gather(positions.set(positions < 0, None))


def aim_rows(block: Block, students: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Targets with their match and gap in sum; the first one with its plan, resources in order."""
    targets, planned = block.targets, block.plans
    steps = [coded(snapshot.resources, column).alias(f"step{place}") for place, column in enumerate(planned.items.T)]
    plan = pl.DataFrame(steps).select(plan=pl.concat_list(pl.all()).list.drop_nulls())
    pair = pl.Series("pair", np.flatnonzero(targets.rank == 1), dtype=pl.Int64)
    first = plan.with_columns(pair, planGain=pl.Series(planned.gain)).filter(pl.col("plan").list.len() > 0)
    rows = pl.DataFrame(
        {
            "student": coded(students, targets.student),
            "cluster": coded(snapshot.clusters, targets.cluster),
            "match": targets.match,
            "gap": block.gaps.total,
            "required": block.gaps.asked,
            "rank": targets.rank,
            "stated": targets.stated,
            "pair": np.arange(len(targets.rank)),
        }
    )
    return rows.join(first, on="pair", how="left", maintain_order="left").drop("pair")


def stage_rows(block: Block, students: pl.DataFrame, states: Floats) -> pl.DataFrame:
    """Where each student stands and leans, why there is no chain where there is none, and what was seen of whom."""
    reasons = pl.Series(REASONS).gather(pl.Series(block.reasons))
    state = {name.replace("_u", "U"): states[:, place] for place, name in enumerate(STATE)}
    lean = {name.lower(): block.lean[:, place] for place, name in enumerate(GATES)}
    return pl.DataFrame({"student": students["code"], **state, **lean, "reason": reasons, "seen": students["seen"]})


def lack_rows(block: Block, students: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Skills lacking for the first target of each student."""
    targets, gaps = block.targets, block.gaps
    first = np.flatnonzero(targets.rank[gaps.pair] == 1)
    pair = gaps.pair[first]
    return pl.DataFrame(
        {
            "student": coded(students, targets.student[pair]),
            "skill": coded(snapshot.skills, gaps.skill[first]),
            "cluster": coded(snapshot.clusters, targets.cluster[pair]),
            "have": gaps.have[first],
            "required": gaps.required[first],
            "gap": gaps.gap[first],
            "weight": gaps.weight[first],
        }
    )


def chain_rows(path: str, block: Block, students: pl.DataFrame, snapshot: Snapshot, venture: Ints) -> pl.DataFrame:
    """Suggestions of one path with ``kind`` (Job, Resource or Project), each with the steps it closes."""
    chains, targets = block.paths[path], block.targets
    kind, item = _suggested(path, chains.item, snapshot, venture)
    frame = pl.DataFrame(
        {
            "student": coded(students, targets.student[chains.pair]),
            "cluster": coded(snapshot.clusters, targets.cluster[chains.pair]),
            "kind": kind,
            "item": item,
            "rank": chains.rank,
            "score": chains.score,
            "gap": block.gaps.total[chains.pair],
            "gain": chains.gain,
            **{name: chains.term(name) for name in TERMS if name != "gap"},
            "contributions": pl.Series(chains.parts, dtype=pl.Array(pl.Float64, len(TERMS))),
            "propensity": chains.first,
            "next": pl.Series(np.where(chains.rank == 1, chains.next, np.nan)).fill_nan(None),
            "leads": pl.Series(chains.leads).replace(False, None),
            "chain": np.arange(len(chains.item)),
        },
        schema_overrides={"kind": pl.String},
    ).cast({"contributions": pl.List(pl.Float64)})
    named = frame.with_columns(path=pl.lit(path), id=pl.concat_str("student", pl.lit(f"|{path}|"), "item"))
    return (
        named.join(_steps(path, block, snapshot), on="chain", how="left", maintain_order="left")
        .with_columns(pl.col("closes").fill_null([]))
        .drop("chain")
    )


def _suggested(path: str, item: Ints, snapshot: Snapshot, venture: Ints) -> tuple[list[str] | pl.Series, pl.Series]:
    """Kind and code of each item of a path."""
    if path == "JOB":
        return ["Job"] * len(item), coded(snapshot.jobs, item)
    if path == "TRAINING":
        return ["Resource"] * len(item), coded(snapshot.resources, item)
    nodes = pl.concat([snapshot.projects.select("code"), snapshot.resources[venture].select("code")])
    return pl.Series(np.where(item < snapshot.projects.height, "Project", "Resource")), coded(nodes, item)


def _steps(path: str, block: Block, snapshot: Snapshot) -> pl.DataFrame:
    """(chain, closes): the list of steps of each chain, largest gain first."""
    chains, gaps = block.paths[path], block.gaps
    entry = chains.entry
    steps = pl.DataFrame(
        {
            "chain": chains.candidate,
            "skill": coded(snapshot.skills, gaps.skill[entry]),
            "have": gaps.have[entry],
            "required": gaps.required[entry],
            "gain": chains.closed,
            "weight": gaps.weight[entry],
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
                    "resource": coded(snapshot.resources, chains.item),
                    "cluster": coded(snapshot.clusters, cluster),
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
            # Threads add in any order, which would show in the last digit.
            .agg(pl.col("bridging", "similarity", "gain").mean().round(DIGITS), students=pl.len())
            .sort("resource", "cluster")
        )
