"""Standard scores of a monthly series against earlier months only."""

from __future__ import annotations

import polars as pl


def standardise(frame: pl.DataFrame, column: str, by_month: str, over: tuple[str, ...] = ()) -> pl.Series:
    """How many standard deviations each value lies above the mean of all values of strictly earlier months.

    Args:
        frame: rows in any order, several a month if need be.
        column: the numbers; a null has no score and counts for none.
        by_month: the column that says when.
        over: columns of which each combination is a series of its own.

    Returns:
        Scores in the order of ``frame``, shape (n,); null where the past has fewer than two values or does not vary.
    """
    series = pl.struct(*over) if over else pl.lit(0)
    value = pl.col(column).cast(pl.Float64)
    rows = frame.select(
        series.alias("series"), pl.col(by_month).alias("month"), pl.when(value.is_finite()).then(value).alias("x")
    )
    # About a value of their first month, squares of large numbers that differ little do not cancel out.
    given = rows.filter(pl.col("x").is_not_null()).sort("month", "x")
    anchors = given.group_by("series", maintain_order=True).agg(anchor=pl.col("x").first())
    rows = rows.join(anchors, on="series", how="left", maintain_order="left").with_columns(
        pl.col("x") - pl.col("anchor")
    )
    counts = {"n": pl.col("x").count(), "total": pl.col("x").sum(), "squares": (pl.col("x") ** 2).sum()}
    months = rows.group_by("series", "month").agg(**counts).sort("month")
    past = months.with_columns(pl.col(*counts).cum_sum().shift(1, fill_value=0).over("series"))
    found = rows.join(past, on=["series", "month"], how="left", maintain_order="left")
    return found.select(_score().alias(column)).to_series()


def _score() -> pl.Expr:
    mean = pl.col("total") / pl.col("n")
    spread = ((pl.col("squares") - pl.col("n") * mean**2) / (pl.col("n") - 1)).clip(lower_bound=0.0).sqrt()
    # Rounding leaves a constant past a spread near nothing, which is no unit to measure in.
    steady = spread <= 1e-9 * (mean.abs() + 1.0)
    return pl.when((pl.col("n") > 1) & ~steady).then((pl.col("x") - mean) / spread)
