"""Heterogeneous graph of each month: clusters, skills, industries, resources and their recent edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, Ints, diagonal_matrix, entry_pattern, group_matrix, unit_rows
from skillpath.embeddings.fusion.features.series_features import SeriesFeatures, shift_months
from skillpath.embeddings.fusion.fusion_settings import FeatureSettings
from skillpath.embeddings.history import COURSE, History

Edges = tuple[Ints, Floats]
"""(2, E) source and destination, (E, A) attributes."""


@dataclass(frozen=True)
class MonthGraphs:
    """Graphs of T months over the same nodes.

    Attributes:
        dynamic: by kind (cluster, skill, industry, resource): (n, T, F) numbers of about unit size.
        asks: of each month: cluster → skill with share of the window's posts, its change, and required level.
        serves: of each month: cluster → industry with share of its posts.
        near: of each month: cluster → cluster with the likeness of their industries.
    """

    dynamic: dict[str, Floats]
    asks: list[Edges]
    serves: list[Edges]
    near: list[Edges]


def build_month_graphs(
    history: History, series: SeriesFeatures, settings: FeatureSettings | None = None
) -> MonthGraphs:
    """The graphs of all months, each from postings and events up to its end only."""
    chosen = settings or FeatureSettings()
    asked, counts = _presence(history), history.counts()
    serves, shares = _serves(history, chosen)
    return MonthGraphs(
        {
            "cluster": _cluster_numbers(series),
            "skill": _skill_numbers(asked, chosen.window),
            "industry": _industry_numbers(history),
            "resource": _resource_numbers(history),
        },
        _asks(history, asked, counts, chosen),
        serves,
        [_near(share, chosen.related_clusters) for share in shares],
    )


def _presence(history: History) -> list[csr_array]:
    """Postings of each month that ask a skill, T matrices (C, K)."""
    postings, clusters = history.postings, history.size("cluster")
    month = history.month_of(postings.day)
    pattern = entry_pattern(postings.needs)
    result = []
    for number in range(history.months):
        rows = np.flatnonzero((month == number) & (postings.cluster >= 0))
        result.append(csr_array(group_matrix(postings.cluster[rows], clusters) @ pattern[rows]))
    return result


def _asks(history: History, asked: list[csr_array], counts: Ints, settings: FeatureSettings) -> list[Edges]:
    required, result = history.requirements, []
    for month in range(history.months):
        now = range(max(0, month - settings.window + 1), month + 1)
        before = range(max(0, now.start - settings.memory), now.start)
        recent = _share(asked, counts, now, required.shape)
        earlier = _share(asked, counts, before, required.shape)
        union = csr_array(recent + earlier + required)
        row, column, _ = largest(union, settings.asked_skills)
        attributes = np.stack([_at(recent, row, column), _at(earlier, row, column), _at(required, row, column)], axis=1)
        attributes[:, 1] = attributes[:, 0] - attributes[:, 1]
        result.append((np.stack([row, column]), attributes))
    return result


def _share(asked: list[csr_array], counts: Ints, window: range, shape: tuple[int, int]) -> csr_array:
    total = sum((asked[month] for month in window), csr_array(shape))
    number = np.maximum(counts[:, window].sum(axis=1) if len(window) else np.ones(shape[0]), 1)
    return csr_array(diagonal_matrix(1.0 / number) @ total)


def largest(matrix: csr_array, each: int) -> tuple[Ints, Ints, Floats]:
    """Row, column and value of the ``each`` largest entries of every row; of equal ones the first columns."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((matrix.indices, -matrix.data, row))
    place = np.arange(len(order)) - matrix.indptr[:-1][row[order]]
    kept = order[(place < each) & (matrix.data[order] > 0)]
    return row[kept].astype(np.int64), matrix.indices[kept].astype(np.int64), matrix.data[kept]


def _at(matrix: csr_array, row: Ints, column: Ints) -> Floats:
    found = matrix[row, column] if len(row) else np.zeros(0)
    return np.asarray(found.todense() if hasattr(found, "todense") else found, dtype=np.float64).ravel()


def _serves(history: History, settings: FeatureSettings) -> tuple[list[Edges], list[Floats]]:
    postings = history.postings
    shape = (history.months, history.size("cluster"), max(history.size("industry"), 1))
    month = history.month_of(postings.day)
    inside = (postings.cluster >= 0) & (postings.industry >= 0) & (month >= 0) & (month < shape[0])
    flat = (month[inside] * shape[1] + postings.cluster[inside]) * shape[2] + postings.industry[inside]
    total = np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape).cumsum(axis=0).astype(np.float64)
    recent = total.copy()
    recent[settings.memory :] -= total[: -settings.memory]
    shares = list(recent / np.maximum(recent.sum(axis=2, keepdims=True), 1.0))
    edges = []
    for share in shares:
        row, column = np.nonzero(share >= 0.02)
        edges.append((np.stack([row, column]), share[row, column][:, None]))
    return edges, shares


def _near(share: Floats, each: int) -> Edges:
    unit = unit_rows(share)
    like = unit @ unit.T
    np.fill_diagonal(like, 0.0)
    row, column, value = largest(csr_array(np.where(like > 0.05, like, 0.0)), each)
    return np.stack([row, column]), value[:, None]


def _cluster_numbers(series: SeriesFeatures) -> Floats:
    found = series.structural
    parts = [
        *(shift_months(found.surprise, back).clip(-4, 4) / 2 for back in range(4)),
        found.noise * 5,
        found.slope * 12,
        found.season * 3,
        found.spread,
        (found.level - found.level.mean(axis=0)) / 2,
    ]
    return np.stack(parts, axis=-1)


def _skill_numbers(asked: list[csr_array], window: int) -> Floats:
    monthly = np.stack([np.asarray(matrix.sum(axis=0)).ravel() for matrix in asked], axis=1)
    return _volume(monthly, window)


def _industry_numbers(history: History) -> Floats:
    postings, size = history.postings, max(history.size("industry"), 1)
    month = history.month_of(postings.day)
    inside = (postings.industry >= 0) & (month >= 0) & (month < history.months)
    flat = postings.industry[inside] * history.months + month[inside]
    return _volume(np.bincount(flat, minlength=size * history.months).reshape(size, -1).astype(np.float64), 3)


def _resource_numbers(history: History) -> Floats:
    events = history.events
    month = history.month_of(events.day)
    inside = (events.kind == COURSE) & (month >= 0) & (month < history.months)
    flat = events.resource[inside] * history.months + month[inside]
    size = history.size("resource")
    return _volume(np.bincount(flat, minlength=size * history.months).reshape(size, -1).astype(np.float64), 6)


def _volume(monthly: Floats, window: int) -> Floats:
    """(n, T, 3) measures of volume: its level against the others, its change, and its change against the market's.

        rate[m]  = mean of the last ``window`` months      usual[m] = mean of all months before them
        level    = (log(1 + rate) − mean of that over the n) / 2
        change   = log((rate + 1) / (usual + 1))           0 where there was no volume before
        relative = change − change of the sum over the n   0 where there was no volume before

    For example the volumes 3, 3, 7 and 1, 1, 0 of two clusters with a window of one month: at the last month the rates
    are 7 and 0, the usual ones 3 and 1, the changes log 2 and −log 2, the market's log(8 / 5).
    """
    months = np.arange(1, monthly.shape[1] + 1)
    window_months = np.minimum(months, window)
    earlier_months = np.maximum(months - window_months, 1)

    # (n, T) volume up to each month, and up to the beginning of its window.
    so_far = monthly.cumsum(axis=1)
    before = np.zeros_like(so_far)
    before[:, window:] = so_far[:, :-window]

    rate = (so_far - before) / window_months
    usual = before / earlier_months

    logs = np.log1p(rate)
    level = (logs - logs.mean(axis=0)) / 2
    change = np.where(before > 0, np.log((rate + 1.0) / (usual + 1.0)), 0.0)
    market_change = np.log((rate.sum(axis=0) + 1.0) / (usual.sum(axis=0) + 1.0))
    relative = np.where(before > 0, change - market_change, 0.0)
    return np.stack([level, change, relative], axis=-1)
