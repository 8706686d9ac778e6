"""The plain vocabulary format, sound and broken."""

import csv
from pathlib import Path

import pytest

from skillpath.errors import BadInput
from skillpath.ontology.formats.readers import read_release
from skillpath.ontology.release.release import Release


def read(folder: Path) -> Release:
    return read_release("csv", folder)


def rules(release: Release) -> list[tuple[str, int, str, str]]:
    return release.rejected.select("file", "row", "column", "rule").rows()


def put(folder: Path, name: str, text: str | bytes) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(data)


def test_a_sound_vocabulary_is_read_whole(vocabulary: Path) -> None:
    release = read(vocabulary)
    assert release.name == "town"
    assert release.counts() == {
        "skills": 4,
        "broader": 3,
        "related": 0,
        "clusters": 1,
        "requirements": 2,
        "rejected": 0,
    }
    python = release.skills.filter(release.skills["code"] == "py").row(0, named=True)
    assert python["altLabels"] == ["Python 3", "py3"]
    assert (python["kind"], python["status"], python["category"]) == ("knowledge", "released", "prog")
    assert release.requirements.sort("skill").rows() == [
        ("dev", "db", False, 0.6, 0.5),
        ("dev", "py", True, 0.8, 1.0),
    ]


def test_groups_are_not_matchable(vocabulary: Path) -> None:
    assert read(vocabulary).matchable()["code"].to_list() == ["db", "java", "py"]


def test_the_version_follows_the_files(vocabulary: Path) -> None:
    before = read(vocabulary).version
    assert read(vocabulary).version == before
    put(vocabulary, "clusters.csv", "code,label\ndev,Developer\n")
    assert read(vocabulary).version != before


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (",Nameless,,,,", "code", "missing"),
        ("x,,,,,", "label", "missing"),
        ("x,\u200b ,,,,", "label", "missing"),
        ("py,Again,,,,", "code", "duplicate"),
        ("x,Odd\x00ly,,,,", "label", "control"),
        ("x,Odd\x1bly,,,,", "label", "control"),
        ("x" * 1_001 + ",X,,,,", "code", "length"),
        ("x," + "long " * 201 + ",,,,", "label", "length"),
        ("x,X," + "long " * 201 + ",,,", "label", "length"),
        ("x,X,," + "long " * 20_001 + ",,", "definition", "length"),
        ("x," + "y" * 10_000_000 + ",,,,", "cells", "csv"),
        ("x,X,,,gadget,", "kind", "value"),
        ("x,X,,,,nowhere", "broader", "dangling"),
        ("x,X,,,,x", "broader", "cycle"),
        ("x,X,,,", "cells", "csv"),
        ("x,X,,,,,,", "cells", "csv"),
        ('x,"a" b,,,,', "cells", "csv"),
        ('x,"never closed,,,,', "cells", "csv"),
    ],
)
def test_a_bad_row_is_turned_away_and_the_rest_stays(vocabulary: Path, row: str, column: str, rule: str) -> None:
    lines = (vocabulary / "skills.csv").read_text(encoding="utf-8") + row + "\nlast,Last one,,,,\n"
    put(vocabulary, "skills.csv", lines)
    release = read(vocabulary)
    assert rules(release) == [("skills.csv", 5, column, rule)]
    assert "last" in release.skills["code"]
    assert release.skills.height in (5, 6)


def test_a_limit_that_another_reader_moved_does_not_count(vocabulary: Path) -> None:
    put(vocabulary, "skills.csv", "code,label\npy,Python\nx," + "y" * 1_000_000 + "\n")
    before = csv.field_size_limit(10_000_000)
    try:
        assert ("skills.csv", 2, "cells", "csv") in rules(read(vocabulary))
    finally:
        csv.field_size_limit(before)


def test_bytes_that_are_not_utf8_cost_their_row_only(vocabulary: Path) -> None:
    put(vocabulary, "skills.csv", b"code,label\na,caf\xe9\npy,Python\n")
    release = read(vocabulary)
    assert ("skills.csv", 1, "label", "encoding") in rules(release)
    assert release.skills["code"].to_list() == ["py"]


def test_labels_are_composed_and_tidied(vocabulary: Path) -> None:
    text = "\ufeffcode,label,altLabels\na,  Cafe\u0301\u00a0 \u200bau\tlait ,x\u200d|x|  |Café au lait\n"
    put(vocabulary, "skills.csv", text)
    skill = read(vocabulary).skills.row(0, named=True)
    assert skill["label"] == "Café au lait"
    assert skill["altLabels"] == ["x"]


def test_extra_columns_are_ignored(vocabulary: Path) -> None:
    put(vocabulary, "skills.csv", "colour,label,code\nred,Python,py\n")
    assert read(vocabulary).skills["code"].to_list() == ["py"]


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        ("dev,nothing,true,", "skill", "dangling"),
        ("nobody,py,true,", "cluster", "dangling"),
        ("dev,py,true,", "skill", "duplicate"),
        ("dev,java,maybe,", "essential", "value"),
        ("dev,java,,", "essential", "missing"),
        ("dev,java,true,1.5", "level", "value"),
        ("dev,java,true,nan", "level", "value"),
        ("dev,java,true,much", "level", "value"),
    ],
)
def test_a_bad_requirement_is_turned_away(vocabulary: Path, row: str, column: str, rule: str) -> None:
    text = (vocabulary / "requirements.csv").read_text(encoding="utf-8") + row + "\n"
    put(vocabulary, "requirements.csv", text)
    release = read(vocabulary)
    assert rules(release) == [("requirements.csv", 3, column, rule)]
    assert release.requirements.height == 2


def test_a_cycle_loses_one_edge_whatever_the_order(vocabulary: Path) -> None:
    lines = ["a,A,c", "b,B,a", "c,C,b", "d,D,c"]
    kept = []
    for order in (lines, lines[::-1]):
        put(vocabulary, "skills.csv", "code,label,broader\n" + "\n".join([*order, "py,P,", "db,D,"]) + "\n")
        release = read(vocabulary)
        assert [r[3] for r in rules(release)] == ["cycle"]
        kept.append(release.broader.rows())
    assert kept[0] == kept[1]
    assert len(kept[0]) == 3


@pytest.mark.parametrize("name", ["skills.csv", "clusters.csv", "requirements.csv"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is missing"),
        (b"", "empty"),
        (b"code,label,cluster,skill,essential\n", "no rows"),
        (b"name;title\n1;2\n", "No column"),
        (b"PAR1xxxx", "Parquet"),
        ("code,label\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"code,code,label,cluster,skill,essential\n1,2,3,4,5,6\n", "same name"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(vocabulary: Path, name: str, content: bytes | None, message: str) -> None:
    (vocabulary / name).unlink()
    if content is not None:
        put(vocabulary, name, content)
    with pytest.raises(BadInput, match=message) as caught:
        read(vocabulary)
    assert name in str(caught.value)


def test_a_folder_in_place_of_a_file_is_said(vocabulary: Path) -> None:
    (vocabulary / "skills.csv").unlink()
    (vocabulary / "skills.csv").mkdir()
    with pytest.raises(BadInput, match="is a folder"):
        read(vocabulary)


def test_the_missing_columns_and_those_found_are_named(vocabulary: Path) -> None:
    put(vocabulary, "requirements.csv", "cluster,ability\na,b\n")
    with pytest.raises(BadInput, match=r"No column skill, essential.*has cluster, ability"):
        read(vocabulary)


def test_a_file_of_broken_quotes_is_refused_whole(vocabulary: Path) -> None:
    put(vocabulary, "skills.csv", "code,label\n" + 'x,"a" b\n' * 150)
    with pytest.raises(BadInput, match="not CSV"):
        read(vocabulary)
