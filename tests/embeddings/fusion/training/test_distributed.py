"""Two processes that share every batch learn what one learns alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

from tests.embeddings import two_processes

ROOT = Path(__file__).parents[4]


@pytest.mark.long
def test_two_processes_reach_the_metrics_of_one(tmp_path: Path) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    together.mkdir()
    alone.mkdir()
    two_processes.main(alone, "alone")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command += ["-m", "tests.embeddings.two_processes", str(together)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    one = json.loads((alone / "metrics-alone.json").read_text())
    for rank in (0, 1):
        two = json.loads((together / f"metrics-{rank}.json").read_text())
        assert two == pytest.approx(one, abs=2e-3), rank
    assert (together / "current.json").is_file()
