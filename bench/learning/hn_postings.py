"""Benchmark of next quarter's demand class on eight years of dated job postings (HN, 2011–2018).

``python -m bench.learning.hn_postings [DATA]`` writes ``bench/results/learning_posts.json``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.learning.baselines.posting_methods import fused, simple
from bench.learning.hn import HnSettings, history, read_hn_postings
from bench.skeleton import DATA, ROOT, machine
from skillpath.embeddings.baselines.baseline_comparison import Baseline, TunedBaseline, baselines, compare_baselines
from skillpath.embeddings.baselines.baseline_inputs import build_input_tables
from skillpath.embeddings.baselines.state_space import build_state_space_features, fit_state_space
from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.encoding.posting_encoder import PostingEncoder, PostingTextSettings
from skillpath.embeddings.evaluation.metrics import compute_metrics, interval, top
from skillpath.embeddings.evaluation.outlook import Outlook, stack_samples
from skillpath.embeddings.forecast_targets import ForecastTargets, ForecastTargetSettings, build_targets
from skillpath.embeddings.history import History
from skillpath.embeddings.model_forecasts import CLASSES

RESULT = ROOT / "bench" / "results" / "learning_posts.json"
CACHE = ROOT / ".skillpath" / "bench" / "vectors"
SEEDS, TRIALS, THREADS = 3, 4, 2
METRICS = {
    "accuracy": "higher",
    "macro-F1": "higher",
    "top-2": "higher",
    "RMSE of trend": "lower",
    "log-loss": "lower",
}
TASK = "Class of next quarter's demand (five classes) of skills, tools and roles named in HN's monthly hiring threads"
PROTOCOL = (
    "Clusters are labels of ESCO and O*NET named by enough posts of the training months; every month is brought to 800 "
    "posts, so counts are shares. Origins 8:1:1 in order of time, targets of one part known before the next begins; "
    "settings chosen by log-loss on validation among up to four, the probabilities of all scaled by temperature there."
)


def encoded(found: History) -> NDArray[np.float32]:
    """(X, 384) vectors of the texts that are read; the others are zero."""
    rows = np.unique(found.postings.text[found.postings.text >= 0])
    vectors = PostingEncoder(PostingTextSettings(), CACHE).encode([found.texts[row] for row in rows])
    whole = np.zeros((len(found.texts), vectors.shape[1]), dtype=np.float32)
    whole[rows] = vectors
    return whole


def names_and_texts(found: History, vectors: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of texts of posts, which are there, and of names, which are encoded now."""
    place = {text: row for row, text in enumerate(found.texts)}
    rows = np.array([place.get(text, -1) for text in texts])
    result = np.zeros((len(texts), vectors.shape[1]), dtype=np.float32)
    result[rows >= 0] = vectors[rows[rows >= 0]]
    new = np.flatnonzero(rows < 0)
    result[new] = PostingEncoder(PostingTextSettings(), CACHE).encode([texts[int(at)] for at in new])
    return result


def methods(found: History, targets: ForecastTargets, vectors: NDArray[np.float32]) -> list[Baseline]:
    """All methods: the common baselines on series, those that also read, and ours."""
    series, read = build_input_tables(found, targets), build_input_tables(found, targets, vectors.astype(np.float64))
    horizon = ForecastTargetSettings().horizon
    beliefs = fit_state_space(found, targets, horizon)
    common = baselines(series, targets, beliefs, horizon, TRIALS, THREADS)
    also = simple(series, read, targets, build_state_space_features(beliefs, targets, horizon), TRIALS, THREADS)
    ours = fused(found, targets, lambda texts: names_and_texts(found, vectors, texts), TRIALS)
    # Nobody trains in this data: what the GRU of that rival reads is not there.
    return [*also[:1], *(entry for entry in common if entry.name != "Transformer + GRU"), *also[1:], ours]


def compute_test_metrics(outlook: Outlook, targets: ForecastTargets) -> dict[str, float]:
    """The metrics on the test origins."""
    test = targets.split.test
    found = compute_metrics(outlook, targets, test)
    return {name: found[name] if name in found else top(*stack_samples(outlook, targets, test), 2) for name in METRICS}


def line(entry: TunedBaseline, targets: ForecastTargets) -> dict[str, Any]:
    """A method's figures, mean and spread over its seeds."""
    found = [compute_test_metrics(outlook, targets) for outlook in entry.outlooks]
    spread = {
        name: {
            "mean": round(float(np.mean([f[name] for f in found])), 4),
            "std": round(float(np.std([f[name] for f in found])), 4),
            "seeds": len(found),
        }
        for name in METRICS
    }
    chosen = repr(entry.settings) if entry.name != "fused" else describe_settings(entry.settings)
    return {
        "name": entry.name,
        "ours": entry.name == "fused",
        "metrics": spread,
        "note": f"chosen: {chosen}",
        "seconds": round(entry.seconds, 1),
    }


def describe_settings(settings: Any) -> str:
    """What was chosen for the fused network."""
    return f"channels={settings.channels}, rate={settings.rate}, dropout={settings.dropout}, decay={settings.decay}"


def right(entry: TunedBaseline, targets: ForecastTargets) -> Floats:
    """(C, origins) share of the seeds that were right about a cluster at a test origin."""
    test = targets.split.test
    correct = [outlook.probabilities[:, test].argmax(axis=-1) == targets.label[:, test] for outlook in entry.outlooks]
    return np.asarray(np.mean(correct, axis=0))


def leads(entries: Sequence[TunedBaseline], targets: ForecastTargets) -> Iterator[dict[str, Any]]:
    """How far ours is ahead of each other method in accuracy, with a 95 % bootstrap interval over clusters."""
    mine = next(right(entry, targets) for entry in entries if entry.name == "fused")
    for entry in entries:
        lead = mine - right(entry, targets)
        if entry.name != "fused":
            low, high = interval(lambda rows, lead=lead: float(lead[rows].mean()), len(lead))  # type: ignore[misc]
            yield {
                "over": entry.name,
                "accuracy": round(float(lead.mean()), 4),
                "from": round(low, 4),
                "to": round(high, 4),
            }


def about(found: History, targets: ForecastTargets) -> dict[str, Any]:
    """What was forecast: sizes, periods, and how often each class came."""
    split = targets.split

    def period(origins: Ints) -> list[str]:
        return [str(found.first_month + int(origins[at])) for at in (0, -1)]

    parts = {name: getattr(split, name) for name in ("train", "validation", "test")}
    return {
        "clusters": found.names["cluster"],
        "skills": found.size("skill"),
        "origins": {name: period(part) for name, part in parts.items()},
        "classes": {
            name: dict(zip(CLASSES, np.bincount(targets.label[:, part].ravel(), minlength=5).tolist(), strict=True))
            for name, part in parts.items()
        },
        "settings": repr(HnSettings()),
    }


def main() -> None:
    """Measure and write the result."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    started = time.monotonic()
    found = history(read_hn_postings(data))
    targets = build_targets(found)
    reading = time.monotonic() - started
    vectors = encoded(found)
    encoding = time.monotonic() - started - reading
    print(f"read in {reading:.0f} s, encoded in {encoding:.0f} s", flush=True)
    entries, lines = [], []
    for entry in compare_baselines(methods(found, targets, vectors), targets, SEEDS):
        entries.append(entry)
        lines.append(line(entry, targets))
        print(
            entry.name,
            {name: value["mean"] for name, value in lines[-1]["metrics"].items()},
            lines[-1]["seconds"],
            flush=True,
        )
    result = {
        "machine": machine(),
        "data": "real",
        "task": TASK,
        "protocol": PROTOCOL,
        "seconds": round(time.monotonic() - started, 1),
        "metrics": METRICS,
        "methods": lines,
        "leads": list(leads(entries, targets)),
        "steps": {"read": round(reading, 1), "encode": round(encoding, 1)},
        "about": about(found, targets),
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
