"""Snapshots of a few students, read beside a shared snapshot of everything else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.cypher import query
from skillpath.graph.core.connection import Graph, Row
from skillpath.graph.scores.snapshot import EDGES, NODES, DatedAmounts, Snapshot, arrays

_PROFILES = query("students/read_profiles", "codes")
_STAMPS = query("students/read_stamps")
_PEOPLE = ("students", "enrolments", "placements", "memberships", "stated_skills", "stated_targets")
_KINDS = ("skills", "clusters", "resources", "jobs", "projects")


def read_stamps(graph: Graph) -> pl.DataFrame:
    """(code, seen) of all students: which change of theirs was the last, as text; null before any."""
    return graph.frame(_STAMPS, {"code": pl.String, "seen": pl.String})


def read_market_snapshot(graph: Graph, today: int) -> Snapshot:
    """A snapshot of everything but students, as of a day."""
    nodes, edges = (
        {
            name: pl.DataFrame(schema=schema) if name in _PEOPLE else graph.frame(statement, schema)
            for name, (statement, schema) in kind.items()
        }
        for kind in (NODES, EDGES)
    )
    return replace(arrays({name: frame.sort("code") for name, frame in nodes.items()}, edges), today=today)


class CodeIndex:
    """An index from code to position in the sorted codes of each kind."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._codes = {kind: np.array(getattr(snapshot, kind)["code"].to_list(), dtype=np.str_) for kind in _KINDS}

    def size(self, kind: str) -> int:
        """How many there are of a kind."""
        return len(self._codes[kind])

    def of(self, kind: str, codes: list[str]) -> NDArray[np.int64]:
        """(n,) place of each code, -1 where it is not known."""
        known = self._codes[kind]
        if not len(known) or not codes:
            return np.full(len(codes), -1, dtype=np.int64)
        wanted = np.array(codes, dtype=np.str_)
        place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where(known[place] == wanted, place, -1).astype(np.int64)


@dataclass(frozen=True)
class _Links:
    """One entry for each student and thing: amounts added up, the last day and place, the most practice."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    value: NDArray[np.float64]
    day: NDArray[np.float64]
    practice: NDArray[np.float64]
    position: NDArray[np.float64]
    shape: tuple[int, int]

    def matrix(self, values: NDArray[np.float64]) -> csr_array:
        return csr_array((values, (self.row, self.column)), shape=self.shape)

    @property
    def dated(self) -> DatedAmounts:
        return DatedAmounts(self.matrix(self.value), self.day, self.position)


def read_students(graph: Graph, snapshot: Snapshot, code_index: CodeIndex, codes: list[str]) -> Snapshot:
    """The snapshot with only the given students, as they are now, sorted; those that are gone are left out.

    Its students have one more column, ``seen``: which change of theirs was the last.
    """
    rows = sorted(graph.stream(_PROFILES, codes=sorted(set(codes))), key=lambda row: str(row["code"]))
    schema = {**NODES["students"][1], "seen": pl.String}
    enrolments, placements = (
        _links(rows, name, code_index, kind) for name, kind in (("enrolments", "resources"), ("placements", "jobs"))
    )
    wants = _links(rows, "stated_targets", code_index, "clusters")
    target = np.full(len(rows), -1, dtype=np.int64)
    # The first of several, as in a snapshot.
    target[wants.row[::-1]] = wants.column[::-1]
    stated = _links(rows, "stated_skills", code_index, "skills")
    return replace(
        snapshot,
        students=pl.DataFrame({name: [row[name] for row in rows] for name in schema}, schema=schema),
        enrolments=enrolments.dated,
        practice=enrolments.matrix(enrolments.practice),
        placements=placements.dated,
        memberships=_links(rows, "memberships", code_index, "projects").dated,
        placed=_build_placed(rows),
        stated=stated.matrix(stated.value),
        target=target,
    )


def _links(rows: list[Row], name: str, code_index: CodeIndex, kind: str) -> _Links:
    links: list[dict[str, Any]] = [link for row in rows for link in row[name]]
    row = np.repeat(np.arange(len(rows)), [len(row[name]) for row in rows])
    column = code_index.of(kind, [link["target"] for link in links])
    order = np.flatnonzero(column >= 0)
    order = order[np.lexsort((column[order], row[order]))]
    row, column = row[order].astype(np.int64), column[order]
    shape = (len(rows), code_index.size(kind))
    first = np.flatnonzero(np.r_[True, np.diff(row * max(shape[1], 1) + column) > 0][: len(order)])

    def floats(key: str) -> NDArray[np.float64]:
        return np.array([link.get(key) for link in links], dtype=np.float64)[order]

    if not len(order):
        none = np.zeros(0)
        return _Links(row, column, none, none, none, none, shape)
    return _Links(
        row[first],
        column[first],
        np.add.reduceat(np.nan_to_num(floats("value"), nan=0.0), first),
        np.fmax.reduceat(floats("day"), first),
        np.maximum.reduceat(np.nan_to_num(floats("practice"), nan=0.0), first),
        np.fmax.reduceat(floats("position"), first),
        shape,
    )


def _build_placed(rows: list[Row]) -> pl.DataFrame:
    found = [(number, link["day"]) for number, row in enumerate(rows) for link in row["placements"]]
    columns = {"row": [number for number, _ in found], "day": [day for _, day in found]}
    return pl.DataFrame(columns, schema={"row": pl.Int64, "day": pl.Int64})
