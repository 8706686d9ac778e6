"""Construction of a run's recommender from the served policy, or from a run's parameters."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from skillpath.chains.feedback.exposure import Draw
from skillpath.chains.feedback.policy import Policy
from skillpath.chains.model.ranking import TERMS
from skillpath.chains.model.stage import StageGate, default_gate
from skillpath.chains.recommend import ChainSettings, Market, Recommender
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores import policy_store as store
from skillpath.graph.scores.snapshot import Snapshot
from skillpath.pipeline.scoring.chain_inputs import fit_stage_gate


def build_recommender(graph: Graph, snapshot: Snapshot, market: Market, settings: ChainSettings) -> Recommender:
    """The recommender of a new run.

    With no learned policy served it takes the weights of the settings and the gate that the data teach. A policy that
    feedback moved replaces both as a whole, as it was judged as a whole.
    """
    number, policy = served_policy(graph, settings.exposure.temperature)
    draw = Draw.of(settings.exposure, str(snapshot.today), number)
    if policy is None:
        return Recommender(market, settings, fit_stage_gate(snapshot, settings), draw=draw)
    return Recommender(market, settings, policy.gate, policy.weights, draw)


def recommender_to_params(recommender: Recommender) -> dict[str, Any]:
    """Build the run parameters of a recommender: settings, weights, gate, draw."""
    used, draw = recommender.gate, recommender.draw
    gate = {"weights": used.weights.tolist(), "bias": used.bias.tolist()} if used else None
    policy = {"weights": recommender.weights.tolist(), "gate": gate, "draw": asdict(draw) if draw else None}
    return {**asdict(recommender.settings), **policy}


def recommender_from_params(market: Market, settings: ChainSettings, made: dict[str, Any]) -> Recommender:
    """The recommender that a run was made with, by what it keeps."""
    draw = Draw(**made["draw"]) if made.get("draw") else None
    return Recommender(market, settings, gate_from_params(made), np.array(made["weights"]), draw)


def gate_from_params(made: dict[str, Any]) -> StageGate | None:
    """The gate that a run was made with, None if it was the readable one."""
    gate = made.get("gate")
    return StageGate(np.array(gate["weights"]), np.array(gate["bias"])) if gate else None


def served_policy(graph: Graph, temperature: float) -> tuple[int, Policy | None]:
    """Number of the served update, 0 before any, and its policy: None before any, and where it is the start again."""
    row = store.served(graph)
    if row is None:
        return 0, None
    return row["number"], None if row["after"] == row["start"] else policy_from_flat(row["after"], temperature)


def policy_from_flat(flat: list[float], temperature: float) -> Policy:
    """A policy from its 21 parameters in one list (see `Policy.flat`)."""
    empty = Policy(np.zeros(len(TERMS)), default_gate(), temperature)
    return empty.moved(np.array(flat, dtype=np.float64))
