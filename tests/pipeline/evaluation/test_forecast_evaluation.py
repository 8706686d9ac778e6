"""Evaluation as one call: rivals, the fused model and its channels trained for real on a small history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from skillpath.embeddings.evaluation.metrics import METRICS
from skillpath.embeddings.fusion.fusion_settings import FeatureSettings
from skillpath.errors import BadInput
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.evaluation.comparison import FUSED, STEPS
from skillpath.pipeline.evaluation.forecast_evaluation import (
    EvaluationResult,
    evaluate,
    read_texts,
    report_data,
    report_lines,
    save_figures,
)
from tests.embeddings.histories import small_history

pytestmark = [pytest.mark.train, pytest.mark.long]


HISTORY = small_history(4, clusters=5, months=24, students=20)
QUIET = Reporter(Console(quiet=True))


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """The words of a text as signs of a vector: enough to tell texts apart."""
    made = np.zeros((len(texts), 16), dtype=np.float32)
    for row, text in zip(made, texts, strict=True):
        for word in text.split():
            row += np.random.default_rng(crc32(word.encode())).normal(size=16)
    return made


@pytest.fixture(scope="module")
def done() -> EvaluationResult:
    return evaluate(HISTORY, encode, QUIET, profile="quick", seeds=1)


def test_all_rivals_and_all_channels_are_judged(done: EvaluationResult) -> None:
    measured = done.comparison
    assert [row.name for row in measured.comparison][-1] == FUSED
    assert len(measured.comparison) == 9
    assert [row.name for row in measured.ablation] == list(STEPS)
    for row in [*measured.comparison, *measured.ablation]:
        assert set(METRICS) <= set(row.figures), row.name
        assert all(np.isfinite(figure.mean) for figure in row.figures.values())
    assert measured.ablation[-1].figures == measured.comparison[-1].figures


def test_it_says_so_in_lines_and_as_data(done: EvaluationResult, tmp_path: Path) -> None:
    text = "\n".join(report_lines(done))
    for part in (
        "5 clusters; origins: 11 to train on",
        "Comparison",
        "Ablation",
        "Warnings",
        "XGBoost",
        "fused (ours)",
    ):
        assert part in text
    data = json.loads(json.dumps(report_data(done)))
    assert [row["name"] for row in data["ablation"]] == list(STEPS)
    assert min(data["seconds"].values()) >= 0
    assert len(save_figures(done, tmp_path)) == len(list(tmp_path.iterdir())) == 4


def test_forecasts_are_timed(done: EvaluationResult) -> None:
    assert 0 < done.clock["median"] <= done.clock["p95"] < done.clock["all"] < 60


def test_texts_that_the_model_reads_are_encoded_once() -> None:
    asked: list[str] = []

    def listening(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return encode(texts)

    table = read_texts(HISTORY, listening, FeatureSettings())
    assert len(asked) == len(set(asked)) == int(table.any(axis=1).sum())
    row = HISTORY.texts.index(asked[0])
    np.testing.assert_allclose(table[row], encode(asked[:1])[0])


def test_an_unknown_profile_and_a_short_history_are_refused() -> None:
    with pytest.raises(BadInput, match=r"no profile 'huge'.*Use quick or full"):
        evaluate(HISTORY, encode, QUIET, profile="huge")
    with pytest.raises(BadInput, match="8 months of posts are too few"):
        evaluate(HISTORY.cut(8), encode, QUIET)
