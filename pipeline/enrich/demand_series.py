"""Monthly demand series of job clusters, in all and by region."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from skillpath.graph.core.bulk import Counts
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning.demand_store import read_postings, write_months
from skillpath.pipeline.common.hashing import hashed
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.enrich.standardise import standardise

_SEPARATOR = "|"
_KEY = ("cluster", "period", "region")


@dataclass(frozen=True)
class DemandCounts(Counts):
    """Months written, and the postings they were made of.

    Attributes:
        removed: months that no post speaks of any more.
        postings: posts that count: dated ones, reposts left out, those their source took down included.
        reposts: posts left out because they repeat another.
        unclustered: month (its first day) → posts that count and belong to no cluster.
    """

    removed: int = 0
    postings: int = 0
    reposts: int = 0
    unclustered: dict[str, int] = field(default_factory=dict)


def refresh_demand(graph: Graph, report: Reporter) -> DemandCounts:
    """Make the demand series what the jobs in the graph say; run again and nothing is written."""
    with report.step("count demand"):
        postings = read_postings(graph)
        counted = postings.filter(~pl.col("repost"))
        months = demand_months(counted)
    with report.step("write demand") as tick:
        written, removed = write_months(graph, months, tick)
    loose = counted.filter(pl.col("cluster").is_null()).group_by("period").len().sort("period")
    periods = loose["period"].cast(pl.String).to_list()
    return DemandCounts(
        written.inserted,
        written.updated,
        written.unchanged,
        removed=removed,
        postings=counted.height,
        reposts=postings.height - counted.height,
        unclustered=dict(zip(periods, loose["len"].to_list(), strict=True)),
    )


def demand_months(postings: pl.DataFrame) -> pl.DataFrame:
    """The months of each cluster, in all (``region`` null) and in each region, by code.

    Args:
        postings: see `graph.demand.POSTING_SCHEMA`, with ``period`` as a date; those without a cluster are left out.

    Returns:
        code, cluster, period, region, postings, vacancies (people wanted), employers (how many), removed (postings
        taken down since), salaries (postings that tell their pay in ``salaryCurrency``, the month's most frequent
        one), salaryMedian (of the middles of their ranges, in that currency a month; null if none), postingsScore and
        salaryScore (standard deviations from the mean of the series' earlier months that had posts; null without such
        a past), hash.
    """
    grouped = postings.drop_nulls("cluster")
    everywhere = grouped.with_columns(region=pl.lit(None, pl.String))
    counted = pl.concat([_months(everywhere), _months(grouped.drop_nulls("region"))])
    parts = [pl.col("cluster"), pl.col("period").dt.strftime("%Y-%m"), pl.col("region")]
    code = pl.concat_str(parts, separator=_SEPARATOR, ignore_nulls=True)
    counted = counted.with_columns(_scores(counted))
    return hashed(counted.select(code.alias("code"), pl.all())).sort("code")


def _months(postings: pl.DataFrame) -> pl.DataFrame:
    numbers = postings.group_by(_KEY).agg(
        postings=pl.len().cast(pl.Int64),
        vacancies=pl.col("vacancies").sum(),
        employers=pl.col("employer").drop_nulls().n_unique().cast(pl.Int64),
        removed=pl.col("removed").sum().cast(pl.Int64),
    )
    joined = numbers.join(_salaries(postings), on=_KEY, how="left", nulls_equal=True)
    return joined.with_columns(pl.col("salaries").fill_null(0))


def _scores(months: pl.DataFrame) -> list[pl.Series]:
    series = ("cluster", "region")
    postings = standardise(months, "postings", "period", series)
    salary = standardise(months, "salaryMedian", "period", (*series, "salaryCurrency"))
    return [postings.round(6).alias("postingsScore"), salary.round(6).alias("salaryScore")]


def _salaries(postings: pl.DataFrame) -> pl.DataFrame:
    """The median pay of each month in the currency that most of its postings use, of equals the first by name."""
    middle = pl.mean_horizontal("salaryMin", "salaryMax")
    salaried = postings.with_columns(middle=middle).drop_nulls(["middle", "salaryCurrency"])
    each = salaried.group_by(*_KEY, "salaryCurrency").agg(
        salaries=pl.len().cast(pl.Int64), salaryMedian=pl.col("middle").median().round(2)
    )
    best = each.sort("salaries", "salaryCurrency", descending=[True, False])
    return best.unique(_KEY, keep="first", maintain_order=True)
