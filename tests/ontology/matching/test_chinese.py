"""Chinese technology terms are found and matched, with and without spaces, in either way of writing."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from skillpath.ontology.formats.readers import read_release
from skillpath.ontology.matching.chinese import chinese_names
from skillpath.ontology.matching.labels import normalised
from skillpath.ontology.matching.matching import Matcher
from skillpath.ontology.scanning.scanning import Scanner

LABELS = pl.DataFrame(
    {
        "code": ["py", "cpp", "mysql", "db", "ml"],
        "label": ["Python (computer programming)", "C++", "MySQL", "database", "machine learning"],
        "altLabels": [[], [], [], [], []],
    },
    schema_overrides={"altLabels": pl.List(pl.String)},
)


def _found(text: str) -> list[tuple[str, str]]:
    hits = Scanner(LABELS).scan([text]).sort("start")
    return [(text[row["start"] : row["end"]], row["code"]) for row in hits.iter_rows(named=True)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("精通C++/Python，了解MySQL数据库", [("C++", "cpp"), ("Python", "py"), ("MySQL", "mysql"), ("数据库", "db")]),
        ("有機器學習經驗", [("機器學習", "ml")]),
        ("Ｐｙｔｈｏｎ开发", [("Ｐｙｔｈｏｎ", "py")]),
        ("我喜欢做饭", []),
    ],
)
def test_finding_in_running_text(text: str, found: list[tuple[str, str]]) -> None:
    assert _found(text) == found


def test_matching_terms() -> None:
    found = Matcher(LABELS).match(["机器学习", "資料庫", "做饭"])
    assert found["skill"].to_list() == ["ml", "db", None]


def test_only_labels_that_are_there_get_chinese_names() -> None:
    known = LABELS.select("code", key=normalised(pl.col("label")))
    names = chinese_names(known)
    assert set(names["code"]) <= set(LABELS["code"])
    assert not names["text"].is_duplicated().any()
    assert chinese_names(known.clear()).is_empty()


@pytest.mark.realdata
def test_most_chinese_posts_speak_of_a_skill(real_data: Path) -> None:
    posts = pl.read_parquet(real_data / "jobs" / "china_it_jobs_2019_06.parquet", n_rows=4_000)["description"]
    scanner = Scanner(read_release("esco", real_data / "ontology").matchable())
    hits = scanner.scan(posts.fill_null("").to_list())
    assert hits["doc"].n_unique() / len(posts) > 0.75
