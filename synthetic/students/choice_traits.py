"""Traits of resources and tastes of students that the motives of choices look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.students.choice_motives import MotiveSettings
from skillpath.synthetic.students.resources import Resources
from skillpath.synthetic.students.students import StudentGroup
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SEASONS = 2
"""Terms of a year: autumn and spring."""
NONE = -1


@dataclass(frozen=True)
class ResourceTraits:
    """What motives look at in the R resources, the same for all students of the town.

    Attributes:
        groups: share of each of G skill groups among the skills taught, (R, G).
        features: kind, provider and skill groups as unit vectors, (R, F).
        previous: row of the prerequisite, -1 where there is none, (R,).
        fame: log popularity in each of P programmes, (P, R).
        held: whether a resource is held in the terms of autumn and spring, (2, R).
        hour: weekly hour, (R,).
        price: log of the price, standardised, (R,).
    """

    groups: Floats
    features: Floats
    previous: Ints
    fame: Floats
    held: NDArray[np.bool_]
    hour: Ints
    price: Floats


@dataclass(frozen=True)
class StudentTastes:
    """Latent tastes of the S students of a group, which nothing else in the town depends on.

    Attributes:
        groups: liking of each skill group, (S, G), normal with variance 1.
        hour: the free weekly hour, (S,).
        sensitivity: to prices, (S,), log-normal with median 1.
    """

    groups: Floats
    hour: Ints
    sensitivity: Floats


def fit(vocabulary: TownVocabulary, group: StudentGroup, resources: Resources) -> Floats:
    """Return how much each resource helps each student's programme and goal, shape (students, resources)."""
    helps = _helps(vocabulary, resources)
    field = group.programmes.mean(helps)
    total: Floats = 0.6 * field[group.programme] + 0.4 * helps[group.goal]
    return total


def _helps(vocabulary: TownVocabulary, resources: Resources) -> Floats:
    """How much each resource helps each cluster, (clusters, resources)."""
    weight = vocabulary.levels * np.where(vocabulary.essential, 1.0, 0.35)
    helps: Floats = weight @ resources.gain.T
    return helps


def draw_tastes(
    rng: np.random.Generator, vocabulary: TownVocabulary, students: int, motives: MotiveSettings
) -> StudentTastes:
    """Return the tastes of so many students."""
    return StudentTastes(
        rng.normal(size=(students, _leaf_groups(vocabulary).shape[1])),
        rng.integers(motives.hours_of_week, size=students),
        np.exp(rng.normal(0, motives.thrift_spread, students)),
    )


def draw_resource_traits(
    settings: TownSettings,
    vocabulary: TownVocabulary,
    group: StudentGroup,
    resources: Resources,
    motives: MotiveSettings,
) -> ResourceTraits:
    """Return the traits of the catalogue; their random stream is the town's, the same for every group of students."""
    rng = settings.rng("resource traits")
    table, count = resources.table, len(resources.level)
    groups = resources.teaches @ _leaf_groups(vocabulary)
    groups = groups / np.maximum(groups.sum(axis=1, keepdims=True), 1)
    features = np.hstack([_one_hot(table["kind"]), _one_hot(table["provider"]), groups])
    field = group.programmes.mean(_helps(vocabulary, resources))
    fame = motives.field_fame * np.log(field + 0.01) + rng.normal(0, motives.fame, count)
    fame += rng.normal(0, motives.programme_fame, field.shape)
    only = np.arange(SEASONS)[:, None] == rng.integers(SEASONS, size=count)
    price = np.log(table["hours"].to_numpy()) + rng.normal(0, motives.price_noise, count)
    return ResourceTraits(
        groups,
        features / np.linalg.norm(features, axis=1, keepdims=True),
        _previous(table),
        fame,
        only | (rng.random(count) < motives.all_year),
        rng.integers(motives.hours_of_week, size=count),
        (price - price.mean()) / max(price.std(), 1e-9),
    )


def _leaf_groups(vocabulary: TownVocabulary) -> Floats:
    """The skill group of each leaf, one-hot, (leaves, G)."""
    return _one_hot(vocabulary.leaves["broader"])


def _one_hot(values: pl.Series) -> Floats:
    """(n, distinct values in the order of the alphabet)."""
    one_hot: Floats = (values.to_numpy()[:, None] == values.unique().sort().to_numpy()).astype(np.float64)
    return one_hot


def _previous(table: pl.DataFrame) -> Ints:
    """Row of the prerequisite of each resource, -1 where there is none."""
    row = dict(zip(table["code"], range(table.height), strict=True))
    return np.array([row.get(code, NONE) for code in table["prerequisites"]], dtype=np.int64)
