"""Ground truth of the town: latent quantities for evaluation, never for training."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.market.demand_process import DemandProcess, MarketShape, ask_probability, month_names
from skillpath.synthetic.market.diffusion import SpreadShape, adoption
from skillpath.synthetic.market.posting_details import PostingTermHabits
from skillpath.synthetic.market.posting_generator import PostingTable
from skillpath.synthetic.market.posting_schedule import PostingPlan, RepostHabits
from skillpath.synthetic.market.required_skills import PostingNoise
from skillpath.synthetic.market.shocks import ShockShape
from skillpath.synthetic.students.choice_motives import MOTIVES, MotiveSettings
from skillpath.synthetic.students.choice_traits import StudentTastes
from skillpath.synthetic.students.cohorts import CohortDrift, WorkHabits
from skillpath.synthetic.students.enrolments import EnrolmentTable, StudyHabits
from skillpath.synthetic.students.participation import VentureHabits
from skillpath.synthetic.students.placements import PlacementHabits
from skillpath.synthetic.students.resources import Resources
from skillpath.synthetic.students.students import StudentGroup, StudentHabits
from skillpath.synthetic.students.training_events import EventHabits
from skillpath.synthetic.students.work_feedback import FeedbackHabits
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary


def demand_truth(
    settings: TownSettings, vocabulary: TownVocabulary, demand: DemandProcess, plan: PostingPlan
) -> pl.DataFrame:
    """Return cluster, month, expected and new postings, reposts, trend (per year), and the log of `expected`.

    That log is structural + season + noise + demand_shock, one column each.
    """
    clusters, months = demand.postings.shape
    again = plan.original >= 0
    month = (plan.date[again].astype("datetime64[M]") - settings.first_month).astype(np.int64)
    reposts = np.bincount(plan.cluster[again] * months + month, minlength=clusters * months)
    return pl.DataFrame(
        {
            "cluster": vocabulary.clusters["code"].gather(np.repeat(np.arange(clusters), months)),
            "month": np.tile(month_names(settings), clusters),
            "expected": demand.intensity.ravel(),
            "postings": demand.postings.ravel(),
            "reposts": reposts,
            "trend": np.repeat(demand.trend, months),
            "structural": demand.structural.ravel(),
            "season": demand.season.ravel(),
            "noise": demand.noise.ravel(),
            "demand_shock": demand.shocks.effect.ravel(),
        }
    )


def shock_truth(settings: TownSettings, demand: DemandProcess) -> pl.DataFrame:
    """Return scope (industry or cluster), name, month, size (log scale, at first)."""
    month = month_names(settings)[demand.shocks.table["month"].to_numpy()]
    return demand.shocks.table.select("scope", "name", pl.Series("month", month, dtype=pl.String), "size")


def diffusion_truth(settings: TownSettings, vocabulary: TownVocabulary, demand: DemandProcess) -> pl.DataFrame:
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


def requirement_truth(vocabulary: TownVocabulary, demand: DemandProcess) -> pl.DataFrame:
    """Return the requirements with `drift`: the yearly change in how often they are asked (logit)."""
    return vocabulary.requirement_table().with_columns(drift=pl.Series(demand.drift))


def posting_truth(vocabulary: TownVocabulary, postings: PostingTable) -> pl.DataFrame:
    """Return code, the cluster each posting was drawn from, repost_of, edit, pay_low and pay_high (a year)."""
    cluster = vocabulary.clusters["code"].gather(postings.cluster).alias("cluster")
    return postings.table.select("code", cluster).hstack(postings.latent)


def student_truth(vocabulary: TownVocabulary, group: StudentGroup, chance: NDArray[np.float64]) -> pl.DataFrame:
    """Return code, goal, ability, diligence, hands_on, venture (normal, variance 1) and joins (chance, a project)."""
    return group.table.select("code").with_columns(
        goal=vocabulary.clusters["code"].gather(group.goal),
        ability=pl.Series(group.ability),
        diligence=pl.Series(group.diligence),
        hands_on=pl.Series(group.hands_on),
        venture=pl.Series(group.venture),
        joins=pl.Series(chance),
    )


def choice_truth(enrolments: EnrolmentTable) -> pl.DataFrame:
    """Return student, resource and motive of each enrolment."""
    motive = pl.Series("motive", MOTIVES).gather(enrolments.motive)
    return enrolments.table.select("student", "resource").with_columns(motive)


def taste_truth(vocabulary: TownVocabulary, group: StudentGroup, tastes: StudentTastes) -> pl.DataFrame:
    """Return student, free_hour, price_sensitivity, favourite (code of the skill group liked most) of each student."""
    groups = vocabulary.leaves["broader"].unique().sort()
    return pl.DataFrame(
        {
            "student": group.table["code"],
            "free_hour": tastes.hour,
            "price_sensitivity": tastes.sensitivity,
            "favourite": groups.gather(tastes.groups.argmax(axis=1)),
        }
    )


def gain_truth(vocabulary: TownVocabulary, resources: Resources) -> pl.DataFrame:
    """Return resource, skill, gain (share of the missing level that finishing adds)."""
    row, leaf = np.nonzero(resources.gain)
    return pl.DataFrame(
        {
            "resource": resources.table["code"].gather(row),
            "skill": vocabulary.leaves["code"].gather(leaf),
            "gain": resources.gain[row, leaf],
        }
    )


def level_truth(vocabulary: TownVocabulary, group: StudentGroup, after: NDArray[np.float64]) -> pl.DataFrame:
    """Return student, skill, before (on arrival) and level (at the end of the window), where level > 0."""
    row, leaf = np.nonzero(after)
    return pl.DataFrame(
        {
            "student": group.table["code"].gather(row),
            "skill": vocabulary.leaves["code"].gather(leaf),
            "before": group.prior[row, leaf],
            "level": after[row, leaf],
        }
    )


def parameter_truth(settings: TownSettings) -> pl.DataFrame:
    """Return part, name, value: the settings and every number of the process, ranges as name.0 and name.1."""
    parts: tuple[Any, ...] = (
        settings,
        MarketShape(),
        ShockShape(),
        SpreadShape(),
        PostingNoise(),
        RepostHabits(),
        PostingTermHabits(),
    )
    parts += (CohortDrift(), WorkHabits(), StudentHabits(), StudyHabits(), MotiveSettings())
    rows = []
    for part in (*parts, EventHabits(), PlacementHabits(), FeedbackHabits(), VentureHabits()):
        for name, value in asdict(part).items():
            values = value if isinstance(value, tuple) else (value,)
            for number, one in enumerate(values):
                if isinstance(one, int | float):
                    label = f"{name}.{number}" if isinstance(value, tuple) else name
                    rows.append((type(part).__name__, label.rstrip("_"), float(one)))
    return pl.DataFrame(rows, schema={"part": pl.String, "name": pl.String, "value": pl.Float64}, orient="row")
