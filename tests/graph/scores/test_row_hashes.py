"""What differs between what was computed and what stands is found by hashes, and nothing else is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from skillpath.graph.core.connection import Row
from skillpath.graph.scores.row_hashes import Difference, Names, Said, differ

TABLES = ("has", "aims_at", "lacks", "stage")
STEP = {"skill": "sql", "have": 0.2, "required": 0.8, "gain": 0.3, "weight": 1.0}
NAMES = Names.of(
    pl.Series(["python", "sql"]),
    pl.Series(["analyst"]),
    {"JOB": pl.Series(["post"]), "TRAINING": pl.Series(["course", "seminar"]), "VENTURE": pl.Series(["shop"])},
)


def said_of(student: str, level: float = 0.2, score: float = 0.5, gain: float = 0.3, item: str = "course") -> Said:
    own = {"student": [student]}
    tables = {
        "has": pl.DataFrame({**own, "skill": ["sql"], "level": [level], "evidence": [["admission"]]}),
        "aims_at": pl.DataFrame({**own, "cluster": ["analyst"], "gap": [0.6], "plan": [["course"]]}),
        "lacks": pl.DataFrame({**own, "skill": ["sql"], "gap": [0.6], "cluster": ["analyst"]}),
        "stage": pl.DataFrame({**own, "job": [0.3], "reason": ["HAS_CHAIN"], "seen": ["today"]}),
    }
    chain = {"cluster": ["analyst"], "kind": ["Resource"], "item": [item], "path": ["TRAINING"], "score": [score]}
    steps = pl.Series([[{**STEP, "gain": gain}]])
    chains = pl.DataFrame({**own, **chain, "id": [f"{student}|TRAINING|{item}"], "closes": steps})
    return Said(tables, chains, [1.0])


def stands(said: Said) -> list[Row]:
    stage = said.marked(said.entries()).tables["stage"]
    return stage.select("student", "said", "seen").to_dicts()


def difference(now: Said, before: list[Row], names: Names = NAMES) -> Difference:
    return differ(now, now.entries(), before, names)


def written(found: Difference) -> dict[str, int]:
    chains = {"created": found.said.chains, "updated": found.updated, "stepped": found.stepped}
    return {name: frame.height for name, frame in (found.said.tables | chains).items() if frame.height}


def test_where_nothing_differs_only_the_standing_is_marked() -> None:
    found = difference(said_of("ann"), stands(said_of("ann")))
    assert written(found) == {"stage": 1}
    assert (found.cleared, found.removed) == ([], {})


def test_of_whom_nothing_stands_everything_is_written() -> None:
    found = difference(said_of("ann"), [])
    assert written(found) == {"has": 1, "aims_at": 1, "lacks": 1, "stage": 1, "created": 1}
    assert (found.cleared, found.removed) == ([], {})


def going(student: str = "ann", **removed: list[str]) -> dict[str, dict[str, list[str]]]:
    return {student: {"has": [], "lacks": [], "aims_at": [], "chain": [], **removed}}


@pytest.mark.parametrize(
    ("now", "counts", "removed"),
    [
        (said_of("ann", score=0.6), {"updated": 1}, {}),
        (said_of("ann", gain=0.4), {"updated": 1, "stepped": 1}, {}),
        (said_of("ann", item="seminar"), {"created": 1}, going(chain=["ann|TRAINING|course"])),
        (said_of("ann", level=0.4), {"has": 1}, going(has=["sql"])),
    ],
)
def test_only_what_differs_is_written(now: Said, counts: dict[str, int], removed: dict[str, Any]) -> None:
    found = difference(now, stands(said_of("ann")))
    assert written(found) == {"stage": 1, **counts}
    assert found.removed == removed


def test_other_weights_are_other_numbers() -> None:
    found = difference(replace(said_of("ann"), weights=[2.0]), stands(said_of("ann")))
    assert written(found) == {"stage": 1, "updated": 1}


def test_what_cannot_be_told_is_cleared() -> None:
    unknown = Names.of(pl.Series(["sql"]), pl.Series(["analyst"]), {"TRAINING": pl.Series(["seminar"])})
    for before, names in (([{"student": "ann", "said": None, "seen": None}], NAMES), (stands(said_of("ann")), unknown)):
        found = difference(said_of("ann", item="seminar"), before, names)
        assert (found.cleared, found.removed) == (["ann"], {})
        assert written(found) == {"has": 1, "aims_at": 1, "lacks": 1, "stage": 1, "created": 1}


def test_students_do_not_mix() -> None:
    both = [*stands(said_of("ann")), *stands(said_of("bob"))]
    now = {name: pl.concat([said_of("ann").tables[name], said_of("bob", level=0.4).tables[name]]) for name in TABLES}
    chains = pl.concat([said_of("ann").chains, said_of("bob").chains])
    found = difference(Said(now, chains, [1.0]), both)
    assert found.removed == going(student="bob", has=["sql"])
    assert (found.cleared, written(found)) == ([], {"stage": 2, "has": 1})


def test_of_whom_nothing_is_said_nothing_is_kept() -> None:
    said = said_of("ann")
    empty = Said(
        {name: frame if name == "stage" else frame.clear() for name, frame in said.tables.items()},
        said.chains.clear(),
        said.weights,
    )
    assert stands(empty)[0]["said"] == b""
    found = difference(empty, stands(said))
    assert written(found) == {"stage": 1}
    assert found.removed == going(has=["sql"], lacks=["sql"], aims_at=["analyst"], chain=["ann|TRAINING|course"])
    assert written(difference(said, stands(empty)))["created"] == 1


def test_hashes_of_another_version_cost_a_rewrite_and_nothing_else() -> None:
    """Whatever polars makes of the same values elsewhere, everything is written anew, and nothing is left or lost."""
    (row,) = stands(said_of("ann"))
    other = (np.frombuffer(row["said"], dtype=np.uint64) ^ np.uint64(0x5DEECE66D)).tobytes()
    found = difference(said_of("ann"), [{**row, "said": other}])
    assert found.cleared == ["ann"] and found.removed == {}
    assert written(found) == written(difference(said_of("ann"), []))


def test_other_hashes_of_the_content_alone_update_all_that_stands() -> None:
    (row,) = stands(said_of("ann"))
    both = np.frombuffer(row["said"], dtype=np.uint64).reshape(2, -1).copy()
    both[1] ^= np.uint64(0x5DEECE66D)
    found = difference(said_of("ann"), [{**row, "said": both.tobytes()}])
    assert found.cleared == []
    assert written(found) == {"has": 1, "aims_at": 1, "lacks": 1, "stage": 1, "updated": 1, "stepped": 1}
    assert {kind for kind, codes in found.removed["ann"].items() if codes} == {"has", "lacks", "aims_at"}
