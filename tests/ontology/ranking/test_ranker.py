"""The staged ranking with and without an encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from skillpath.ontology.ranking.match_calibration import (
    ACCEPT,
    FEATURES,
    REJECT,
    REVIEW,
    Calibration,
    bands,
    calibration_error,
    fit,
)
from skillpath.ontology.ranking.ranker import RANKING, Ranker, best_first, standard
from skillpath.ontology.ranking.ranking_labels import Labels, best_by_owner
from skillpath.ontology.ranking.semantic import SemanticIndex, SemanticSettings, unit, windows

LABELS = pl.DataFrame(
    {
        "code": ["k:py", "k:sql", "k:db", "k:talk"],
        "label": ["Python (computer programming)", "SQL", "manage databases", "communicate with customers"],
        "altLabels": [["Python 3"], ["structured query language"], ["administer database"], ["talk to clients"]],
    }
)


class Letters:
    """An encoder whose vectors count letters: real numbers, no model."""

    name = "letters"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counts = [[text.lower().count(chr(97 + i)) for i in range(26)] for text in texts]
        return unit(np.array(counts, dtype=np.float32).reshape(len(texts), 26) + 0.01)


def test_a_sure_match_comes_first_and_is_accepted() -> None:
    found = Ranker(LABELS).terms(["sql", "Python", "structured query language"], 2)
    first = found.filter(rank=1)
    assert first["skill"].to_list() == ["k:sql", "k:py", "k:sql"]
    assert first["method"].to_list()[0] == "exact"
    assert found.schema == pl.Schema(RANKING)
    assert found.height == 6


def test_the_words_of_a_preferred_label_are_accepted_and_another_name_is_reviewed() -> None:
    asked = ["python", "managing databases", "Database management skills", "Python_3", "structured query language"]
    found = Ranker(LABELS).terms(asked, 1)
    assert found["skill"].to_list() == ["k:py", "k:db", "k:db", "k:py", "k:sql"]
    assert found["band"].to_list()[:2] == [ACCEPT, ACCEPT]
    assert found["band"][4] == REVIEW, "an alternative label may be the name of a wider skill"
    securities = pl.DataFrame({"code": ["s"], "label": ["securities"], "altLabels": [["security"]]})
    both = Ranker(securities).terms(["security", "securities"], 1)
    assert both["probability"][0] < both["probability"][1]


def test_a_near_spelling_is_a_candidate_and_nonsense_is_rejected() -> None:
    found = Ranker(LABELS).terms(["customer communications", "zzzz qqqq"], 1)
    assert found["skill"][0] == "k:talk"
    assert found["probability"][0] > found["probability"][1]
    assert found["band"][1] == REJECT


HOSTILE = ["", " ", "\x00\x07", "💥" * 50, "'; DROP", "x" * 10_000_000, "talk to SQL " * 850_000]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_terms_are_ranked_like_others(text: str) -> None:
    for encoder in (None, Letters()):
        found = Ranker(LABELS, encoder).terms([text], 3)
        assert found.height == 3 and found["probability"].is_finite().all()
        assert Ranker(LABELS, encoder).sentence_scores([text]).shape == (1, LABELS.height)


def test_nothing_in_nothing_out() -> None:
    assert Ranker(LABELS).terms([], 3).is_empty()


def test_an_encoder_is_heard() -> None:
    plain, heard = Ranker(LABELS), Ranker(LABELS, Letters())
    assert not np.allclose(plain.term_scores(["client talks"]), heard.term_scores(["client talks"]))
    scores = heard.sentence_scores(["We need SQL and people who talk to clients every day"])
    assert {heard.labels.codes[i] for i in best_first(scores, 2)[0]} == {"k:sql", "k:talk"}
    assert heard.terms(["clientele talk"], 1)["method"][0] == "embedding"


def test_the_semantic_scores_by_hand() -> None:
    labels = Labels.of(LABELS)
    index = SemanticIndex(labels, Letters(), SemanticSettings(alternatives=0.0))
    vector, nearest = index.terms(["SQL"])
    at = labels.codes.index("k:sql")
    assert vector[0, at] == pytest.approx(1.0, abs=1e-5)
    assert nearest[0, at] == pytest.approx(1.0, abs=1e-5)
    assert (nearest >= vector - 1e-6).all()
    whole, best = index.sentences(["knows SQL"])
    assert best[0, at] == pytest.approx(1.0, abs=1e-5) and whole[0, at] < 1


def test_helpers() -> None:
    scores = np.array([[0.1, 0.9, 0.5]], dtype=np.float32)
    assert best_by_owner(scores, np.array([1, 0, 1]), 3).tolist() == [[pytest.approx(0.9), 0.5, -1.0]]
    assert standard(np.zeros((1, 3), dtype=np.float32)).tolist() == [[0.0, 0.0, 0.0]]
    assert best_first(np.array([[1.0, 2.0, 2.0]], dtype=np.float32), 2).tolist() == [[1, 2]]
    assert len(windows("w " * 500, SemanticSettings())) < 600


def test_a_fitted_calibration_is_calibrated() -> None:
    rng = np.random.default_rng(3)
    margin = rng.uniform(0, 10, 4_000)
    right = rng.random(4_000) < 1 / (1 + np.exp(4 - margin))
    shown = np.zeros((4_000, len(FEATURES)))
    shown[:, 0], shown[:, 1] = 1, margin
    found = fit("test", shown[:2_000], right[:2_000])
    probability = found.probability(shown[2_000:])
    assert calibration_error(probability, right[2_000:]) < 0.04
    accepted = bands(probability, np.zeros(2_000, dtype=bool), found) == ACCEPT
    assert accepted.any() and right[2_000:][accepted].mean() > 0.93
    assert bands(np.array([0.01, 0.01]), np.array([True, False]), found).tolist() == [REVIEW, REJECT]
    assert Calibration.from_json(found.to_json()) == found
    assert calibration_error(np.array([0.0, 0.0]), np.array([True, True])) == 1.0


@pytest.mark.parametrize("encoder", ["", "local", "trained-abc"])
def test_every_kind_of_encoder_has_a_calibration(encoder: str) -> None:
    found = Calibration.default(encoder)
    assert len(found.weights) == len(found.means) == len(found.scales) == len(FEATURES)
    assert 0 < found.review < found.accept < 1
    assert any(abs(w) not in (0, 1) for w in found.weights), "fitted, not made up"
