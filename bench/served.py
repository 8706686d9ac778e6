"""Benchmark of served recommendations: the chains that stand in the graph, judged by what real learners took next.

``python -m bench.served [DATA]`` brings the learners of MOOCCube and CNPC in with the commands a user has (``ontology
import``, ``sync``, ``train``, ``score``), each set into a graph of its own, without the last course of a fifth of the
learners. The chains are then read from the graph and judged by that course, beside baselines on the same split. It
writes ``bench/results/served.json``, of which ``bench.learning.report`` makes the section of ``docs/evaluation.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.served_baselines import rank_baselines
from bench.served_metrics import Asked, judge
from bench.skeleton import DATA, ROOT, machine, timed
from skillpath.cypher import Query
from skillpath.graph.core import runs
from skillpath.ontology.matching.stable_hash import stable_hash

RESULT = ROOT / "bench" / "results" / "served.json"
PLACES = 10
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


def hold_out(taken: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Enrolments (user, item) that are brought in, and the last course of a fifth of the learners with two at least."""
    ordered = taken.unique(["user", "item"], keep="first", maintain_order=True).with_row_index("place")
    ordered = ordered.with_columns(
        count=pl.len().over("user"), last=pl.col("place") == pl.col("place").max().over("user")
    )
    ordered = ordered.filter(pl.col("count") >= 2)
    fifth = pl.Series(stable_hash(ordered["user"].cast(pl.String), seed=16) % np.uint64(5) == 0)
    hidden = ordered["last"] & fifth
    return ordered.filter(~hidden).select("user", "item"), ordered.filter(hidden).select("user", "item")


@contextmanager
def served_graph(chosen: LearnerSet, data: Path, known: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, dict[str, Any]]]:
    """(student, item, rank) of the chains in the graph after the commands, and the seconds of each command."""
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
        seconds = {name: timed(*arguments, home=folder) for name, arguments in commands.items()}
        yield read_chains(folder), seconds
    finally:
        timed("stop", home=folder)
        shutil.rmtree(folder, ignore_errors=True)


def read_chains(home: Path) -> pl.DataFrame:
    """The TRAINING chains of the served run."""
    os.environ |= {"SKILLPATH_GRAPH_HOME": str(home / "neo4j"), "SKILLPATH_PIPELINE_HOME": str(home)}
    from skillpath.api.context import load_settings, open_graph

    with open_graph(load_settings()) as graph:
        served = runs.current(graph)
        assert served is not None
        schema = {"student": pl.String, "item": pl.String, "rank": pl.Int64}
        return graph.frame(CHAINS, schema, run=served["id"]).sort("student", "rank")


def measure(chosen: LearnerSet, data: Path) -> dict[str, Any]:
    """Figures of the chains and of the baselines for one set."""
    taken = pl.read_parquet(data / "learners" / f"{chosen.learners}.parquet").select(
        pl.col("user", "item").cast(pl.String)
    )
    known, hidden = hold_out(taken)
    courses = pl.read_parquet(data / "courses" / f"{chosen.courses}.parquet")["course_idx2"].cast(pl.String).sort()
    asked = Asked.of(known, hidden, courses)
    with served_graph(chosen, data, known) as (chains, seconds):
        lists = asked.lists_of(chains, PLACES)
    methods = {"chains in the graph": judge(asked, lists)}
    methods |= {name: judge(asked, found) for name, found in rank_baselines(asked, PLACES)}
    return {
        "learners": known["user"].n_unique(),
        "asked": len(asked.target),
        "courses": len(courses),
        "seconds": seconds,
        "methods": methods,
    }


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--only", choices=[each.name for each in SETS])
    chosen = parser.parse_args()
    results = {
        each.name: measure(each, chosen.data) for each in SETS if chosen.only is None or each.name == chosen.only
    }
    RESULT.write_text(json.dumps({"machine": machine(), "sets": results}, indent=2) + "\n", "utf-8")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
