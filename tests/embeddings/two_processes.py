"""Trains on a small history as one of the processes that torchrun starts, and writes what came of it."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from skillpath.embeddings.forecaster import fit
from tests.embeddings.histories import small_history
from tests.embeddings.small_learning import SMALL, hashed


def main(folder: Path, rank: str) -> None:
    """Train; processes share a folder, and each writes its metrics."""
    learned = fit(small_history(months=26, students=30), replace(SMALL, dropout=0.0, epochs=2), folder, hashed)
    (folder / f"metrics-{rank}.json").write_text(json.dumps(learned.metrics), "utf-8")


if __name__ == "__main__":
    import os

    main(Path(sys.argv[1]), os.environ.get("RANK", "alone"))
