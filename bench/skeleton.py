"""Benchmark of the way from an empty graph to served chains on real data, each command as a user runs it.

``python -m bench.skeleton [DATA]`` writes ``bench/results/skeleton.json``.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "bench" / "results" / "skeleton.json"
DATA = ROOT.parent / "shared" / "data"
SKILLPATH = str(Path(sys.executable).parent / "skillpath")
HELP_RUNS = 10
POLL = 0.02


def timed(*arguments: str, home: Path, output: Path | None = None, log: Path | None = None) -> dict[str, float]:
    """Seconds and peak resident memory (MiB) of one ``skillpath`` command, its own children left out.

    Args:
        output: file that keeps what the command prints. log: file that keeps what it tells of its progress.
    """
    environ = {**os.environ, "SKILLPATH_GRAPH_HOME": str(home / "neo4j"), "SKILLPATH_PIPELINE_HOME": str(home)}
    started, peak = time.monotonic(), 0
    with (
        (output or Path(os.devnull)).open("w") as sink,
        log.open("w") if log else nullcontext() as log_file,
        subprocess.Popen([SKILLPATH, *arguments], env=environ, cwd=ROOT, stdout=sink, stderr=log_file) as process,
    ):
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _resident(watched))
            time.sleep(POLL)
    if process.returncode:
        raise SystemExit(f"skillpath {' '.join(arguments)} ended with {process.returncode}")
    return {"seconds": round(time.monotonic() - started, 2), "peak_mib": round(peak / 2**20)}


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def machine() -> dict[str, Any]:
    """Where and on what this was measured."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    dirty = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=False)
    return {
        "commit": commit.stdout.strip(),
        "uncommitted_changes": bool(dirty.stdout.strip()),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "processor": platform.machine(),
    }


def measure(data: Path, home: Path) -> dict[str, Any]:
    """Every step once, in order, and the repeated ones twice."""
    helps = sorted(timed("--help", home=home)["seconds"] for _ in range(HELP_RUNS))
    steps: dict[str, Any] = {"help": {"median_seconds": helps[HELP_RUNS // 2], "runs": HELP_RUNS}}
    config = ("sync", "examples/real.toml", "--root", str(data))
    for name, arguments in {
        "up, first": ("up",),
        "migrate": ("migrate",),
        "ontology import esco": ("ontology", "import", "esco", str(data / "ontology")),
        "sync, first": config,
        "sync, nothing changed": config,
        "train": ("train",),
        "score, first": ("score",),
        "score, again": ("score",),
        "digest": ("digest",),
        "stop": ("stop",),
        "up, warm": ("up",),
        "stop again": ("stop",),
    }.items():
        steps[name] = timed(*arguments, home=home)
        print(f"{name}: {steps[name]}", flush=True)
    return steps


def main() -> None:
    """Measure into a temporary home and write the result."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    home = Path(tempfile.mkdtemp(prefix="skillpath-bench-"))
    try:
        result = {"machine": machine(), "data": "real", "steps": measure(data, home)}
    finally:
        timed("stop", home=home)
        shutil.rmtree(home, ignore_errors=True)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
