"""Job posts: drawn from the latent market, given to employers, dated, priced and put into words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.pipeline.town.asking import Asked, PostNoise, ask, with_noise, years_from_middle
from skillpath.pipeline.town.demand import Demand
from skillpath.pipeline.town.employers import Employers
from skillpath.pipeline.town.settings import TownSettings
from skillpath.pipeline.town.terms import Handwriting, joined, write_terms
from skillpath.pipeline.town.vocabulary import Vocabulary
from skillpath.pipeline.town.wording import post_texts, post_titles

UNKNOWN_TERMS = (
    "Orvane Office 4",
    "house style B",
    "quantum mindset",
    "Zorbtek suite",
    "rockstar attitude",
    "Tellix handheld",
    "own bicycle",
    "clean criminal record",
    "Falconet portal",
    "early riser",
    "360 degree thinking",
    "Brambor ledger",
)


@dataclass(frozen=True)
class Posts:
    """The table for jobs.csv and the cluster each post was drawn from.

    Attributes:
        table: code, title, text, skills, posted_at, employer, region, industry, salary.
        cluster: row of the cluster, shape (posts,).
    """

    table: pl.DataFrame
    cluster: NDArray[np.int64]


def make_posts(settings: TownSettings, vocabulary: Vocabulary, demand: Demand, noise: PostNoise | None = None) -> Posts:
    """Return the posts of the window in order of their date."""
    noise = noise or PostNoise()
    rng = settings.rng("posts")
    cluster, date = _draw(rng, settings, demand)
    asked = ask(rng, settings, vocabulary, demand, cluster, date, noise)
    asked = with_noise(rng, asked, vocabulary, len(cluster), noise)
    terms = write_terms(rng, asked.leaf, vocabulary, Handwriting())
    staff = Employers.read(settings).draw(rng, vocabulary, cluster)
    titles, rank = post_titles(rng, vocabulary, cluster)
    frame = staff.with_columns(title=titles)
    text = post_texts(rng, vocabulary, cluster, frame, _in_text(asked, terms, len(cluster)))
    table = frame.select(
        pl.Series("code", [f"town:post/{number:06d}" for number in range(1, len(cluster) + 1)]),
        "title",
        pl.Series("text", text),
        pl.Series("skills", _listed(rng, asked, terms, len(cluster), noise)),
        pl.Series("posted_at", date.astype(np.str_)),
        "employer",
        "region",
        "industry",
        _salaries(rng, settings, vocabulary, cluster, date, rank, noise),
    )
    return Posts(table, cluster)


def _draw(
    rng: np.random.Generator, settings: TownSettings, demand: Demand
) -> tuple[NDArray[np.int64], NDArray[np.datetime64]]:
    clusters, months = demand.posts.shape
    count = demand.posts.ravel()
    cluster = np.repeat(np.repeat(np.arange(clusters), months), count)
    month = settings.first_month + np.repeat(np.tile(np.arange(months), clusters), count)
    first = month.astype("datetime64[D]")
    length = ((month + 1).astype("datetime64[D]") - first).astype(np.int64)
    date = first + (rng.random(len(cluster)) * length).astype(np.int64)
    order = np.lexsort((rng.random(len(cluster)), date))
    return cluster[order], date[order]


def _in_text(asked: Asked, terms: pl.Series, posts: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            name: joined(asked.post[chosen], terms.filter(pl.Series(chosen)), posts)
            for name, chosen in (("essential", asked.essential), ("optional", ~asked.essential))
        }
    )


def _listed(rng: np.random.Generator, asked: Asked, terms: pl.Series, posts: int, noise: PostNoise) -> pl.Series:
    shown = rng.random(len(terms)) >= noise.unlisted
    rich = np.bincount(asked.post[shown], minlength=posts) >= noise.fewest
    shown |= ~rich[asked.post]
    odd = np.flatnonzero(rng.random(posts) < noise.unknown)
    extra = pl.Series(rng.choice(np.array(UNKNOWN_TERMS), len(odd)))
    return joined(np.concatenate([asked.post[shown], odd]), pl.concat([terms.filter(pl.Series(shown)), extra]), posts)


def _salaries(
    rng: np.random.Generator,
    settings: TownSettings,
    vocabulary: Vocabulary,
    cluster: NDArray[np.int64],
    date: NDArray[np.datetime64],
    rank: NDArray[np.float64],
    noise: PostNoise,
) -> pl.Series:
    base = vocabulary.clusters["salary"].to_numpy()[cluster] * rank * 1.03 ** years_from_middle(settings, date)
    paid = (base * rng.lognormal(0.0, noise.salary_spread, len(cluster)) / 500).round().astype(np.int64) * 500
    hidden = rng.random(len(cluster)) < noise.no_salary
    return pl.Series("salary", paid).zip_with(pl.Series(~hidden), pl.Series([None] * len(cluster), dtype=pl.Int64))
