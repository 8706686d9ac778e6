"""Features and the structural forecast: nothing of a month comes from a later one, and bad data does no harm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from skillpath.embeddings.fusion.features.features import Features, encode_texts, make_features
from skillpath.embeddings.fusion.features.postings import subtract_past_mean
from skillpath.embeddings.fusion.features.sampling import sample_neighbours
from skillpath.embeddings.fusion.statespace.structural import StructuralSettings, filter_counts, fit_structural
from skillpath.embeddings.history import History
from tests.embeddings.histories import small_history
from tests.embeddings.small_learning import SMALL, hashed


def monthly(history: History, features: Features, months: int) -> dict[str, Any]:
    """Everything that belongs to the first months, rows of tables replaced by what stands in them."""
    postings, student_sequences, graphs = features.postings, features.student_sequences, features.graphs
    texts = encode_texts(history, features, hashed)
    window, events = postings.window[:, :months], student_sequences.events[:, :months]
    found: dict[str, Any] = {
        "series": features.series.values[:, :months],
        "mean": features.series.structural.mean[:, :months],
        "past": features.series.past[:, :months],
        "gap": features.gap.values[:, :months],
        "weight": postings.weight[:, :months],
        "text": taken(texts.postings, window),
        "meta": taken(postings.meta, window),
        "crowd": student_sequences.values[:, :months],
        "kind": taken(student_sequences.kind, events),
        "since": taken(student_sequences.gap, events),
        "score": taken(student_sequences.score, events),
        "resource": taken(history.events.resource, events),
    }
    found |= {f"dynamic {kind}": values[:, :months] for kind, values in graphs.dynamic.items()}
    for name in ("asks", "serves", "near"):
        for month, (ends, attributes) in enumerate(getattr(graphs, name)[:months]):
            found |= {f"{name} {month}": ends, f"{name} of {month}": attributes}
    return found


def taken(values: Any, index: Any) -> Any:
    """Rows of a table where the index says so, 0 elsewhere."""
    if not len(values):
        return np.zeros(index.shape)
    there = (index >= 0).reshape(*index.shape, *([1] * (np.ndim(values) - 1)))
    return np.where(there, np.asarray(values)[index], 0)


@pytest.mark.parametrize("months", [5, 13, 24])
def test_features_of_a_month_do_not_depend_on_later_ones(months: int) -> None:
    history = small_history(months=30, students=60)
    whole = monthly(history, make_features(history, SMALL), months)
    cut = history.cut(months)
    alone = monthly(cut, make_features(cut, SMALL), months)
    assert whole.keys() == alone.keys()
    for name, values in alone.items():
        np.testing.assert_allclose(whole[name], values, atol=1e-6, err_msg=name)


def test_no_feature_is_nan_whatever_is_missing() -> None:
    history = small_history(months=20)
    postings = history.postings
    nowhere = np.zeros(len(postings.day), dtype=bool)
    nowhere[:3] = True
    nothing = replace(
        history,
        postings=replace(
            postings, pay=np.full(len(postings.day), np.nan), industry=np.full(len(postings.day), -1)
        ).where(nowhere),
        events=history.events.where(np.zeros(len(history.events.day), dtype=bool)),
        placements=replace(history.placements, rating=np.full(len(history.placements.day), np.nan)),
    )
    features = make_features(nothing, SMALL)
    for name, values in monthly(nothing, features, 20).items():
        assert np.isfinite(np.asarray(values, dtype=np.float64)).all(), name


def test_structural_forecast_finds_level_season_and_slope() -> None:
    rng = np.random.default_rng(0)
    month = np.arange(48)
    log_rate = 4.0 + 0.02 * (month - 24) + 0.4 * np.cos(2 * np.pi * (month - 3) / 12)
    counts = rng.poisson(np.exp(np.tile(log_rate, (20, 1))))
    settings = fit_structural(counts[:, :36], month[:36] % 12, 3)
    found = filter_counts(counts, month % 12, 3, settings)
    for origin in (38, 41, 44):
        due = np.log(np.exp(log_rate[origin + 1 : origin + 4]).sum())
        assert abs(found.mean[:, origin].mean() - due) < 0.06
    assert abs(found.slope[:, 44].mean() - 0.02) < 0.006
    assert sum(settings.prior) == pytest.approx(1.0)


def test_structural_forecast_knows_how_unsure_it_is() -> None:
    rng = np.random.default_rng(1)
    level = np.log(8.0) + rng.normal(0, 0.5, (200, 1))
    noise = np.zeros((200, 40))
    for month in range(1, 40):
        noise[:, month] = 0.75 * noise[:, month - 1] + rng.normal(0, 0.1, 200)
    rate = np.exp(level + noise)
    found = filter_counts(rng.poisson(rate), np.arange(40) % 12, 3, StructuralSettings())
    due = np.log(rate[:, 31:34].sum(axis=1))
    off = (due - found.mean[:, 30]) / found.spread[:, 30]
    assert 0.75 < off.std() < 1.25


def test_empty_clusters_stay_finite_and_small() -> None:
    counts = np.zeros((3, 24), dtype=np.int64)
    counts[1, 7] = 1
    found = filter_counts(counts, np.arange(24) % 12, 3)
    assert np.isfinite(found.mean).all() and np.isfinite(found.spread).all()
    assert (found.mean[0, -1] < np.log(1.0)) and (found.mean[1, -1] < np.log(2.0))


def test_news_of_a_post_that_repeats_what_its_cluster_says_are_nothing() -> None:
    vectors = np.tile([1.0, 0.0], (50, 1))
    vectors[-1] = [0.0, 1.0]
    month = np.repeat(np.arange(10), 5)
    found = subtract_past_mean(vectors, np.zeros(50, dtype=np.int64), month)
    assert np.abs(found[20:-1]).max() < 0.05
    assert found[-1] == pytest.approx([-1.0, 1.0], abs=0.05)


def test_sampling_takes_different_neighbours_and_no_more_than_wanted() -> None:
    history = small_history(students=30)
    table = history.students.stated
    owner, neighbour, value = sample_neighbours(table, np.arange(30), 1, np.random.default_rng(0))
    assert np.bincount(owner, minlength=30).tolist() == [1] * 30
    assert (table.toarray()[owner, neighbour] == value).all()
    owner, neighbour, _ = sample_neighbours(table, np.array([4, 4, 7]), 0)
    assert len(owner) == 6
    assert set(neighbour[owner == 0]) == set(neighbour[owner == 1]) == set(table[[4]].indices)
