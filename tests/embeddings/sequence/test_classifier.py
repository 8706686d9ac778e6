"""The classifier learns what only the order of events tells, says nothing it was not shown, and repeats itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skillpath.embeddings.sequence.classifier import Examples, SequenceClassifier
from skillpath.embeddings.sequence.event_paths import EventPaths
from skillpath.embeddings.sequence.sequence_encoder import BILSTM, SequenceSettings
from skillpath.errors import BadInput

SETTINGS = SequenceSettings(width=16, dropout=0.1, learning_rate=2e-2, epochs=8, batch=32)


def students(count: int, seed: int) -> Examples:
    """It comes for those whose scores fall; the summary holds their sum, and noise of which half is unknown."""
    random = np.random.default_rng(seed)
    lengths = random.integers(2, 6, count)
    lengths[0] = 0
    outcome = random.integers(0, 2, count)
    values = np.zeros((count, 5, 2))
    for i, length in enumerate(lengths):
        rising = np.sort(random.random(length))
        values[i, :length, 0] = rising[::-1] if outcome[i] else rising
        values[i, :length, 1] = 1.0
    noise = np.where(random.random(count) < 0.5, np.nan, random.normal(size=count))
    return Examples(EventPaths(values, lengths), np.c_[values[..., 0].sum(axis=1), noise], outcome)


def accuracy(model: SequenceClassifier, examples: Examples) -> float:
    return float((model.predict(examples)[0].argmax(axis=1) == examples.outcome)[1:].mean())


@pytest.mark.parametrize("settings", [SETTINGS, replace(SETTINGS, kind=BILSTM, gated=False)])
def test_order_is_learned(settings: SequenceSettings) -> None:
    model = SequenceClassifier(settings).fit(students(250, 1), students(60, 2))
    assert accuracy(model, students(200, 3)) > 0.9
    assert 1 <= model.epochs <= settings.epochs


def test_shuffled_outcomes_drop_to_chance() -> None:
    learned = students(250, 1)
    shuffled = replace(learned, outcome=np.random.default_rng(5).permutation(learned.outcome))
    assert 0.35 < accuracy(SequenceClassifier(SETTINGS).fit(shuffled, students(60, 2)), students(200, 3)) < 0.65


def test_the_same_seed_says_the_same_and_another_does_not() -> None:
    short = replace(SETTINGS, epochs=2)
    asked = students(50, 3)
    one, again, other = (
        SequenceClassifier(s).fit(students(200, 1)).predict(asked)[0] for s in (short, short, replace(short, seed=8))
    )
    assert np.array_equal(one, again) and not np.allclose(one, other)


def test_what_lies_behind_the_last_event_and_who_else_is_asked_change_nothing() -> None:
    model = SequenceClassifier(replace(SETTINGS, epochs=3)).fit(students(200, 1))
    asked = students(40, 4)
    found, gate = model.predict(asked)
    behind = np.arange(5) >= asked.paths.lengths[:, None]
    noisy = replace(asked, paths=EventPaths(np.where(behind[..., None], 9.0, asked.paths.values), asked.paths.lengths))
    assert np.allclose(model.predict(noisy)[0], found, atol=1e-6)
    alone = Examples(asked.paths.where(np.array([7])), asked.summary[[7]], asked.outcome[[7]])
    assert np.allclose(model.predict(alone)[0][0], found[7], atol=1e-6)
    assert np.isfinite(found).all() and np.allclose(found.sum(axis=1), 1)
    assert gate[0] == 0 and (gate[1:] > 0).all(), "who has no events is judged by the summary alone"


def test_outcomes_of_one_kind_are_refused() -> None:
    same = students(20, 1)
    with pytest.raises(BadInput, match="All outcomes are the same"):
        SequenceClassifier(SETTINGS).fit(replace(same, outcome=np.zeros(20, dtype=np.int64)))
