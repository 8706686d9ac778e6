"""Construction of a run's recommender from the served policy, or from a run's parameters."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from skillpath.chains.feedback.exposure import Draw
from skillpath.chains.feedback.policy import Policy, initial_policy
from skillpath.chains.model.arrays import Floats
from skillpath.chains.model.ranking import PATHS, PathWeights
from skillpath.chains.model.stage import StageGate
from skillpath.chains.recommend import ChainSettings, Market, Recommender
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning import progression
from skillpath.graph.scores import policy_store as store
from skillpath.graph.scores.snapshot import Snapshot
from skillpath.pipeline.inputs.chain_inputs import fit_stage_gate

TERMS_OF_0_1 = 6
"""Terms of the score in version 0.1."""


def build_recommender(graph: Graph, snapshot: Snapshot, market: Market, settings: ChainSettings) -> Recommender:
    """The recommender of a new run.

    With no learned policy served it takes the weights that the served progression came with, or those of the settings,
    and the gate that the data teach. A policy that feedback moved replaces both as a whole, as it was judged as one.
    """
    number, policy = served_policy(graph, settings)
    draw = Draw.of(settings.exposure, str(snapshot.today), number)
    if policy is None:
        weights = read_learned_weights(graph, settings)
        return Recommender(market, settings, fit_stage_gate(snapshot, settings), weights, draw)
    return Recommender(market, settings, policy.gate, policy.weights, draw)


def recommender_to_params(recommender: Recommender, snapshot: Snapshot) -> dict[str, Any]:
    """Build the run parameters of a recommender: settings, weights, gate, draw, and rivals by cluster."""
    used, draw = recommender.gate, recommender.draw
    gate = {"weights": used.weights.tolist(), "bias": used.bias.tolist()} if used else None
    policy = {"weights": recommender.weights.values.tolist(), "gate": gate, "draw": asdict(draw) if draw else None}
    counted = np.zeros(0) if recommender.rivals is None else recommender.rivals
    wanted = np.flatnonzero(counted)
    rivals = dict(zip(snapshot.clusters["code"].gather(wanted), counted[wanted].tolist(), strict=True))
    return {**asdict(recommender.settings), **policy, "rivals": rivals}


def recommender_from_params(
    market: Market, settings: ChainSettings, made: dict[str, Any], snapshot: Snapshot
) -> Recommender:
    """The recommender that a run was made with, by what it keeps, for the market of a snapshot."""
    draw = Draw(**made["draw"]) if made.get("draw") else None
    weights = weights_from_params(made, settings)
    return Recommender(market, settings, gate_from_params(made), weights, draw, rivals_from_params(made, snapshot))


def rivals_from_params(made: dict[str, Any], snapshot: Snapshot) -> Floats | None:
    """(C,) students who aimed at each cluster when the run was made; None in runs of versions that did not count."""
    if "rivals" not in made:
        return None
    return np.array([made["rivals"].get(code, 0.0) for code in snapshot.clusters["code"]], dtype=np.float64)


def gate_from_params(made: dict[str, Any]) -> StageGate | None:
    """The gate that a run was made with, None if it was the readable one."""
    gate = made.get("gate")
    return StageGate(np.array(gate["weights"]), np.array(gate["bias"])) if gate else None


def weights_from_params(made: dict[str, Any], settings: ChainSettings) -> PathWeights:
    """The weights that a run was made with."""
    return PathWeights.read(made["weights"], settings.rank.weights)


def read_learned_weights(graph: Graph, settings: ChainSettings) -> PathWeights | None:
    """The weights that were learned with the served progression; None where there are none."""
    served = runs.current(graph, progression.SERVING)
    made = runs.params(graph, str(served["id"])) if served else {}
    return weights_from_params(made, settings) if made.get("weights") else None


def served_policy(graph: Graph, settings: ChainSettings) -> tuple[int, Policy | None]:
    """Number of the served update, 0 before any, and its policy: None before any, and where it is the start again."""
    row = store.served(graph)
    if row is None:
        return 0, None
    return row["number"], None if row["after"] == row["start"] else policy_from_flat(row["after"], settings)


def policy_from_flat(flat: list[float], settings: ChainSettings) -> Policy:
    """A policy from its parameters in one list (see `Policy.flat`).

    Updates of version 0.1 have 21: six weights that are those of every path, and the gate.
    """
    defaults = initial_policy(settings.rank)
    gate = defaults.gate.weights.size + defaults.gate.bias.size
    kept = flat[:-gate]
    rows = 1 if len(kept) == TERMS_OF_0_1 else len(PATHS)
    stored = np.array(kept, dtype=np.float64).reshape(rows, -1).tolist()
    weights = PathWeights.read(stored, settings.rank.weights)
    policy = Policy(weights, defaults.gate, settings.exposure.temperature)
    return policy.moved(np.r_[weights.values.ravel(), flat[-gate:]])
