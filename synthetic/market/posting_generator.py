"""Job postings in blocks: employer, pay, text and reposts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.market.demand_process import DemandProcess
from skillpath.synthetic.market.employers import Employers
from skillpath.synthetic.market.posting_details import make_posting_terms
from skillpath.synthetic.market.posting_schedule import PostingPlan, RepostHabits, plan_postings
from skillpath.synthetic.market.reposting import repost
from skillpath.synthetic.market.required_skills import (
    PostingNoise,
    RequiredSkills,
    SkillRequirements,
    add_noise,
    sample_required_skills,
    years_from_middle,
)
from skillpath.synthetic.market.term_writing import TermNoise, joined, write_terms
from skillpath.synthetic.market.wording import posting_texts, posting_titles
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary

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


COLUMNS = (
    "code",
    "title",
    "text",
    "skills",
    "posted_at",
    "closes_at",
    "employer",
    "region",
    "industry",
    "education",
    "experience",
    "vacancies",
    "salary",
)


@dataclass(frozen=True)
class PostingTable:
    """Postings in order of date: the table of jobs.csv and the latent columns of the ground truth.

    Attributes:
        table: the columns of jobs.csv.
        latent: repost_of (code), edit, pay_low, pay_high (a year; null where the post names no pay).
        cluster: row of the cluster, shape (posts,).
    """

    table: pl.DataFrame
    latent: pl.DataFrame
    cluster: NDArray[np.int64]


@dataclass(frozen=True)
class PostingGenerator:
    """What all blocks of postings are made of."""

    settings: TownSettings
    vocabulary: TownVocabulary
    demand: DemandProcess
    plan: PostingPlan
    employers: Employers
    noise: PostingNoise = field(default_factory=PostingNoise)
    reposting: RepostHabits = field(default_factory=RepostHabits)

    @classmethod
    def of(cls, settings: TownSettings, vocabulary: TownVocabulary, demand: DemandProcess) -> PostingGenerator:
        """Return the market with its postings planned."""
        return cls(settings, vocabulary, demand, plan_postings(settings, demand), Employers.read(settings))

    def blocks(self) -> Iterator[PostingTable]:
        """Yield the postings of the window, `block_postings` or the postings of a month at a time."""
        requirements = SkillRequirements.of(self.vocabulary, self.demand)
        waiting = pl.DataFrame()
        for number, months in enumerate(self.settings.month_blocks):
            rows = self.plan.rows(self.settings.first_month, months)
            rng = self.settings.rng(f"posts {number}")
            fresh = self._fresh(rng, requirements, rows)
            known = pl.concat([waiting, fresh]) if waiting.height else fresh
            postings = pl.concat([fresh, self._repost(rng, known, rows)]).sort("row")
            later = np.unique(self.plan.original[rows.stop :])
            waiting = known.filter(pl.col("row").is_in(later[later >= 0]))
            yield PostingTable(
                postings.select(COLUMNS),
                postings.select("repost_of", "edit", "pay_low", "pay_high"),
                self.plan.cluster[rows.start : rows.stop],
            )

    def _fresh(self, rng: np.random.Generator, requirements: SkillRequirements, rows: range) -> pl.DataFrame:
        """Postings of the block that are new, with their row in the plan and the latent columns."""
        row = rows.start + np.flatnonzero(self.plan.original[rows.start : rows.stop] < 0)
        cluster, date, noise = self.plan.cluster[row], self.plan.date[row], self.noise
        asked = sample_required_skills(rng, self.settings, requirements, cluster, date, noise)
        asked = add_noise(rng, asked, self.vocabulary, len(row), noise)
        terms = write_terms(rng, asked.leaf, self.vocabulary, TermNoise())
        titles, rank = posting_titles(rng, self.vocabulary, cluster)
        frame = self.employers.draw(rng, self.vocabulary, cluster).with_columns(title=titles)
        text = posting_texts(rng, self.vocabulary, cluster, frame, _in_text(asked, terms, len(row)))
        terms_of_posting = make_posting_terms(
            rng, self.vocabulary, cluster, date, years_from_middle(self.settings, date), rank
        )
        return frame.hstack(terms_of_posting.table).with_columns(
            row=pl.Series(row),
            code=posting_codes(row),
            text=text,
            skills=_listed(rng, asked, terms, len(row), noise),
            posted_at=pl.Series(date.astype(np.str_), dtype=pl.String),
            repost_of=pl.lit(None, dtype=pl.String),
            edit=pl.lit(None, dtype=pl.String),
            pay_low=pl.Series(terms_of_posting.low).fill_nan(None),
            pay_high=pl.Series(terms_of_posting.high).fill_nan(None),
        )

    def _repost(self, rng: np.random.Generator, known: pl.DataFrame, rows: range) -> pl.DataFrame:
        """Postings of the block that publish one of the `known` again."""
        row = rows.start + np.flatnonzero(self.plan.original[rows.start : rows.stop] >= 0)
        wanted = pl.DataFrame(
            {
                "again": row,
                "row": self.plan.original[row],
                "again_at": pl.Series(self.plan.date[row].astype(np.str_), dtype=pl.String),
            }
        )
        sources = wanted.join(known, on="row", how="left", maintain_order="left")
        postings = repost(rng, sources, self.reposting)
        return postings.with_columns(repost_of="code", code=posting_codes(row), row="again").select(known.columns)


def make_postings(settings: TownSettings, vocabulary: TownVocabulary, demand: DemandProcess) -> PostingTable:
    """Return all postings of the window at once."""
    blocks = list(PostingGenerator.of(settings, vocabulary, demand).blocks())
    return PostingTable(
        pl.concat([block.table for block in blocks]),
        pl.concat([block.latent for block in blocks]),
        np.concatenate([block.cluster for block in blocks]),
    )


def posting_codes(row: NDArray[np.int64]) -> pl.Series:
    """Return the codes of postings by their row in the plan."""
    return ("town:post/" + pl.Series(row + 1).cast(pl.String).str.zfill(6)).alias("code")


def _in_text(asked: RequiredSkills, terms: pl.Series, postings: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            name: joined(asked.posting[chosen], terms.filter(pl.Series(chosen)), postings)
            for name, chosen in (("essential", asked.essential), ("optional", ~asked.essential))
        }
    )


def _listed(
    rng: np.random.Generator, asked: RequiredSkills, terms: pl.Series, postings: int, noise: PostingNoise
) -> pl.Series:
    shown = rng.random(len(terms)) >= noise.unlisted
    rich = np.bincount(asked.posting[shown], minlength=postings) >= noise.fewest
    shown |= ~rich[asked.posting]
    odd = np.flatnonzero(rng.random(postings) < noise.unknown)
    extra = pl.Series(rng.choice(np.array(UNKNOWN_TERMS), len(odd)))
    return joined(
        np.concatenate([asked.posting[shown], odd]), pl.concat([terms.filter(pl.Series(shown)), extra]), postings
    )
