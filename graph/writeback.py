"""What a run says of students, written under its id: frames in, columns in batched statements out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from skillpath.cypher import Query, query
from skillpath.graph.connection import Graph, Row, Transaction
from skillpath.graph.runs import SERVING, RunSuperseded
from skillpath.graph.said import Difference, Said

_NODES = {"has": ("student", "skill"), "aims_at": ("student", "cluster"), "lacks": ("student", "skill")}
_TABLES = {name: query(f"scores/write_{name}", "rows", "nodes", "run") for name in _NODES}
_STAGE = query("scores/write_stage", "rows", "run")
_BRIDGES = query("scores/write_bridges", "rows", "run")
_CHAINS = query("recommendations/write_chains", "rows", "nodes", "steps", "run", "weights")
_NUMBERS = query("recommendations/update_chains", "rows", "run", "weights")
_KINDS = ("Job", "Resource", "Project")
_HOLD = query("runs/hold_run", "run", "serving")
_SAID = query("scores/read_said", "codes", "run")
_CLEAR = query("scores/clear_students", "codes", "run")
_REMOVE = query("scores/remove_said", "rows", "run")

Statement = tuple[Query, dict[str, Any]]


def write_said(graph: Graph, run: str, said: Said) -> None:
    """Write all that a run says of students of whom it said nothing yet, a batch a transaction."""
    for statement, parameters in _statements(said, run, graph.settings.batch):
        graph.write(statement, **parameters)


def write_bridges(graph: Graph, run: str, bridges: pl.DataFrame) -> None:
    """Write the population view of a run."""
    for batch in bridges.iter_slices(graph.settings.batch):
        graph.write(_BRIDGES, rows=batch.to_dicts(), run=run)


def rewrite_students(graph: Graph, run: str, codes: list[str], differing: Callable[[list[Row]], Difference]) -> None:
    """Make what the served run says of some students what it should say, in one transaction.

    Args:
        differing: what differs, given the rows (student, said, seen) of what stands.

    Raises:
        RunSuperseded: the run is not served any more; nothing was changed.
    """

    def work(tx: Transaction) -> None:
        if not tx.run(_HOLD, run=run, serving=SERVING):
            raise RunSuperseded("The run is not served any more", where=run, todo="Refresh again")
        found = differing(tx.run(_SAID, codes=codes, run=run))
        if found.cleared:
            tx.run(_CLEAR, codes=found.cleared, run=run)
        if found.removed:
            tx.run(_REMOVE, rows=found.removed, run=run)
        if found.updated.height:
            tx.run(_NUMBERS, rows=_lists(found.updated), run=run, weights=found.said.weights)
        for statement, parameters in _statements(found.said, run, graph.settings.batch):
            tx.run(statement, **parameters)

    graph.transact(work)


def _statements(said: Said, run: str, batch: int) -> Iterator[Statement]:
    for name, nodes in _NODES.items():
        for part in said.tables[name].iter_slices(batch):
            yield _TABLES[name], {"run": run, **_placed(part, nodes)}
    for part in said.chains.iter_slices(batch):
        yield _CHAINS, {"run": run, "weights": said.weights, **_chains(part)}
    for part in said.tables["stage"].iter_slices(batch):
        yield _STAGE, {"run": run, "rows": part.to_dicts()}


def _chains(frame: pl.DataFrame) -> dict[str, Any]:
    """Columns of chains and of their steps, with ``first``, where the steps of each begin."""
    codes = {kind: frame.filter(kind=kind)["item"].unique().sort() for kind in _KINDS}
    places = pl.concat([items.to_frame().with_columns(kind=pl.lit(kind)) for kind, items in codes.items()])
    placed = frame.drop("closes").join(
        places.with_row_index("place"), on=["kind", "item"], how="left", maintain_order="left"
    )
    found = _placed(placed.drop("kind", "item").rename({"place": "item"}), ("student", "cluster"))
    found["rows"]["first"] = [0, *frame["closes"].list.len().cum_sum().to_list()]
    steps = _placed(frame.select("closes").explode("closes", empty_as_null=False).unnest("closes"), ("skill",))
    nodes = {**found["nodes"], **steps["nodes"], **{kind: items.to_list() for kind, items in codes.items()}}
    return {"rows": found["rows"], "steps": steps["rows"], "nodes": nodes}


def _placed(frame: pl.DataFrame, nodes: tuple[str, ...]) -> dict[str, Any]:
    """``rows``, the columns as lists; of those in ``nodes`` the codes once, in ``nodes``, and positions among them."""
    codes = {name: frame[name].unique().sort() for name in nodes}
    columns = [pl.col(name).cast(pl.Enum(found)).to_physical() for name, found in codes.items()]
    return {
        "rows": _lists(frame.with_columns(columns)),
        "nodes": {name: found.to_list() for name, found in codes.items()},
    }


def _lists(frame: pl.DataFrame) -> dict[str, list[Any]]:
    return frame.to_dict(as_series=False)
