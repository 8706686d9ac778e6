"""Chronological evaluation of forecasts on the graph: baselines, fused model, ablation."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from skillpath.embeddings.baselines.baseline_comparison import baselines
from skillpath.embeddings.baselines.baseline_inputs import build_input_tables
from skillpath.embeddings.baselines.state_space import fit_state_space
from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.encoding.posting_encoder import PostingEncoder, PostingTextSettings
from skillpath.embeddings.evaluation.metric_tables import row_data, table_text
from skillpath.embeddings.evaluation.metrics import METRICS
from skillpath.embeddings.evaluation.outlook import Outlook
from skillpath.embeddings.extras import need
from skillpath.embeddings.forecast_targets import ForecastTargetSettings, build_targets
from skillpath.embeddings.fusion.features.features import Encode
from skillpath.embeddings.fusion.features.postings import build_posting_windows
from skillpath.embeddings.fusion.fusion_settings import FeatureSettings
from skillpath.embeddings.fusion.fusion_settings import profile as named
from skillpath.embeddings.history import History
from skillpath.errors import BadInput
from skillpath.graph.core.connection import Graph
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.evaluation.comparison import FULL, Comparison, compare, draw, facts
from skillpath.pipeline.training.history_arrays import read_history

COMPARED = METRICS | {"share of oracle": "higher", "expected accuracy": "higher"}
WARNED = {"warning precision": "higher", "warning recall": "higher", "recall of new ones": "higher"}
ABLATED = {m: METRICS[m] for m in ("accuracy", "macro-F1", "top-3", "RMSE of level", "RMSE of gap", "log-loss")}


@dataclass(frozen=True)
class EvaluationProfile:
    """How much is tried.

    Attributes:
        trials: settings tried for each baseline. profile: of the fused model. calls: of a forecast that is timed.
    """

    trials: int
    profile: str
    calls: int


EFFORTS = {"quick": EvaluationProfile(2, "quick", 30), "full": EvaluationProfile(8, "full", 200)}


@dataclass(frozen=True)
class EvaluationResult:
    """The comparison, and how long things took.

    Attributes:
        seconds: of steps and methods. clock: of forecasts, see `FusedModel.clock`.
    """

    comparison: Comparison
    seconds: dict[str, float]
    clock: dict[str, float]


def evaluate_graph(
    graph: Graph, cache: Path, report: Reporter, profile: str = "full", seeds: int = 3
) -> EvaluationResult:
    """Evaluate forecasts on the current graph.

    Args:
        cache: folder of histories that were read and texts that were encoded before.
    """
    encoder = PostingEncoder(PostingTextSettings(), cache / "vectors")
    return evaluate(read_history(graph, cache / "histories", report), encoder.encode, report, profile, seeds)


def evaluate(
    history: History,
    encode: Encode,
    report: Reporter,
    profile: str = "full",
    seeds: int = 3,
    oracle: Outlook | None = None,
) -> EvaluationResult:
    """Train and judge everything on one history.

    Args:
        encode: texts to vectors. oracle: the best possible forecast, where the truth is known.

    Raises:
        BadInput: no such profile, or a history too short to be split. Unavailable: the train extra is missing.
    """
    if profile not in EFFORTS:
        raise BadInput(f"There is no profile {profile!r}", where="profile", todo=f"Use {' or '.join(EFFORTS)}")
    need("torch", "torch_geometric", "xgboost")
    from skillpath.embeddings.evaluation.fused_model import FusedModel, cache_last_texts

    effort, horizon, targets = EFFORTS[profile], ForecastTargetSettings().horizon, build_targets(history)
    began = time.monotonic()
    with report.step("encode texts"):
        text = read_texts(history, encode, named(effort.profile).features)
    seconds = {"texts": time.monotonic() - began}
    with report.step("prepare the rivals' inputs"):
        tables = build_input_tables(history, targets, text)
        entries = baselines(tables, targets, fit_state_space(history, targets, horizon), horizon, effort.trials)
    with tempfile.TemporaryDirectory(prefix="skillpath-evaluate-") as folder:
        fused = FusedModel(history, named(effort.profile), cache_last_texts(encode), Path(folder))
        done = compare(entries, fused.outlook, targets, horizon, report, seeds, oracle)
        with report.step("time forecasts"):
            clock = fused.clock(effort.calls)
    seconds |= done.seconds | {"one training": float(np.mean(fused.seconds[" + ".join(FULL)]))}
    return EvaluationResult(done, {name: round(each, 1) for name, each in seconds.items()}, clock)


def read_texts(history: History, encode: Encode, settings: FeatureSettings) -> Floats:
    """(X, D) vectors of the postings' texts that the fused model reads, and zeros for the others."""
    used = np.unique(history.postings.text[build_posting_windows(history, settings).rows])
    vectors = encode([history.texts[i] for i in used])
    table = np.zeros((len(history.texts), vectors.shape[1]))
    table[used] = vectors
    return table


def report_lines(done: EvaluationResult) -> list[str]:
    """The two tables, the warnings and what they mean, for a terminal."""
    comparison, split = done.comparison, done.comparison.targets.split
    parts = ((split.train, "to train on"), (split.validation, "to choose by"), (split.test, "to be judged by"))
    origins = ", ".join(f"{len(part)} {name}" for part, name in parts)
    rivals = [row for row in comparison.comparison if not row.bound]
    return [
        f"{len(comparison.targets.label)} clusters; origins: {origins}",
        *("", "Comparison", table_text(comparison.comparison, COMPARED)),
        *("", "Ablation", table_text(comparison.ablation, ABLATED)),
        *("", "Warnings", table_text(rivals, WARNED)),
        *("", *facts(comparison), *speeds(done)),
    ]


def report_data(done: EvaluationResult) -> dict[str, Any]:
    """The same as data."""
    comparison = done.comparison
    return {
        "comparison": [row_data(row) for row in comparison.comparison],
        "ablation": [row_data(row) for row in comparison.ablation],
        "facts": [*facts(comparison), *speeds(done)],
        "seconds": done.seconds,
    }


def speeds(done: EvaluationResult) -> list[str]:
    """How long training and forecasts take."""
    clock, seconds = done.clock, done.seconds
    return [
        f"Texts {seconds['texts']:.0f} s, one training of the fused model {seconds['one training']:.0f} s",
        f"Forecast of a cluster {1000 * clock['median']:.0f} ms, p95 {1000 * clock['p95']:.0f} ms; of all clusters and "
        f"months, from the history on, {clock['all']:.1f} s",
    ]


def save_figures(done: EvaluationResult, folder: Path) -> list[str]:
    """Draw the figures into ``folder`` as SVG and PNG; their names."""
    return [str(path) for ending in ("svg", "png") for path in draw(done.comparison, folder, ending)]
