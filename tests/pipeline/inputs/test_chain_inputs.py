"""A snapshot as the chains see it: evidence faded by age, deadlines, ventures, prerequisites, and a learned gate."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from skillpath.chains.model.capability import COMPONENTS, compute_capability
from skillpath.chains.model.stage import GATES, StageSettings, compute_gate, default_gate
from skillpath.chains.recommend import ChainSettings
from skillpath.graph.scores.snapshot import EDGES, NODES, Snapshot, arrays
from skillpath.pipeline.inputs.chain_inputs import (
    build_evidence,
    build_history,
    build_market,
    build_students,
    fit_stage_gate,
    list_evidence_codes,
)
from skillpath.pipeline.scoring.has_rows import has_rows

CHOSEN = ChainSettings()
YEARS = 365.25


def snapshot(nodes: dict[str, list[dict[str, Any]]], edges: dict[str, list[dict[str, Any]]]) -> Snapshot:
    """A snapshot of some rows; what they leave out is null."""
    frames = {
        name: pl.DataFrame(nodes.get(name, []), schema=schema).sort("code") for name, (_, schema) in NODES.items()
    }
    links = {name: pl.DataFrame(edges.get(name, []), schema=schema) for name, (_, schema) in EDGES.items()}
    return arrays(frames, links)


def link(source: str, target: str, value: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"source": source, "target": target, "value": value, **more}


def tiny(**edges: list[dict[str, Any]]) -> Snapshot:
    return snapshot(
        {
            "skills": [{"code": "k1"}, {"code": "k2"}],
            "clusters": [{"code": "c1", "heat": 1.7}, {"code": "c2", "heat": None}],
            "resources": [
                {"code": "r1", "kind": "Course", "seats": 3, "region": "Sea"},
                {"code": "r2", "kind": "Mentor", "closes": 99},
                {"code": "r3", "kind": None, "closes": 100},
            ],
            "jobs": [{"code": "j1", "opened": 100}, {"code": "j2", "opened": 9}, {"code": "j3", "closes": 50}],
            "projects": [{"code": "p1"}, {"code": "p2", "closes": 20}],
            "students": [{"code": "s1", "cohort": 1970, "graduates": 465, "region": "Sea"}, {"code": "s2"}],
        },
        {"resource_gains": [link("r1", "k1", 0.36)], "job_requirements": [link("j1", "k2", 0.8)], **edges},
    )


def test_what_is_over_is_not_open_and_ventures_are_not_training() -> None:
    market = build_market(
        tiny(resource_order=[link("r1", "r3"), link("r3", "r1"), link("r2", "r1")]), np.eye(2), CHOSEN
    )
    assert market.limits("JOB").open.tolist() == [True, False, False]
    assert market.limits("TRAINING").open.tolist() == [True, False, True]
    assert market.limits("VENTURE").open.tolist() == [True, False, False], (
        "two projects and a mentor whose time is over"
    )
    assert market.venture.tolist() == [1] and market.limits("TRAINING").seats.tolist() == [3, -1, -1]
    assert market.heats.tolist() == [1.0, 0.0]
    assert market.prerequisites is not None
    assert market.prerequisites.toarray().tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 0]], "the cycle is cut"
    assert market.limits("TRAINING").region.tolist() == [0, -1, -1]


def test_evidence_of_every_component_fades_with_its_age() -> None:
    half = int(CHOSEN.capability.learning * YEARS)
    found = tiny(
        enrolments=[link("s1", "r1", 1.0, day=100 - half, practice=0.0), link("s2", "r1", 1.0, day=None, practice=1.0)],
        placements=[link("s1", "j1", day=100)],
    )
    assert found.today == 100
    evidence = build_evidence(found, CHOSEN)
    assert [part.component for part in evidence] == list(COMPONENTS)
    levels = compute_capability(evidence).toarray()
    assert levels[0] == pytest.approx([1 - 0.64**0.5, 0.4], abs=1e-4)
    assert levels[1, 0] == pytest.approx(1 - 0.64 ** (1 + CHOSEN.capability.hands_on))
    codes = list_evidence_codes(found)
    assert codes.to_list() == ["admission", "r1", "r2", "r3", "j1", "j2", "j3", "p1", "p2"]
    rows = has_rows(compute_capability(evidence), evidence, codes, found.students, found).rows_by_key(
        ["student", "skill"]
    )
    (level, evidence_codes, shares, components), *_ = rows["s1", "k2"]
    assert (
        evidence_codes == ["j1"] and shares == pytest.approx([level]) and components == pytest.approx([0, 0, level, 0])
    )
    (level, evidence_codes, shares, components), *_ = rows["s2", "k1"]
    assert evidence_codes == ["r1"] and shares == pytest.approx([level]), (
        "a course and the practice in it are told together"
    )
    assert components == pytest.approx([0, level * 0.8, level * 0.2, 0])


def test_stages_come_from_dates_and_deeds() -> None:
    found = tiny(enrolments=[link("s1", "r1", day=100)], placements=[link("s1", "employer", day=50)])
    learners = build_students(found, build_evidence(found, CHOSEN), CHOSEN)
    ahead, behind = 465 - 100, max(0, 100 - 243)
    assert learners.states[0] == pytest.approx([ahead / (ahead + behind), 1 - np.exp(-1 / 8), 1 - np.exp(-1), 0.0])
    assert learners.states[1].tolist() == [0.5, 0.0, 0.0, 0.0]
    assert learners.regions.tolist() == [0, -1] and ((learners.tie_breakers >= 0) & (learners.tie_breakers < 1)).all()


def test_the_gate_is_learned_from_what_people_did_next() -> None:
    rng = np.random.default_rng(0)
    students = [{"code": f"s{i:03}", "cohort": 2020} for i in range(300)]
    start = 18_506  # 2020-09-01
    enrolments, placements = [], []
    for i in range(300):
        enrolments += [link(f"s{i:03}", "r1", day=start + int(d)) for d in rng.integers(0, 600, 1)]
        placements.append(link(f"s{i:03}", "j1", day=start + int(rng.integers(1000, 1400))))
    nodes: dict[str, list[dict[str, Any]]] = {
        "students": students,
        "resources": [{"code": "r1"}],
        "jobs": [{"code": "j1"}],
    }
    found = snapshot(nodes, {"enrolments": enrolments, "placements": placements})
    learned = fit_stage_gate(found, CHOSEN)
    early, late = compute_gate(np.array([[0.9, 0.0, 0.0, 0.0], [0.1, 0.1, 0.0, 0.0]]), learned)
    assert GATES[int(early.argmax())] == "TRAINING" and GATES[int(late.argmax())] == "JOB"
    few = snapshot(nodes, {"enrolments": enrolments, "placements": placements[:20]})
    unlearned = ChainSettings(stage=StageSettings(learn=False))
    for gate_ in (fit_stage_gate(few, CHOSEN), fit_stage_gate(found, unlearned), fit_stage_gate(tiny(), CHOSEN)):
        assert np.array_equal(gate_.weights, default_gate().weights)


def test_a_history_is_in_the_order_of_the_days_and_then_of_the_positions() -> None:
    taken = [
        link("s1", "r1", 0.0, day=50, position=2),
        link("s1", "r2", 0.5, day=50, position=1),
        link("s1", "r3", 1.0, day=70, position=1),
        link("s2", "r1", 1.0, day=None, position=1),
        link("s2", "r3", 1.0, day=None, position=2),
        link("s2", "r2", 1.0, day=9, position=None),
    ]
    found, decay = build_history(tiny(enrolments=taken).enrolments, CHOSEN.affinity), CHOSEN.affinity.decay
    assert found.toarray()[0] == pytest.approx([decay, decay**2, 1.0]), "what was only begun counts too"
    assert found.toarray()[1] == pytest.approx([decay**2, 1.0, decay]), "what has no day came before what has one"
    batch = build_students(tiny(enrolments=taken), build_evidence(tiny(enrolments=taken), CHOSEN), CHOSEN)
    assert np.array_equal(batch.weighed_history.toarray(), found.toarray())


def test_the_progression_of_a_market_is_that_of_the_snapshot() -> None:
    edges = [{**link("r1", "r3", 0.5), "next_weight": 0.2, "support": 7.0}, link("r3", "r1", 0.1)]
    learned = build_market(tiny(progression=edges), np.eye(2), CHOSEN).learned_progression
    assert learned.weight.toarray().tolist() == [[0, 0, 0.5], [0, 0, 0], [0.1, 0, 0]]
    assert (learned.next_weight[0, 2], learned.support[0, 2]) == (0.2, 7.0)
    assert (learned.next_weight[2, 0], learned.support[2, 0]) == (0.0, 0.0), "their texts are alike, nobody went on"
    assert learned.popularity.tolist() == [0.0] * 3 and learned.takers.tolist() == [0] * 3
