"""Benchmark of forecasts on the synthetic town: baselines, the fused model, its channels and the oracle.

``python -m bench.learning.town`` (``--help`` lists what can be chosen) writes ``bench/results/learning_town.json`` and
figures into ``docs/figures``. It generates the town, brings it in by the offline importer and reads it back from the
graph, unless a history that was read before is given.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.learning.oracle import forecast, observed_states, read_market
from bench.learning.report import RESULTS
from bench.skeleton import ROOT, machine, timed
from bench.sync import SyncHome
from skillpath.embeddings.encoding.posting_encoder import PostingEncoder, PostingTextSettings
from skillpath.embeddings.evaluation.metric_tables import Row, over_seeds, row_data
from skillpath.embeddings.evaluation.metrics import compute_metrics
from skillpath.embeddings.evaluation.outlook import Outlook
from skillpath.embeddings.forecast_targets import ForecastTargetSettings, build_targets
from skillpath.embeddings.fusion.fusion_settings import profile as named
from skillpath.embeddings.history import History
from skillpath.embeddings.history_store import load
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.evaluation.comparison import EXPECTED, SHARE, Comparison, draw, expected_accuracy, facts
from skillpath.pipeline.evaluation.forecast_evaluation import COMPARED, EFFORTS, WARNED, evaluate
from skillpath.pipeline.training.history_arrays import read_history

FIGURES = ROOT / "docs" / "figures"
HORIZON = ForecastTargetSettings().horizon
UNSEEN = 11
"""Seed of the town that is judged; models and targets were made looking at the town of seed 7."""
TASK = "Demand class (of five), level, trend and gap of each job cluster over the next three months"
PROTOCOL = (
    "Origins in order of time, 8:1:1 with gaps, so that no target reaches into a later part; each rival gets as many "
    "trials as the profile says, chosen by log-loss on validation; probabilities scaled by a temperature fitted on "
    "validation. The oracle knows the latent process up to each month; the observer knows trend, season and rules, and "
    "sees posts only."
)


@contextmanager
def town(scale: str, seed: int, seconds: dict[str, float]) -> Iterator[tuple[History, Path]]:
    """A fresh town read back from a graph of its own, and the folder of its truth."""
    folder = Path(tempfile.mkdtemp(prefix="skillpath-bench-"))
    files, home = folder / "files", folder / "graph"
    try:
        made = timed("generate", "--scale", scale, "--seed", str(seed), "--out", str(files), home=folder)
        seconds["generate"] = made["seconds"]
        seconds["sync --offline"] = SyncHome(home, files).sync("--offline")["seconds"]
        began = time.monotonic()
        history = _read(home)
        seconds["read the graph"] = round(time.monotonic() - began, 1)
        # The database takes memory and time that training can use.
        timed("stop", home=home)
        yield history, files / "truth"
    finally:
        timed("stop", home=home)
        shutil.rmtree(folder, ignore_errors=True)


def _read(home: Path) -> History:
    os.environ |= {"SKILLPATH_GRAPH_HOME": str(home / "neo4j"), "SKILLPATH_PIPELINE_HOME": str(home)}
    from skillpath.api.context import load_settings, open_graph

    with open_graph(load_settings()) as graph:
        return read_history(graph, home / "cache", Reporter(quiet=True))


def bounds(history: History, truth: Path) -> tuple[Outlook, Outlook]:
    """What the oracle and the observer foresee."""
    market, targets = read_market(truth, history), build_targets(history)
    states = observed_states(market, history.counts())
    return forecast(market, targets, HORIZON), forecast(market, targets, HORIZON, states=states)


def measure(history: History, truth: Path, cache: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Everything that is measured on a history.

    Args:
        cache: folder of texts encoded before; an empty one is timed as a first run.
    """
    encoder = PostingEncoder(PostingTextSettings(), cache)
    oracle, observer = bounds(history, truth)
    done = evaluate(history, encoder.encode, Reporter(), options.profile, options.seeds, oracle)
    report = done.comparison
    figures = draw(report, FIGURES)
    rows = [*report.comparison, _observer(report, observer, oracle)]
    return {
        "data": "synthetic",
        "task": TASK,
        "protocol": PROTOCOL,
        "metrics": COMPARED | WARNED | {"ECE unscaled": "lower"},
        "settings": [
            {
                "name": "Rivals",
                "methods": [row_data(row) for row in rows],
            },
            {"name": "Channels", "methods": [row_data(row) for row in report.ablation]},
        ],
        "facts": [_effort(options), *facts(report)],
        "figures": [{"caption": f.stem.capitalize(), "file": str(f.relative_to(ROOT / "docs"))} for f in figures],
        "steps": done.seconds,
        "chosen": {name: repr(one.settings) for name, one in report.contestants.items()},
    }


def _effort(options: argparse.Namespace) -> str:
    trials, fused = EFFORTS[options.profile].trials, named(options.profile)
    return (
        f"Profile {options.profile}: {trials} trials for each rival; the fused model averages {fused.members} networks "
        f"of at most {fused.epochs} epochs and reads {fused.features.postings} posts a cluster and month"
    )


def _observer(report: Comparison, observer: Outlook, oracle: Outlook) -> Row:
    targets = report.targets
    figures = compute_metrics(observer, targets, targets.split.test)
    figures[EXPECTED] = expected_accuracy(observer, oracle, targets)
    figures[SHARE] = figures["accuracy"] / report.oracle["accuracy"]
    note = "knows trend, season and rules, and sees posts only"
    return Row("observer", over_seeds([figures]), bound=True, note=note)


def arguments() -> argparse.Namespace:
    """What was asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", help="not used: the town is synthetic")
    parser.add_argument("--scale", default="seed")
    parser.add_argument("--town-seed", type=int, default=UNSEEN, help="which town")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--profile", default="full", choices=("quick", "full"))
    parser.add_argument("--history", type=Path, help="folder of a history that was read before")
    parser.add_argument("--truth", type=Path, help="folder of its truth")
    return parser.parse_args()


def main() -> None:
    """Measure and write the result."""
    options, began, seconds = arguments(), time.monotonic(), dict[str, float]()
    with tempfile.TemporaryDirectory(prefix="skillpath-bench-texts-") as cache:
        if options.history:
            result = measure(load(options.history), options.truth, Path(cache), options)
        else:
            with town(options.scale, options.town_seed, seconds) as (history, truth):
                result = measure(history, truth, Path(cache), options)
    result["steps"] = seconds | result["steps"]
    result |= {
        "machine": machine(),
        "scale": options.scale,
        "town_seed": options.town_seed,
        "seconds": round(time.monotonic() - began),
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    place = RESULTS / "learning_town.json"
    place.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print("\n".join(result["facts"]))
    print(f"written: {place.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
