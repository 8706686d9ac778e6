"""Benchmark of recommendation chains: speed, ranking quality and verification of every chain.

``python -m bench.chains [DATA]`` writes ``bench/results/chains.json``; ``--parts`` measures some anew and leaves the
others as they stand there, each with the machine and the commit that it was measured on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import chains_cost, chains_ranking, chains_simulator, chains_town
from bench.skeleton import DATA, ROOT

RESULT = ROOT / "bench" / "results" / "chains.json"
PARTS = ("score", "refresh", "walks", "cost", "ranking", "simulator")
IN_TOWN = PARTS[:4]


def arguments() -> argparse.Namespace:
    """What was asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=DATA, help="folder of the real data")
    parser.add_argument("--scale", default="seed", help="of the town: seed, demo or a number of posts")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--sizes", nargs="+", type=int, default=chains_cost.SIZES, help="students of the cost fit")
    parser.add_argument("--walk", type=int, help="students whose chains are walked; all if not given")
    parser.add_argument("--out", type=Path, default=RESULT)
    return parser.parse_args()


def main() -> None:
    """Measure the parts that were asked for, and keep each as soon as it is there."""
    options = arguments()
    if set(options.parts) & set(IN_TOWN):
        in_town(options)
    if "ranking" in options.parts:
        keep(options.out, "ranking", lambda: chains_ranking.measure(options.data))
    if "simulator" in options.parts:
        keep(options.out, "simulator", chains_simulator.measure)
    print(f"written: {options.out}")


def in_town(options: argparse.Namespace) -> None:
    """What needs a town: it is scored in any case, since the others look at what was served."""
    with chains_town.town(options.scale, options.seed) as made:
        if "score" in options.parts:
            keep(options.out, "score", lambda: chains_town.scored(made))
        else:
            made.home.run("score")
        if "refresh" in options.parts:
            keep(options.out, "refresh", lambda: chains_town.refreshed(made, options.seed))
        if "walks" in options.parts:
            keep(options.out, "walks", lambda: chains_town.check_all_chains(made, options.walk))
        if "cost" in options.parts:
            with made.graph() as graph:
                population = chains_cost.StudentPopulation.of(graph)
            # The database takes memory and time that belong to nobody here.
            made.home.run("stop")
            keep(options.out, "cost", lambda: chains_cost.measure(population, tuple(options.sizes), options.seed))


def keep(out: Path, name: str, measure: Callable[[], dict[str, Any]]) -> None:
    """Measure one part and write it beside those that are there."""
    began = time.monotonic()
    found = measure() | {"seconds": round(time.monotonic() - began, 1)}
    result = json.loads(out.read_text("utf-8")) if out.is_file() else {}
    result[name] = found
    out.parent.mkdir(parents=True, exist_ok=True)
    ordered = {each: result[each] for each in PARTS if each in result}
    out.write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print("\n".join(found["facts"]), flush=True)


if __name__ == "__main__":
    main()
