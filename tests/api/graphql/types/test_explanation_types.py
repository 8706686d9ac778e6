"""Over HTTP and in the terminal: evidence, counterfactuals, capabilities and plans, and how much may be asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from skillpath.chains.model.capability import COMPONENTS
from skillpath.cypher import Query
from skillpath.graph.core import reads
from skillpath.graph.core.connection import Graph
from tests.api.cli.test_main import Cli
from tests.api.conftest import Ask
from tests.walks import served

LOOK = """query ($s: String!, $p: Path!, $n: Int!) { student(code: $s) {
  recommendations(path: $p, first: $n) { edges { node {
    id rank score suggests { code } toward { code }
    closes { have comesFrom { component share } }
    counterfactual { sentence skill { code label } from to rank wouldBeRank }
    evidence(first: 5) { relationship skill { code } value drop
      sources { component code amount years decay contribution } } } } } } }"""
PLAN = """query ($s: String!) { student(code: $s) {
    capabilities(first: 100) { skill { code } level components { component share } evidence { code share } }
    targets { edges { node { rank plan { gain steps { resource { code label } gain }
      closes { skill { code } have required gain } } } } } } }"""
STORED = Query(
    "x",
    """MATCH (s:Student {code: $student})-[a:AIMS_AT {rank: 1, run: $run}]->()
    RETURN a.plan AS plan, a.planGain AS gain, a.gap AS gap,
      COLLECT { MATCH (s)-[l:LACKS {run: $run}]->(k) RETURN [k.code, l.weight] } AS weights""",
)
PLANNED = Query(
    "x",
    """MATCH (s:Student)-[a:AIMS_AT {rank: 1, run: $run}]->() WHERE size(a.plan) = 3
    RETURN s.code AS code ORDER BY code LIMIT 3""",
)
TWO = Query(
    "x",
    """MATCH (s:Student)-[:RECEIVED]->(:Recommendation {run: $run, path: 'TRAINING', rank: 2})
    RETURN s.code AS code ORDER BY code LIMIT 2""",
)


def nodes(ask: Ask, student: str, path: str, first: int = 10) -> list[dict[str, Any]]:
    answer = ask(LOOK, s=student, p=path, n=first)
    assert "errors" not in answer
    return [edge["node"] for edge in answer["data"]["student"]["recommendations"]["edges"]]


def test_evidence_and_counterfactuals(ask: Ask, somebody: str) -> None:
    lifted = 0
    for path in ("JOB", "TRAINING", "VENTURE"):
        found = nodes(ask, somebody, path)
        for node in found:
            counterfactual, place = node["counterfactual"], 1 + sum(other["score"] > node["score"] for other in found)
            assert place > 1 or counterfactual is None
            if counterfactual:
                lifted += 1
                assert (
                    counterfactual["rank"] == place > counterfactual["wouldBeRank"]
                    and counterfactual["from"] < counterfactual["to"] <= 0.99
                )
                assert counterfactual["skill"]["label"] in counterfactual["sentence"]
            if node["toward"]:
                assert node["evidence"] and node["evidence"][0]["drop"] > 0
            for step in node["closes"]:
                assert sum(part["share"] for part in step["comesFrom"]) == pytest.approx(step["have"], abs=1e-9)
    assert lifted


def test_one_student_and_a_few_chains_a_request(ask: Ask, town: Graph) -> None:
    one, two = (row["code"] for row in town.read(TWO, run=served(town)))
    part = "recommendations(path: TRAINING, first: 1) { edges { node { counterfactual { to } evidence { drop } } } }"
    both = ask(f'{{ a: student(code: "{one}") {{ {part} }} b: student(code: "{two}") {{ {part} }} }}')
    assert {error["extensions"]["code"] for error in both["errors"]} == {"TOO_COMPLEX"}
    assert "one student at a time" in str(both["errors"])
    assert "errors" not in ask(f'{{ student(code: "{one}") {{ {part} }} }}')


def test_capabilities_and_the_plan_add_up(ask: Ask, town: Graph) -> None:
    for row in town.read(PLANNED, run=served(town)):
        stored = town.read(STORED, student=row["code"], run=served(town))[0]
        found = ask(PLAN, s=row["code"])["data"]["student"]
        assert found["capabilities"]
        for each in found["capabilities"]:
            assert {part["component"] for part in each["components"]} <= set(COMPONENTS)
            for parts in (each["components"], each["evidence"]):
                assert sum(part["share"] for part in parts) == pytest.approx(each["level"], abs=1e-9)
        first, *others = [edge["node"] for edge in found["targets"]["edges"]]
        assert all(target["plan"] is None for target in others)
        plan, weight = first["plan"], dict(stored["weights"])
        assert [step["resource"]["code"] for step in plan["steps"]] == stored["plan"]
        assert plan["gain"] == stored["gain"] <= stored["gap"] + 1e-9
        assert sum(step["gain"] for step in plan["steps"]) == pytest.approx(plan["gain"], abs=1e-6)
        joint = sum(weight[step["skill"]["code"]] * step["gain"] for step in plan["closes"])
        assert joint == pytest.approx(plan["gain"], abs=1e-6)
        assert all(0 < step["gain"] <= step["required"] - step["have"] + 1e-9 for step in plan["closes"])


def test_narrower_skills_speak_for_broader_ones(ask: Ask, somebody: str) -> None:
    query = """query ($s: String!) { student(code: $s) { capabilities(first: 100) { skill { code } level }
      broadCapabilities(first: 100) { level own
        skill { code label narrower(first: 100) { edges { node { code } } } } } } }"""
    found = ask(query, s=somebody)["data"]["student"]
    own = {each["skill"]["code"]: each["level"] for each in found["capabilities"]}
    broad = found["broadCapabilities"]
    assert [each["level"] for each in broad] == sorted((each["level"] for each in broad), reverse=True)
    assert all(each["own"] <= each["level"] < 1 for each in broad)
    counterfactual = [each for each in broad if each["own"] == 0]
    assert counterfactual, "groups that nobody teaches as such"
    for each in counterfactual:
        narrower = [edge["node"]["code"] for edge in each["skill"]["narrower"]["edges"]]
        below = [own[code] for code in narrower if code in own]
        if below:
            # One step up half of the evidence counts, and more where there are more of them.
            assert each["level"] >= 1 - (1 - max(below)) ** 0.5 - 1e-9


@pytest.mark.long
def test_why_tells_what_if_and_on_what_it_rests(town: Graph, somebody: str, tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home", town)
    plain = cli("why", somebody, "--first", "2")
    assert plain.returncode == 0 and "  else   " not in plain.stdout
    found = json.loads(cli("why", somebody, "--first", "2", "--what-if", "--evidence", "--json").stdout)
    shown = cli("why", somebody, "--first", "2", "--what-if", "--evidence").stdout
    assert found["plan"] and found["plan"]["resources"][0]["label"] in shown
    for chain in found["chains"]:
        assert chain["evidence"]
        if chain["counterfactual"]:
            assert chain["counterfactual"]["sentence"] in shown
    assert "rests" in shown
    run = served(town)
    learners = [row["code"] for row in town.read(reads.EXAMPLES, run=run, first=20)]
    told = (cli("why", code, "--first", "2", "--evidence").stdout for code in learners)
    assert any("rests" in text and "from learning" in text for text in told)


def test_the_fairness_report(town: Graph, tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home", town)
    done = cli("fairness", "--out", str(tmp_path / "report.json"))
    assert done.returncode == 0 and "furthest apart" in done.stdout
    written = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert written == json.loads(cli("fairness", "--json").stdout)
    refused = cli("fairness", "--out", str(tmp_path / "no" / "report.json"))
    assert refused.returncode == 2 and "Cannot write" in refused.stderr
