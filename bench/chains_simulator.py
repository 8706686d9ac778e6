"""Benchmark of policy learning from feedback on simulated students, before and after their preferences drift."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.chains_report import Criterion, part, spread
from bench.simulator import SimulationResult, SimulatorSettings, simulate

SEEDS = (0, 1, 2, 3, 4)
LAST = 4
"""Rounds at the end of each taste over which rewards are taken."""
PHASES = ("before tastes drift", "when they drift", "after, learned anew")
METHODS = {"starting policy": "start", "learned policy": "learned", "knows the tastes": "ideal"}


def phases(settings: SimulatorSettings) -> dict[str, slice]:
    """The rounds of each of `PHASES`."""
    drifts, rounds = settings.drifts, settings.rounds
    ends = (slice(drifts - LAST, drifts), slice(drifts, drifts + 1), slice(rounds - LAST, rounds))
    return dict(zip(PHASES, ends, strict=True))


def rewards(result: SimulationResult, rounds: slice) -> dict[str, float]:
    """Mean true reward of each of `METHODS` in some rounds."""
    return {name: float(getattr(result, field)[rounds].mean()) for name, field in METHODS.items()}


def won_back(result: SimulationResult, settings: SimulatorSettings) -> float:
    """The share of what the drift cost the learned policy that it has won back at the end."""
    regret = result.ideal - result.learned
    before, at, after = (float(regret[rounds].mean()) for rounds in phases(settings).values())
    return (at - after) / (at - before) if at > before else 1.0


def measure(settings: SimulatorSettings | None = None, seeds: tuple[int, ...] = SEEDS) -> dict[str, Any]:
    """The simulator with several seeds."""
    chosen = settings or SimulatorSettings()
    courses = [simulate(seed, chosen) for seed in seeds]
    found = {name: [rewards(result, rounds) for result in courses] for name, rounds in phases(chosen).items()}
    asked, facts = [], []
    for phase in (PHASES[0], PHASES[2]):
        gains = [each["learned policy"] - each["starting policy"] for each in found[phase]]
        asked.append(Criterion(f"learned less starting reward {phase}, the worst seed", min(gains), ">=", 0.0))
        facts.append(f"{phase}: learned less starting {np.mean(gains):+.4f} ± {np.std(gains):.4f}")
    back = [won_back(result, chosen) for result in courses]
    facts.append(f"of what the drift cost, {np.mean(back):.0%} ± {np.std(back):.0%} is won back at the end")
    served = [float(result.served.mean()) for result in courses]
    facts.append(f"{np.mean(served):.0%} of the updates passed the off-policy test")
    tables = [{"name": phase, "methods": [_method(name, rows) for name in METHODS]} for phase, rows in found.items()]
    task = "Reward of the learned policy in a synthetic world whose tastes drift"
    return part("synthetic", task, _protocol(chosen), asked, facts, metrics={"reward": "higher"}, settings=tables)


def _method(name: str, rows: list[dict[str, float]]) -> dict[str, Any]:
    metrics = {"reward": spread([row[name] for row in rows])}
    return {"name": name, "ours": name == "learned policy", "bound": name == "knows the tastes", "metrics": metrics}


def _protocol(settings: SimulatorSettings) -> str:
    return (
        f"{settings.rounds} rounds of {settings.decisions:,} decisions among {settings.candidates} candidates; all "
        f"tastes change at round {settings.drifts}. Each round one half of the log teaches, the other says whether the "
        f"update is served. True mean rewards over the last {LAST} rounds of each taste, and in the round of the drift."
    )
