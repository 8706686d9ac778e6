"""Student population: cohorts that drift from year to year, latent traits, graduation and first work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillpath.synthetic.programmes import Programmes
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary

NEVER = np.datetime64("NaT", "D")
STUDY_YEARS = 3


@dataclass(frozen=True)
class CohortDrift:
    """How cohorts change, per year after the middle cohort."""

    programme: float = 1.0
    """Pull of a programme's outlook on the log of its share."""
    programme_noise: float = 0.06
    """Standard deviation of further change of that log."""
    goal: float = 1.5
    """Pull of a cluster's outlook on the log of its share among goals."""
    diligence: float = -0.06
    hands_on: float = 0.08
    """Shift of the mean, in standard deviations."""


@dataclass(frozen=True)
class WorkHabits:
    """When internships and first jobs begin, and who gets one."""

    slack_days: int = 30
    """Days from the window's start in which there are no posts yet to answer, and before its end."""
    delayed: float = 0.15
    """Chance of an average student to graduate a year late."""
    search_days: float = 60.0
    """Mean days from graduation to the first job."""
    ability: float = 0.5
    diligence: float = 0.3
    """Pull on the log of the chance of a record."""


@dataclass(frozen=True)
class Population:
    """The student population in order of cohort; every array has one entry per student.

    Attributes:
        cohort: year of admission.
        programme: row of the programme.
        ability, diligence, hands_on, venture: normal with variance 1; mean 0 but for the drift of cohorts.
        graduates: day on which the student is due to graduate.
        internship, employment: first day, or not a time where there is no record of one.
    """

    programmes: Programmes
    cohort: NDArray[np.int64]
    programme: NDArray[np.int64]
    ability: NDArray[np.float64]
    diligence: NDArray[np.float64]
    hands_on: NDArray[np.float64]
    venture: NDArray[np.float64]
    graduates: NDArray[np.datetime64]
    internship: NDArray[np.datetime64]
    employment: NDArray[np.datetime64]

    @property
    def feedback(self) -> int:
        """How many records of work there are."""
        return int((~np.isnat(self.internship)).sum() + (~np.isnat(self.employment)).sum())


def make_population(
    settings: TownSettings, vocabulary: TownVocabulary, drift: CohortDrift | None = None, work: WorkHabits | None = None
) -> Population:
    """Return the students of the town, with `settings.feedback` records of work if so many can be."""
    drift, work = drift or CohortDrift(), work or WorkHabits()
    rng = settings.rng("roll")
    programmes = Programmes.read(vocabulary)
    cohort = np.sort(rng.choice(cohorts(settings), settings.students))
    years = cohort_years(settings, cohort)
    programme = _programmes(rng, settings, vocabulary, programmes, cohort, drift)
    ability, diligence, hands_on, venture = rng.normal(size=(4, settings.students))
    diligence, hands_on = diligence + drift.diligence * years, hands_on + drift.hands_on * years
    late = rng.random(settings.students) < work.delayed * np.exp(-0.6 * diligence)
    graduates = _day(cohort + STUDY_YEARS + late, 6) - 1
    chances = np.exp(work.ability * ability + work.diligence * diligence)
    internship = _internships(rng, settings, cohort, work)
    employment = _within(
        settings, graduates + 1 + rng.exponential(work.search_days, len(cohort)).astype(np.int64), work
    )
    starts = _chosen(rng, settings.feedback, np.stack([internship, employment]), chances)
    return Population(programmes, cohort, programme, ability, diligence, hands_on, venture, graduates, *starts)


def cohorts(settings: TownSettings) -> NDArray[np.int64]:
    """Return the years in which students of the window began; the last ones still have time to enrol."""
    first = settings.first_month.astype("datetime64[Y]").astype(int) + 1970 - 1
    final = settings.end - 60
    year = final.astype("datetime64[Y]").astype(int) + 1970
    began = np.datetime64(f"{year}-10-01") <= final
    return np.arange(first, (year if began else year - 1) + 1)


def cohort_years(settings: TownSettings, cohort: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how many years each cohort lies after the middle one, same shape."""
    years: NDArray[np.float64] = cohort - cohorts(settings).mean()
    return years


def _programmes(
    rng: np.random.Generator,
    settings: TownSettings,
    vocabulary: TownVocabulary,
    programmes: Programmes,
    cohort: NDArray[np.int64],
    drift: CohortDrift,
) -> NDArray[np.int64]:
    outlook = programmes.mean(vocabulary.clusters["outlook"].to_numpy()) * settings.trend_scale
    slope = drift.programme * outlook + rng.normal(0, drift.programme_noise, len(outlook))
    every = cohorts(settings)
    weight = programmes.table["weight"].to_numpy() * np.exp(cohort_years(settings, every)[:, None] * slope)
    chance = (weight / weight.sum(axis=1, keepdims=True)).cumsum(axis=1)
    row = (rng.random(len(cohort))[:, None] > chance[cohort - every[0]]).sum(axis=1)
    programme: NDArray[np.int64] = np.minimum(row, len(outlook) - 1)
    return programme


def _internships(
    rng: np.random.Generator, settings: TownSettings, cohort: NDArray[np.int64], work: WorkHabits
) -> NDArray[np.datetime64]:
    """One of the breaks after the first year, evenly drawn among those within the window."""
    breaks = ((1, 7), (2, 1), (2, 7), (3, 1))
    days = np.stack([_day(cohort + year, month) for year, month in breaks], axis=1)
    days = _within(settings, days + rng.integers(0, 21, days.shape), work)
    pick = np.argmax(np.where(np.isnat(days), -1.0, rng.random(days.shape)), axis=1)
    chosen: NDArray[np.datetime64] = days[np.arange(len(days)), pick]
    return chosen


def _within(settings: TownSettings, days: NDArray[np.datetime64], work: WorkHabits) -> NDArray[np.datetime64]:
    first = settings.first_month.astype("datetime64[D]") + work.slack_days
    return np.where((days >= first) & (days < settings.end - work.slack_days), days, NEVER)


def _chosen(
    rng: np.random.Generator, wanted: int, starts: NDArray[np.datetime64], chance: NDArray[np.float64]
) -> NDArray[np.datetime64]:
    """The starts, shape (2, students), of which only so many as wanted are left."""
    there = np.flatnonzero(~np.isnat(starts.ravel()))
    weight = np.tile(chance, 2)[there]
    kept = there
    if wanted < len(there):
        # The largest of log weight plus Gumbel noise are a draw without replacement in proportion to the weights.
        kept = there[np.argsort(-(np.log(weight) + rng.gumbel(size=len(there))), kind="stable")[:wanted]]
    left = np.full(starts.size, NEVER)
    left[kept] = starts.ravel()[kept]
    return left.reshape(starts.shape)


def _day(year: NDArray[np.int64], month: int) -> NDArray[np.datetime64]:
    """The first day of the month after `month` full months of each year."""
    return ((year - 1970) * 12 + month).astype("datetime64[M]").astype("datetime64[D]")
