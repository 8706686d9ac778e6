"""What decides a result hangs on a hash of our own, whose values are fixed here for good."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from skillpath.ontology.matching.stable_hash import stable_hash

ROOT = Path(__file__).parents[3]
ROOMS = ("api", "bench", "chains", "cypher", "embeddings", "errors", "graph", "migrations", "ontology", "pipeline")
FOR_CHANGES_ONLY = {"graph/scores/row_hashes.py": 3, "pipeline/common/hashing.py": 1}
"""Where polars' hash may stand, and how often: it tells there whether something changed, and decides nothing."""

TEXTS = ("", "student-1", "学生-1", "é")
GOLDEN = {
    0: [
        0xB4B2797457A0A6E4,
        0xEB968368B60A2C6D,
        0x5D2CB28B13435807,
        0x2F19F3EF8BBF1ACB,
    ],
    1: [
        0x6F8E452FD23C24E4,
        0x325359576E44D0C5,
        0x146C56D30C502667,
        0xC9C75289CE003673,
    ],
}
"""By seed."""


def of(*texts: str, seed: int = 0) -> list[int]:
    return [int(value) for value in stable_hash(pl.Series(texts, dtype=pl.String), seed)]


@pytest.mark.parametrize(("seed", "values"), GOLDEN.items())
def test_golden_values(seed: int, values: list[int]) -> None:
    assert of(*TEXTS, seed=seed) == values


def test_each_text_by_itself() -> None:
    assert of("b", "a", "b") == [*of("b"), *of("a"), *of("b")]
    assert of() == []


def test_lots_and_halves_are_even_and_seeds_differ() -> None:
    codes = pl.Series([f"student-{i:05d}" for i in range(20_000)])
    lots = stable_hash(codes).astype(np.float64) / 2.0**64
    assert np.bincount((lots * 10).astype(int), minlength=10) == pytest.approx(2_000, abs=200)
    halves = stable_hash(codes, seed=1) % np.uint64(2) == 1
    assert halves.mean() == pytest.approx(0.5, abs=0.02)
    assert (halves == (stable_hash(codes) % np.uint64(2) == 1)).mean() == pytest.approx(0.5, abs=0.02)
    assert len(np.unique(stable_hash(codes))) == len(codes)


def test_a_null_is_no_text() -> None:
    with pytest.raises(AttributeError):
        stable_hash(pl.Series(["a", None]))


def test_hashes_of_polars_stand_only_where_they_tell_what_changed() -> None:
    found = {}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if count := len(re.findall(r"\.hash\(|\bhash_rows\(|(?<![.\w])hash\(", path.read_text("utf-8"))):
                found[path.relative_to(ROOT).as_posix()] = count
    assert found == FOR_CHANGES_ONLY
