"""Next quarter's demand class of skills, tools and roles in eight years of dated job posts (HN, 2011–2018).

``python -m bench.learning.posts [DATA]`` writes ``bench/results/learning_posts.json``.
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

from bench.learning.hn import HnSettings, history, read_asked
from bench.learning.rivals.posts_methods import fused, simple
from bench.skeleton import DATA, ROOT, machine
from skillpath.embeddings.baselines.contest import Baseline, Contestant, baselines, contest
from skillpath.embeddings.baselines.inputs import input_tables
from skillpath.embeddings.baselines.state_space import fit_state_space, state_space_features
from skillpath.embeddings.encoding.posts import PostEncoder, PostTextSettings
from skillpath.embeddings.evaluation.metrics import interval, judge, top
from skillpath.embeddings.evaluation.outlook import Outlook, samples
from skillpath.embeddings.forecast import CLASSES
from skillpath.embeddings.history import Floats, History, Ints
from skillpath.embeddings.targets import Targets, TargetSettings, make_targets

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
    rows = np.unique(found.posts.text[found.posts.text >= 0])
    vectors = PostEncoder(PostTextSettings(), CACHE).encode([found.texts[row] for row in rows])
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
    result[new] = PostEncoder(PostTextSettings(), CACHE).encode([texts[int(at)] for at in new])
    return result


def methods(found: History, targets: Targets, vectors: NDArray[np.float32]) -> list[Baseline]:
    """All methods: the common baselines on series, those that also read, and ours."""
    series, read = input_tables(found, targets), input_tables(found, targets, vectors.astype(np.float64))
    horizon = TargetSettings().horizon
    beliefs = fit_state_space(found, targets, horizon)
    common = baselines(series, targets, beliefs, horizon, TRIALS, THREADS)
    also = simple(series, read, targets, state_space_features(beliefs, targets, horizon), TRIALS, THREADS)
    ours = fused(found, targets, lambda texts: names_and_texts(found, vectors, texts), TRIALS)
    # Nobody trains in this data: what the GRU of that rival reads is not there.
    return [*also[:1], *(entry for entry in common if entry.name != "Transformer + GRU"), *also[1:], ours]


def judged(outlook: Outlook, targets: Targets) -> dict[str, float]:
    """The metrics on the test origins."""
    test = targets.split.test
    found = judge(outlook, targets, test)
    return {name: found[name] if name in found else top(*samples(outlook, targets, test), 2) for name in METRICS}


def line(entry: Contestant, targets: Targets) -> dict[str, Any]:
    """A method's figures, mean and spread over its seeds."""
    found = [judged(outlook, targets) for outlook in entry.outlooks]
    spread = {
        name: {
            "mean": round(float(np.mean([f[name] for f in found])), 4),
            "std": round(float(np.std([f[name] for f in found])), 4),
            "seeds": len(found),
        }
        for name in METRICS
    }
    chosen = repr(entry.settings) if entry.name != "fused" else told(entry.settings)
    return {
        "name": entry.name,
        "ours": entry.name == "fused",
        "metrics": spread,
        "note": f"chosen: {chosen}",
        "seconds": round(entry.seconds, 1),
    }


def told(settings: Any) -> str:
    """What was chosen for the fused network."""
    return f"channels={settings.channels}, rate={settings.rate}, dropout={settings.dropout}, decay={settings.decay}"


def right(entry: Contestant, targets: Targets) -> Floats:
    """(C, origins) share of the seeds that were right about a cluster at a test origin."""
    test = targets.split.test
    said = [outlook.probabilities[:, test].argmax(axis=-1) == targets.label[:, test] for outlook in entry.outlooks]
    return np.asarray(np.mean(said, axis=0))


def leads(entries: Sequence[Contestant], targets: Targets) -> Iterator[dict[str, Any]]:
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


def about(found: History, targets: Targets) -> dict[str, Any]:
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
    found = history(read_asked(data))
    targets = make_targets(found)
    reading = time.monotonic() - started
    vectors = encoded(found)
    encoding = time.monotonic() - started - reading
    print(f"read in {reading:.0f} s, encoded in {encoding:.0f} s", flush=True)
    entries, lines = [], []
    for entry in contest(methods(found, targets, vectors), targets, SEEDS):
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
