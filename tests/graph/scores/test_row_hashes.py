"""What differs between what was computed and what stands is found by hashes, and nothing else is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from skillpath.graph.core.connection import Row
from skillpath.graph.scores.row_diff import RowDiff, diff_rows
from skillpath.graph.scores.row_hashes import HashIndex, ScoreRows

TABLES = ("has", "aims_at", "lacks", "stage")
REASONS = pl.Series([[{"resource": "intro", "contribution": 0.1, "support": 7}]])
STEP = {"skill": "sql", "have": 0.2, "required": 0.8, "gain": 0.3, "weight": 1.0}
HASH_INDEX = HashIndex.of(
    pl.Series(["python", "sql"]),
    pl.Series(["analyst"]),
    {"JOB": pl.Series(["post"]), "TRAINING": pl.Series(["course", "seminar"]), "VENTURE": pl.Series(["shop"])},
)


def make_score_rows(
    student: str, level: float = 0.2, score: float = 0.5, gain: float = 0.3, item: str = "course"
) -> ScoreRows:
    own = {"student": [student]}
    tables = {
        "has": pl.DataFrame({**own, "skill": ["sql"], "level": [level], "evidence": [["admission"]]}),
        "aims_at": pl.DataFrame({**own, "cluster": ["analyst"], "gap": [0.6], "plan": [["course"]]}),
        "lacks": pl.DataFrame({**own, "skill": ["sql"], "gap": [0.6], "cluster": ["analyst"]}),
        "stage": pl.DataFrame({**own, "job": [0.3], "reason": ["HAS_CHAIN"], "seen": ["today"]}),
    }
    chain = {"cluster": ["analyst"], "kind": ["Resource"], "item": [item], "path": ["TRAINING"], "score": [score]}
    steps = pl.Series([[{**STEP, "gain": gain}]])
    chains = pl.DataFrame({**own, **chain, "id": [f"{student}|TRAINING|{item}"], "closes": steps, "because": REASONS})
    return ScoreRows(tables, chains, {"TRAINING": [1.0]})


def stored_rows(score_rows: ScoreRows) -> list[Row]:
    stage = score_rows.with_row_hashes(score_rows.row_hashes()).tables["stage"]
    return stage.select("student", "rowHashes", "seen").to_dicts()


def row_diff(now: ScoreRows, before: list[Row], names: HashIndex = HASH_INDEX) -> RowDiff:
    return diff_rows(now, now.row_hashes(), before, names)


def written(found: RowDiff) -> dict[str, int]:
    chains = {"created": found.score_rows.chains, "updated": found.updated, "stepped": found.retargeted}
    return {name: frame.height for name, frame in (found.score_rows.tables | chains).items() if frame.height}


def test_where_nothing_differs_only_the_standing_is_marked() -> None:
    found = row_diff(make_score_rows("ann"), stored_rows(make_score_rows("ann")))
    assert written(found) == {"stage": 1}
    assert (found.cleared, found.removed) == ([], {})


def test_of_whom_nothing_stands_everything_is_written() -> None:
    found = row_diff(make_score_rows("ann"), [])
    assert written(found) == {"has": 1, "aims_at": 1, "lacks": 1, "stage": 1, "created": 1}
    assert (found.cleared, found.removed) == ([], {})


def removed_rows(student: str = "ann", **removed: list[str]) -> dict[str, dict[str, list[str]]]:
    return {student: {"has": [], "lacks": [], "aims_at": [], "chain": [], **removed}}


@pytest.mark.parametrize(
    ("now", "counts", "removed"),
    [
        (make_score_rows("ann", score=0.6), {"updated": 1}, {}),
        (make_score_rows("ann", gain=0.4), {"updated": 1, "stepped": 1}, {}),
        (make_score_rows("ann", item="seminar"), {"created": 1}, removed_rows(chain=["ann|TRAINING|course"])),
        (make_score_rows("ann", level=0.4), {"has": 1}, removed_rows(has=["sql"])),
    ],
)
def test_only_what_differs_is_written(now: ScoreRows, counts: dict[str, int], removed: dict[str, Any]) -> None:
    found = row_diff(now, stored_rows(make_score_rows("ann")))
    assert written(found) == {"stage": 1, **counts}
    assert found.removed == removed


def test_other_weights_are_other_numbers() -> None:
    found = row_diff(replace(make_score_rows("ann"), weights={"TRAINING": [2.0]}), stored_rows(make_score_rows("ann")))
    assert written(found) == {"stage": 1, "updated": 1}


def test_what_cannot_be_told_is_cleared() -> None:
    unknown = HashIndex.of(pl.Series(["sql"]), pl.Series(["analyst"]), {"TRAINING": pl.Series(["seminar"])})
    for before, names in (
        ([{"student": "ann", "rowHashes": None, "seen": None}], HASH_INDEX),
        (stored_rows(make_score_rows("ann")), unknown),
    ):
        found = row_diff(make_score_rows("ann", item="seminar"), before, names)
        assert (found.cleared, found.removed) == (["ann"], {})
        assert written(found) == {"has": 1, "aims_at": 1, "lacks": 1, "stage": 1, "created": 1}


def test_students_do_not_mix() -> None:
    both = [*stored_rows(make_score_rows("ann")), *stored_rows(make_score_rows("bob"))]
    now = {
        name: pl.concat([make_score_rows("ann").tables[name], make_score_rows("bob", level=0.4).tables[name]])
        for name in TABLES
    }
    chains = pl.concat([make_score_rows("ann").chains, make_score_rows("bob").chains])
    found = row_diff(ScoreRows(now, chains, {"TRAINING": [1.0]}), both)
    assert found.removed == removed_rows(student="bob", has=["sql"])
    assert (found.cleared, written(found)) == ([], {"stage": 2, "has": 1})


def test_of_whom_nothing_is_said_nothing_is_kept() -> None:
    score_rows = make_score_rows("ann")
    empty = ScoreRows(
        {name: frame if name == "stage" else frame.clear() for name, frame in score_rows.tables.items()},
        score_rows.chains.clear(),
        score_rows.weights,
    )
    assert stored_rows(empty)[0]["rowHashes"] == b""
    found = row_diff(empty, stored_rows(score_rows))
    assert written(found) == {"stage": 1}
    assert found.removed == removed_rows(has=["sql"], lacks=["sql"], aims_at=["analyst"], chain=["ann|TRAINING|course"])
    assert written(row_diff(score_rows, stored_rows(empty)))["created"] == 1


def test_hashes_of_another_version_cost_a_rewrite_and_nothing_else() -> None:
    """Whatever polars makes of the same values elsewhere, everything is written anew, and nothing is left or lost."""
    (row,) = stored_rows(make_score_rows("ann"))
    other = (np.frombuffer(row["rowHashes"], dtype=np.uint64) ^ np.uint64(0x5DEECE66D)).tobytes()
    found = row_diff(make_score_rows("ann"), [{**row, "rowHashes": other}])
    assert found.cleared == ["ann"] and found.removed == {}
    assert written(found) == written(row_diff(make_score_rows("ann"), []))


def test_other_hashes_of_the_content_alone_update_all_that_stands() -> None:
    (row,) = stored_rows(make_score_rows("ann"))
    both = np.frombuffer(row["rowHashes"], dtype=np.uint64).reshape(2, -1).copy()
    both[1] ^= np.uint64(0x5DEECE66D)
    found = row_diff(make_score_rows("ann"), [{**row, "rowHashes": both.tobytes()}])
    assert found.cleared == []
    assert written(found) == {"has": 1, "aims_at": 1, "lacks": 1, "stage": 1, "updated": 1, "stepped": 1}
    assert {kind for kind, codes in found.removed["ann"].items() if codes} == {"has", "lacks", "aims_at"}
