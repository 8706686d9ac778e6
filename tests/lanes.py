"""Which test files go into one process, and which go first, so that two processes end at about the same time."""

from __future__ import annotations

LANES = {
    "documents": ("tests/test_documents.py",),
    "real": ("tests/pipeline/test_real.py", "tests/api/test_contract_real.py"),
    "chaos": ("tests/pipeline/test_chaos.py",),
    "offline": ("tests/pipeline/test_bulk_load.py",),
    "town": (
        "tests/api/",
        "tests/cypher/",
        *(
            f"tests/pipeline/test_{name}.py"
            for name in ("closer_look", "fairness", "policy", "refresh", "stale", "walk")
        ),
    ),
    "steward": ("tests/pipeline/test_steward_day.py",),
    "learning": ("tests/pipeline/test_learning.py",),
}
"""Files or folders that share what is dear to bring up, or are long by themselves; the longest first."""


def lane_of(file: str) -> str:
    """The lane of a file, itself where it has none."""
    return next((name for name, files in LANES.items() if file.startswith(files)), file)


def place_of(file: str) -> int:
    """Where the lane of a file stands among all, those without a name last."""
    return [*LANES, lane_of(file)].index(lane_of(file))
