"""Reads of all stage states and chains of one run as frames."""

from __future__ import annotations

from itertools import islice
from typing import Any

import polars as pl

from skillpath.cypher import Query, query
from skillpath.graph.core.connection import Graph

STAGE_STATES = query("fairness/read_stage_states", "run")
EXPOSURES = query("fairness/read_exposures", "run")
_STAGE_STATE: dict[str, Any] = {"student": pl.String, "reason": pl.String, "gap": pl.Float64, "required": pl.Float64}
_CHAIN: dict[str, Any] = {"student": pl.String, "path": pl.String, "rank": pl.Int64, "item": pl.String}
_EXPOSURE = _CHAIN | {"gain": pl.Float64, "score": pl.Float64}
PIECE = 50_000
"""Rows held as Python objects at a time."""


def read_stage_states(graph: Graph, run: str) -> pl.DataFrame:
    """Read (student, reason, gap, required) of a run, one row a student, sorted."""
    return _read(graph, STAGE_STATES, _STAGE_STATE, run).unique("student", keep="first").sort("student")


def read_shown_chains(graph: Graph, run: str) -> pl.DataFrame:
    """(student, path, rank, item, gain, score) of every chain, sorted."""
    return _read(graph, EXPOSURES, _EXPOSURE, run).sort("student", "path", "rank")


def _read(graph: Graph, statement: Query, schema: dict[str, Any], run: str) -> pl.DataFrame:
    rows, parts = graph.stream(statement, run=run), [pl.DataFrame(schema=schema)]
    while piece := list(islice(rows, PIECE)):
        parts.append(pl.DataFrame(piece, schema=schema))
    return pl.concat(parts)
