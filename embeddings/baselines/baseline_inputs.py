"""Inputs of the baselines: a year of each cluster's series, texts, requirements and trainees, by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from scipy.sparse.linalg import svds

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.forecast_targets import ForecastTargets
from skillpath.embeddings.fusion.features.gap_start import build_gap_history
from skillpath.embeddings.gap_targets import GapSettings, sum_monthly_needs
from skillpath.embeddings.history import NO_DAY, History


@dataclass(frozen=True)
class InputSettings:
    """Shape of the inputs.

    Attributes:
        window: months that a model looks back.
        pooled: months whose postings make up a text or needs vector.
        components: principal components kept of each.
    """

    window: int = 12
    pooled: int = 3
    components: int = 8


@dataclass(frozen=True)
class Inputs:
    """Inputs of n samples, clusters at origins; what is unknown is 0 after standardising, and flagged.

    Attributes:
        window: (n, L, F) months up to the origin. static: (n, G) calendar, level and history as of the origin.
        cluster: (n,) index.
    """

    window: Floats
    static: Floats
    cluster: Ints


@dataclass(frozen=True)
class InputTables:
    """Standardised tables from which the inputs of any origin are cut; column m depends on months up to m only.

    Attributes:
        monthly: (C, T, F). counts: (C, T). settings: of the inputs. months: (T,) number in the year, 0 for January.
    """

    monthly: Floats
    counts: Floats
    months: Ints
    settings: InputSettings

    def at(self, origins: Ints) -> Inputs:
        """Inputs of all clusters at some origins, clusters outermost."""
        length, clusters = self.settings.window, len(self.counts)
        steps = origins[:, None] + np.arange(1 - length, 1)
        there = steps >= 0
        window = self.monthly[:, np.maximum(steps, 0)] * there[:, :, None]
        level = np.log1p(_expanding(self.counts)[:, origins])
        relative = (np.log1p(self.counts)[:, np.maximum(steps, 0)] - level[:, :, None]) * there
        flags = np.broadcast_to(there, relative.shape)
        whole = np.concatenate([window, relative[..., None], flags[..., None]], axis=-1)
        static = np.concatenate([level[..., None], self._calendar(origins), self._seasonal(origins)], axis=-1)
        flat = clusters * len(origins)
        return Inputs(
            whole.reshape(flat, length, -1), static.reshape(flat, -1), np.repeat(np.arange(clusters), len(origins))
        )

    def _calendar(self, origins: Ints) -> Floats:
        angle = 2 * np.pi * self.months[origins] / 12
        wave = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        return np.broadcast_to(wave, (len(self.counts), *wave.shape))

    def _seasonal(self, origins: Ints) -> Floats:
        """Log change from the same past to the same future one year ago and two, and whether each is known."""
        parts = []
        for years in (1, 2):
            change, known = compute_seasonal_change(self.counts, origins, self.settings.pooled, years)
            parts += [np.where(known, change, 0.0), np.broadcast_to(known, change.shape)]
        return np.stack(parts, axis=-1)


def build_input_tables(
    history: History, targets: ForecastTargets, text: Floats | None = None, settings: InputSettings | None = None
) -> InputTables:
    """Tables of a history; means, spreads and principal axes come from the training origins only.

    Args:
        text: (X, D) vector of each of ``history.texts``, zero for those that are not read; without it there are no
            text features.
    """
    chosen = settings or InputSettings()
    counts = history.counts().astype(np.float64)
    horizon = history.months - int(targets.split.test[-1]) - 1
    gap = build_gap_history(history, targets.gap, horizon, GapSettings())
    gap_features = np.stack([np.where(gap.known > 0, gap.now, np.nan), gap.yearly, gap.people], axis=-1)
    parts = [np.log1p(counts)[..., None], _pay(history)[..., None], gap_features, _trainees(history)]
    trained = slice(0, int(targets.split.train[-1]) + 1)
    parts.append(_components(_pooled(sum_monthly_needs(history), chosen.pooled), trained, chosen.components))
    if text is not None:
        read = _pooled(_monthly_text(history, text), chosen.pooled)
        parts.append(_components(read, trained, chosen.components))
    months = (history.first_month + np.arange(history.months)).astype(np.int64) % 12
    return InputTables(_standardised(np.concatenate(parts, axis=-1), trained), counts, months, chosen)


def compute_seasonal_change(
    counts: Floats, origins: Ints, horizon: int, years: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """(C, n) log of next over last ``horizon`` months, that many years before each origin; (n,) where it is known."""
    total = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
    middle = origins + 1 - 12 * years
    known = middle - horizon >= 0
    at = np.maximum(middle, horizon)
    after, before = total[:, at + horizon] - total[:, at], total[:, at] - total[:, at - horizon]
    change: Floats = np.log((after + horizon) / (before + horizon))
    return change, known


def _expanding(counts: Floats) -> Floats:
    mean: Floats = counts.cumsum(axis=1) / np.arange(1, counts.shape[1] + 1)
    return mean


def _pay(history: History) -> Floats:
    """(C, T) mean log pay of the postings of a month; NaN where none states it."""
    postings, shape = history.postings, (history.size("cluster"), history.months)
    month = history.month_of(postings.day)
    has_pay = (postings.cluster >= 0) & (month >= 0) & (month < shape[1]) & (postings.pay > 0)
    flat, cells = postings.cluster[has_pay] * shape[1] + month[has_pay], shape[0] * shape[1]
    number = np.bincount(flat, minlength=cells)
    total = np.bincount(flat, np.log(postings.pay[has_pay]), cells)
    mean: Floats = (total / np.where(number > 0, number, np.nan)).reshape(shape)
    return mean


def _trainees(history: History) -> Floats:
    """(C, T, 4) log number of students who aim at a cluster and are there, and of their events of each kind."""
    students, shape = history.students, (history.size("cluster"), history.months)
    month = history.month_of(history.events.day)
    target = students.target[history.events.student]
    events = np.zeros((*shape, 4))
    inside = (target >= 0) & (month >= 0) & (month < shape[1])
    np.add.at(events, (target[inside], month[inside], history.events.kind[inside] + 1), 1.0)
    aiming = np.flatnonzero((students.target >= 0) & (students.arrives != NO_DAY))
    for change, day in ((1.0, students.arrives[aiming]), (-1.0, students.graduates[aiming])):
        when = np.maximum(history.month_of(day), 0)
        dated = (day != NO_DAY) & (when < shape[1])
        np.add.at(events, (students.target[aiming][dated], when[dated], 0), change)
    events[..., 0] = np.maximum(events[..., 0].cumsum(axis=1), 0.0)
    return np.log1p(events)


def _monthly_text(history: History, text: Floats) -> tuple[list[csr_array], Ints]:
    """Sum of the vectors of each month's postings, T matrices (C, D), and how many have one, (C, T)."""
    postings, month = history.postings, history.month_of(history.postings.day)
    read = (postings.cluster >= 0) & (postings.text >= 0)
    read[read] = text[postings.text[read]].any(axis=1)
    sums, number = [], np.zeros((history.size("cluster"), history.months), dtype=np.int64)
    for column in range(history.months):
        rows = np.flatnonzero((month == column) & read)
        cells = (postings.cluster[rows], postings.text[rows])
        reads = csr_array((np.ones(len(rows)), cells), shape=(history.size("cluster"), len(text)))
        sums.append(csr_array(reads @ text))
        number[:, column] = np.bincount(postings.cluster[rows], minlength=history.size("cluster"))
    return sums, number


def _pooled(monthly: tuple[list[csr_array], Ints], months: int) -> list[csr_array]:
    """Mean over the postings of the last ``months`` months, T matrices (C, D); zero where there are none."""
    sums, number = monthly
    pooled = []
    for end in range(len(sums)):
        first = max(0, end + 1 - months)
        share = 1.0 / np.maximum(number[:, first : end + 1].sum(axis=1), 1.0)
        total = csr_array(sum(sums[first + 1 : end + 1], sums[first]))
        data = total.data * np.repeat(share, np.diff(total.indptr))
        pooled.append(csr_array((data, total.indices, total.indptr), shape=total.shape))
    return pooled


def _components(vectors: list[csr_array], trained: slice, count: int) -> Floats:
    """(C, T, ≤ count) coordinates along the principal axes of the training months."""
    seen = csr_array(vstack(vectors[trained]))
    rank = min(count, min(seen.shape) - 1)
    _, _, axes = svds(seen, k=rank, v0=np.ones(min(seen.shape)))
    return np.stack([np.asarray(v @ axes[::-1].T) for v in vectors], axis=1)


def _standardised(values: Floats, trained: slice) -> Floats:
    seen = values[:, trained].reshape(-1, values.shape[-1])
    mean, spread = np.nanmean(seen, axis=0), np.nanstd(seen, axis=0)
    scaled = (values - np.nan_to_num(mean)) / np.where(spread > 1e-9, np.nan_to_num(spread, nan=1.0), 1.0)
    filled: Floats = np.nan_to_num(scaled)
    return filled
