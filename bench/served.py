"""Benchmark of served recommendations: the chains that stand in the graph, judged by what real learners took next.

``python -m bench.served [DATA]`` brings the learners of MOOCCube and CNPC in with the commands a user has (``ontology
import``, ``sync``, ``train``, ``score``), each set into a graph of its own, without the last course of a fifth of the
learners. The chains are then read from the graph and judged by that course, beside baselines on the same split. It
writes ``bench/results/learning_served.json``, of which ``bench.learning.report`` makes a section of
``docs/evaluation.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.served_baselines import rank_baselines
from bench.served_metrics import Asked, judge, summarise_methods
from bench.skeleton import DATA, ROOT, machine, timed
from skillpath.chains.recommend import ChainSettings
from skillpath.cypher import Query
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.snapshot import read_snapshot
from skillpath.ontology.matching.stable_hash import stable_hash
from skillpath.pipeline.inputs.chain_inputs import build_evidence, build_market, build_students
from skillpath.pipeline.inputs.vectors import placed_vectors, require_vectors
from skillpath.pipeline.scoring.recommender import recommender_from_params

RESULT = ROOT / "bench" / "results" / "learning_served.json"
PLACES, SEEDS = 10, (1, 2, 3)
BLOCK = 500
SERVED = "chains in the graph"
METRICS = {
    "Recall@10": "higher",
    "NDCG@10": "higher",
    "Recall@10, one course before": "higher",
    "Recall@10, more": "higher",
    "coverage": "higher",
    "Gini": "lower",
}
PROTOCOL = (
    "*Served*: the chains of TRAINING that stand in the graph after `ontology import esco`, `sync`, `train` and "
    "`score` with their defaults, places as drawn. Hidden is the last course, in the order of the file, of a fifth of "
    "the learners with two at least; another fifth for each seed. Baselines know the same enrolments and rank what a "
    "learner has not taken; their settings were not chosen on these learners. Coverage and Gini are of the lists of "
    "all learners. The rivals are not served."
)
CHAINS = Query(
    "bench/served_chains",
    """MATCH (s:Student)-[:RECEIVED]->(r:Recommendation)
    WHERE r.run = $run AND r.path = 'TRAINING'
    MATCH (r)-[:SUGGESTS]->(x)
    RETURN s.code AS student, x.code AS item, r.rank AS rank""",
)


@dataclass(frozen=True)
class LearnerSet:
    """A set of real learners: its files, and how the courses are mapped to the contract."""

    name: str
    learners: str
    courses: str
    columns: str


SETS = (
    LearnerSet("MOOCCube", "mooccube_interactions_en", "mooccube_courses", 'title = "name", text = "about"'),
    LearnerSet("CNPC", "cnpc_train_valid", "cnpc_courses", 'title = "discipline"'),
)
CONFIG = """
name = "served"

[[source]]
name = "courses"
contract = "resources"
path = "courses.parquet"
scan = ["title", "text"]
columns = {{ code = "course_idx2", {columns} }}
constants = {{ kind = "course", provider = "{name}" }}

[[source]]
name = "learners"
contract = "students"
path = "learners.parquet"
select = {{ distinct = ["code"] }}
columns = {{ code = "user" }}
constants = {{ programme = "{name}" }}

[[source]]
name = "enrolments"
contract = "enrolments"
path = "learners.parquet"
columns = {{ student = "user", resource = "item" }}
constants = {{ progress = 1.0 }}
"""


def hold_out(taken: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Enrolments (user, item) that are brought in, and the last course of a fifth of the learners with two at least."""
    ordered = taken.unique(["user", "item"], keep="first", maintain_order=True).with_row_index("place")
    last = pl.col("place") == pl.col("place").max().over("user")
    ordered = ordered.with_columns(count=pl.len().over("user"), last=last).filter(pl.col("count") >= 2)
    fifth = pl.Series(stable_hash(ordered["user"], seed=seed) % np.uint64(5) == 0)
    hidden = ordered["last"] & fifth
    return ordered.filter(~hidden).select("user", "item"), ordered.filter(hidden).select("user", "item")


def serve(chosen: LearnerSet, data: Path, known: pl.DataFrame, asked: Asked) -> dict[str, Any]:
    """Lists (S, places) of the chains in the graph after the commands, seconds of each command, candidates lost."""
    folder = Path(tempfile.mkdtemp(prefix="skillpath-served-"))
    try:
        known.write_parquet(folder / "learners.parquet")
        shutil.copy(data / "courses" / f"{chosen.courses}.parquet", folder / "courses.parquet")
        config = folder / "served.toml"
        config.write_text(CONFIG.format(name=chosen.name, columns=chosen.columns), "utf-8")
        commands = {
            "up": ("up",),
            "migrate": ("migrate",),
            "ontology import": ("ontology", "import", "esco", str(data / "ontology")),
            "sync": ("sync", str(config), "--root", str(folder)),
            "train": ("train",),
            "score": ("score",),
        }
        seconds = {name: timed(*arguments, home=folder)["seconds"] for name, arguments in commands.items()}
        return {**read_served(folder, asked), "seconds": seconds}
    finally:
        timed("stop", home=folder)
        shutil.rmtree(folder, ignore_errors=True)


def read_served(home: Path, asked: Asked) -> dict[str, Any]:
    """Lists of the served run, and the share of hidden courses that were no candidate."""
    os.environ |= {"SKILLPATH_GRAPH_HOME": str(home / "neo4j"), "SKILLPATH_PIPELINE_HOME": str(home)}
    from skillpath.api.context import load_settings, open_graph

    settings = load_settings()
    with open_graph(settings) as graph:
        served = runs.current(graph)
        assert served is not None
        schema = {"student": pl.String, "item": pl.String, "rank": pl.Int64}
        chains = graph.frame(CHAINS, schema, run=served["id"])
        lost = count_lost(graph, str(served["id"]), asked, settings.chains)
    return {"lists": asked.lists_of(chains, PLACES), "lost": lost}


def count_lost(graph: Graph, run: str, asked: Asked, settings: ChainSettings) -> float:
    """Share of the hidden courses that were no candidate of the learner who took them."""
    snapshot = read_snapshot(graph)
    market = build_market(snapshot, placed_vectors(require_vectors(graph), snapshot.skills), settings)
    recommender = recommender_from_params(market, settings, runs.params(graph, run), snapshot)
    learners = build_students(snapshot, build_evidence(snapshot, settings), settings)
    codes, found = snapshot.resources["code"], 0
    # Codes are sorted in the snapshot as here, so that places are the same.
    assert snapshot.students["code"].equals(asked.students)
    assert codes.equals(asked.courses)
    for start in range(0, len(asked.learner), BLOCK):
        part = slice(start, start + BLOCK)
        pool = recommender.candidates("TRAINING", learners.part(asked.learner[part]))
        pairs = set(zip(pool.student.tolist(), pool.found.item.tolist(), strict=True))
        found += sum(pair in pairs for pair in enumerate(asked.target[part].tolist()))
    return round(1.0 - found / max(len(asked.learner), 1), 4)


def measure(chosen: LearnerSet, data: Path, seed: int) -> dict[str, Any]:
    """Figures of the chains and of the baselines for one set and one split."""
    taken = pl.read_parquet(data / "learners" / f"{chosen.learners}.parquet").select(
        pl.col("user", "item").cast(pl.String)
    )
    known, hidden = hold_out(taken, seed)
    courses = pl.read_parquet(data / "courses" / f"{chosen.courses}.parquet")["course_idx2"].cast(pl.String).sort()
    asked = Asked.of(known, hidden, courses)
    found = serve(chosen, data, known, asked)
    methods = {SERVED: judge(asked, found["lists"])}
    methods |= {name: judge(asked, lists) for name, lists in rank_baselines(asked, PLACES)}
    print(json.dumps({"set": chosen.name, "seed": seed, "lost": found["lost"], **methods}, indent=1), flush=True)
    return {"methods": methods, "lost": found["lost"], "seconds": found["seconds"], "asked": len(asked.target)}


def summarise(chosen: LearnerSet, runs_: list[dict[str, Any]]) -> dict[str, Any]:
    """The table of one set over its splits, as `bench.learning.report` takes it."""
    return {"name": chosen.name, "methods": summarise_methods(runs_, SERVED, METRICS), "runs": runs_}


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    chosen, began = parser.parse_args(), time.monotonic()
    settings = [summarise(each, [measure(each, chosen.data, seed) for seed in chosen.seeds]) for each in SETS]
    facts = [
        f"{table['name']}: {np.mean([run['lost'] for run in table['runs']]):.1%} of the hidden courses were no "
        f"candidate; {np.mean([run['asked'] for run in table['runs']]):,.0f} learners asked."
        for table in settings
    ]
    result = {
        "machine": machine(),
        "data": "real",
        "task": "Served chains: the course that real learners took next (MOOCCube, CNPC)",
        "protocol": PROTOCOL,
        "metrics": METRICS,
        "settings": settings,
        "facts": facts,
        "seconds": round(time.monotonic() - began, 1),
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
