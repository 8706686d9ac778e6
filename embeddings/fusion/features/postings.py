"""Posting windows of the text channel: sampled postings of each cluster and month with age and weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.embeddings.fusion.fusion_settings import FeatureSettings
from skillpath.embeddings.history import Floats, History, Ints


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
    """The windows of all clusters and months; a window ends with its month.

    Of a cluster's posts in a month, evenly spaced ones are read. Class balance is by industry within the window, so
    that one industry with many posts does not drown the others.
    """
    chosen = settings or FeatureSettings()
    picked = _sample_postings(history, chosen.postings)
    shape = (*picked.shape[:2], chosen.window * chosen.postings)
    window, age = np.full(shape, -1), np.zeros(shape)
    for back in range(min(chosen.window, history.months)):
        part = slice(back * chosen.postings, (back + 1) * chosen.postings)
        window[:, back:, part] = picked[:, : history.months - back]
        age[:, :, part] = back
    rows = np.unique(picked[picked >= 0])
    window = np.where(window >= 0, np.searchsorted(rows, window), -1)
    industry = np.where(window >= 0, history.postings.industry[rows][window] if len(rows) else -1, -2)
    same = (industry[..., :, None] == industry[..., None, :]).sum(axis=-1)
    weight = np.where(window >= 0, -chosen.age_decay * age - 0.5 * np.log(same), 0.0)
    return PostingWindows(rows, _meta(history, rows), window, weight)


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
    postings = history.postings
    pay, has_pay = postings.pay[rows], postings.pay[rows] > 0
    log_pay = np.log(np.where(has_pay, pay, 1.0))
    # The market's mean as of each post, from nothing later: posts stand in order of day.
    all_have_pay = postings.pay > 0
    number = np.cumsum(all_have_pay)
    mean = np.cumsum(np.where(all_have_pay, np.log(np.where(all_have_pay, postings.pay, 1.0)), 0.0)) / np.maximum(
        number, 1
    )
    asked = np.diff(postings.needs.indptr)[rows]
    return np.stack([np.where(has_pay, (log_pay - mean[rows]).clip(-2, 2), 0.0), has_pay, np.log1p(asked) / 2], axis=1)


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
    """Mean of the rows of a group in earlier months, rows in order of group and month, drawn towards a row's own."""
    first = np.ones(len(vectors), dtype=bool)
    first[1:] = (group[1:] != group[:-1]) | (month[1:] != month[:-1])
    starts_group = np.ones(len(vectors), dtype=bool)
    starts_group[1:] = group[1:] != group[:-1]
    begin = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))
    base = np.maximum.accumulate(np.where(starts_group, np.arange(len(first)), 0))
    total = np.concatenate([np.zeros((1, vectors.shape[1])), np.cumsum(vectors, axis=0, dtype=np.float64)])
    number = (begin - base)[:, None]
    mean: Floats = (total[begin] - total[base] + weight * towards) / (number + weight)
    return mean
