"""Reposts: an earlier posting under a new code and date, sometimes with a small edit."""

from __future__ import annotations

import numpy as np
import polars as pl

from skillpath.synthetic.market.posting_schedule import RepostHabits

EDITS = ("exact", "title", "text", "skills")
PREFIX = "Urgent: "
POSTSCRIPT = " This position is still open."


def repost(rng: np.random.Generator, postings: pl.DataFrame, habits: RepostHabits) -> pl.DataFrame:
    """Return postings as they stand in a repost, with the column `edit` (one of `EDITS`).

    Args:
        postings: title, text, skills, closes_at, posted_at of the originals, and `again_at`, the new date.
    """
    edited = (1 - habits.exact) / (len(EDITS) - 1)
    kinds = rng.choice(len(EDITS), postings.height, p=[habits.exact, *[edited] * (len(EDITS) - 1)])
    frame = postings.with_columns(edit=pl.Series(np.array(EDITS)[kinds], dtype=pl.String))
    terms = pl.col("skills").str.split("|")
    fewer = pl.when(terms.list.len() > 3).then(terms.list.head(terms.list.len() - 1)).otherwise(terms).list.join("|")
    passed = pl.col("again_at").str.to_date() - pl.col("posted_at").str.to_date()
    return frame.with_columns(
        title=_if("title", pl.lit(PREFIX) + pl.col("title")),
        text=_if("text", pl.col("text") + POSTSCRIPT),
        skills=_if("skills", fewer),
        closes_at=(pl.col("closes_at").str.to_date() + passed).dt.to_string("%Y-%m-%d"),
        posted_at=pl.col("again_at"),
    )


def _if(edit: str, changed: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("edit") == edit).then(changed).otherwise(pl.col(edit))
