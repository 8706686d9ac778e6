"""Benchmark of loading the synthetic town at seed scale: online, again, changed, and by the offline importer.

``python -m bench.sync [SCALE]`` writes ``bench/results/sync.json``. All data is synthetic but for the real job files,
whose rows are cleaned through their mapping files under ``examples/``.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from bench.cleaning import clean_postings, find_town_reposts
from bench.skeleton import DATA, ROOT, machine, timed
from skillpath.pipeline.ingest.cleaning import clean
from skillpath.pipeline.ingest.reading import read_source
from skillpath.pipeline.ingest.source_config import read_config

RESULT = ROOT / "bench" / "results" / "sync.json"
CHANGED_JOBS, CHANGED_ENROLMENTS = 66_000, 60_000
"""126,000 records, the day that the method's paper names."""


class SyncHome:
    """A graph of its own with the town's vocabulary in it."""

    def __init__(self, folder: Path, files: Path) -> None:
        self.folder, self.files = folder, files
        folder.mkdir(parents=True)
        self.run("up")
        self.run("migrate")
        self.run("ontology", "import", "csv", str(files / "vocabulary"))

    def run(self, *arguments: str) -> dict[str, Any]:
        """One command's seconds and memory."""
        return dict(timed(*arguments, home=self.folder))

    def sync(self, *options: str) -> dict[str, Any]:
        """A sync's seconds, memory and counts."""
        output = self.folder / "said.json"
        measured = timed("sync", str(self.files / "town.toml"), "--json", *options, home=self.folder, output=output)
        sources = json.loads(output.read_text("utf-8"))["sources"]
        counts = {name: sum(s["records"][name] for s in sources) for name in ("inserted", "updated", "unchanged")}
        counts |= {name: sum(s[name] for s in sources) for name in ("rows", "quarantined", "removed", "reposts")}
        counts["records_a_second"] = round((counts["inserted"] + counts["updated"]) / measured["seconds"])
        return {**measured, **counts}

    def digest(self) -> str:
        """The digest of the graph."""
        output = self.folder / "digest.txt"
        timed("digest", home=self.folder, output=output)
        return output.read_text("utf-8").strip()


def turn_over(files: Path) -> None:
    """Write every source again with its rows in another order, so that each has to be looked at."""
    for path in files.glob("*.csv"):
        table = pl.read_csv(path, infer_schema=False)
        # Of two rows of one key the first counts, so those keep their order.
        table.sort(table.columns[0], descending=True, maintain_order=True).write_csv(path)


def change(files: Path) -> None:
    """Change as many good rows of jobs and enrolments as the constants say."""
    for name, column, many in (("jobs.csv", "text", CHANGED_JOBS), ("enrolments.csv", "practice", CHANGED_ENROLMENTS)):
        table = pl.read_csv(files / name, infer_schema=False).with_row_index("#row")
        good = table.filter(pl.all_horizontal(pl.col(table.columns[1:4]).is_not_null()))
        good = good.filter(~pl.col(table.columns[1]).str.contains("broken"), pl.col(column).is_not_null())
        rows = good.unique(table.columns[1:3], keep="none", maintain_order=True).head(many)["#row"]
        new = pl.lit("0.5123") if column == "practice" else pl.col(column) + " Apply by letter."
        changed = pl.when(pl.col("#row").is_in(rows.implode())).then(new).otherwise(column)
        table.with_columns(changed.alias(column)).drop("#row").write_csv(files / name)


def real_files(data: Path) -> dict[str, Any]:
    """What each real job file's mapping makes of its rows."""
    found = {}
    for path in sorted((ROOT / "examples").glob("jobs_*.toml")):
        for spec in read_config(path, data).sources:
            done = clean(read_source(spec), spec)
            reasons = done.rejected.group_by("rule").agg(pl.col("row").n_unique()).sort("rule")
            found[path.stem] = {
                "accepted": done.frame.height,
                "quarantined": done.quarantined,
                "not_selected": done.not_selected,
                "rules": dict(reasons.iter_rows()),
            }
    return found


def measure(scale: str, folder: Path) -> dict[str, Any]:
    """Every step, the online ones in one graph and the offline one in another of the same files."""
    files = folder / "files"
    steps: dict[str, Any] = {"generate": timed("generate", "--scale", scale, "--out", str(files), home=folder)}
    online, offline = SyncHome(folder / "online", files), SyncHome(folder / "offline", files)
    steps["online, first"] = online.sync()
    steps["offline"] = offline.sync("--offline")
    digests = {"online": online.digest(), "offline": offline.digest()}
    offline.run("stop")
    steps["online, nothing changed"] = online.sync()
    turn_over(files)
    steps["online, nothing changed but the order of rows"] = online.sync()
    digests["after both"] = online.digest()
    change(files)
    steps["online, 126,000 changed"] = online.sync()
    online.run("stop")
    return {"steps": steps, "digests": digests}


def main() -> None:
    scale = sys.argv[1] if len(sys.argv) > 1 else "seed"
    folder = Path(tempfile.mkdtemp(prefix="skillpath-bench-"))
    try:
        result = {"machine": machine(), "data": f"synthetic town, scale {scale}", **measure(scale, folder)}
    finally:
        for home in ("online", "offline"):
            timed("stop", home=folder / home)
        shutil.rmtree(folder, ignore_errors=True)
    result["cleaning alone"] = clean_postings()
    result["reposts alone"] = find_town_reposts()
    result["real job files (cleaned only)"] = real_files(DATA) if DATA.is_dir() else "not here"
    RESULT.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
