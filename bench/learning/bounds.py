"""Upper bound of demand forecasts from postings alone, over synthetic towns: ``python -m bench.learning.bounds``.

One town has a few hundred test samples; bounds and the structural forecast need only its monthly counts, so twelve
towns cost a minute. Writes ``bench/results/learning_bounds.json``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from bench.learning.oracle import LatentDemand, forecast, observed_states
from bench.learning.report import RESULTS
from bench.skeleton import ROOT, machine
from skillpath.embeddings.baselines.state_space import forecast_state_space
from skillpath.embeddings.evaluation.metric_tables import Row, over_seeds, row_data
from skillpath.embeddings.evaluation.metrics import compute_metrics
from skillpath.embeddings.evaluation.outlook import Outlook
from skillpath.embeddings.forecast_targets import ForecastTargets, ForecastTargetSettings, build_demand_targets
from skillpath.embeddings.fusion.statespace.structural import StructuralSettings, filter_counts, fit_structural
from skillpath.synthetic.market.demand_process import DemandProcess, MarketShape, make_demand
from skillpath.synthetic.market.shocks import ShockShape
from skillpath.synthetic.scales import settings_of
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary, read_vocabulary

TOWNS = range(100, 112)
PATHS = 1000
HORIZON = ForecastTargetSettings().horizon
METRICS = {"accuracy": "higher", "macro-F1": "higher", "log-loss": "lower", "share of oracle": "higher"}
NOTES = {
    "oracle": "knows the latent process up to each month",
    "observer": "knows trend, season and rules, and sees posts only",
    "learner": "knows the rules and their constants, and must learn trend and season of each cluster from its posts",
    "state space": "learns rules and constants too; what the fused model corrects",
}


def main() -> None:
    """Measure and write the result."""
    began, vocabulary = time.monotonic(), read_vocabulary()
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in NOTES}
    for seed in TOWNS:
        targets, outlooks = one_town(settings_of("seed", seed), vocabulary)
        found = {name: compute_metrics(outlook, targets, targets.split.test) for name, outlook in outlooks}
        for name, figures in found.items():
            share = {"share of oracle": figures["accuracy"] / found["oracle"]["accuracy"]}
            runs[name].append({m: v for m, v in (figures | share).items() if m in METRICS})
        print(f"town {seed}: " + ", ".join(f"{n} {f['accuracy']:.3f}" for n, f in found.items()), flush=True)
    result = {
        "data": "synthetic",
        "task": "How much of demand anybody could foresee from posts: twelve towns at seed scale",
        "protocol": f"Towns of the seeds {TOWNS.start} to {TOWNS.stop - 1}, split as above; mean ± standard deviation "
        "over the towns. Who knows all rules but not the trend and season of a cluster is the bound for any model.",
        "metrics": METRICS,
        "methods": [
            row_data(Row(n, over_seeds(runs[n]), n == "state space", n != "state space", note))
            for n, note in NOTES.items()
        ],
        "machine": machine(),
        "seconds": round(time.monotonic() - began),
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    place = RESULTS / "learning_bounds.json"
    place.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(f"written: {place.relative_to(ROOT)}")


def one_town(
    settings: TownSettings, vocabulary: TownVocabulary
) -> tuple[ForecastTargets, Iterator[tuple[str, Outlook]]]:
    """The targets of a town's new posts, and what each of `NOTES` foresees."""
    demand = make_demand(settings, vocabulary)
    calendar = (settings.first_month + np.arange(settings.months)).astype(np.int64) % 12
    targets = build_demand_targets(demand.postings, np.full(demand.postings.shape, np.nan))
    return targets, _outlooks(demand, vocabulary, targets, calendar)


def _outlooks(
    demand: DemandProcess, vocabulary: TownVocabulary, targets: ForecastTargets, calendar: NDArray[np.int64]
) -> Iterator[tuple[str, Outlook]]:
    market, counts = _market(demand, vocabulary), demand.postings
    yield "oracle", forecast(market, targets, HORIZON, PATHS)
    yield "observer", forecast(market, targets, HORIZON, PATHS, states=observed_states(market, counts, PATHS))
    seen = int(targets.split.train[-1]) + HORIZON + 1
    fitted = fit_structural(counts[:, :seen], calendar[:seen], HORIZON)
    for name, believed in (("learner", rules(vocabulary, demand)), ("state space", fitted)):
        yield name, forecast_state_space(filter_counts(counts, calendar, HORIZON, believed), targets, HORIZON)


def rules(vocabulary: TownVocabulary, demand: DemandProcess) -> StructuralSettings:
    """The generator's constants as beliefs: only what differs between clusters is left to be learned."""
    shape = MarketShape()
    known = float(vocabulary.clusters["peak"].is_not_null().to_numpy().mean())
    return StructuralSettings(
        slope=float(demand.trend.std()) / 12,
        level_noise=1e-4,
        noise_persistence=shape.memory,
        shock=shape.shock,
        shocks=(1.0,),
        waves=(shape.mild_season, shape.season),
        wave_spread=2e-3,
        prior=(0.0, *[(1 - known) / 12] * 12, *[known / 12] * 12),
    )


def _market(demand: DemandProcess, vocabulary: TownVocabulary) -> LatentDemand:
    shape = {name: float(value) for part in (MarketShape(), ShockShape()) for name, value in asdict(part).items()}
    number = vocabulary.clusters["industries"].str.split("|").list.len().to_numpy().astype(np.int64)
    return LatentDemand(demand.structural + demand.season, demand.noise, demand.shocks.effect, number, shape)


if __name__ == "__main__":
    main()
