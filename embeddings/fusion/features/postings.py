"""Posting windows of the text channel: sampled postings of each cluster and month with age and weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.fusion.fusion_settings import FeatureSettings
from skillpath.embeddings.history import History


@dataclass(frozen=True)
class PostingWindows:
    """Postings that are read (N of them, each once) and the windows they stand in.

    Attributes:
        rows: (N,) rows of `History.postings`. meta: (N, 3) log pay against the market, whether told, skills asked.
        window: (C, T, L) index into ``rows``, −1 where a window has fewer.
        weight: (C, T, L) log ω of (8): ``−λ · age − ½ log(posts of that industry in the window)``; 0 where empty.
    """

    rows: Ints
    meta: Floats
    window: Ints
    weight: Floats


def build_posting_windows(history: History, settings: FeatureSettings | None = None) -> PostingWindows:
    """Build the windows of all clusters and months; a window ends with its month.

    Of a cluster's postings in a month, evenly spaced ones are read. For example one cluster, two months, one posting
    read of each, a window of two months, λ = 0.35 and both postings of one industry:

        rows               [3, 8]
        window             month 0: [0, −1]      month 1: [1, 0]     the latest month comes first
        weight             month 0: [0, 0]       month 1: [−½ log 2, −0.35 − ½ log 2]
    """
    chosen = settings or FeatureSettings()
    picked = _sample_postings(history, chosen.postings)
    row_window, age = _lay_out_windows(picked, chosen.window)

    # Rows of the history become places among those that any window reads.
    rows = np.unique(picked[picked >= 0])
    window = np.where(row_window >= 0, np.searchsorted(rows, row_window), -1)

    same_industry = _count_same_industry(history.postings.industry[rows], window)
    weight = np.where(window >= 0, -chosen.age_decay * age - 0.5 * np.log(same_industry), 0.0)
    return PostingWindows(rows, _meta(history, rows), window, weight)


def _lay_out_windows(picked: Ints, months: int) -> tuple[Ints, Floats]:
    """(C, T, L) postings of each window, the latest month first and −1 where there are fewer, and their age in months.

    Args:
        picked: (C, T, each) postings read of each month. months: of a window, so that L = months · each.
    """
    clusters, all_months, each = picked.shape
    shape = (clusters, all_months, months * each)
    window, age = np.full(shape, -1), np.zeros(shape)
    for back in range(min(months, all_months)):
        part = slice(back * each, (back + 1) * each)
        window[:, back:, part] = picked[:, : all_months - back]
        age[:, :, part] = back
    return window, age


def _count_same_industry(industry: Ints, window: Ints) -> Ints:
    """(C, T, L) entries of the window that are of the entry's industry, itself among them.

    Class balance within the window, so that one industry with many postings does not drown the others.

    Args:
        industry: (N,) of the postings. window: (C, T, L) index into them, −1 where a window has fewer.
    """
    # Empty entries are alike among themselves; their weight is 0 in any case.
    of_entry = np.where(window >= 0, industry[window] if len(industry) else -1, -2)
    same: Ints = (of_entry[..., :, None] == of_entry[..., None, :]).sum(axis=-1)
    return same


def _sample_postings(history: History, each: int) -> Ints:
    """(C, T, each) rows of postings, −1 where there are fewer."""
    postings, shape = history.postings, (history.size("cluster"), history.months)
    month = history.month_of(postings.day)
    inside = np.flatnonzero((postings.cluster >= 0) & (month >= 0) & (month < shape[1]) & (postings.text >= 0))
    cell = postings.cluster[inside] * shape[1] + month[inside]
    order = np.argsort(cell, kind="stable")
    size = np.bincount(cell, minlength=shape[0] * shape[1])
    start = np.cumsum(size) - size
    place = np.arange(each)[None, :]
    spaced = np.where(size[:, None] > each, place * size[:, None] // each, place)
    there = spaced < size[:, None]
    rows = np.full((len(size), each), -1)
    rows[there] = inside[order][(start[:, None] + spaced)[there]]
    return rows.reshape(*shape, each)


def _meta(history: History, rows: Ints) -> Floats:
    """(N, 3) log pay against the market's mean of that day, whether pay is stated, and log of the skills asked."""
    postings = history.postings

    # The market's mean as of each posting, from nothing later: postings are in order of day.
    all_have_pay = postings.pay > 0
    all_log_pay = np.where(all_have_pay, np.log(np.where(all_have_pay, postings.pay, 1.0)), 0.0)
    market_mean = np.cumsum(all_log_pay) / np.maximum(np.cumsum(all_have_pay), 1)

    pay, has_pay = postings.pay[rows], postings.pay[rows] > 0
    log_pay = np.log(np.where(has_pay, pay, 1.0))
    relative_pay = np.where(has_pay, (log_pay - market_mean[rows]).clip(-2, 2), 0.0)

    skills_asked = np.diff(postings.needs.indptr)[rows]
    return np.stack([relative_pay, has_pay, np.log1p(skills_asked) / 2], axis=1)


def subtract_past_mean(vectors: Floats, cluster: Ints, month: Ints, weight: float = 5.0) -> Floats:
    """Vectors (N, d) of postings less the mean of their cluster's earlier months.

    What a cluster's posts always say tells which cluster it is, and a network would learn by heart how that one fared;
    what they say anew may tell what comes. Few earlier posts are drawn towards those of all clusters.

    Args:
        cluster, month: (N,) of each post; posts are in order of time. weight: of all clusters, in posts.
    """
    if not len(vectors):
        return vectors
    order = np.lexsort((month, cluster))
    market = _mean_before(vectors, month, np.zeros_like(cluster), np.zeros(vectors.shape[1]), 1.0)
    own = np.empty_like(vectors)
    own[order] = _mean_before(vectors[order], month[order], cluster[order], market[order], weight)
    return vectors - own


def _mean_before(vectors: Floats, month: Ints, group: Ints, towards: Floats, weight: float) -> Floats:
    """(N, d) mean of the group's rows of earlier months, shrunk towards ``towards`` by so many rows.

    For example the rows 2, 4 and 9 of one group in the months 0, 0 and 1, shrunk by one row of 0:

        earlier rows    none    none    2, 4
        mean            0       0       (2 + 4 + 0) / 3 = 2

    Args:
        vectors: (N, d) in order of group and month. month, group: (N,). towards: (N, d) or (d,).
    """
    row = np.arange(len(vectors))
    starts_group = np.ones(len(vectors), dtype=bool)
    starts_group[1:] = group[1:] != group[:-1]
    starts_month = np.ones(len(vectors), dtype=bool)
    starts_month[1:] = (group[1:] != group[:-1]) | (month[1:] != month[:-1])

    # (N,) first row of a row's group, and of its month within the group: what is between them is earlier.
    group_start = np.maximum.accumulate(np.where(starts_group, row, 0))
    month_start = np.maximum.accumulate(np.where(starts_month, row, 0))
    number = (month_start - group_start)[:, None]

    # (N + 1, d) sums of the rows before each one.
    sum_before = np.concatenate([np.zeros((1, vectors.shape[1])), np.cumsum(vectors, axis=0, dtype=np.float64)])
    mean: Floats = (sum_before[month_start] - sum_before[group_start] + weight * towards) / (number + weight)
    return mean
