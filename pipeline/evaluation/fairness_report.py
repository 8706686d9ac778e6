"""The fairness report of a served run."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl

from skillpath.chains.explain.fairness import (
    FEW,
    UNKNOWN,
    GroupReport,
    count_left_out,
    merge_small_groups,
    report_by_group,
    report_popularity,
)
from skillpath.chains.model.arrays import Ints
from skillpath.chains.model.coverage import REASONS
from skillpath.chains.planning.plans import drop_cycles
from skillpath.chains.recommend import PATHS, ChainSettings, Market
from skillpath.errors import Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.fairness_reads import read_shown_chains, read_stage_states
from skillpath.graph.scores.snapshot import Snapshot, read_snapshot
from skillpath.pipeline.inputs.chain_inputs import build_market

GROUPS = ("region", "cohort", "gender")
"""What students are grouped by. Gender is a feature of nothing; a region is one where `same_region` is set."""
OTHERS, NOT_KNOWN = f"groups below {FEW}", "not known"
FIGURES = ("covered", "chains", "gain", "gap", "score")


def fairness_report(graph: Graph, settings: ChainSettings | None = None) -> dict[str, Any]:
    """The whole report on the served run; figures about fewer than `FEW` people are None.

    Raises:
        Unavailable: nothing was scored yet.
    """
    run = runs.current(graph)
    if run is None:
        raise Unavailable("Nothing was scored yet", todo="Run `skillpath score`")
    students, shown = read_stage_states(graph, run["id"]), read_shown_chains(graph, run["id"])
    snapshot = read_snapshot(graph)
    market = build_market(snapshot, np.zeros((snapshot.skills.height, 0)), settings or ChainSettings())
    reasons = students["reason"].replace_strict(list(REASONS), range(len(REASONS)), default=None).drop_nulls()
    by_reason = count_left_out(reasons.cast(pl.Int64).to_numpy())
    return {
        "run": run["id"],
        "students": students.height,
        "with_chain": by_reason.pop(REASONS[0]),
        "without": {name.lower(): count for name, count in by_reason.items()},
        "groups": _groups(students, shown, snapshot),
        "paths": {path: _path(path, shown, market) for path in PATHS},
        "prerequisites": {"links": snapshot.order.nnz, "in_a_cycle": len(drop_cycles(snapshot.order)[1])},
    }


def _groups(students: pl.DataFrame, shown: pl.DataFrame, snapshot: Snapshot) -> dict[str, Any]:
    """Of each grouping that anything is known of: its rows, and how far its groups are apart."""
    known = snapshot.students.select("code", *(pl.col(name).cast(pl.String) for name in GROUPS))
    joined = students.join(known, left_on="student", right_on="code", how="left", maintain_order="left")
    place = pl.DataFrame({"student": students["student"]}).with_row_index("owner")
    chains = shown.join(place, on="student", how="inner", maintain_order="left")
    by_reason = {name: _grouped(joined, name, chains) for name in GROUPS if joined[name].count()}
    return {name: {"rows": _rows(*found), "apart": _apart(found[1])} for name, found in by_reason.items()}


def _grouped(students: pl.DataFrame, name: str, chains: pl.DataFrame) -> tuple[list[str], GroupReport]:
    names = students[name].drop_nulls().unique().sort()
    numbers = pl.DataFrame({name: names}).with_row_index("group")
    index = students.join(numbers, on=name, how="left", maintain_order="left")["group"].cast(pl.Int64)
    group, kept = merge_small_groups(index.fill_null(UNKNOWN).to_numpy(), len(names))
    titles = [*names.gather(kept.tolist()).to_list(), OTHERS]
    asked, gap = (students[column].cast(pl.Float64).to_numpy() for column in ("required", "gap"))
    share = np.divide(gap, asked, out=np.full(len(gap), np.nan), where=asked > 0)
    owner: Ints = chains["owner"].cast(pl.Int64).to_numpy()
    rank, gain, score = (chains[column].to_numpy() for column in ("rank", "gain", "score"))
    return [*titles, NOT_KNOWN], report_by_group(group, len(titles), owner, rank, gain, score, share)


def _rows(titles: list[str], found: GroupReport) -> list[dict[str, Any]]:
    rows = []
    for place, title in enumerate(titles):
        count = int(found.students[place])
        figures = {name: _number(getattr(found, name)[place]) if count >= FEW else None for name in FIGURES}
        if count:
            rows.append({"group": title, "students": count, **figures})
    return rows


def _apart(found: GroupReport) -> dict[str, float | None]:
    return {name: _number(value) for name, value in found.spread.items()}


def _path(path: str, shown: pl.DataFrame, market: Market) -> dict[str, Any]:
    """How exposure is spread over what is open on a path; what is shown was open when it was scored."""
    own_items = shown.filter(path=path)
    items = own_items["item"].rank("dense").cast(pl.Int64).to_numpy() - 1
    size = max(int(market.limits(path).open.sum()), own_items["item"].n_unique())
    found = report_popularity(items, size)
    return {
        "chains": own_items.height,
        "open": size,
        "shown": own_items["item"].n_unique(),
        "coverage": _number(found.coverage),
        "unevenness": _number(found.unevenness),
        "top_share": _number(found.top_share),
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)


def fairness_lines(report: dict[str, Any]) -> list[str]:
    """The report as tables for a terminal."""
    without = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report["without"].items() if count)
    lines = [
        f"{report['run']}: {report['with_chain']} of {report['students']} students have a chain"
        + (f"; without: {without}" if without else "")
    ]
    for name, by_reason in report["groups"].items():
        lines += ["", f"{name:<28} students  covered  chains   gain    gap  score"]
        lines += [f"  {row['group'][:26]:<26} {row['students']:>8} {_figures(row)}" for row in by_reason["rows"]]
        lines += [f"  {'furthest apart':<26} {'':>8} {_figures(by_reason['apart'])}"]
    lines += ["", f"{'path':<28}   chains     open  shown  coverage  Gini  top tenth"]
    for path, row in report["paths"].items():
        lines.append(
            f"  {path.lower():<26} {row['chains']:>8} {row['open']:>8} {row['shown']:>6} {row['coverage']:>9.1%} "
            f"{row['unevenness']:>5.2f} {row['top_share']:>10.1%}"
        )
    asked = report["prerequisites"]
    return [*lines, "", f"prerequisites: {asked['links']} links, {asked['in_a_cycle']} resources in a cycle"]


def _figures(row: dict[str, float | None]) -> str:
    widths = {"covered": 8, "chains": 7, "gain": 6, "gap": 6, "score": 6}
    return " ".join(_cell(row[name], name == "covered", width) for name, width in widths.items())


def _cell(value: float | None, share: bool, width: int) -> str:
    text = "-" if value is None else f"{value:.1%}" if share else f"{value:.2f}"
    return f"{text:>{width}}"
