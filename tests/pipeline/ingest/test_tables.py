"""Files as tables: what is no table is told in a sentence, what is no row is kept with its line."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.tables import read_table


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "The file is empty"),
        ("empty.parquet", b"", "The file is empty"),
        ("table.xyz", b"a,b\n1,2\n", "Cannot read .xyz"),
        ("text.parquet", b"a,b\n1,2\n", "Not a Parquet file"),
        ("latin.csv", "code,title\n1,Müller\n".encode("latin-1"), "Not UTF-8 text: byte 14 on line 2 does not fit"),
        ("utf16.csv", "code,title\n1,x\n".encode("utf-16-le"), "NUL characters.*utf-16-le"),
        ("odd.csv", "code,title\n1,x\n".encode("utf-16")[:-1], "Not UTF-16-LE text"),
        ("twice.csv", b"a,a\n1,2\n", "the header names a twice"),
        ("headless.csv", b"\na,b\n1,2\n", "the file has no header"),
        ("ours.csv", b"#row,b\n1,2\n", "A column is called #row"),
        ("open.csv", b'a,b\n1,2\n3,"never closed\n4,5\n', "a quote in the row that begins on line 3 is never closed"),
        ("broken.jsonl", b'[1]\n{"a": \n', "Not JSON lines"),
        ("blank.jsonl", b" \n\n", "The file has no rows"),
    ],
)
def test_what_is_no_table(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(BadInput, match=sentence) as caught:
        read_table(path)
    assert str(path) in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read_table(tmp_path / "nothing.csv")


def test_rows_keep_their_physical_lines_and_ragged_ones_are_quarantined(tmp_path: Path) -> None:
    content = 'a,b\n1,"two\nlines"\n2\n3,x,too many\n\n4,y\n'
    table = read_table(written(tmp_path, "t.csv", b"\xef\xbb\xbf" + content.encode()))
    assert table.frame.rows() == [(1, 2, "1", "two\nlines"), (4, 7, "4", "y")]
    assert table.rejected.select("row", "line", "value").rows() == [(2, 4, "1"), (3, 5, "3")]
    assert "the row has 1 cells, the header 2" in table.rejected["reason"].to_list()


def test_a_row_with_broken_quotes_is_quarantined_and_the_next_is_read(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "t.csv", b'a,b\n1,"he said "hi" twice"\n2,5" pipe\n3,y\n'))
    assert table.frame.rows() == [(2, 3, "2", '5" pipe'), (3, 4, "3", "y")]
    assert table.rejected.select("row", "line", "reason", "rule").rows() == [
        (1, 2, "text follows a closed quote", "quotes")
    ]


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, "t.csv", b"a,b\n")).frame.height == 0


def test_tabs_parquet_and_json_lines(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, "t.tsv", b"a\tb\n1\t2\n")).frame["b"].to_list() == ["2"]
    pl.DataFrame({"a": [1, 2]}).write_parquet(tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").frame.rows() == [(1, 1, 1), (2, 2, 2)]
    assert read_table(written(tmp_path, "t.jsonl", b'{"a": 1}\n{"a": 2, "b": 3}\n')).frame.height == 2
