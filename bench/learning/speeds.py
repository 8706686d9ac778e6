"""Benchmark of training time on the synthetic town at seed scale: ``python -m bench.learning.speeds``.

Apart from `bench.learning.town`, whose figures say how good the forecasts are and hold on a busy machine too; these do
not. Writes ``bench/results/learning_speeds.json``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.learning.report import RESULTS
from bench.learning.town import UNSEEN, town
from bench.skeleton import ROOT, machine
from skillpath.embeddings.encoding.posting_encoder import PostingEncoder, PostingTextSettings
from skillpath.embeddings.fusion.fusion_settings import profile as named
from skillpath.embeddings.history import History
from skillpath.pipeline.evaluation.comparison import FULL
from skillpath.pipeline.evaluation.forecast_evaluation import EFFORTS, read_texts

ASKED = {
    "texts encoded for the first time, s": 900.0,
    "texts from the cache, s": 60.0,
    "one training of the fused model, texts encoded before, s": 2_700.0,
    "forecast of one cluster, median, ms": 41.0,
    "forecast of one cluster, p95, ms": 41.0,
    "all clusters and months, from the history on, s": 20.0,
}
"""What is measured, and what it may be at most."""


def measure(history: History, cache: Path, profile: str) -> list[float]:
    """The figures of `ASKED`, in its order.

    Args:
        cache: an empty folder for encoded texts.
    """
    from skillpath.embeddings.evaluation.fused_model import FusedModel, cache_last_texts

    encode, settings, seconds = PostingEncoder(PostingTextSettings(), cache).encode, named(profile), []
    for _ in range(2):
        began = time.monotonic()
        read_texts(history, encode, settings.features)
        seconds.append(time.monotonic() - began)
    with tempfile.TemporaryDirectory(prefix="skillpath-speeds-") as folder:
        fused = FusedModel(history, settings, cache_last_texts(encode), Path(folder))
        fused.outlook(FULL, 0)
        clock = fused.clock(EFFORTS[profile].calls)
    return [*seconds, fused.seconds[" + ".join(FULL)][0], 1000 * clock["median"], 1000 * clock["p95"], clock["all"]]


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", help="not used: the town is synthetic")
    parser.add_argument("--scale", default="seed")
    parser.add_argument("--profile", default="full", choices=EFFORTS)
    options, began, steps = parser.parse_args(), time.monotonic(), dict[str, float]()
    with town(options.scale, UNSEEN, steps) as (history, _), tempfile.TemporaryDirectory() as cache:
        found = measure(history, Path(cache), options.profile)
    fused = named(options.profile)
    result = {
        "data": "synthetic",
        "task": "How long learning takes, at seed scale",
        "protocol": f"Profile {options.profile}: {fused.members} networks of at most {fused.epochs} epochs, "
        f"{fused.features.postings} postings a cluster and month; "
        f"{EFFORTS[options.profile].calls} forecasts of one cluster "
        "by all networks, its features being there.",
        "metrics": {"measured": "lower", "asked at most": "lower"},
        "methods": [_row(name, seconds, most) for (name, most), seconds in zip(ASKED.items(), found, strict=True)],
        "steps": steps,
        "machine": machine(),
        "scale": options.scale,
        "seconds": round(time.monotonic() - began),
    }
    place = RESULTS / "learning_speeds.json"
    place.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print("\n".join(f"{name}: {value:.1f}" for name, value in zip(ASKED, found, strict=True)))
    print(f"written: {place.relative_to(ROOT)}")


def _row(name: str, measured: float, most: float) -> dict[str, Any]:
    figures = {"measured": measured, "asked at most": most}
    return {
        "name": name,
        "ours": False,
        "bound": True,
        "metrics": {metric: {"mean": value, "std": 0.0, "seeds": 1} for metric, value in figures.items()},
    }


if __name__ == "__main__":
    main()
