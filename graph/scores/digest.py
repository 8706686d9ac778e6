"""A digest of the whole visible graph, independent of order and run ids."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from skillpath.cypher import query
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning import forecasts, progression

NODES = query("admin/digest_nodes", "runs")
RELATIONSHIPS = query("admin/digest_relationships", "runs")
VOLATILE = frozenset(
    {"run", "seen", "updatedAt", "removedAt", "embeddingRun", "textEmbeddingRun", "forecastRun", "progressionRun"}
)
"""When and by which run something was written or seen; two runs that found the same differ in nothing else."""
POINTERS = (runs.SERVING, forecasts.SERVING, progression.SERVING)
_SIZE = 16
# Made once: json.dumps makes an encoder for each row. A row cannot hold itself, so circles are not looked for.
_JSON = json.JSONEncoder(sort_keys=True, default=str, ensure_ascii=False, check_circular=False)


def graph_digest(graph: Graph) -> str:
    """Digest of every visible node and relationship with its properties, as 32 hexadecimal digits.

    Independent of order and of internal ids; bookkeeping (runs, migrations, write times) is left out.
    """
    served = [run["id"] for name in POINTERS if (run := runs.current(graph, name))]
    total = 0
    for statement in (NODES, RELATIONSHIPS):
        total += _sum(graph.stream(statement, runs=served))
    return f"{total % (1 << 8 * _SIZE):032x}"


def _sum(rows: Iterable[dict[str, Any]]) -> int:
    # A sum of hashes, so that rows need no sorting; one hash a row costs less than fetching the row.
    return sum(int.from_bytes(blake2b(_canonical(row), digest_size=_SIZE).digest()) for row in rows)


def _canonical(row: dict[str, Any]) -> bytes:
    mapped = VOLATILE | {"at"} if row.get("type") == "MAPS_TO" else VOLATILE
    for name in mapped & row["properties"].keys():
        del row["properties"][name]
    if "labels" in row:
        row["labels"].sort()
    return _JSON.encode(row).encode()
