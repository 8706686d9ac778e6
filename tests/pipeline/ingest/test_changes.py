"""What changed since a source was last written, by frames alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from skillpath.pipeline.ingest import changes
from skillpath.pipeline.ingest.source_spec import SourceSpec

SPEC = SourceSpec("s", "students", {"code": "id"}, Path("a.csv"))
KNOWN = pl.DataFrame(
    {
        "code": ["same", "other", "gone", "back", "mended"],
        "content": ["1", "1", "1", "1", "1"],
        "hash": ["h1", "h1", "h1", "h1", "h1"],
        "removed": [False, False, False, True, False],
        "corrected": [None, None, None, None, True],
    },
    schema_overrides={"corrected": pl.Boolean},
)
RECORDS = pl.DataFrame(
    {"doc": range(5), "code": ["same", "other", "back", "mended", "new"], "content": ["1", "2", "1", "1", "1"]}
).with_columns(pl.col("doc").cast(pl.Int64))
NONE = pl.Series("doc", [], dtype=pl.Int64)


def docs(touched: pl.Series = NONE, *, everything: bool = False, retry: bool = False) -> list[int]:
    return changes.changed_docs(RECORDS, KNOWN, touched, everything=everything, retry=retry).to_list()


def test_new_different_back_and_mended_ones_are_looked_at() -> None:
    assert docs() == [1, 2, 3, 4]
    assert docs(retry=True) == [1, 2, 4]
    assert docs(pl.Series([0])) == [0, 1, 2, 3, 4]
    assert docs(everything=True) == [0, 1, 2, 3, 4]


def test_hashes_of_another_version_have_everything_looked_at_and_written_once() -> None:
    other = KNOWN.with_columns(content=pl.lit("x"), hash=pl.lit("x"))
    assert changes.changed_docs(RECORDS, other, NONE, everything=False, retry=False).to_list() == [0, 1, 2, 3, 4]
    rows = RECORDS.select("code", hash="content")
    assert changes.different(rows, other)["code"].to_list() == RECORDS["code"].to_list()
    assert changes.vanished(other, RECORDS["code"]).to_list() == ["gone"], "as without: nothing more is taken away"


def test_only_what_stands_otherwise_is_written() -> None:
    rows = pl.DataFrame({"code": ["same", "other", "back", "new"], "hash": ["h1", "h2", "h1", "h1"]})
    assert changes.different(rows, KNOWN)["code"].to_list() == ["other", "back", "new"]


def test_what_is_no_longer_stated_vanished_but_corrections_stay() -> None:
    assert changes.vanished(KNOWN, pl.Series(["same", "other"])).to_list() == ["gone"]


def test_a_term_that_means_something_else_touches_its_records() -> None:
    mentions = pl.DataFrame({"doc": [0, 1, 2, 3], "term": ["a", "b", "c", "new"]})
    terms = pl.DataFrame({"code": ["a", "b", "c", "new"], "skill": ["k:1", None, "k:3", "k:4"]})
    before = pl.DataFrame({"code": ["a", "b", "c"], "skill": ["k:1", "k:2", None]})
    assert changes.touched_docs(mentions, terms, before).sort().to_list() == [1, 2]


@pytest.mark.parametrize(
    "other",
    [
        replace(SPEC, columns={"code": "number"}),
        replace(SPEC, timezone="Asia/Shanghai"),
        replace(SPEC, contract="jobs"),
        replace(SPEC, refuse_above=0.1),
    ],
)
def test_another_mapping_is_another_fingerprint(other: SourceSpec) -> None:
    mine = changes.fingerprint(SPEC, {"x": 1}, "v")
    assert changes.fingerprint(other, {"x": 1}, "v") != mine
    assert changes.fingerprint(SPEC, {"x": 2}, "v") != mine
    assert changes.fingerprint(SPEC, {"x": 1}, "w") != mine


def test_the_same_mapping_of_a_moved_file_is_the_same() -> None:
    assert changes.fingerprint(replace(SPEC, path=Path("b.csv")), {}, "") == changes.fingerprint(SPEC, {}, "")


def test_the_digest_of_a_file_is_of_its_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"x" * 3_000_000)
    two.write_bytes(b"x" * 3_000_000)
    assert changes.file_digest(one) == changes.file_digest(two) != ""
    two.write_bytes(b"x" * 2_999_999 + b"y")
    assert changes.file_digest(one) != changes.file_digest(two)
    assert changes.file_digest(tmp_path / "none") == ""
