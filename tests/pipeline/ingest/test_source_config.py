"""Sync configurations: a mistake is told with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.source_config import read_config

ROOT = Path(__file__).parents[3]
GOOD = """
[[source]]
name = "s"
contract = "students"
path = "students.csv"
columns = { code = "id" }
"""


def config(folder: Path, text: str) -> Path:
    path = folder / "sync.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "Not a TOML file"),
        ("name = 'x'", r"No \[\[source\]\] section"),
        (GOOD.replace("contract =", "kind ="), "A source needs name, contract and columns"),
        (GOOD.replace("path", "file"), "Unknown key file"),
        (GOOD.replace('path = "students.csv"\n', ""), "A source needs a path or a url"),
        (GOOD + 'url = "sqlite://"\n', "A source needs a path or a url"),
        (GOOD + 'mode = "some"\n', "No mode 'some'"),
        (GOOD + 'watermark = "changed"\n', "A watermark hides what is old"),
        (GOOD + 'complete = { code = "x" }\n', "complete invents code"),
        (GOOD + 'parse = { region = "[" }\n', "parse.region is no pattern"),
        (GOOD + 'parse = { region = "abc" }\n', "parse.region has 0 groups"),
        (GOOD + "refuse_above = 2\n", "refuse_above is no share"),
        (GOOD + "lists = { skills = 3 }\n", "lists.skills of another type"),
        (GOOD + GOOD, "Two sources are called s"),
        (GOOD + 'colour = "red"\n', "Unknown key colour"),
        (GOOD.replace("students", "dragons", 1), "No contract 'dragons'"),
        (GOOD.replace("code =", "codes ="), "columns names codes, which contract students does not have"),
        (GOOD.replace('code = "id"', 'region = "id"'), "Nothing fills code"),
        (GOOD + "select = { last = 3 }\n", "Unknown key last"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_config(config(tmp_path, text))


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such sync configuration"):
        read_config(tmp_path / "nothing.toml")


def test_paths_start_from_the_file_or_the_given_root(tmp_path: Path) -> None:
    path = config(tmp_path, GOOD)
    assert read_config(path).sources[0].path == tmp_path / "students.csv"
    assert read_config(path, Path("/data")).sources[0].path == Path("/data/students.csv")


def test_what_is_referred_to_comes_first() -> None:
    order = [source.contract for source in read_config(ROOT / "examples" / "real.toml").sources]
    assert order.index("students") > order.index("resources")
    assert order[-1] == "enrolments"
