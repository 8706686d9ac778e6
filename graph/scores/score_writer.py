"""Writes of a run's score rows, as columns in batched statements."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from skillpath.cypher import Query, query
from skillpath.graph.core.bulk import log_batch
from skillpath.graph.core.connection import Graph, Row, Transaction
from skillpath.graph.core.runs import SERVING, RunSuperseded
from skillpath.graph.scores.row_diff import RowDiff
from skillpath.graph.scores.row_hashes import CHAIN, ScoreRows

_NODES = {"has": ("student", "skill"), "aims_at": ("student", "cluster"), "lacks": ("student", "skill")}
_TABLES = {name: query(f"scores/write_{name}", "rows", "nodes", "run") for name in _NODES}
_STAGE = query("scores/write_stage", "rows", "run")
_BRIDGES = query("scores/write_bridges", "rows", "run")
_CHAINS = query("recommendations/write_chains", "rows", "nodes", "steps", "reasons", "run", "weights")
_NUMBERS = query("recommendations/update_chains", "rows", "run", "weights")
_STEPS = query("recommendations/update_steps", "rows", "nodes", "steps", "reasons", "run")
_KINDS = ("Job", "Project", "Resource")
"""Of what is suggested, sorted as `recommendations/write_chains` puts their lists together."""
_LOCK = query("scores/lock_run", "codes", "run", "serving")
_CLEAR = query("scores/clear_students", "codes", "run")
_REWRITE = query("scores/rewrite_students", "rows", "run")

Statement = tuple[Query, dict[str, Any]]


def write_score_rows(graph: Graph, run: str, score_rows: ScoreRows) -> None:
    """Write all score rows of students that have none in this run, a batch a transaction."""
    for statement, parameters in _statements(score_rows, run, graph.settings.batch):
        started = time.monotonic()
        graph.write(statement, **parameters)
        log_batch(statement, _height(parameters["rows"]), started, run=run)


def write_bridges(graph: Graph, run: str, bridges: pl.DataFrame) -> None:
    """Write the population view of a run."""
    for batch in bridges.iter_slices(graph.settings.batch):
        started = time.monotonic()
        graph.write(_BRIDGES, rows=batch.to_dicts(), run=run)
        log_batch(_BRIDGES, batch.height, started, run=run)


def rewrite_students(graph: Graph, run: str, codes: list[str], compute_diff: Callable[[list[Row]], RowDiff]) -> None:
    """Write only the differing rows of some students into the served run, in one transaction.

    Args:
        compute_diff: the row diff, given the stored rows (student, rowHashes).

    Raises:
        RunSuperseded: the run is not served any more; nothing was changed.
    """

    def work(tx: Transaction) -> None:
        stored = tx.run(_LOCK, codes=codes, run=run, serving=SERVING)
        if not stored:
            raise RunSuperseded("The run is not served any more", where=run, todo="Refresh again")
        found = compute_diff([row for row in stored if row["stored"]])
        if found.cleared:
            tx.run(_CLEAR, codes=found.cleared, run=run)
        tx.run(_REWRITE, rows=_by_student(found), run=run)
        if found.updated.height:
            tx.run(
                _NUMBERS,
                rows=_lists(found.updated.drop("closes", "because")),
                run=run,
                weights=found.score_rows.weights,
            )
        if found.retargeted.height:
            tx.run(_STEPS, run=run, **_encode_retargeted(found.retargeted))
        for part in found.score_rows.chains.iter_slices(graph.settings.batch):
            tx.run(_CHAINS, run=run, weights=found.score_rows.weights, **_chains(part))

    graph.transact(work)


def _by_student(found: RowDiff) -> list[Row]:
    """What goes and what is new of each student, chains that are new left out."""
    nothing: dict[str, list[str]] = {name: [] for name in (*_NODES, CHAIN)}
    rows = {
        row["student"]: {"student": row["student"], "stage": row} for row in found.score_rows.tables["stage"].to_dicts()
    }
    for student, row in rows.items():
        row |= {"removed": found.removed.get(student, nothing), **{name: [] for name in _NODES}}
    for name in _NODES:
        for new in found.score_rows.tables[name].to_dicts():
            rows[new["student"]][name].append(new)
    return list(rows.values())


def _statements(score_rows: ScoreRows, run: str, batch: int) -> Iterator[Statement]:
    for name, nodes in _NODES.items():
        for part in score_rows.tables[name].iter_slices(batch):
            yield _TABLES[name], {"run": run, **_encode_columns(part, nodes)}
    for part in score_rows.chains.iter_slices(batch):
        yield _CHAINS, {"run": run, "weights": score_rows.weights, **_chains(part)}
    for part in score_rows.tables["stage"].iter_slices(batch):
        yield _STAGE, {"run": run, "rows": part.to_dicts()}


def _height(rows: Any) -> int:
    """How many rows a statement is given, as a list of rows or as columns."""
    return len(rows) if isinstance(rows, list) else max(map(len, rows.values()), default=0)


def _chains(frame: pl.DataFrame) -> dict[str, Any]:
    """Columns of chains, of their steps and of their reasons, with where those of each chain begin."""
    item = pl.concat_str("kind", pl.lit("|"), "item").alias("item")
    found = _encode_columns(
        frame.drop("kind", "closes", "because").with_columns(frame.select(item)), ("student", "cluster", "item")
    )
    items = [name.split("|", 1) for name in found["nodes"].pop("item")]
    found["nodes"] |= {kind: [code for name, code in items if name == kind] for kind in _KINDS}
    return _with_lists(found, frame)


def _encode_retargeted(frame: pl.DataFrame) -> dict[str, Any]:
    """Ids, targets, steps and reasons of chains, as `_chains` has them."""
    return _with_lists(_encode_columns(frame.select("id", "cluster"), ("cluster",)), frame)


def _with_lists(found: dict[str, Any], frame: pl.DataFrame) -> dict[str, Any]:
    """Columns of chains with those of their ``steps`` and ``reasons``.

    A worked example: of two chains the first closes two skills and the second one. ``steps`` has three entries, and
    ``firstStep`` of the rows is [0, 2, 3].
    """
    steps, reasons = _explode(frame, "closes", "skill"), _explode(frame, "because", "resource")
    first = {"firstStep": _starts(frame["closes"]), "firstReason": _starts(frame["because"])}
    return {
        "rows": found["rows"] | first,
        "nodes": found["nodes"] | steps["nodes"] | reasons["nodes"],
        "steps": steps["rows"],
        "reasons": reasons["rows"],
    }


def _starts(lists: pl.Series) -> list[int]:
    return [0, *lists.list.len().cast(pl.Int64).cum_sum().to_list()]


def _explode(frame: pl.DataFrame, column: str, node: str) -> dict[str, Any]:
    return _encode_columns(frame.select(column).explode(column, empty_as_null=False).unnest(column), (node,))


def _encode_columns(frame: pl.DataFrame, nodes: tuple[str, ...]) -> dict[str, Any]:
    """``rows``, the columns as lists; of those in ``nodes`` the codes once, in ``nodes``, and positions among them.

    A node that is null has no position.
    """
    rows, codes = _lists(frame), dict[str, list[str]]()
    for name in nodes:
        codes[name] = sorted(set(rows[name]) - {None})
        place = {code: number for number, code in enumerate(codes[name])}
        # For a few rows a twentieth of what an Enum costs, for 15,000 as much.
        rows[name] = [place.get(code) for code in rows[name]]
    return {"rows": rows, "nodes": codes}


def _lists(frame: pl.DataFrame) -> dict[str, list[Any]]:
    return frame.to_dict(as_series=False)
