"""Benchmark of three-month demand forecasts on Job-SDF (r0, r1, region) against simple, boosted and neural baselines.

``python -m bench.learning.series [DATA]`` writes ``bench/results/learning_series.json``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from bench.learning.baselines.series_baselines import HORIZON, SeriesBaseline, make_baselines
from bench.skeleton import DATA, ROOT, machine
from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.series import METRICS, Panel, SeriesSettings, compute_errors, fit, forecast, neighbours
from skillpath.embeddings.series.trees import TreeSettings

RESULT = ROOT / "bench" / "results" / "learning_series.json"
SETTINGS = ("r0", "r1", "region")
SEEDS = (7, 8, 9)
TUNED, CHECKED = 18, range(18, 22)
LEARNED, EVALUATED = 24, range(24, 28)
NO_SEASON = 1e12
PROTOCOL = (
    "Six months in, three ahead. Rivals that learn are tuned for each table: of four settings the best on the four "
    "origins whose months ahead lie in 2022-07…2022-12, learned from windows up to 2022-06, by the mean of the four "
    "metrics, each over that of the mean of the last three months. Ours has one setting for all tables, chosen on "
    "2022. Then everything learns from windows up to 2022-12 and is judged on the four origins of 2023-01…2023-06, all "
    "series, steps and origins with equal weight. What is learned answers in whole counts."
)


def read(data: Path, name: str) -> tuple[Panel, csr_array]:
    """One table and its graph; ids are places already."""
    table = pl.read_parquet(data / "demand" / f"jobsdf_demand_{name}_2021-01_2023-06.parquet")
    group, skill = (table[column].to_numpy().astype(np.int64) for column in (f"{name}_id", "skill_id"))
    first = np.datetime64(table.columns[2], "M")
    panel = Panel(group, skill, first, table[:, 2:].to_numpy().astype(np.float64))
    rows = pl.read_parquet(data / "demand" / f"jobsdf_graph_{name}.parquet").select(f"{name}_id", "row_id", "col_id")
    return panel, neighbours(panel, rows.to_numpy().astype(np.int64))


def ours(graph: csr_array) -> SeriesBaseline:
    """Ours with the settings of the command, one for all tables."""
    return SeriesBaseline(
        "ours", _ours(graph), [SeriesSettings()], random=True, note="the command's settings, one for all tables"
    )


def variants(graph: csr_array) -> list[SeriesBaseline]:
    """What the command does, and what becomes of ours without each of its parts."""
    chosen = SeriesSettings()
    calm = replace(chosen.market, prior=NO_SEASON, least=NO_SEASON, most=NO_SEASON, echo=0.0)
    alone = replace(chosen, trees=TreeSettings(weight=0.0))
    return [
        SeriesBaseline(
            "ours, learned anew at each origin", _ours(graph, anew=True), [chosen], note="the whole past; the command"
        ),
        SeriesBaseline("ours without the graph", _ours(None), [chosen]),
        SeriesBaseline("ours without the trees", _ours(graph), [alone], note="numpy alone"),
        SeriesBaseline("ours without trees and season", _ours(graph), [replace(alone, market=calm)]),
        SeriesBaseline("ours without trees and regression", _ours(graph), [replace(alone, step=0.0)]),
    ]


def _ours(graph: csr_array | None, *, anew: bool = False) -> Any:
    def forecasted(
        panel: Panel, learned: int, ends: Sequence[int], settings: SeriesSettings, seed: int
    ) -> list[Floats]:
        settings = replace(settings, trees=replace(settings.trees, seed=seed))
        if anew:
            return [forecast(fit(panel.cut(end), graph, settings), panel.cut(end), graph) for end in ends]
        model = fit(panel.cut(learned), graph, settings)
        return [forecast(model, panel.cut(end), graph) for end in ends]

    return forecasted


def evaluate_forecasts(panel: Panel, ends: Sequence[int], forecasted: list[Floats]) -> dict[str, float]:
    """The four metrics over all origins together."""
    return compute_errors(
        np.concatenate([panel.counts[:, end : end + HORIZON] for end in ends]), np.concatenate(forecasted)
    )


def tune(panel: Panel, method: SeriesBaseline, metric: dict[str, float]) -> tuple[Any, list[float]]:
    """The best settings on validation, and the score of each; learned from what came before."""
    past, scores = panel.cut(LEARNED), []
    if len(method.trials) == 1:
        return method.trials[0], []
    for trial in method.trials:
        found = evaluate_forecasts(past, CHECKED, method.forecast(past, TUNED, CHECKED, trial, SEEDS[0]))
        scores.append(float(np.mean([found[m] / metric[m] for m in METRICS])))
    return method.trials[int(np.argmin(scores))], scores


def measure(name: str, panel: Panel, method: SeriesBaseline, best: Any, scores: list[float]) -> dict[str, Any]:
    """The judged months, with each seed."""
    began = time.monotonic()
    seeds = SEEDS if method.random else SEEDS[:1]
    runs = [
        evaluate_forecasts(panel, EVALUATED, method.forecast(panel, LEARNED, EVALUATED, best, seed)) for seed in seeds
    ]
    result: dict[str, Any] = {
        "name": method.name,
        "ours": method.name.startswith("ours"),
        "metrics": {m: _spread([run[m] for run in runs]) for m in METRICS},
        "settings": asdict(best) if best is not None else None,
        "validation": [round(score, 4) for score in scores],
        "seconds": round(time.monotonic() - began, 1),
    }
    figures = "  ".join(f"{m} {v['mean']:.2f} ± {v['std']:.2f}" for m, v in result["metrics"].items())
    print(f"{name}  {method.name:36s} {figures}  {min(scores, default=0):.3f}  ({result['seconds']} s)", flush=True)
    return result | ({"note": method.note} if method.note else {})


def compare_methods(name: str, panel: Panel, graph: csr_array) -> list[dict[str, Any]]:
    """All methods on one table."""
    simple, rows = make_baselines()[1], []
    metric = evaluate_forecasts(panel, CHECKED, simple.forecast(panel, TUNED, CHECKED, None, 0))
    for method in make_baselines():
        rows.append(measure(name, panel, method, *tune(panel, method, metric)))
    for method in (ours(graph), *variants(graph)):
        rows.append(measure(name, panel, method, method.trials[0], []))
    return rows


def _spread(values: list[float]) -> dict[str, float]:
    return {"mean": float(np.mean(values)), "std": float(np.std(values)), "seeds": len(values)}


def main() -> None:
    """Measure the three tables and write the result."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    began, settings = time.monotonic(), []
    for name in SETTINGS:
        panel, graph = read(data, name)
        settings.append({"name": name, "series": len(panel.group), "methods": compare_methods(name, panel, graph)})
    result = {
        "machine": machine(),
        "data": "real",
        "task": "how often each skill is asked for in each of the next three months, by occupation or region",
        "protocol": PROTOCOL,
        "seconds": round(time.monotonic() - began, 1),
        "metrics": dict.fromkeys(METRICS, "lower"),
        "settings": settings,
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
