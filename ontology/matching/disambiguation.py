"""Disambiguation of a form that several skills share."""

from __future__ import annotations

import polars as pl


def winners(forms: pl.DataFrame, by: str) -> pl.DataFrame:
    """For each form the one skill it means, as (by, skill, runner_up).

    ``forms`` has the column ``by``, code, rank (0 preferred label, 1 alternative) and kinship.
    The lowest rank wins, then the highest kinship; a skill that is not alone there leaves ``skill`` null and
    becomes the ``runner_up``.
    """
    order = pl.col("rank") + (1.0 - pl.col("kinship")) / 2.0
    best = forms.group_by(by, "code").agg(order.min().alias("order")).sort(by, "order", "code")
    tied = (pl.col("order") == pl.col("order").first()).sum() > 1
    return best.group_by(by, maintain_order=True).agg(
        skill=pl.when(tied).then(None).otherwise(pl.col("code").first()),
        runner_up=pl.when(tied).then(pl.col("code").first()).otherwise(pl.col("code").get(1, null_on_oob=True)),
    )
