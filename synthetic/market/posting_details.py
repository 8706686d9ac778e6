"""Details of a posting besides skills: education, experience, places, deadline and pay as people write it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.programmes import Programmes
from skillpath.synthetic.town_vocabulary import TownVocabulary

SIMPLE_PAY = 36_000
"""Yearly base pay below which a cluster that no university programme leads to takes people without training."""
EDUCATION = {
    "simple": {"none": 0.45, "secondary": 0.35, "vocational": 0.2},
    "college": {"secondary": 0.1, "vocational": 0.75, "associate": 0.15},
    "both": {"vocational": 0.4, "associate": 0.2, "bachelor": 0.4},
    "university": {"associate": 0.05, "bachelor": 0.65, "master": 0.27, "doctorate": 0.03},
}
STYLES = {"48-54K": 0.34, "48,000-54,000": 0.3, "54,500": 0.14, "54K": 0.1, "EUR 48,000 - 54,000": 0.12}
"""How pay is written, with shares."""
NEGOTIABLE = "Negotiable"


@dataclass(frozen=True)
class PostingTermHabits:
    """Shares of missing details, and the width of pay ranges."""

    no_pay: float = 0.15
    negotiable: float = 0.06
    """Share of posts, among those that say something of pay, that only call it negotiable."""
    pay_spread: float = 0.08
    width: tuple[float, float] = (0.06, 0.2)
    """Width of a pay range, as a share of its middle."""
    raise_: float = 0.03
    """Yearly rise of pay."""
    no_education: float = 0.2
    no_experience: float = 0.25
    no_deadline: float = 0.2
    open_days: tuple[int, int] = (14, 75)
    more_places: float = 0.2
    """Chance of each further place."""


@dataclass(frozen=True)
class PostingTerms:
    """One row per posting.

    Attributes:
        table: education, experience, vacancies, closes_at, salary.
        low, high: yearly pay that the text means; not a number where it names none.
    """

    table: pl.DataFrame
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def make_posting_terms(
    rng: np.random.Generator,
    vocabulary: TownVocabulary,
    cluster: NDArray[np.int64],
    date: NDArray[np.datetime64],
    years: NDArray[np.float64],
    rank: NDArray[np.float64],
    habits: PostingTermHabits | None = None,
) -> PostingTerms:
    """Return what postings ask and give besides skills.

    Args:
        cluster, date: row of the cluster, and date of release, shape (posts,).
        years: from the middle of the window to that date.
        rank: pay factor of the rank in the title.
    """
    habits = habits or PostingTermHabits()
    postings = len(cluster)
    chance = education_chances(vocabulary)[cluster].cumsum(axis=1)
    degree = (rng.random(postings)[:, None] > chance).sum(axis=1).clip(0, chance.shape[1] - 1)
    least, most = np.where(rank < 1, 0, np.where(rank > 1, 4, 1)), np.where(rank < 1, 2, np.where(rank > 1, 10, 4))
    closes = date + rng.integers(*habits.open_days, postings, endpoint=True)
    salary, low, high = _pay(rng, vocabulary.clusters["salary"].to_numpy()[cluster] * rank, years, habits)
    table = pl.DataFrame(
        {
            "education": _sparse(rng, pl.Series(np.array(DEGREES)[degree]), habits.no_education),
            "experience": _sparse(rng, pl.Series(rng.integers(least, most)), habits.no_experience),
            "vacancies": rng.geometric(1 - habits.more_places, postings),
            "closes_at": _sparse(rng, pl.Series(closes.astype(np.str_)), habits.no_deadline),
            "salary": salary,
        }
    )
    return PostingTerms(table, low, high)


DEGREES = tuple(dict.fromkeys(degree for kind in EDUCATION.values() for degree in kind))


def education_chances(vocabulary: TownVocabulary) -> NDArray[np.float64]:
    """Return how likely postings of a cluster ask for each of `DEGREES`, shape (clusters, degrees)."""
    programmes = Programmes.read(vocabulary)
    at = {school: (programmes.table["school"] == school).to_numpy() for school in ("university", "college")}
    university, college = (programmes.leads_to[at[school]].any(axis=0) for school in ("university", "college"))
    simple = vocabulary.clusters["salary"].to_numpy() < SIMPLE_PAY
    kinds = np.where(university, np.where(college, "both", "university"), np.where(simple, "simple", "college"))
    return np.array([[EDUCATION[kind].get(degree, 0.0) for degree in DEGREES] for kind in kinds.tolist()])


def _pay(
    rng: np.random.Generator, base: NDArray[np.float64], years: NDArray[np.float64], habits: PostingTermHabits
) -> tuple[pl.Series, NDArray[np.float64], NDArray[np.float64]]:
    postings = len(base)
    middle = base * (1 + habits.raise_) ** years * rng.lognormal(0.0, habits.pay_spread, postings)
    half = middle * rng.uniform(*habits.width, postings) / 2
    style = np.array(list(STYLES))[rng.choice(len(STYLES), postings, p=list(STYLES.values()))]
    single, short = np.isin(style, ("54,500", "54K")), np.isin(style, ("48-54K", "54K"))
    step = np.where(short, 1000, 500)
    low = (np.where(single, middle, middle - half) / step).round().astype(np.int64) * step
    high = np.where(single, low, np.maximum(low + step, (middle + half) // step * step)).astype(np.int64)
    draw = rng.random(postings)
    silent, vague = draw < habits.no_pay, draw < habits.no_pay + (1 - habits.no_pay) * habits.negotiable
    text = _written(pl.DataFrame({"style": style, "low": low, "high": high, "silent": silent, "vague": vague}))
    return text, np.where(vague, np.nan, low), np.where(vague, np.nan, high)


def _written(pay: pl.DataFrame) -> pl.Series:
    def thousands(name: str) -> pl.Expr:
        return pl.format("{},{}", pl.col(name) // 1000, (pl.col(name) % 1000).cast(pl.String).str.zfill(3))

    low, high = thousands("low"), thousands("high")
    short_low, short_high = (pl.col(name) // 1000 for name in ("low", "high"))
    texts = {
        "48-54K": pl.format("{}-{}K", short_low, short_high),
        "48,000-54,000": pl.format("{}-{}", low, high),
        "54,500": low,
        "54K": pl.format("{}K", short_low),
        "EUR 48,000 - 54,000": pl.format("EUR {} - {}", low, high),
    }
    text = pl.coalesce(pl.when(pl.col("style") == style).then(written) for style, written in texts.items())
    salary = pl.when(pl.col("vague")).then(pl.lit(NEGOTIABLE)).otherwise(text)
    return pay.select(salary=pl.when(~pl.col("silent")).then(salary)).to_series()


def _sparse(rng: np.random.Generator, values: pl.Series, missing: float) -> pl.Series:
    nothing = pl.Series([None], dtype=values.dtype)
    return values.zip_with(pl.Series(rng.random(len(values)) >= missing), nothing.new_from_index(0, len(values)))
