"""Metrics by hand, gold files, and a whole evaluation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from skillpath.errors import BadInput
from skillpath.ontology.evaluation.gold import read_gold
from skillpath.ontology.evaluation.matching_evaluation import cross_fitted_error, evaluate, first_features, table
from skillpath.ontology.evaluation.methods import baselines, ours
from skillpath.ontology.evaluation.ranking_metrics import BootstrapSettings, figure, sentence_figures, span_figures
from skillpath.ontology.formats.readers import read_release
from skillpath.ontology.ranking.ranker import Ranker

LABELS = pl.DataFrame(
    {"code": ["a", "b", "c"], "label": ["SQL", "Git", "Rust"], "altLabels": [[], [], []]},
    schema_overrides={"altLabels": pl.List(pl.String)},
)
ROWS = {
    "sentence": ["we use sql and git", "we use sql and git", "rust", "rust"],
    "span": ["sql", "git", "rust", "team"],
    "sub_span": [None, "git", "", None],
    "label": ["SQL", "git ", "RUST", "LABEL NOT PRESENT"],
}


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_gold_of_every_kind(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"gold.{ending}"
    frame = pl.DataFrame(ROWS)
    if ending == "parquet":
        frame.write_parquet(path)
    elif ending == "csv":
        frame.write_csv(path)
    else:
        frame.write_ndjson(path)
    gold = read_gold(path, LABELS)
    assert gold.sentences == ("we use sql and git", "rust")
    assert gold.meant == (frozenset({0, 1}), frozenset({2}))
    assert gold.spans == ("sql", "git", "rust", "team")
    assert gold.skill == (0, 1, 2, None)
    assert gold.unknown == {"LABEL NOT PRESENT": 1}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.csv", "sentence,span\na,b\n", "No column label"),
        ("x.csv", "sentence,span,label\na,b,nothing\n", "No label of this file"),
        ("x.txt", "x", "Not a kind of file"),
        ("x.parquet", "x", "cannot be read"),
    ],
)
def test_gold_that_cannot_be_used(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(BadInput, match=message):
        read_gold(tmp_path / name, LABELS)


def test_metrics_by_hand() -> None:
    quick = BootstrapSettings(resamples=50)
    scores = np.array([[0.9, 0.1, 0.5, 0, 0, 0, 0], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]])
    found = sentence_figures(scores, [frozenset({0, 1}), frozenset({0})], quick)
    assert found["MRR"].mean == pytest.approx((1 + 1 / 7) / 2, abs=1e-4)
    assert found["RP@5"].mean == 0.5
    assert found["RP@10"].mean == 1.0
    spans = span_figures(scores, [0, 4], quick)
    assert (spans["accuracy@1"].mean, spans["hit@5"].mean) == (0.5, 1.0)
    tied = span_figures(np.zeros((1, 3)), [2], quick)
    assert tied["accuracy@1"].mean == 0.0, "a tie is won by the earlier column"
    one = figure(np.array([0.0, 1.0] * 50), BootstrapSettings())
    assert one.low < 0.5 < one.high and one == figure(np.array([0.0, 1.0] * 50), BootstrapSettings())


def test_a_whole_evaluation(tmp_path: Path) -> None:
    pl.DataFrame(ROWS).write_parquet(tmp_path / "gold.parquet")
    gold = read_gold(tmp_path / "gold.parquet", LABELS)
    ranker = Ranker(LABELS)
    result = evaluate(gold, [*baselines(LABELS["label"].to_list(), None), ours(ranker, "ours")], ranker)
    assert result.figures["ours"]["accuracy@1"].mean == 1.0
    assert list(result.figures) == ["TF-IDF char 3-5", "BM25", "edit distance", "ours"]
    assert sum(band["spans"] for band in result.calibration["bands"].values()) == 4
    assert any("ours" in line for line in table([result]))
    shown, right = first_features(gold, ranker)
    assert right.tolist() == [True, True, True, False]
    assert cross_fitted_error([(shown, right)] * 5)["spans"] == 20


@pytest.mark.long
@pytest.mark.realdata
def test_our_spelling_stages_on_the_real_gold(real_data: Path) -> None:
    labels = read_release("esco", real_data / "ontology").matchable().sort("code")
    ranker = Ranker(labels)
    for name, least in (("tech", 0.70), ("house", 0.65)):
        gold = read_gold(real_data / "normalisation" / f"{name}_validation_annotations.parquet", labels)
        methods = [*baselines(labels["label"].to_list(), None), ours(ranker, "ours")]
        found = evaluate(gold, methods, ranker, settings=BootstrapSettings(resamples=20))
        best = max(found.figures[m.name]["hit@10"].mean for m in methods[:-1])
        assert found.figures["ours"]["hit@10"].mean > max(best, least)
        assert found.calibration["error"] <= 0.08
        assert found.calibration["error_of_ten_bins"] <= 0.12
        assert found.calibration["bands"]["accept"]["right"] >= 0.95
