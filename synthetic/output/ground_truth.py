"""The latent quantities behind the town, kept apart: models are judged by them, never trained on them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.market.demand import Demand, MarketShape, ask_probability, month_names
from skillpath.synthetic.market.diffusion import SpreadShape, adoption
from skillpath.synthetic.market.market import Posts
from skillpath.synthetic.market.posting_details import OfferHabits
from skillpath.synthetic.market.posting_schedule import Plan, RepostHabits
from skillpath.synthetic.market.required_skills import PostNoise
from skillpath.synthetic.market.shocks import JoltShape
from skillpath.synthetic.settings import TownSettings
from skillpath.synthetic.students.cohorts import CohortDrift, WorkHabits
from skillpath.synthetic.students.enrolments import StudyHabits
from skillpath.synthetic.students.events import EventHabits
from skillpath.synthetic.students.feedback import FeedbackHabits
from skillpath.synthetic.students.participation import VentureHabits
from skillpath.synthetic.students.placements import PlacementHabits
from skillpath.synthetic.students.resources import Resources
from skillpath.synthetic.students.students import Learners, StudentHabits
from skillpath.synthetic.vocabulary import Vocabulary


def demand_truth(settings: TownSettings, vocabulary: Vocabulary, demand: Demand, plan: Plan) -> pl.DataFrame:
    """Return cluster, month, expected (new posts), posts (new), reposts, trend (per year), and the log of `expected`.

    That log is structural + season + noise + jolt, one column each.
    """
    clusters, months = demand.posts.shape
    again = plan.original >= 0
    month = (plan.date[again].astype("datetime64[M]") - settings.first_month).astype(np.int64)
    reposts = np.bincount(plan.cluster[again] * months + month, minlength=clusters * months)
    return pl.DataFrame(
        {
            "cluster": vocabulary.clusters["code"].gather(np.repeat(np.arange(clusters), months)),
            "month": np.tile(month_names(settings), clusters),
            "expected": demand.intensity.ravel(),
            "posts": demand.posts.ravel(),
            "reposts": reposts,
            "trend": np.repeat(demand.trend, months),
            "structural": demand.structural.ravel(),
            "season": demand.season.ravel(),
            "noise": demand.noise.ravel(),
            "jolt": demand.jolts.effect.ravel(),
        }
    )


def jolt_truth(settings: TownSettings, demand: Demand) -> pl.DataFrame:
    """Return scope (industry or cluster), name, month, size (log scale, at first)."""
    month = month_names(settings)[demand.jolts.table["month"].to_numpy()]
    return demand.jolts.table.select("scope", "name", pl.Series("month", month, dtype=pl.String), "size")


def diffusion_truth(settings: TownSettings, vocabulary: Vocabulary, demand: Demand) -> pl.DataFrame:
    """Return skill, cluster, leads, rate (a year), midpoint (years from the start), month, and in its middle: adoption.

    `adoption` is the share that has taken the skill up; `asked` the chance that a post of the cluster asks for it, but
    for what `requirements` tells of drift.
    """
    curves, months = demand.diffusion.table, settings.months
    row = np.repeat(np.arange(curves.height), months)
    curve = curves[row]
    years = (np.tile(np.arange(months), curves.height) + 0.5) / 12
    share = adoption(curve["rate"].to_numpy(), curve["midpoint"].to_numpy(), years)
    leaf, cluster = curve["leaf"].to_numpy(), curve["cluster"].to_numpy()
    still = np.zeros(len(row))
    usual = ask_probability(vocabulary.essential[cluster, leaf], curve["level"].to_numpy(), still, still)
    return curve.select(
        vocabulary.leaves["code"].gather(leaf).alias("skill"),
        vocabulary.clusters["code"].gather(cluster).alias("cluster"),
        "leads",
        "rate",
        "midpoint",
        month=pl.Series(np.tile(month_names(settings), curves.height)),
        adoption=pl.Series(share),
        asked=pl.Series(usual * share),
    )


def requirement_truth(vocabulary: Vocabulary, demand: Demand) -> pl.DataFrame:
    """Return the requirements with `drift`: the yearly change in how often they are asked (logit)."""
    return vocabulary.requirement_table().with_columns(drift=pl.Series(demand.drift))


def post_truth(vocabulary: Vocabulary, posts: Posts) -> pl.DataFrame:
    """Return code, the cluster each post was drawn from, repost_of, edit, pay_low and pay_high (a year)."""
    cluster = vocabulary.clusters["code"].gather(posts.cluster).alias("cluster")
    return posts.table.select("code", cluster).hstack(posts.latent)


def student_truth(vocabulary: Vocabulary, learners: Learners, chance: NDArray[np.float64]) -> pl.DataFrame:
    """Return code, goal, ability, diligence, hands_on, venture (normal, variance 1) and joins (chance, a project)."""
    return learners.table.select("code").with_columns(
        goal=vocabulary.clusters["code"].gather(learners.goal),
        ability=pl.Series(learners.ability),
        diligence=pl.Series(learners.diligence),
        hands_on=pl.Series(learners.hands_on),
        venture=pl.Series(learners.venture),
        joins=pl.Series(chance),
    )


def gain_truth(vocabulary: Vocabulary, resources: Resources) -> pl.DataFrame:
    """Return resource, skill, gain (share of the missing level that finishing adds)."""
    row, leaf = np.nonzero(resources.gain)
    return pl.DataFrame(
        {
            "resource": resources.table["code"].gather(row),
            "skill": vocabulary.leaves["code"].gather(leaf),
            "gain": resources.gain[row, leaf],
        }
    )


def level_truth(vocabulary: Vocabulary, learners: Learners, after: NDArray[np.float64]) -> pl.DataFrame:
    """Return student, skill, before (on arrival) and level (at the end of the window), where level > 0."""
    row, leaf = np.nonzero(after)
    return pl.DataFrame(
        {
            "student": learners.table["code"].gather(row),
            "skill": vocabulary.leaves["code"].gather(leaf),
            "before": learners.prior[row, leaf],
            "level": after[row, leaf],
        }
    )


def parameter_truth(settings: TownSettings) -> pl.DataFrame:
    """Return part, name, value: the settings and every number of the process, ranges as name.0 and name.1."""
    parts: tuple[Any, ...] = (
        settings,
        MarketShape(),
        JoltShape(),
        SpreadShape(),
        PostNoise(),
        RepostHabits(),
        OfferHabits(),
    )
    parts += (CohortDrift(), WorkHabits(), StudentHabits(), StudyHabits(), EventHabits(), PlacementHabits())
    rows = []
    for part in (*parts, FeedbackHabits(), VentureHabits()):
        for name, value in asdict(part).items():
            values = value if isinstance(value, tuple) else (value,)
            for number, one in enumerate(values):
                if isinstance(one, int | float):
                    label = f"{name}.{number}" if isinstance(value, tuple) else name
                    rows.append((type(part).__name__, label.rstrip("_"), float(one)))
    return pl.DataFrame(rows, schema={"part": pl.String, "name": pl.String, "value": pl.Float64}, orient="row")
