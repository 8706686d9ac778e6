"""Series features of each cluster: structural forecast, its recent errors, pay and calendar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.forecast_targets import mean_windows
from skillpath.embeddings.fusion.statespace.structural import StructuralForecast, StructuralSettings, filter_counts
from skillpath.embeddings.history import History

SURPRISES = 6


@dataclass(frozen=True)
class SeriesFeatures:
    """The series channel and the forecast that the network corrects.

    Attributes:
        values: (C, T, F) numbers of about unit size, never NaN.
        structural: the forecast from counts alone.
        past: (C, T) posts a month over the last h months; of the months there are where these are fewer.
    """

    values: Floats
    structural: StructuralForecast
    past: Floats


def build_series_features(history: History, horizon: int, settings: StructuralSettings | None = None) -> SeriesFeatures:
    """The series channel of all months; column m depends on months up to m only."""
    counts = history.counts()
    calendar = months_of_year(history)
    found = filter_counts(counts, calendar, horizon, settings)
    past = _past(counts.astype(np.float64), horizon)
    wave = 2 * np.pi * calendar / 12
    everywhere = np.log1p(counts.sum(axis=0) / max(len(counts), 1))
    parts = [
        found.mean - np.log(horizon * (past + 1.0)),
        found.spread,
        found.mean - found.mean.mean(axis=0),
        found.slope * 12,
        found.noise * 5,
        found.season * 2,
        *(shift_months(found.surprise, back).clip(-4, 4) / 2 for back in range(SURPRISES)),
        np.broadcast_to(np.cos(wave), counts.shape),
        np.broadcast_to(np.sin(wave), counts.shape),
        np.broadcast_to(everywhere - shift_months(everywhere[None], 3)[0], counts.shape),
        *build_pay_features(history),
    ]
    values = np.stack(parts, axis=-1).astype(np.float64)
    return SeriesFeatures(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0), found, past)


def months_of_year(history: History) -> Ints:
    """(T,) number of each month in the year, 0 for January."""
    months = (history.first_month + np.arange(history.months)).astype("datetime64[M]").astype(np.int64)
    return months % 12


def shift_months(values: Floats, months: int) -> Floats:
    """Values (C, T, …) of so many months before; the first ones where there is nothing before."""
    if not months:
        return values
    index = np.maximum(np.arange(values.shape[1]) - months, 0)
    moved: Floats = values[:, index]
    return moved


def build_pay_features(history: History) -> list[Floats]:
    """Compute log pay against the market's past and the cluster's own, and the share that states it, each (C, T).

    For example one cluster, four months with one posting each, of the log pay 10, 10, 10 and 12:

        mean of all clusters so far         10     10     10     10.5
        mean of the cluster so far          10     10     10     10.5    one posting more, at the mean of all
        deviation of the last 3 months      0      0      0      0.06    (32 − 3 · 10.5) / (3 + 5)
    """
    number, total = _stated_pay(history)
    number_so_far, total_so_far = number.cumsum(axis=1), total.cumsum(axis=1)

    market_mean = total_so_far.sum(axis=0) / np.maximum(number_so_far.sum(axis=0), 1)
    cluster_mean = (total_so_far + market_mean) / (number_so_far + 1)

    recent_number = number_so_far - _before(number_so_far)
    recent_total = total_so_far - _before(total_so_far)
    deviation = recent_total - cluster_mean * recent_number

    share_stated = number_so_far / np.maximum(history.counts().cumsum(axis=1), 1)
    return [
        (cluster_mean - market_mean).clip(-2, 2),
        (deviation / (recent_number + 5)).clip(-1, 1),
        share_stated,
    ]


def _stated_pay(history: History) -> tuple[Floats, Floats]:
    """(C, T) number of postings that state pay, and the sum of its logarithm."""
    postings, shape = history.postings, (history.size("cluster"), history.months)
    month = history.month_of(postings.day)
    has_pay = (postings.cluster >= 0) & (month >= 0) & (month < shape[1]) & (postings.pay > 0)
    cell = postings.cluster[has_pay] * shape[1] + month[has_pay]
    number = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    total = np.bincount(cell, np.log(postings.pay[has_pay]), shape[0] * shape[1]).reshape(shape).astype(np.float64)
    return number, total


def _before(running: Floats, months: int = 3) -> Floats:
    """Running sums (C, T) as they were so many months before; 0 where there was nothing before."""
    earlier = np.zeros_like(running)
    earlier[:, months:] = running[:, :-months]
    return earlier


def _past(counts: Floats, horizon: int) -> Floats:
    mean, _ = mean_windows(counts, horizon) if counts.shape[1] > horizon else (np.full(counts.shape, np.nan), counts)
    so_far = counts.cumsum(axis=1) / np.arange(1, counts.shape[1] + 1)
    past: Floats = np.where(np.isnan(mean), so_far, mean)
    return past
