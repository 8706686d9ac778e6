"""The latent quantities behind the town, kept apart: models are judged by them, never trained on them."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.pipeline.town.demand import Demand, month_names
from skillpath.pipeline.town.enrolments import Enrolments
from skillpath.pipeline.town.learners import Learners
from skillpath.pipeline.town.market import Posts
from skillpath.pipeline.town.resources import Resources
from skillpath.pipeline.town.settings import TownSettings
from skillpath.pipeline.town.vocabulary import Vocabulary


def demand_truth(settings: TownSettings, vocabulary: Vocabulary, demand: Demand) -> pl.DataFrame:
    """Return cluster, month, expected (posts), posts, trend (per year, log scale)."""
    clusters, months = demand.posts.shape
    code = vocabulary.clusters["code"].gather(np.repeat(np.arange(clusters), months))
    return pl.DataFrame(
        {
            "cluster": code,
            "month": np.tile(month_names(settings), clusters),
            "expected": demand.intensity.ravel(),
            "posts": demand.posts.ravel(),
            "trend": np.repeat(demand.trend, months),
        }
    )


def requirement_truth(vocabulary: Vocabulary, demand: Demand) -> pl.DataFrame:
    """Return the requirements with `drift`: the yearly change in how often they are asked (logit)."""
    return vocabulary.requirement_table().with_columns(drift=pl.Series(demand.drift))


def post_truth(vocabulary: Vocabulary, posts: Posts) -> pl.DataFrame:
    """Return code and the cluster each post was drawn from."""
    return posts.table.select("code", vocabulary.clusters["code"].gather(posts.cluster).alias("cluster"))


def student_truth(vocabulary: Vocabulary, learners: Learners) -> pl.DataFrame:
    """Return code, goal, ability, diligence and hands_on (standard normal)."""
    return learners.table.select("code").with_columns(
        goal=vocabulary.clusters["code"].gather(learners.goal),
        ability=pl.Series(learners.ability),
        diligence=pl.Series(learners.diligence),
        hands_on=pl.Series(learners.hands_on),
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


def level_truth(
    vocabulary: Vocabulary, learners: Learners, resources: Resources, enrolments: Enrolments
) -> pl.DataFrame:
    """Return student, skill, before (on arrival) and level (at the end of the window), where level > 0."""
    after = final_levels(learners, resources, enrolments)
    row, leaf = np.nonzero(after)
    return pl.DataFrame(
        {
            "student": learners.table["code"].gather(row),
            "skill": vocabulary.leaves["code"].gather(leaf),
            "before": learners.prior[row, leaf],
            "level": after[row, leaf],
        }
    )


def final_levels(learners: Learners, resources: Resources, enrolments: Enrolments) -> NDArray[np.float64]:
    """Return the latent level of each student in each skill, shape (students, leaves).

    Each enrolment closes a share of what is still missing: gain times progress times a factor for ability.
    """
    quality = 1 / (1 + np.exp(-(1.0 + 0.8 * learners.ability)))
    effort = enrolments.table["progress"].to_numpy() * quality[enrolments.student]
    row, leaf = np.nonzero(resources.gain[enrolments.resource])
    missing = np.log1p(-resources.gain[enrolments.resource[row], leaf] * effort[row])
    left = np.zeros(learners.prior.shape)
    np.add.at(left, (enrolments.student[row], leaf), missing)
    levels: NDArray[np.float64] = 1.0 - (1.0 - learners.prior) * np.exp(left)
    return levels
