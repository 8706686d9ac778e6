"""Feedback on internships and first jobs, better the better the fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.market.employers import Employers
from skillpath.synthetic.market.posting_generator import posting_codes
from skillpath.synthetic.students.placements import INTERNSHIP, PlacementTable
from skillpath.synthetic.students.students import StudentGroup
from skillpath.synthetic.town_settings import TownSettings

OUTCOMES = ("hired", "extended", "completed", "left", "dismissed")
ENDINGS = {
    "internship": ((0.0, 0.0, 0.3, 0.45, 0.25), (0.03, 0.12, 0.7, 0.15, 0.0), (0.35, 0.2, 0.43, 0.02, 0.0)),
    "employment": ((0.0, 0.0, 0.1, 0.45, 0.45), (0.0, 0.0, 0.35, 0.6, 0.05), (0.0, 0.0, 0.35, 0.65, 0.0)),
}
"""Chance of each outcome once it is over, where the rating is low, middling or high."""


@dataclass(frozen=True)
class FeedbackHabits:
    """How work is rated, how long it lasts, and what is put on record."""

    usual_fit: float = 0.35
    """Fit of which an employer is neither pleased nor disappointed."""
    rating: float = 0.4
    fit: float = 6.0
    diligence: float = 0.4
    noise: float = 0.9
    """Logit of the rating at the usual fit, pull of fit and diligence on it, and standard deviation of the rest."""
    bands: tuple[float, float] = (0.4, 0.7)
    """Ratings that divide low, middling and high."""
    internship_days: tuple[int, int] = (60, 180)
    employment_days: float = 900.0
    """Mean length of a job rated 0.5; it grows with the rating."""
    unrated: float = 0.06
    unrated_yet: float = 0.4
    """Share without a rating on record, of what is over and of what lasts."""
    no_employer: float = 0.15
    no_posting: float = 0.12
    """Shares of records that name only the post, and only the employer."""


@dataclass(frozen=True)
class FeedbackTable:
    """The rows of feedback.csv and, row by row, the truth: posting, expected (rating), rated (even where unsaid)."""

    table: pl.DataFrame
    latent: pl.DataFrame


def make_feedback(
    settings: TownSettings,
    group: StudentGroup,
    placements: PlacementTable,
    employers: Employers,
    posted_by: NDArray[np.int16],
    first: int,
    habits: FeedbackHabits | None = None,
) -> FeedbackTable:
    """Return what is on record of the placements.

    Args:
        posted_by: row of the employer of each post of the plan.
        first: number of the first record.
    """
    habits = habits or FeedbackHabits()
    rng = settings.rng(f"feedback {group.rows.start}")
    records = len(placements.student)
    logit = habits.rating + habits.fit * (placements.fit - habits.usual_fit)
    logit += habits.diligence * group.diligence[placements.student]
    rated = _logistic(logit + rng.normal(0, habits.noise, records))
    ended = _ends(rng, settings, placements, rated, habits)
    lasts = np.isnat(ended)
    rating_given = rng.random(records) >= np.where(lasts, habits.unrated_yet, habits.unrated)
    posting = _posting_codes(placements)
    table = pl.DataFrame(
        {
            "code": "town:feedback/" + pl.int_range(first, first + records, eager=True).cast(pl.String).str.zfill(5),
            "student": group.table["code"].gather(placements.student),
            **_where(rng, placements, posting, employers, posted_by, habits),
            "kind": placements.kind,
            "started_at": placements.began.astype(np.str_),
            "ended_at": pl.Series(ended.astype(np.str_), dtype=pl.String).replace("NaT", None),
            "outcome": _outcomes(rng, placements, rated, lasts, habits),
            "rating": pl.Series(np.where(rating_given, rated.round(2), np.nan)).fill_nan(None),
        },
        schema_overrides={"kind": pl.String, "started_at": pl.String},
    )
    return FeedbackTable(table, pl.DataFrame({"post": posting, "expected": _logistic(logit), "rated": rated}))


def _posting_codes(placements: PlacementTable) -> pl.Series:
    """The code of each posting answered; null where there is none."""
    known = pl.DataFrame({"code": posting_codes(placements.posting), "there": placements.posting >= 0})
    return known.select(pl.when("there").then("code")).to_series()


def _logistic(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    value: NDArray[np.float64] = 1 / (1 + np.exp(-logit))
    return value


def _ends(
    rng: np.random.Generator,
    settings: TownSettings,
    placements: PlacementTable,
    rated: NDArray[np.float64],
    habits: FeedbackHabits,
) -> NDArray[np.datetime64]:
    short = rng.integers(*habits.internship_days, len(rated), endpoint=True)
    long = 30 + rng.exponential(habits.employment_days * (0.3 + 1.4 * rated)).astype(np.int64)
    last = placements.began + np.where(placements.kind == INTERNSHIP, short, long)
    return np.where(last < settings.end, last, np.datetime64("NaT", "D"))


def _where(
    rng: np.random.Generator,
    placements: PlacementTable,
    posting: pl.Series,
    employers: Employers,
    posted_by: NDArray[np.int16],
    habits: FeedbackHabits,
) -> dict[str, pl.Series]:
    """Posting and employer as on record: at least one of the two."""
    anyone = rng.choice(len(employers.size), len(posting), p=employers.size / employers.size.sum())
    employer = employers.table["employer"].gather(
        np.where(placements.posting >= 0, posted_by[placements.posting], anyone)
    )
    draw = pl.Series(rng.random(len(posting)))
    frame = pl.DataFrame({"post": posting, "employer": employer, "draw": draw})
    shown = pl.col("draw")
    return frame.select(
        job=pl.when(shown >= habits.no_posting).then("post"),
        employer=pl.when((shown < 1 - habits.no_employer) | pl.col("post").is_null()).then("employer"),
    ).to_dict()


def _outcomes(
    rng: np.random.Generator,
    placements: PlacementTable,
    rated: NDArray[np.float64],
    lasts: NDArray[np.bool_],
    habits: FeedbackHabits,
) -> pl.Series:
    chance = np.array([ENDINGS["internship"], ENDINGS["employment"]]).cumsum(axis=2)
    kind, band = (placements.kind != INTERNSHIP).astype(np.int64), np.digitize(rated, habits.bands)
    number = (rng.random(len(rated))[:, None] > chance[kind, band]).sum(axis=1).clip(0, len(OUTCOMES) - 1)
    return pl.Series(np.where(lasts, "ongoing", np.array(OUTCOMES)[number]), dtype=pl.String)
