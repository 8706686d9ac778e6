"""Policy learning from feedback: update, off-policy evaluation, serving, rollback (equation 22)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from skillpath.chains.feedback.off_policy import ServeSettings, Verdict, may_serve
from skillpath.chains.feedback.policy import Policy
from skillpath.chains.feedback.updates import Update, UpdateSettings, revert_update, update
from skillpath.chains.model.ranking import PATHS, TERMS
from skillpath.chains.model.stage import default_gate
from skillpath.chains.recommend import ChainSettings
from skillpath.errors import BadInput, NotFound, Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph, Row
from skillpath.graph.scores import policy_store as store
from skillpath.pipeline.scoring.policy_log import BEGINNING, PolicyLog, PolicyLogSettings, read_policy_log
from skillpath.pipeline.scoring.recommender import gate_from_params, policy_from_flat, weights_from_params

ROUNDED = 6


@dataclass(frozen=True)
class PolicySettings:
    """How the policy learns from what people did."""

    decisions: PolicyLogSettings = field(default_factory=PolicyLogSettings)
    updates: UpdateSettings = field(default_factory=UpdateSettings)
    serving: ServeSettings = field(default_factory=ServeSettings)


@dataclass(frozen=True)
class PolicyState:
    """State of policy learning.

    Attributes:
        number: updates so far. served: the one that scores use, 0 if none.
        policy: what scores use now; start: what it is not to drift far from.
        at, code: the last exposure that was learned from.
    """

    number: int
    served: int
    policy: Policy
    start: Policy
    at: str
    code: str


def learn(
    graph: Graph,
    settings: PolicySettings | None = None,
    chains: ChainSettings | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """Learn from the exposures whose window is over, and serve the policy if it is better beyond doubt.

    Half of the students teach, the other half judge. What was judged, for or against, is not learned from again; while
    there is too little to judge by, nothing is recorded and it goes on waiting.

    Raises:
        Unavailable: nothing was scored yet, or nothing is explored and no exposure waits.
        PolicyChanged: the policy was updated meanwhile.
    """
    chosen, chain = settings or PolicySettings(), chains or ChainSettings()
    state = state_of(graph, chain)
    until = (now or datetime.now(UTC)) - timedelta(days=chosen.decisions.window_days)
    log = read_policy_log(graph, state.at, state.code, until.isoformat(), chosen.decisions)
    if not log.counts["exposures"]:
        if not chain.exposure.explore:
            todo = "Set chains.exposure.explore to true, then score"
            raise Unavailable("First places are not drawn, so nothing can be learned", where="policy", todo=todo)
        return {**log.counts, "recorded": False, "served": False, "reason": "no exposure whose window is over"}
    found = update(state.policy, state.start, log.decisions.where(~log.half), chosen.updates)
    verdict = may_serve(found.after, state.policy, log.decisions.where(log.half), chosen.serving)
    summary = {**log.counts, "served": verdict.serve, **_judged(verdict)}
    if not verdict.enough:
        return {**summary, "recorded": False}
    number = store.keep(graph, _record(state, found, verdict, log), after=state.number, serve=verdict.serve)
    return {**summary, "recorded": True, "number": number, "moved": found.moved, "drift": found.drift}


def rollback(graph: Graph, number: int, chains: ChainSettings | None = None) -> dict[str, Any]:
    """Return to the policy before an update; that is recorded as one more update, and served.

    Raises:
        NotFound: there is no such update.
        BadInput: it was never served, or the policy is already what it was before it.
    """
    rows, settings = store.updates(graph), chains or ChainSettings()
    if not 1 <= number <= len(rows):
        raise NotFound(f"No update {number}", where="policy", todo="See `skillpath policy show`")
    old, state = rows[number - 1], state_of(graph, settings)
    unlearned = old["before"] == old["start"] and state.policy is state.start
    if not old["served"] or unlearned or old["before"] == state.policy.flat.tolist():
        raise BadInput("Nothing to take back", where=f"update {number}", todo="See `skillpath policy show`")
    before, start = (policy_from_flat(old[name], settings) for name in ("before", "start"))
    found = revert_update(state.policy, before, start, number)
    record = _record(state, found, None, None) | {"start": old["start"]}
    return {"number": store.keep(graph, record, after=state.number, serve=True), "undoes": number}


def show(graph: Graph, chains: ChainSettings | None = None) -> dict[str, Any]:
    """The served policy beside the one it started from, and every update."""
    settings = chains or ChainSettings()
    state, rows = state_of(graph, settings), store.updates(graph)
    hidden = {"before", "after", "tried", "start", "source", "counts"}
    summary = [{k: v for k, v in row.items() if k not in hidden} | json.loads(row["counts"]) for row in rows]
    return {
        "served": state.served,
        "temperature": settings.exposure.temperature,
        "policy": _named(state.policy),
        "start": _named(state.start),
        "updates": summary,
    }


def state_of(graph: Graph, settings: ChainSettings) -> PolicyState:
    """State of policy learning: with no policy of its own served, the start is that of the served run.

    Raises:
        Unavailable: nothing was scored yet.
    """
    rows, row = store.updates(graph), store.served(graph)
    last: Row = rows[-1] if rows else {"number": 0, "until": BEGINNING, "untilCode": ""}
    place = last["until"], last["untilCode"]
    if row is not None and row["after"] != row["start"]:
        policy, start = policy_from_flat(row["after"], settings), policy_from_flat(row["start"], settings)
        return PolicyState(last["number"], row["number"], policy, start, *place)
    run = runs.current(graph)
    if run is None:
        raise Unavailable("Nothing was scored yet", todo="Run `skillpath score`")
    made = runs.params(graph, run["id"])
    weights, gate = weights_from_params(made, settings), gate_from_params(made) or default_gate()
    start = Policy(weights, gate, settings.exposure.temperature)
    if row is not None and (made.get("draw") or {}).get("policy") != row["number"]:
        # The served run is still of the policy that was taken back.
        start = policy_from_flat(row["after"], settings)
    return PolicyState(last["number"], row["number"] if row else 0, start, start, *place)


def _record(state: PolicyState, found: Update, verdict: Verdict | None, log: PolicyLog | None) -> Row:
    """Properties of the node of an update: what was tried beside what is served after it."""
    served = verdict is None or verdict.serve
    return {
        "before": found.before.flat.tolist(),
        "tried": found.after.flat.tolist(),
        "after": (found.after if served else found.before).flat.tolist(),
        "start": state.start.flat.tolist(),
        "temperature": found.after.temperature,
        "served": served,
        **{name: getattr(found, name) for name in ("decisions", "gradient", "clipped", "moved", "drift", "bounded")},
        "leftOut": found.left_out,
        "undoes": found.undoes,
        **(_judged(verdict) if verdict else {"reason": f"takes back update {found.undoes}"}),
        "until": log.at if log else state.at,
        "untilCode": log.code if log else state.code,
        "counts": json.dumps(log.counts if log else {}, sort_keys=True),
    }


def _judged(verdict: Verdict) -> dict[str, Any]:
    return {name: value for name, value in asdict(verdict).items() if name not in ("serve", "enough")}


def _named(policy: Policy) -> dict[str, Any]:
    weights = {
        path: dict(zip(TERMS, np.round(policy.weights.of(path), ROUNDED).tolist(), strict=True)) for path in PATHS
    }
    gate = {"weights": np.round(policy.gate.weights, ROUNDED).tolist(), "bias": np.round(policy.gate.bias, ROUNDED)}
    return {"weights": weights, "gate": {**gate, "bias": gate["bias"].tolist()}}
