"""Who is known by one skill gets fields of work and no invented occupation; who is known by more gets a target."""

from __future__ import annotations

from pathlib import Path

from skillpath.api.cli.chain_lines import chain_lines
from skillpath.api.services.student_chains import read_student_chains
from skillpath.api.services.work_fields import read_stage_state, to_remedy
from skillpath.chains.model.coverage import REMEDIES
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.digest import graph_digest
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import sync
from skillpath.pipeline.scoring.refresh import Refresher
from skillpath.pipeline.scoring.score import score
from skillpath.pipeline.training.train import train
from tests.api.conftest import asker, client_of

QUIET = Reporter(quiet=True)
CONFIG = """
name = "guild"
[[source]]
name = "apprentices"
contract = "students"
path = "apprentices.csv"
columns = { code = "code", skills = "skills" }
lists = { skills = "|" }
"""
CLUSTERS = {"c:baker": "7512", "c:miller": "7515", "c:weaver": "7318", "c:clerk": ""}
SKILLS = {
    "c:baker": ["kneading", "proofing", "oven control", "flour grading"],
    "c:miller": ["flour grading", "sieving", "grain storage", "stone dressing"],
    "c:weaver": ["warping", "loom setting", "dyeing", "pattern reading"],
    "c:clerk": ["filing", "copying", "bookkeeping", "minute taking"],
}
QUERY = """{ student(code: %s) { targets { edges { node { cluster { code } } } } chainRemedy withoutChain
    fields { code label match clusters(first: 2) { code } } } }"""


def write_guild(folder: Path) -> Path:
    """A vocabulary of four occupations, three of them classified, and apprentices who know one skill or more."""
    vocabulary = folder / "vocabulary"
    vocabulary.mkdir()
    known = sorted({skill for skills in SKILLS.values() for skill in skills})
    write = [
        ("skills.csv", "code,label", [f"k:{skill},{skill}" for skill in known]),
        ("clusters.csv", "code,label,isco", [f"{code},{code[2:]},{isco}" for code, isco in CLUSTERS.items()]),
        (
            "requirements.csv",
            "cluster,skill,essential",
            [f"{code},k:{skill},true" for code, skills in SKILLS.items() for skill in skills],
        ),
    ]
    for name, head, rows in write:
        (vocabulary / name).write_text("\n".join([head, *rows]) + "\n", "utf-8")
    apprentices = ["one,kneading", "many,kneading|proofing|oven control", "clerk,filing", "nobody,"]
    (folder / "apprentices.csv").write_text("\n".join(["code,skills", *apprentices]) + "\n", "utf-8")
    (folder / "guild.toml").write_text(CONFIG, "utf-8")
    return vocabulary


def test_fields_until_enough_is_known(empty_graph: Graph, tmp_path: Path) -> None:
    import_ontology(empty_graph, "csv", write_guild(tmp_path), QUIET, tmp_path / "quarantine")
    sync(empty_graph, read_config(tmp_path / "guild.toml"), QUIET, tmp_path / "quarantine")
    train(empty_graph, QUIET)
    run = str(score(empty_graph, QUIET)["run"])

    for client in client_of(empty_graph):
        ask = asker(client)
        found = {code: ask(QUERY % f'"{code}"')["data"]["student"] for code in ("one", "many", "clerk", "nobody")}
    targets = {
        code: [edge["node"]["cluster"]["code"] for edge in student["targets"]["edges"]]
        for code, student in found.items()
    }
    assert targets == {"one": [], "many": ["c:baker"], "clerk": [], "nobody": []}
    best = found["one"]["fields"][0]
    assert best["code"] == "75" and best["label"].startswith("Food processing") and 0 < best["match"] < 1
    assert {cluster["code"] for cluster in best["clusters"]} == {"c:baker", "c:miller"}
    assert found["many"]["fields"] == [], "who has a target needs no field"
    assert found["clerk"]["fields"] == found["nobody"]["fields"] == [], "no field is named where none is known"

    assert found["one"]["chainRemedy"] == REMEDIES[found["one"]["withoutChain"]]
    assert to_remedy(read_stage_state(empty_graph, run, "nobody")) == REMEDIES["NO_CAPABILITY"]
    lines = chain_lines(read_student_chains(empty_graph, "one", None, 5))
    assert any("Food processing" in line for line in lines) and REMEDIES["NO_TARGET"] in lines[-1]

    digest = graph_digest(empty_graph)
    Refresher(empty_graph).refresh(["one", "many"])
    assert graph_digest(empty_graph) == digest, "a refresh writes the same fields"
