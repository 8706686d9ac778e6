"""Structural time-series model of postings: level, slope, season and transient noise, filtered month by month.

Harvey (1989), "Forecasting, structural time series models and the Kalman filter"; a bank of filters weighed by what
each foresaw (Magill 1965), its prior over seasons learnt from all clusters (Kiefer & Wolfowitz 1956).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.fusion.statespace.kalman import Filters, look_at


@dataclass(frozen=True)
class StructuralSettings:
    """Prior of the structural model of a cluster's log postings.

    Attributes:
        level: prior standard deviation of the level around the market's mean level.
        slope: prior standard deviation of the slope, a month.
        level_noise: standard deviation of the level disturbance: how far the level moves in a month besides its slope.
        noise_persistence: autoregressive coefficient of the noise: the share that lasts into the next month.
        shock: standard deviation of what is new in the noise of a month.
        shocks: factors of ``shock``, one filter of the bank each.
        waves: sizes of the yearly wave, each at `phases` times of the year.
        phases: times of the year at which a wave may have its crest.
        wave_spread: prior standard deviation around each of these waves.
        prior: chance of no wave and of each wave and phase; empty for half, and the other half divided equally.
        rounds: rounds of the search for the settings under which a training window is the most likely.
    """

    level: float = 1.5
    slope: float = 0.012
    level_noise: float = 0.01
    noise_persistence: float = 0.75
    shock: float = 0.1
    shocks: tuple[float, ...] = (0.7, 1.5)
    waves: tuple[float, ...] = (0.15, 0.3, 0.45, 0.65)
    phases: int = 12
    wave_spread: float = 0.06
    prior: tuple[float, ...] = ()
    rounds: int = 2


@dataclass(frozen=True)
class StructuralForecast:
    """Filtered state at the end of each month, from nothing later; all arrays are (C, T).

    Attributes:
        mean, spread: of the log of the expected postings of the next h months together.
        level, slope, noise: of the state. season: mean wave of the next h months.
        surprise: what came less what was foreseen a month before, in standard deviations.
        likelihood: log of the foreseen probability of what came, up to what no setting changes.
    """

    mean: Floats
    spread: Floats
    level: Floats
    slope: Floats
    noise: Floats
    season: Floats
    surprise: Floats
    likelihood: Floats


def filter_counts(
    counts: Ints, calendar: Ints, horizon: int, settings: StructuralSettings | None = None
) -> StructuralForecast:
    """Filter the postings (C, T) of months whose number in the year is ``calendar`` (T,), 0 for January.

    Column m of every result depends on columns up to m only.
    """
    chosen = settings or StructuralSettings()
    bank = _Bank(counts.shape[0], chosen)
    steps = [bank.month(counts[:, m].astype(np.float64), int(calendar[m]), m, horizon) for m in range(counts.shape[1])]
    return StructuralForecast(*(np.stack(column, axis=1) for column in zip(*steps, strict=True)))


def fit_structural(
    counts: Ints, calendar: Ints, horizon: int, settings: StructuralSettings | None = None
) -> StructuralSettings:
    """Settings under which the counts of a training window are the most likely.

    How demand moves is found by coordinate search, the prior over waves by expectation–maximisation. The search sees
    the months that are given and nothing else; less than a year leaves the settings as they are.
    """
    best = settings or StructuralSettings()
    if counts.shape[1] < 12:
        return best
    del horizon  # One step ahead says the same of the settings, and more often.
    coarse = replace(best, phases=4, waves=(0.35,), wave_spread=0.15, shocks=(1.0,), prior=())
    score = _score(counts, calendar, coarse)
    for _ in range(best.rounds):
        for trial in _trials(coarse):
            found = _score(counts, calendar, trial)
            if found > score:
                coarse, score = trial, found
    best = replace(
        best,
        noise_persistence=coarse.noise_persistence,
        slope=coarse.slope,
        level_noise=coarse.level_noise,
        shock=coarse.shock,
    )
    return replace(best, prior=_season_prior(counts, calendar, best))


def _trials(settings: StructuralSettings) -> list[StructuralSettings]:
    """Settings that differ in one respect."""
    return [
        *(replace(settings, noise_persistence=value) for value in (0.5, 0.65, 0.75, 0.85)),
        *(replace(settings, slope=settings.slope * factor) for factor in (0.6, 1.5)),
        *(replace(settings, level_noise=settings.level_noise * factor) for factor in (0.2, 3.0)),
        *(replace(settings, shock=settings.shock * factor) for factor in (0.7, 1.3)),
    ]


def _score(counts: Ints, calendar: Ints, settings: StructuralSettings) -> float:
    # The first half-year says more of the prior of the level than of how demand moves.
    return float(filter_counts(counts, calendar, 1, settings).likelihood[:, 6:].sum())


def _season_prior(
    counts: Ints, calendar: Ints, settings: StructuralSettings, iterations: int = 30
) -> tuple[float, ...]:
    """The chance of each wave that makes the counts of all clusters together the most likely."""
    bank = _Bank(counts.shape[0], settings)
    for month in range(counts.shape[1]):
        bank.month(counts[:, month].astype(np.float64), int(calendar[month]), month, 1)
    points = 1 + len(settings.waves) * settings.phases
    credit = bank.credit.reshape(points, len(settings.shocks), -1)
    top = credit.max(axis=(0, 1))
    likelihood = np.exp(credit - top).mean(axis=1)
    prior = _prior(settings)
    for _ in range(iterations):
        belief = prior[:, None] * likelihood
        prior = (belief / belief.sum(axis=0)).mean(axis=1)
    # No wave is impossible because the few clusters of a training window do not show it.
    prior = 0.9 * prior + 0.1 * _prior(replace(settings, prior=()))
    return tuple(float(p) for p in prior)


def _prior(settings: StructuralSettings) -> Floats:
    if settings.prior:
        return np.array(settings.prior)
    number = len(settings.waves) * settings.phases
    return np.array([0.5, *([0.5 / number] * number)])


class _Bank:
    """Filters for every wave and shock, and for each cluster the weight of each."""

    def __init__(self, clusters: int, settings: StructuralSettings) -> None:
        angles = 2 * np.pi * np.arange(settings.phases) / settings.phases
        points = [(0.0, 0.0), *((w * np.cos(a), w * np.sin(a)) for w in settings.waves for a in angles)]
        shocks = np.tile(settings.shock * np.array(settings.shocks), len(points))
        means = np.repeat(np.array(points), len(settings.shocks), axis=0)
        self.filters = Filters(
            clusters,
            means,
            shocks,
            settings.level,
            settings.slope,
            settings.wave_spread,
            settings.level_noise,
            settings.noise_persistence,
        )
        prior = np.repeat(_prior(settings), len(settings.shocks)) / len(settings.shocks)
        self.start = np.log(np.maximum(prior, 1e-12))[:, None]
        self.credit = np.zeros((len(shocks), clusters))

    def month(self, counts: Floats, calendar: int, number: int, horizon: int) -> tuple[Floats, ...]:
        """Take in a month: moments of the mixture of all filters, each (C,), in the order of `StructuralForecast`."""
        if number == 0:
            self.filters.begin(float(np.log(counts.mean() + 0.1)))
        else:
            self.filters.predict()
        # (G, C) what each filter was off by, and the log likelihood that it gained; its weight before and after that.
        surprises, gained = self.filters.update(counts, look_at(calendar))
        before = _weights(self.start + self.credit)
        self.credit = self.credit + gained
        weight = _weights(self.start + self.credit)

        # Mean and standard deviation (C,) of the mixture of what the filters foretell.
        looks = np.stack([look_at(calendar + step) for step in range(1, horizon + 1)])
        means, variances = self.filters.ahead(looks)
        mean = (weight * means).sum(axis=0)
        spread = np.sqrt((weight * (variances + (means - mean) ** 2)).sum(axis=0))

        # (C, 5) mean state.
        state = np.einsum("gc,gcs->cs", weight, self.filters.state)
        season = state[:, 2:4] @ looks[:, 2:4].mean(axis=0)

        # Log likelihood of the month under the weights before it; the largest is taken out of the sum.
        top = gained.max(axis=0)
        likelihood = top + np.log((before * np.exp(gained - top)).sum(axis=0))
        surprise = (before * surprises).sum(axis=0)
        return mean, spread, state[:, 0], state[:, 1], state[:, 4], season, surprise, likelihood


def _weights(credit: Floats) -> Floats:
    likelihoods = np.exp(credit - credit.max(axis=0))
    weights: Floats = likelihoods / likelihoods.sum(axis=0)
    return weights
