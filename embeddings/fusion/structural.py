"""A structural model of postings: level, slope, season and passing noise of each cluster, filtered month by month.

Harvey (1989), "Forecasting, structural time series models and the Kalman filter", with Poisson counts taken in by the
mode of their posterior (West, Harrison & Migon 1985), and a bank of filters weighed by what each foresaw (Magill 1965).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.history import Floats, Ints

STATES = 5
"""Level, slope a month, cosine and sine of the year, noise."""


@dataclass(frozen=True)
class StructuralSettings:
    """What is believed of a cluster's log postings before any are seen.

    Attributes:
        level: standard deviation around the market's mean level. slope: of the slope, a month.
        seasons: of the yearly wave's two coefficients, one filter of the bank each.
        wander: of the steps by which level moves besides its slope.
        memory: share of the noise that lasts into the next month. shocks: standard deviations of what is new in it,
            one filter of the bank each.
        rounds: of the search for the settings under which a training window is the most likely.
    """

    level: float = 1.5
    slope: float = 0.012
    seasons: tuple[float, ...] = (0.05, 0.3)
    wander: float = 0.01
    memory: float = 0.75
    shocks: tuple[float, ...] = (0.06, 0.1, 0.15)
    rounds: int = 2


@dataclass(frozen=True)
class Structural:
    """What the filters believe at the end of each month, from nothing later; all arrays begin with (C, T).

    Attributes:
        mean, spread: (C, T) of the log of the expected postings of the next h months together.
        level, slope, noise: (C, T) of the state. season: (C, T) mean wave of the next h months.
        surprise: (C, T) what came less what was foreseen a month before, in standard deviations.
        likelihood: (C, T) log of the foreseen probability of what came.
    """

    mean: Floats
    spread: Floats
    level: Floats
    slope: Floats
    noise: Floats
    season: Floats
    surprise: Floats
    likelihood: Floats


def filter_counts(counts: Ints, calendar: Ints, horizon: int, settings: StructuralSettings | None = None) -> Structural:
    """Filter the postings (C, T) of months whose number in the year is ``calendar`` (T,), 0 for January.

    Column m of every result depends on columns up to m only.
    """
    chosen = settings or StructuralSettings()
    bank = [(season, shock) for season in chosen.seasons for shock in chosen.shocks]
    runs = [_Filter(counts.shape[0], chosen, season, shock, horizon) for season, shock in bank]
    steps = [_mix(runs, counts, calendar, month) for month in range(counts.shape[1])]
    return Structural(*(np.stack(column, axis=1) for column in zip(*steps, strict=True)))


def fit_structural(
    counts: Ints, calendar: Ints, horizon: int, settings: StructuralSettings | None = None
) -> StructuralSettings:
    """Settings under which the counts of a training window are the most likely, found by coordinate search.

    The search sees the months that are given and nothing else; less than a year leaves the settings as they are.
    """
    best = settings or StructuralSettings()
    if counts.shape[1] < 12:
        return best
    score = _score(counts, calendar, horizon, best)
    for _ in range(best.rounds):
        for trial in _neighbours(best):
            found = _score(counts, calendar, horizon, trial)
            if found > score:
                best, score = trial, found
    return best


def _neighbours(settings: StructuralSettings) -> list[StructuralSettings]:
    """Settings that differ in one respect."""
    moves = [replace(settings, memory=value) for value in (0.5, 0.65, 0.75, 0.85)]
    moves += [replace(settings, slope=settings.slope * factor) for factor in (0.6, 1.5)]
    moves += [replace(settings, wander=settings.wander * factor) for factor in (0.2, 3.0)]
    moves += [replace(settings, shocks=tuple(x * factor for x in settings.shocks)) for factor in (0.7, 1.3)]
    moves += [replace(settings, seasons=tuple(x * factor for x in settings.seasons)) for factor in (0.8, 1.25)]
    return moves


def _score(counts: Ints, calendar: Ints, horizon: int, settings: StructuralSettings) -> float:
    # The first half-year says more of the prior of the level than of how demand moves.
    return float(filter_counts(counts, calendar, horizon, settings).likelihood[:, 6:].sum())


class _Filter:
    """One filter over all clusters: state (C, 5), covariance (C, 5, 5)."""

    def __init__(self, clusters: int, chosen: StructuralSettings, season: float, shock: float, horizon: int) -> None:
        still = shock**2 / (1 - chosen.memory**2)
        self.state = np.zeros((clusters, STATES))
        spread = np.array([chosen.level**2, chosen.slope**2, season**2, season**2, still])
        self.cover = np.tile(np.diag(spread), (clusters, 1, 1))
        self.move = np.diag([1.0, 1.0, 1.0, 1.0, chosen.memory])
        self.move[0, 1] = 1.0
        self.fresh = np.diag([chosen.wander**2, 0.0, 0.0, 0.0, shock**2])
        self.horizon = horizon
        self.credit = np.zeros(clusters)

    def begin(self, level: float) -> None:
        self.state[:, 0] = level

    def predict(self) -> None:
        self.state = self.state @ self.move.T
        self.cover = self.move @ self.cover @ self.move.T + self.fresh

    def update(self, counts: NDArray[np.float64], look: Floats) -> tuple[Floats, Floats]:
        """Take in a month; how far it was off in standard deviations, and the log of its probability, both (C,)."""
        gain = self.cover @ look
        ahead, spread = self.state @ look, gain @ look
        mode = _mode(counts, ahead, spread)
        rate = np.exp(mode)
        # At the mode the Poisson likelihood is that of a normal observation with variance 1 / rate.
        total = spread + 1.0 / rate
        step = (mode - ahead) / np.maximum(spread, 1e-12)
        self.state = self.state + gain * step[:, None]
        self.cover = self.cover - gain[:, :, None] * gain[:, None, :] / total[:, None, None]
        log_odds = counts * mode - rate - (mode - ahead) ** 2 / (2 * spread) - 0.5 * np.log1p(spread * rate)
        expected = np.exp(ahead + spread / 2)
        variance = expected + expected**2 * np.expm1(spread)
        return (counts - expected) / np.sqrt(variance), log_odds

    def ahead(self, looks: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation (C,) of the log of the sum of the next months, looks (h, 5) at the state."""
        path, noise = np.eye(STATES), np.zeros((STATES, STATES))
        ways, noises = [], []
        for look in looks:
            path = self.move @ path
            noise = self.move @ noise @ self.move.T + self.fresh
            ways.append(look @ path)
            noises.append(noise)
        way = np.stack(ways)
        mean = self.state @ way.T
        cover = way @ self.cover @ way.T + self._later(looks, noises)
        single = np.exp(mean + np.diagonal(cover, axis1=1, axis2=2) / 2)
        total = single.sum(axis=1)
        # Fenton (1960): a sum of log-normal variables is nearly one, with the moments of the sum.
        spread = np.log1p(np.einsum("ci,cj,cij->c", single, single, np.expm1(cover)) / total**2)
        return np.log(total) - spread / 2, np.sqrt(spread)

    def _later(self, looks: Floats, noises: list[Floats]) -> Floats:
        """(h, h) covariance of the logs of the next months that is due to what is new in them."""
        cover = np.zeros((len(looks), len(looks)))
        for early, noise in enumerate(noises):
            carried = noise
            for late in range(early, len(looks)):
                cover[early, late] = cover[late, early] = looks[late] @ carried @ looks[early]
                carried = self.move @ carried
        return cover


def _mode(counts: Floats, ahead: Floats, spread: Floats) -> Floats:
    """(C,) log rate where Poisson likelihood times normal prior is highest, by Newton steps: it is concave."""
    rate = np.log(counts + 0.5)
    value = np.where(counts > 0, (ahead / spread + counts * rate) / (1 / spread + counts), ahead)
    for _ in range(12):
        slope = counts - np.exp(value) - (value - ahead) / spread
        value = value + np.clip(slope / (np.exp(value) + 1 / spread), -1.0, 1.0)
    return value


def _look(month: int | np.int64) -> Floats:
    angle = 2 * np.pi * float(month) / 12
    return np.array([1.0, 0.0, np.cos(angle), np.sin(angle), 1.0])


def _mix(runs: list[_Filter], counts: Ints, calendar: Ints, month: int) -> tuple[Floats, ...]:
    """One month of the whole bank: the moments of its mixture, each (C,)."""
    seen = counts[:, month].astype(np.float64)
    start = float(np.log(seen.mean() + 0.1))
    look = _look(calendar[month])
    parts = []
    for run in runs:
        run.begin(start) if month == 0 else run.predict()
        parts.append(run.update(seen, look))
    before = _weights(np.stack([run.credit for run in runs]))
    for run, (_, gained) in zip(runs, parts, strict=True):
        run.credit = run.credit + gained
    weight = _weights(np.stack([run.credit for run in runs]))
    looks = np.stack([_look(calendar[month] + step) for step in range(1, runs[0].horizon + 1)])
    means, spreads = (np.stack(x) for x in zip(*(run.ahead(looks) for run in runs), strict=True))
    mean = (weight * means).sum(axis=0)
    spread = np.sqrt((weight * (spreads**2 + (means - mean) ** 2)).sum(axis=0))
    states = np.einsum("gc,gcs->cs", weight, np.stack([run.state for run in runs]))
    season = states @ (looks[:, 2:4].mean(axis=0) @ np.eye(STATES)[2:4])
    surprise = (before * np.stack([s for s, _ in parts])).sum(axis=0)
    gained = np.stack([g for _, g in parts])
    top = gained.max(axis=0)
    likelihood = top + np.log((before * np.exp(gained - top)).sum(axis=0))
    return mean, spread, states[:, 0], states[:, 1], states[:, 4], season, surprise, likelihood


def _weights(credit: Floats) -> Floats:
    odds = np.exp(credit - credit.max(axis=0))
    weights: Floats = odds / odds.sum(axis=0)
    return weights
