"""Benchmark of served chains against the truth of the synthetic town: how much of the true gap a course closes.

``python -m bench.town_gap`` generates a town for each seed, brings it in with ``ontology import`` and ``sync
--offline``, trains what the light install trains (``--learn``: the network too) and scores. The chains of TRAINING are
then read from the graph and judged by the town's truth, beside baselines that know the same enrolments. It writes
``bench/results/learning_town_gap.json``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.chains_report import Criterion, part, spread
from bench.chains_town import TownGraph
from bench.served import CHAINS, hold_out
from bench.served_baselines import rank_baselines
from bench.served_metrics import Asked, Ints, judge, summarise_methods
from bench.skeleton import ROOT, timed
from bench.sync import SyncHome
from bench.town_truth import Floats, TownTruth, mean_of_lists, true_gap_closed
from skillpath.graph.core import runs
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.training.train import train
from skillpath.synthetic import TownSettings, generate_town, settings_of

RESULT = ROOT / "bench" / "results" / "learning_town_gap.json"
SCALE, SEEDS = "demo", (1, 2, 3)
FIRST = (1, 3, 10)
"""How many suggestions of a list are judged."""
ASKED_RATIO = 1.25
CHAINS_NAME, CHANCE, BEST = "chains in the graph", "chance", "best by the truth"
METRICS = {f"gap closed, first {first}": "higher" for first in FIRST} | {
    "Recall@10": "higher",
    "NDCG@10": "higher",
    "Recall@10, chosen by need": "higher",
}
PROTOCOL = (
    "*Served, synthetic*: the chains of TRAINING that are in the graph after `sync --offline`, `train` (of the light "
    "install) and `score` with their defaults, places as drawn. *Gap closed*: levels of the true gap to the student's "
    "true goal (optional skills weigh 0.35) that one of the first suggestions closes if the student takes it to the "
    "end; the mean over those suggestions, then over students who are still students and of whom nothing is hidden; a "
    "student without a list counts 0. Nobody is suggested what was taken. Recall and NDCG: the last enrolment of a "
    "fifth of all students is hidden, with its events, before the sync. The students of the town choose by a mixture "
    "of motives, of which need is one (docs/generator.md). Settings of the baselines were fixed before; every one of "
    "them is a rival."
)


def hide(files: Path, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take the last enrolment of a fifth of the students, with its events, out of the files of a town.

    Returns:
        Enrolments (user, item) that are left, and those that are hidden, each in order of student and date.
    """
    good = pl.read_parquet(files / "truth" / "choices.parquet").select(user="student", item="resource")
    known, hidden = hold_out(good, seed)
    # One enrolment only is no history to hide from; `hold_out` leaves such students out of both.
    known = good.join(hidden, on=["user", "item"], how="anti", maintain_order="left")
    for name in ("enrolments.csv", "events.csv"):
        table = pl.read_csv(files / name, infer_schema=False)
        gone = hidden.rename({"user": "student", "item": "resource"})
        table.join(gone, on=["student", "resource"], how="anti", maintain_order="left").write_csv(files / name)
    return known, hidden


@contextmanager
def served_town(settings: TownSettings, learn: bool) -> Iterator[tuple[TownGraph, pl.DataFrame, pl.DataFrame]]:
    """A town in a graph of its own, trained and scored without the hidden enrolments; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="skillpath-bench-"))
    files, home = folder / "files", folder / "graph"
    try:
        generate_town(files, settings)
        known, hidden = hide(files, settings.seed)
        made = TownGraph(SyncHome(home, files), f"{settings.postings} postings", {})
        made.home.sync("--offline")
        if learn:
            made.home.run("train")
        else:
            with made.graph() as graph:
                train(graph, Reporter(quiet=True))
        made.home.run("score")
        yield made, known, hidden
    finally:
        timed("stop", home=home)
        shutil.rmtree(folder, ignore_errors=True)


def read_chains(made: TownGraph, asked: Asked) -> Ints:
    """(S, places) resources of the served chains, see `Asked.lists_of`."""
    with made.graph() as graph:
        served = runs.current(graph)
        if served is None:
            raise SystemExit("Nothing was scored")
        chains = graph.frame(CHAINS, {"student": pl.String, "item": pl.String, "rank": pl.Int64}, run=served["id"])
    return asked.lists_of(chains, max(FIRST))


def rank_all(asked: Asked, chains: Ints, closed: Floats, seed: int) -> Iterator[tuple[str, Ints]]:
    """Name and lists (S, places) of the chains, of each baseline, of chance and of who knows the truth."""
    most = max(FIRST)
    yield CHAINS_NAME, chains
    yield from rank_baselines(asked, most)
    yield CHANCE, asked.top(np.random.default_rng(seed).random(closed.shape), most)
    yield BEST, asked.top(closed, most)


def still_students(files: Path, students: pl.Series, end: np.datetime64) -> NDArray[np.bool_]:
    """(S,) whether each is due to graduate only after the window, according to the file of students."""
    table = pl.read_csv(files / "students.csv", infer_schema=False).filter(pl.col("graduates_at") >= str(end))
    return students.is_in(table["code"].drop_nulls().implode()).to_numpy()


def measure(settings: TownSettings, learn: bool = False) -> dict[str, Any]:
    """Figures of every method in one town; with `learn`, the network is trained too."""
    with served_town(settings, learn) as (made, known, hidden):
        files, truth = made.home.files, made.home.files / "truth"
        # The file of resources has broken rows too; the truth has none, and every resource teaches something.
        resources = pl.read_parquet(truth / "gains.parquet")["resource"].unique().sort()
        asked = Asked.of(known, hidden, resources)
        closed = true_gap_closed(TownTruth.read(truth, asked.students, resources))
        judged = still_students(files, asked.students, settings.end)
        judged[asked.learner] = False
        by_need = chosen_by_need(truth, hidden)
        chains = read_chains(made, asked)
    methods = {
        name: judge_method(asked, lists, closed, judged, by_need)
        for name, lists in rank_all(asked, chains, closed, settings.seed)
    }
    found = {"seed": settings.seed, "judged": int(judged.sum()), "asked": len(asked.target), "methods": methods}
    print(json.dumps(found, indent=1), flush=True)
    return found


def chosen_by_need(truth: Path, hidden: pl.DataFrame) -> NDArray[np.bool_]:
    """(Q,) whether need made each hidden choice."""
    choices = pl.read_parquet(truth / "choices.parquet").rename({"student": "user", "resource": "item"})
    return (hidden.join(choices, on=["user", "item"], how="left", maintain_order="left")["motive"] == "need").to_numpy()


def judge_method(
    asked: Asked, lists: Ints, closed: Floats, judged: NDArray[np.bool_], by_need: NDArray[np.bool_]
) -> dict[str, float]:
    """The figure of each of `METRICS`.

    Args:
        judged: (S,) students over whom the gap is averaged. by_need: (Q,) hidden choices that need made.
    """
    gaps = {f"gap closed, first {k}": float(mean_of_lists(closed, lists, k)[judged].mean()) for k in FIRST}
    every = judge(asked, lists)
    kept = {name: every[name] for name in ("Recall@10", "NDCG@10", "with a list")}
    hits = (lists[asked.learner] == asked.target[:, None]).any(axis=1)[by_need]
    return gaps | kept | {"Recall@10, chosen by need": float(hits.mean()) if len(hits) else float("nan")}


def ratio(found: dict[str, Any], first: int) -> float:
    """Gap closed by the chains over that of the best baseline of popularity, item-KNN and EASE."""
    metric, methods = f"gap closed, first {first}", found["methods"]
    rivals = [figures[metric] for name, figures in methods.items() if name not in (CHAINS_NAME, CHANCE, BEST)]
    return float(methods[CHAINS_NAME][metric] / max(rivals))


def summarise(title: str, found: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    """The result over the seeds, as `bench.learning.report` takes it."""
    methods = summarise_methods(found, CHAINS_NAME, METRICS)
    ratios = {first: [ratio(run, first) for run in found] for first in FIRST}
    asked = [
        Criterion(f"gap closed, first {first}: chains over the best baseline", float(np.mean(each)), ">=", ASKED_RATIO)
        for first, each in ratios.items()
    ]
    facts = [f"First {first}: ratio {np.mean(each):.3f} ± {np.std(each):.3f}." for first, each in ratios.items()]
    students, hidden = (np.mean([run[name] for run in found]) for name in ("judged", "asked"))
    facts.append(f"{students:,.0f} students judged by the gap, {hidden:,.0f} by their hidden enrolment, on average.")
    more = {"served": True, "synthetic": True, "metrics": METRICS, "ratios": {k: spread(v) for k, v in ratios.items()}}
    tables = [{"name": title, "methods": methods, "runs": found}]
    task = "Served chains: how much of the true gap a suggested course closes (synthetic town)"
    return part("synthetic", task, PROTOCOL, asked, facts, **more, settings=tables, seconds=round(seconds, 1))


def main() -> None:
    """Measure every seed and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", default=SCALE, help="of the town: demo, seed or a number of postings")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--learn", action="store_true", help="train the network too, as `train` does where torch is")
    parser.add_argument("--out", type=Path, default=RESULT)
    parser.add_argument("--need", type=float, default=TownSettings.need_share, help="share of choices made by need")
    options, began = parser.parse_args(), time.monotonic()
    towns = [replace(settings_of(options.scale, seed), need_share=options.need) for seed in options.seeds]
    found = [measure(settings, options.learn) for settings in towns]
    title = f"town, scale {options.scale}, need makes {options.need:.0%} of the choices"
    result = summarise(title, found, time.monotonic() - began)
    options.out.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print("\n".join(result["facts"]))


if __name__ == "__main__":
    main()
