"""Benchmark of cleaning and of repost detection on synthetic postings of 700 characters.

``python -m bench.cleaning`` prints the figures; `clean_postings` and `find_town_reposts` give them to other benchmarks.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from skillpath.pipeline.enrich.reposts import find_reposts
from skillpath.pipeline.ingest.cleaning import clean
from skillpath.pipeline.ingest.reading import ROW, Table, read_table
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.source_spec import SourceSpec
from skillpath.synthetic import TownSettings, generate_town

LENGTH, TRIES = 700, 3


def town_postings(copies: int = 20) -> tuple[Table, SourceSpec]:
    """The posts of the town so many times under codes of their own, and how they are read."""
    with tempfile.TemporaryDirectory() as folder:
        generate_town(Path(folder), TownSettings())
        spec = next(s for s in read_config(Path(folder) / "town.toml").sources if s.contract == "jobs")
        table = read_table(spec.path)
    long = (pl.col("text") + " " + pl.col("text").str.reverse()).str.head(LENGTH)
    once = table.frame.with_columns(long)
    # A code that is missing stays missing.
    many = pl.concat([once.with_columns(code=pl.col("code").replace("", None) + f"/{copy}") for copy in range(copies)])
    numbered = many.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW)).rechunk()
    return Table(table.file, numbered, table.rejected), spec


def clean_postings(copies: int = 20) -> dict[str, Any]:
    """Rows a second of the fastest try, and what became of the rows."""
    table, spec = town_postings(copies)
    seconds, processor = _fastest(lambda: clean(table, spec))
    done = clean(table, spec)
    return {
        "rows": table.frame.height,
        "characters": round(float(table.frame["text"].str.len_chars().mean() or 0)),  # type: ignore[arg-type]
        "accepted": done.frame.height,
        "quarantined": done.quarantined,
        "seconds": round(seconds, 3),
        "processor_seconds": round(processor, 3),
        "rows_a_second": round(table.frame.height / seconds),
    }


def find_town_reposts(copies: int = 17) -> dict[str, Any]:
    """Seconds for as many ads as the seed scale has."""
    table, spec = town_postings(copies)
    postings = clean(table, spec).frame
    seconds, processor = _fastest(lambda: find_reposts(postings))
    return {"ads": postings.height, "seconds": round(seconds, 3), "processor_seconds": round(processor, 3)}


def _fastest(work: Callable[[], Any]) -> tuple[float, float]:
    """Wall and processor seconds of the fastest of some tries: of other work on the machine, the least is in it."""
    tries = []
    for _ in range(TRIES):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        tries.append((time.perf_counter() - wall, time.process_time() - processor))
    return min(tries)


def main() -> None:
    print(json.dumps({"cleaning": clean_postings(), "reposts": find_town_reposts()}, indent=2))


if __name__ == "__main__":
    main()
