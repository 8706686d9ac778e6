"""Monthly demand of job clusters in the graph: postings read, months written and read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from skillpath.cypher import query
from skillpath.graph.core.bulk import Counts, upsert
from skillpath.graph.core.connection import Graph, Progress, Row
from skillpath.graph.core.reads import by_owner

POSTINGS = query("demand/read_postings")
HASHES = query("demand/read_hashes")
UPSERT = query("demand/upsert_demand", "rows")
DELETE = query("demand/delete_demand", "codes")
HISTORY = query("demand/read_history", "codes")
LAST = query("demand/last_period")

POSTING_SCHEMA = {
    "cluster": pl.String,
    "period": pl.String,
    "region": pl.String,
    "employer": pl.String,
    "vacancies": pl.Int64,
    "salaryMin": pl.Float64,
    "salaryMax": pl.Float64,
    "salaryCurrency": pl.String,
    "repost": pl.Boolean,
    "removed": pl.Boolean,
}


def read_postings(graph: Graph) -> pl.DataFrame:
    """Every dated posting as it counts for demand (see `POSTING_SCHEMA`); ``period`` is the first day of its month."""
    return graph.frame(POSTINGS, POSTING_SCHEMA).with_columns(pl.col("period").str.to_date())


def write_months(graph: Graph, months: pl.DataFrame, progress: Progress | None = None) -> tuple[Counts, int]:
    """Make the graph's months those of ``months``: what differs is written, what is not among them deleted.

    Args:
        months: code, cluster, region, period and numbers of each month, with a ``hash`` of them.

    Returns:
        what was written, and how many months were deleted.
    """
    stored = graph.frame(HASHES, {"code": pl.String, "hash": pl.String})
    changed = months.join(stored, on=["code", "hash"], how="anti", maintain_order="left")
    written = upsert(graph, UPSERT, changed, progress)
    stale = stored.join(months, on="code", how="anti").select("code").sort("code")
    for batch in stale.iter_slices(graph.settings.batch):
        graph.write(DELETE, codes=batch["code"].to_list())
    return written + Counts(unchanged=months.height - changed.height), stale.height


def history(graph: Graph, clusters: Sequence[str], last: int) -> list[list[Row]]:
    """Up to ``last`` months of each cluster until the last month of any, the oldest first.

    Rows have ``period`` (a date, the first of the month) and ``postings``; after a cluster's first post, months
    without one have 0.
    """
    end = graph.read(LAST)[0]["period"]
    if end is None:
        return [[] for _ in clusters]
    window = _months_until(date.fromisoformat(end), last)
    return [_filled(rows, window) for rows in by_owner(graph, HISTORY, clusters)]


def _months_until(end: date, count: int) -> list[date]:
    at = end.year * 12 + end.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(max(at - count + 1, 12), at + 1)]


def _filled(rows: list[Row], window: list[date]) -> list[Row]:
    counted = {date.fromisoformat(row["period"]): row["postings"] for row in rows}
    first = min(counted, default=date.max)
    return [{"period": month, "postings": counted.get(month, 0)} for month in window if month >= first]
