"""Benchmark of the vocabulary on real data: matching, speeds, shares, round trips and the biggest merge.

``python -m bench.ontology [DATA]`` writes ``bench/results/ontology.json``. Its home, ``.skillpath/bench``, keeps the
graph and the trained matcher, so that a second run trains nothing; remove that folder to begin anew.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from bench.skeleton import DATA, ROOT, SKILLPATH, machine
from skillpath.cypher import Query
from skillpath.embeddings.text_encoder import TRAINED, TextEncoder, TextSettings
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.database_settings import GraphSettings
from skillpath.graph.curation.curation_service import CurationService
from skillpath.graph.server.server import connect_settings
from skillpath.ontology.curation.actions import Merge, Undo
from skillpath.ontology.formats.readers import read_release
from skillpath.ontology.formats.writers import write_release
from skillpath.ontology.matching.matching import Matcher
from skillpath.ontology.ranking.ranker import Ranker
from skillpath.ontology.release.release import Release
from skillpath.ontology.scanning.scanning import Scanner
from skillpath.pipeline.curation.matcher import calibration_for

RESULT = ROOT / "bench" / "results" / "ontology.json"
HOME = ROOT / ".skillpath" / "bench"
GOLD = ("tech_validation_annotations", "house_validation_annotations")
LEAST_MENTIONS, MERGES = 5, 5
MOST_USED = Query(
    "bench/most_used",
    "MATCH (s:Skill) WHERE s.kind <> 'group' AND s.status = 'released' "
    "RETURN s.code AS code, s.label AS label, COUNT { (s)--() } AS links ORDER BY links DESC, code LIMIT 2",
)


def run(*arguments: str) -> float:
    """Seconds of one ``skillpath`` command in the bench's home."""
    environ = {**os.environ, "SKILLPATH_GRAPH_HOME": str(HOME / "neo4j"), "SKILLPATH_PIPELINE_HOME": str(HOME)}
    started = time.monotonic()
    subprocess.run([SKILLPATH, *arguments], env=environ, cwd=ROOT, check=True)
    return round(time.monotonic() - started, 2)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What ``work`` gives, and its seconds."""
    started = time.monotonic()
    found = work()
    return found, round(time.monotonic() - started, 3)


def prepare(data: Path) -> dict[str, Any]:
    """The real graph and a trained matcher, with the seconds that each took (the training when it was done)."""
    steps: dict[str, Any] = {"up": run("up"), "migrate": run("migrate")}
    steps["import esco"] = run("ontology", "import", "esco", str(data / "ontology"))
    steps["sync"] = run("sync", "examples/real.toml", "--root", str(data))
    card = HOME / "matcher" / "matcher.json"
    if not card.is_file():
        run("train", "matcher")
    steps["train matcher"] = json.loads(card.read_text("utf-8")).get("seconds")
    return steps


def evaluation(data: Path) -> dict[str, Any]:
    """Every method on the validation gold, by the command that stewards use."""
    files = [str(data / "normalisation" / f"{name}.parquet") for name in GOLD]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "evaluation.json"
        seconds = run("ontology", "evaluate", *files, "--encoder", "trained", "--calibrate", "--out", str(out))
        found = json.loads(out.read_text("utf-8"))
    return {"seconds": seconds, "results": found["results"], "cross_fitted": found["calibration"]}


def speeds(data: Path, release: Release) -> dict[str, Any]:
    """Lexical matching and scanning on one core."""
    labels = release.matchable()
    strings = _strings(data)
    matcher, built = timed(lambda: Matcher(labels))
    _, matching = timed(lambda: matcher.match(strings["text"].to_list()))
    postings = pl.read_parquet(data / "jobs" / "hn_hiring_2011_2018.parquet")["text"].fill_null("").to_list()
    scanner, made = timed(lambda: Scanner(labels))
    size = sum(len(text.encode()) for text in postings) / 1e6
    hits, scanning = timed(
        lambda: sum(scanner.scan(postings[i : i + 5_000]).height for i in range(0, len(postings), 5_000))
    )
    return {
        "matcher": {"build_s": built, "terms": strings.height, "terms_per_s": round(strings.height / matching)},
        "scan": {
            "build_s": made,
            "posts": len(postings),
            "megabytes": round(size, 1),
            "seconds": scanning,
            "megabytes_per_s": round(size / scanning, 2),
            "found": hits,
        },
    }


def shares(data: Path, release: Release) -> dict[str, Any]:
    """Of the distinct strings with enough mentions: accepted, for review, rejected; without and with the encoder."""
    strings = _strings(data).filter(pl.col("mentions") >= LEAST_MENTIONS)
    plain = Ranker(release.matchable())
    encoder = TextEncoder(TextSettings(model=TRAINED), HOME / "matcher", HOME / "cache" / "vectors")
    fitted = calibration_for(encoder, HOME / "matcher")
    trained = Ranker(release.matchable(), encoder, fitted, matcher=plain.matcher)
    return {"spelling alone": _bands(strings, plain), "trained": _bands(strings, trained)}


def _bands(strings: pl.DataFrame, ranker: Ranker) -> dict[str, Any]:
    ranked = ranker.terms(strings["text"].to_list(), 1)
    bands = strings.hstack(ranked.select("band"))
    total, mentions = bands.height, bands["mentions"].sum()
    grouped = bands.group_by("band").agg(pl.len().alias("n"), pl.col("mentions").sum()).sort("band")
    return {
        "strings": total,
        "least_mentions": LEAST_MENTIONS,
        "bands": {
            band: {"strings": n, "share": round(n / total, 4), "share_of_mentions": round(m / mentions, 4)}
            for band, n, m in grouped.iter_rows()
        },
    }


def _strings(data: Path) -> pl.DataFrame:
    """Distinct skill strings (text, mentions) of skill2vec and Coursera, whatever their case."""
    vec = pl.read_parquet(data / "jobs" / "skill2vec_jd_skills_45k.parquet")["skills"]
    listed = vec.dtype.is_nested()
    found = Counter(s for row in vec.to_list() for s in (row if listed else (row or "").split(",")) if s)
    courses = pl.read_parquet(data / "courses" / "coursera_1000.parquet")["course_skills"]
    quoted = courses.str.extract_all(r"'([^']*)'|\"([^\"]*)\"").explode().str.strip_chars("'\"").drop_nulls()
    found.update(quoted.to_list())
    frame = pl.DataFrame({"text": list(found), "mentions": list(found.values())})
    merge_small_groups = frame.with_columns(text=pl.col("text").str.strip_chars().str.to_lowercase()).filter(
        pl.col("text") != ""
    )
    return merge_small_groups.group_by("text").agg(pl.col("mentions").sum()).sort("text")


def round_trips(release: Release) -> dict[str, Any]:
    """Each SKOS syntax written and read: seconds, size, and frames that differ."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("ttl", "rdf", "jsonld"):
            path = Path(folder) / f"esco.{ending}"
            _, writing = timed(partial(write_release, "skos", release, path))
            again, reading = timed(partial(read_release, "skos", path))
            names = ("skills", "broader", "related", "clusters", "requirements")
            changed = [name for name in names if not getattr(release, name).equals(getattr(again, name))]
            found[ending] = {
                "write_s": writing,
                "read_s": reading,
                "megabytes": round(path.stat().st_size / 1e6, 1),
                "differences": len(changed),
            }
            print(ending, found[ending], flush=True)
    return found


def biggest_merge() -> dict[str, Any]:
    """The most used skill merged into the next one, and back."""
    with Graph(connect_settings(GraphSettings(home=HOME / "neo4j"))) as graph:
        most, other = graph.read(MOST_USED)
        curation = CurationService(graph)
        merging, undoing, moved = [], [], 0
        for _ in range(MERGES):
            done, seconds = timed(partial(curation.do, Merge(most["code"], other["code"], "a measurement"), "bench"))
            merging.append(seconds)
            moved = len(done.changes.links)
            undoing.append(timed(partial(curation.do, Undo(done.number), "bench"))[1])
    middle = MERGES // 2
    return {
        "links": most["links"],
        "changes": moved,
        "first_merge_s": merging[0],
        "median_merge_s": sorted(merging)[middle],
        "median_undo_s": sorted(undoing)[middle],
    }


def main() -> None:
    """Measure and write the result."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    result: dict[str, Any] = {"machine": machine(), "data": "real", "steps": prepare(data)}
    try:
        release = read_release("esco", data / "ontology")
        result["merge"] = biggest_merge()
        print("merge", result["merge"], flush=True)
        result["speeds"] = speeds(data, release)
        result["skos"] = round_trips(release)
        result["evaluation"] = evaluation(data)
        result["shares"] = shares(data, release)
    finally:
        run("stop")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
