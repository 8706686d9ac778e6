"""Conversion of computed arrays to graph rows."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.chains.model.arrays import Floats, Ints
from skillpath.chains.model.coverage import REASONS
from skillpath.chains.model.pool import DIGITS
from skillpath.chains.model.ranking import TERMS
from skillpath.chains.model.stage import GATES
from skillpath.chains.model.stage import PARTS as STATE
from skillpath.chains.model.student_targets import NO_TARGET
from skillpath.chains.recommend import PATHS, Block
from skillpath.graph.scores.snapshot import Snapshot

KINDS = ("Job", "Resource", "Project")
_REASON = ("resource", "contribution", "support")
_STEP = ("skill", "have", "required", "gain", "weight")


def lookup_codes(nodes: pl.DataFrame, index: NDArray[np.integer[Any]]) -> pl.Series:
    """Codes of the nodes with the given positions, null for negative ones."""
    codes = nodes["code"]
    if not (index < 0).any():
        return codes.gather(index)
    return codes.gather(pl.Series(index, dtype=pl.Int64).set(pl.Series(index < 0), None))


def build_target_rows(block: Block, students: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Targets with their match and gap in sum; the first one with its plan, resources in order."""
    targets, planned = block.targets, block.plans
    # Pairs without a target come after those with one, and are no rows.
    pairs = targets.count
    real = slice(pairs)
    first, sizes = np.flatnonzero(targets.rank == 1), (planned.items >= 0).sum(axis=1)
    codes = iter(lookup_codes(snapshot.resources, planned.items[planned.items >= 0]).to_list())
    plan: list[list[str] | None] = [None] * pairs
    gain = np.full(pairs, np.nan)
    for pair, size, joint in zip(first[sizes > 0], sizes[sizes > 0], planned.gain[sizes > 0], strict=True):
        plan[pair], gain[pair] = list(islice(codes, int(size))), joint
    return pl.DataFrame(
        {
            "student": lookup_codes(students, targets.student[real]),
            "cluster": lookup_codes(snapshot.clusters, targets.cluster[real]),
            "match": targets.match[real],
            "gap": block.gaps.total[real],
            "required": block.gaps.asked[real],
            "rank": targets.rank[real],
            "stated": targets.stated[real],
            "plan": pl.Series(plan, dtype=pl.List(pl.String)),
            "planGain": pl.Series(gain).fill_nan(None),
        }
    )


def build_stage_rows(block: Block, students: pl.DataFrame, states: Floats, fields: pl.Series) -> pl.DataFrame:
    """Stage state and probabilities of each student, the reason for no chain, and the stamp that was seen.

    Who has no target has the fields of work that fit so far, best first, from the codes ``fields``.
    """
    reasons = pl.Series(REASONS).gather(pl.Series(block.reasons))
    state = {name.replace("_u", "U"): states[:, place] for place, name in enumerate(STATE)}
    stage_probabilities = {name.lower(): block.stage_probabilities[:, place] for place, name in enumerate(GATES)}
    rows = pl.DataFrame(
        {"student": students["code"], **state, **stage_probabilities, "reason": reasons, "seen": students["seen"]}
    )
    found = pl.DataFrame(
        {
            "student": lookup_codes(students, block.fields.student),
            "fields": fields.gather(block.fields.field),
            "fieldMatches": block.fields.match,
        }
    )
    lists = found.group_by("student", maintain_order=True).agg("fields", "fieldMatches")
    return rows.join(lists, on="student", how="left", maintain_order="left")


def build_lack_rows(block: Block, students: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Skills lacking for the first target of each student."""
    targets, gaps = block.targets, block.gaps
    first = np.flatnonzero(targets.rank[gaps.pair] == 1)
    pair = gaps.pair[first]
    return pl.DataFrame(
        {
            "student": lookup_codes(students, targets.student[pair]),
            "skill": lookup_codes(snapshot.skills, gaps.skill[first]),
            "cluster": lookup_codes(snapshot.clusters, targets.cluster[pair]),
            "have": gaps.have[first],
            "required": gaps.required[first],
            "gap": gaps.gap[first],
            "weight": gaps.weight[first],
        }
    )


def build_chain_rows(block: Block, students: pl.DataFrame, snapshot: Snapshot, venture: Ints) -> pl.DataFrame:
    """Suggestions of all paths with ``kind`` (Job, Resource or Project), each with the steps it closes and its reasons.

    A worked example: student s1 has one chain of the path TRAINING, which suggests R1 toward C1 and closes Python and
    SQL. It gives one row: student s1, path TRAINING, cluster C1, kind Resource, item R1, rank 1, its score, terms and
    contributions, ``id`` "s1|TRAINING|R1", ``closes`` with two structs, the larger gain first, and ``because``
    with one struct for each resource that s1 did before and people went on to R1 from.
    """
    columns = _node_columns(block, students, snapshot, venture) | _score_columns(block)
    columns["chain"] = np.arange(len(columns["rank"]))
    named = pl.DataFrame(columns).with_columns(
        pl.col("contributions").cast(pl.List(pl.Float64)),
        pl.col("next").fill_nan(None),
        leads=pl.when("leads").then(True),
        id=pl.concat_str("student", pl.lit("|"), "path", pl.lit("|"), "item"),
    )
    for lists in (_build_steps(block, snapshot), _build_reasons(block, snapshot)):
        named = named.join(lists, on="chain", how="left", maintain_order="left")
    return named.with_columns(pl.col("closes", "because").fill_null([])).drop("chain")


def _concatenate(block: Block, name: str) -> NDArray[Any]:
    """(N, …) one field of the chains of all paths, in the order of `PATHS`."""
    return np.concatenate([getattr(block.paths[path], name) for path in PATHS])


def _node_columns(block: Block, students: pl.DataFrame, snapshot: Snapshot, venture: Ints) -> dict[str, Any]:
    """What each chain (N,) links: student, path, cluster, kind and code of the item."""
    pair = _concatenate(block, "pair")
    sizes = [len(block.paths[path].item) for path in PATHS]
    return {
        "student": lookup_codes(students, block.targets.student[pair]),
        "path": pl.Series(PATHS).gather(np.repeat(np.arange(len(PATHS)), sizes)),
        "cluster": lookup_codes(snapshot.clusters, block.targets.cluster[pair]),
        **_item_columns({path: block.paths[path].item for path in PATHS}, snapshot, venture),
    }


def _score_columns(block: Block) -> dict[str, Any]:
    """Rank, score, terms, contributions and exposure of each chain (N,)."""
    pair, rank, values = (_concatenate(block, name) for name in ("pair", "rank", "values"))
    return {
        "rank": rank,
        "score": _concatenate(block, "score"),
        # The gap is that of the target, in levels; the term of that name is the gain, saturated.
        "gap": block.gaps.total[pair],
        "gain": _concatenate(block, "gain"),
        **{name: values[:, place] for place, name in enumerate(TERMS) if name != "gap"},
        "contributions": pl.Series(_concatenate(block, "parts"), dtype=pl.Array(pl.Float64, len(TERMS))),
        "propensity": _concatenate(block, "first"),
        # Only the first of a list can be the next step.
        "next": np.where(rank == 1, _concatenate(block, "next"), np.nan),
        "leads": _concatenate(block, "leads"),
    }


def _item_columns(items: dict[str, Ints], snapshot: Snapshot, venture: Ints) -> dict[str, pl.Series]:
    """Kind and code of the items of all paths."""
    ventures = pl.concat([snapshot.projects.select("code"), snapshot.resources[venture].select("code")])
    nodes = {"JOB": snapshot.jobs, "TRAINING": snapshot.resources, "VENTURE": ventures}
    kinds = [
        np.repeat([0, 1], [len(items["JOB"]), len(items["TRAINING"])]),
        np.where(items["VENTURE"] < snapshot.projects.height, 2, 1),
    ]
    codes = [lookup_codes(nodes[path], items[path]) for path in PATHS]
    return {"kind": pl.Series(KINDS).gather(np.concatenate(kinds)), "item": pl.concat(codes)}


def _build_steps(block: Block, snapshot: Snapshot) -> pl.DataFrame:
    """(chain, closes): the list of steps of each chain of all paths, largest gain first."""
    paths, gaps = [block.paths[path] for path in PATHS], block.gaps
    sizes = np.cumsum([0, *(len(chains.item) for chains in paths)])
    entry = np.concatenate([chains.entry for chains in paths])
    steps = pl.DataFrame(
        {
            "chain": np.concatenate([chains.candidate + start for chains, start in zip(paths, sizes, strict=False)]),
            "skill": lookup_codes(snapshot.skills, gaps.skill[entry]),
            "have": gaps.have[entry],
            "required": gaps.required[entry],
            "gain": np.concatenate([chains.closed for chains in paths]),
            "weight": gaps.weight[entry],
        }
    ).sort("chain", "gain", "skill", descending=[False, True, False])
    return steps.group_by("chain", maintain_order=True).agg(closes=pl.struct(*_STEP))


def _build_reasons(block: Block, snapshot: Snapshot) -> pl.DataFrame:
    """(chain, because): what each chain of all paths owes to resources done before, largest contribution first."""
    paths = [block.paths[path] for path in PATHS]
    sizes = np.cumsum([0, *(len(chains.item) for chains in paths)])
    parts = [(chains.reasons, start) for chains, start in zip(paths, sizes, strict=False)]
    reasons = pl.DataFrame(
        {
            "chain": np.concatenate([part.chain + start for part, start in parts]),
            "resource": lookup_codes(snapshot.resources, np.concatenate([part.source for part, _ in parts])),
            "contribution": np.concatenate([part.contribution for part, _ in parts]),
            "support": np.concatenate([part.support for part, _ in parts]),
        }
    ).sort("chain", "contribution", "resource", descending=[False, True, False])
    return reasons.group_by("chain", maintain_order=True).agg(because=pl.struct(*_REASON))


class BridgeSums:
    """Adds up, over blocks of students, how resources bridge to clusters for those they were suggested to."""

    def __init__(self) -> None:
        self._parts: list[pl.DataFrame] = []

    def add(self, block: Block, snapshot: Snapshot) -> None:
        """Take in the training chains of one block."""
        chains = block.paths["TRAINING"]
        cluster: Ints = block.targets.cluster[chains.pair]
        leads = np.flatnonzero(cluster != NO_TARGET)
        self._parts.append(
            pl.DataFrame(
                {
                    "resource": lookup_codes(snapshot.resources, chains.item[leads]),
                    "cluster": lookup_codes(snapshot.clusters, cluster[leads]),
                    "bridging": chains.bridging[leads],
                    "similarity": chains.similarity[leads],
                    "gain": chains.gain[leads],
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
