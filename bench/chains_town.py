"""Benchmark of scoring, refreshing and verifying chains on a synthetic town in a graph of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psutil

from bench.chains_report import Criterion, part, spread
from bench.skeleton import timed
from bench.sync import SyncHome
from skillpath.cypher import Query
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.scoring.chain_verification import verify_chains
from skillpath.pipeline.scoring.refresh import Refresher
from skillpath.pipeline.training.train import train

COMPUTED, WRITTEN, MEMORY = 30.0, 120.0, 3072.0
ONE, THOUSAND = 58.0, 1.8
SINGLES, BATCH, BATCHES, WARMING = 200, 1_000, 3, 20
"""Students refreshed alone, at once, how often that, and before anything is timed."""
PRECISION = 1e-6
LACKING = Query(
    "bench/lacking",
    """MATCH (n:StageState {run: $run})<-[:HAS_STAGE]-(s:Student)
    MATCH (s)-[l:LACKS {run: $run}]->(k:Skill)
    WITH s, k, l ORDER BY l.gap DESC, k.code
    RETURN s.code AS student, collect(k.label)[0] AS skill ORDER BY student""",
)
STALE = Query(
    "bench/stale",
    """MATCH (n:StageState {run: $run})<-[:HAS_STAGE]-(s:Student)
    WHERE coalesce(toString(s.updatedAt), '') <> coalesce(n.seen, '') RETURN count(s) AS students""",
)


@dataclass(frozen=True)
class TownGraph:
    """The town's files and the graph that they were brought into, with spectral skill vectors and no forecasts."""

    home: SyncHome
    scale: str
    steps: dict[str, dict[str, Any]]

    @contextmanager
    def graph(self) -> Iterator[Graph]:
        """A connection to it, with the settings that a command would have."""
        os.environ |= {
            "SKILLPATH_GRAPH_HOME": str(self.home.folder / "neo4j"),
            "SKILLPATH_PIPELINE_HOME": str(self.home.folder),
        }
        from skillpath.api.context import load_settings, open_graph

        with open_graph(load_settings()) as graph:
            yield graph


@contextmanager
def town(scale: str, seed: int) -> Iterator[TownGraph]:
    """Generated, brought in by the offline importer, and gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="skillpath-bench-"))
    files, graph = folder / "files", folder / "graph"
    try:
        options = ("--scale", scale, "--seed", str(seed), "--out", str(files))
        steps: dict[str, dict[str, Any]] = {"generate": timed("generate", *options, home=folder)}
        made = TownGraph(SyncHome(graph, files), scale, steps)
        steps["sync --offline"] = made.home.sync("--offline")
        began = time.monotonic()
        with made.graph() as opened:
            train(opened, Reporter(quiet=True))
        steps["learn spectral vectors"] = {"seconds": round(time.monotonic() - began, 2)}
        yield made
    finally:
        timed("stop", home=graph)
        shutil.rmtree(folder, ignore_errors=True)


def scored(made: TownGraph) -> dict[str, Any]:
    """Seconds and memory of ``skillpath score``, twice: the second one also sweeps the first one's run."""
    first, again = _score(made), _score(made)
    students, worst = first["students"], {n: max(first[n], again[n]) for n in ("computing", "writing", "peak_mib")}
    asked = [
        Criterion(f"score {made.scale}: seconds of computing", worst["computing"], "<=", COMPUTED),
        Criterion(
            f"score {made.scale}: seconds of writing, what is computed meanwhile included",
            worst["writing"],
            "<=",
            WRITTEN,
        ),
        Criterion(f"score {made.scale}: MiB of the command at most", worst["peak_mib"], "<=", MEMORY),
    ]
    facts = [
        f"{students:,} students, {first['chains']:,} chains; once more: {again['writing']} s of writing, "
        f"{again['sweeping']} s of sweeping, {again['seconds']} s in all.",
        f"The database held {first['database_mib']:,} MiB at most, apart from the command.",
    ]
    protocol = (
        "`skillpath score` on a town brought in offline, with spectral vectors and no forecasts. Computing: all but "
        "making rows and writing. Writing: the step that computes blocks of 500 students and writes them, by the "
        "clock; sweeping the run before comes after it, when readers have the new one already."
    )
    steps = {"score, first": first, "score, again": again}
    return part("synthetic", "Scoring everybody", protocol, asked, facts, steps=made.steps | steps)


def _score(made: TownGraph) -> dict[str, Any]:
    output, log = made.home.folder / "score.json", made.home.folder / "score.log"
    measured = timed("score", "--json", home=made.home.folder, output=output, log=log)
    metrics, steps = json.loads(output.read_text("utf-8")), steps_of(log.read_text("utf-8"))
    chains = sum(count for name, count in metrics.items() if name.endswith("_chains"))
    sweeps = sum(seconds for name, seconds in steps.items() if name.startswith("sweep"))
    numbers = {"computing": metrics["computing"], "writing": steps["score and write students"], "sweeping": sweeps}
    return {**measured, **numbers, "students": metrics["students"], "chains": chains, "database_mib": _database(made)}


def steps_of(log: str) -> dict[str, float]:
    """Seconds of each step that a command told of.

    >>> steps_of("  read the graph: 1.5 s\\nready\\n")
    {'read the graph': 1.5}
    """
    return {name: float(seconds) for name, seconds in re.findall(r"^ +(.+): ([\d.]+) s$", log, re.MULTILINE)}


def _database(made: TownGraph) -> int:
    """Most memory (MiB) that the town's database held so far; what it holds now where the system does not tell."""
    for process in psutil.process_iter(["cmdline"]):
        if any(str(made.home.folder) in word for word in process.info["cmdline"] or ()) and "java" in process.name():
            status = Path(f"/proc/{process.pid}/status")
            peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("utf-8")) if status.is_file() else None
            return int(peak[1]) // 1024 if peak else int(process.memory_info().rss) >> 20
    return 0


@dataclass(frozen=True)
class Waits:
    """Seconds that refreshes took: the first of all, those of one student each, and those of ``size`` at once."""

    cold: float
    singles: list[float]
    batches: list[float]
    size: int

    @staticmethod
    def of(refresher: Refresher, codes: list[str]) -> Waits:
        """Refresh these students: first those that warm it, then single ones, then the others at once."""
        cold, *_ = [seconds(refresher, [code]) for code in codes[:WARMING]]
        singles = [seconds(refresher, [code]) for code in codes[WARMING : WARMING + SINGLES]]
        parts = equal_parts(codes[WARMING + SINGLES :], BATCHES)
        return Waits(cold, singles, [seconds(refresher, some) for some in parts], len(parts[0]))


def refreshed(made: TownGraph, seed: int) -> dict[str, Any]:
    """Students learn a skill that they lack, by a sync of their changed records; then each is refreshed."""
    with made.graph() as graph:
        run = _served(graph)
        known = graph.frame(LACKING, {"student": pl.String, "skill": pl.String}, run=run)
        chosen = known.sample(min(len(known), WARMING + SINGLES + BATCHES * BATCH), seed=seed, shuffle=True)
        learn(made.home.files / "students.csv", chosen)
        synced = made.home.sync()
        stale = graph.read(STALE, run=run)[0]["students"]
        waits = Waits.of(Refresher(graph), chosen["student"].to_list())
        done = WARMING + len(waits.singles) + waits.size * len(waits.batches)
        left = graph.read(STALE, run=run)[0]["students"] - (stale - done)
    facts = [f"{stale:,} students were stale, {len(chosen):,} records changed ({synced['updated']:,} were written)."]
    return _format_waits(waits, left, facts, synced)


def _format_waits(waits: Waits, left: int, facts: list[str], synced: dict[str, Any]) -> dict[str, Any]:
    median, high = 1000 * np.percentile(waits.singles, [50, 95])
    thousand = [1000 / waits.size * each for each in waits.batches]
    asked = [
        Criterion("one student refreshed: milliseconds, p95", float(high), "<=", ONE),
        Criterion("1,000 students refreshed at once: seconds, the mean", float(np.mean(thousand)), "<=", THOUSAND),
        Criterion("refreshed students that are stale afterwards", float(left), "<=", 0.0),
    ]
    facts += [
        f"One student: p50 {median:.1f} ms, p95 {high:.1f} ms, longest {1000 * max(waits.singles):.1f} ms, "
        f"{len(waits.singles)} students.",
        f"{waits.size} at once, {len(waits.batches)} times: {', '.join(f'{each:.2f} s' for each in waits.batches)}.",
        f"The first refresh, which reads what students share: {waits.cold:.1f} s; `serve` does it in advance.",
    ]
    protocol = (
        "Each student's record names one skill more, that which is lacked most; a sync writes the records (not timed). "
        "Then `Refresher.refresh` reads, computes, compares and writes, timed by the caller, in one process with the "
        f"database beside it; {WARMING} other students go before."
    )
    more = {"singles_ms": [round(1000 * each, 2) for each in waits.singles], "per_thousand_s": spread(thousand)}
    return part("synthetic", "Refreshing students whose profile changed", protocol, asked, facts, **more, sync=synced)


def seconds(refresher: Refresher, codes: list[str]) -> float:
    """Seconds that a refresh takes whom it is for to wait."""
    began = time.perf_counter()
    refresher.refresh(codes)
    return time.perf_counter() - began


def learn(records: Path, learned: pl.DataFrame) -> None:
    """Write into the file of students what some of them (student, skill) learned."""
    table = pl.read_csv(records, infer_schema=False)
    more = table.join(learned.unique("student"), left_on="code", right_on="student", how="left", maintain_order="left")
    skills = pl.concat_str(["skills", "skill"], separator="|", ignore_nulls=True).replace("", None)
    named = pl.when(pl.col("skill").is_null()).then("skills").otherwise(skills)
    more.with_columns(named.alias("skills")).drop("skill").write_csv(records)


def equal_parts(codes: list[str], parts: int) -> list[list[str]]:
    """So many parts of equal size; what is left over is left out."""
    size = max(len(codes) // parts, 1)
    return [codes[start : start + size] for start in range(0, size * parts, size) if codes[start : start + size]]


def check_all_chains(made: TownGraph, most: int | None) -> dict[str, Any]:
    """Every chain of the served run, or those of some students, edge by edge and number by number."""
    with made.graph() as graph:
        began, run = time.monotonic(), _served(graph)
        some = None if most is None else [row["student"] for row in graph.read(LACKING, run=run)][:most]
        found = verify_chains(graph, run, some, PRECISION)
    missing = found.of - found.chains if most is None else 0
    broken = sum(map(len, found.broken.values()))
    asked = [Criterion("chains that do not walk or do not recompute to 1e-6", float(broken + missing), "<=", 0.0)]
    took = time.monotonic() - began
    facts = [f"{found.chains:,} of {found.of:,} chains of {found.students:,} students walked in {took:.0f} s."]
    facts += [f"broken {kind}: {rows[:3]}" for kind, rows in found.broken.items()]
    protocol = "Set-wise in Cypher, after the refreshes: path, steps, sums, gaps, levels, plans (`pipeline/scoring`)."
    return part("synthetic", "Walking served chains in the graph", protocol, asked, facts, chains=found.chains)


def _served(graph: Graph) -> str:
    run = runs.current(graph)
    if run is None:
        raise SystemExit("Nothing was scored")
    return str(run["id"])
