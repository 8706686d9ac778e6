"""What one reader or exporter needs of the process's settings, it gives back."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from skillpath.errors import BadInput
from skillpath.ontology.formats.csv_limit import cell_limit
from skillpath.ontology.formats.csv_rows import CsvLimits, read_csv
from skillpath.pipeline.ingest.reading.separated import read_separated

ROOT = Path(__file__).parents[3]
LONG = "y" * 200_000
TEXTS = {
    "sound": "code,label\na,b\n",
    "a long cell": f"code,label\na,{LONG}\n",
    "a long column name": f"code,label,{LONG}\na,b,c\n",
    "broken quotes": 'code,label\na,"b" c\nd,e\n',
    "an open quote": 'code,label\na,"b\n',
    "no such column": "x,y\na,b\n",
    "nothing": "",
}


def read_vocabulary(text: str, folder: Path) -> None:
    (folder / "t.csv").write_text(text, "utf-8")
    read_csv(folder / "t.csv", ("code", "label"), limits=CsvLimits(quote_errors=0, cell=1_000))


def read_source(text: str, folder: Path) -> None:
    read_separated(text.encode(), "t.csv", ",")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("read", [read_vocabulary, read_source])
def test_reading_leaves_the_limit_as_it_was(tmp_path: Path, name: str, read: Callable[[str, Path], None]) -> None:
    before = csv.field_size_limit(77_777)
    try:
        with suppress(BadInput):
            read(TEXTS[name], tmp_path)
        assert csv.field_size_limit() == 77_777
    finally:
        csv.field_size_limit(before)


def test_a_source_may_have_a_long_column_name_whatever_the_limit_is() -> None:
    assert read_separated(TEXTS["a long column name"].encode(), "t.csv", ",").frame[LONG].to_list() == ["c"]


def test_threads_with_limits_of_their_own_do_not_meet() -> None:
    def seen(limit: int) -> bool:
        with cell_limit(limit):
            return all(csv.field_size_limit() == limit for _ in range(1_000))

    before = csv.field_size_limit()
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(seen, range(1_000, 1_040)))
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("setting", ["field_size_limit(", "logging.disable("])
def test_only_the_place_that_gives_it_back_sets_it(setting: str) -> None:
    found = subprocess.run(
        ["git", "grep", "-lF", setting, "--", "*.py", ":!tests"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode in (0, 1), found.stderr
    assert found.stdout.split() == (["ontology/formats/csv_limit.py"] if "field" in setting else [])
