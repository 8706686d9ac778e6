"""From terms to skills."""

import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.ontology.formats.esco import code_of
from skillpath.ontology.matching.labels import normalise
from skillpath.ontology.matching.matching import MATCHES, Matcher
from skillpath.ontology.matching.word_lists import AMBIGUOUS, BLOCKED, CASED, NOISE
from skillpath.ontology.release.release import Release


@pytest.mark.parametrize(
    ("term", "skill", "method"),
    [
        ("MACHINE  Learning", "ml", "exact"),
        ("Chef (tools for software configuration management)", "chef", "exact"),
        ("python 3", "py", "alternative"),
        ("ml", "ml", "alternative"),
        ("python", "py", "normalised"),
        ("Manage-Database", "db", "normalised"),
        ("search engine optimization", "seo", "normalised"),
        ("Managing databases", "db", "fuzzy"),
        ("database management skills", "db", "fuzzy"),
        ("problem solving", "solve", "fuzzy"),
        ("machinelearning", "ml", "fuzzy"),
        ("Java Programming", "java", "fuzzy"),
        ("Java development", "java", "fuzzy"),
    ],
)
def test_what_is_sure_is_mapped(labels: pl.DataFrame, term: str, skill: str, method: str) -> None:
    row = Matcher(labels).match([term]).row(0, named=True)
    assert (row["skill"], row["method"]) == (skill, method)
    assert 0 < row["score"] <= 1


@pytest.mark.parametrize("term", ["chef", "Chef", "java script engine", "lava", "", " ", None, "(", "\x00", "vision"])
def test_what_is_not_sure_is_left_unmapped(labels: pl.DataFrame, term: str) -> None:
    row = Matcher(labels).match([term]).row(0, named=True)
    assert (row["skill"], row["method"], row["score"]) == (None, None, 0.0)


def test_a_misspelt_word_is_mended_only_when_it_is_no_word_itself() -> None:
    names = ["project management", "project planning", "change management", "portfolio managements"]
    frame = pl.DataFrame({"code": ["a", "b", "c", "d"], "label": names, "altLabels": [[""]] * 4})
    found = Matcher(frame).match(["project managemant", "project management", "change planning"])
    assert found["skill"].to_list() == ["a", "a", None]
    assert found["method"].to_list() == ["fuzzy", "exact", None]
    assert found["score"][0] < 0.9


def test_a_tie_between_two_skills_is_left_to_a_person() -> None:
    frame = pl.DataFrame({"code": ["b", "a"], "label": ["x one", "y one"], "altLabels": [["twin"], ["twin"]]})
    row = Matcher(frame).match(["Twin"]).row(0, named=True)
    assert (row["skill"], row["runner_up"]) == (None, "a")


def test_the_preferred_label_wins_and_the_other_is_runner_up() -> None:
    frame = pl.DataFrame({"code": ["a", "b"], "label": ["cooking", "catering"], "altLabels": [[], ["Cooking"]]})
    row = Matcher(frame).match(["Cookings"]).row(0, named=True)
    assert (row["skill"], row["runner_up"]) == ("a", "b")


def test_of_two_alternatives_the_closer_relative_wins(labels: pl.DataFrame) -> None:
    row = Matcher(labels).match(["site ranking"]).row(0, named=True)
    assert (row["skill"], row["runner_up"]) == ("rank", "seo")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=20) | st.none(), max_size=8))
def test_every_term_gets_one_row_in_order(terms: list[str]) -> None:
    frame = pl.DataFrame({"code": ["a"], "label": ["data"], "altLabels": [["record"]]})
    found = Matcher(frame).match(terms)
    assert found["text"].to_list() == terms
    assert dict(found.schema) == MATCHES
    assert (found["skill"].is_null() == found["method"].is_null()).all()


def test_ten_megabytes_are_no_term(labels: pl.DataFrame) -> None:
    terms = ["x" * 10_000_000, "manage databases " * 600_000, "Python 3"]
    assert Matcher(labels).match(terms)["skill"].to_list() == [None, None, "py"]


def test_no_labels_no_matches() -> None:
    frame = pl.DataFrame(schema={"code": pl.String, "label": pl.String, "altLabels": pl.List(pl.String)})
    assert Matcher(frame).match(["anything"])["skill"].to_list() == [None]


def test_the_order_of_the_labels_does_not_matter(labels: pl.DataFrame) -> None:
    terms = ["site ranking", "Python", "databases managing", "problem-solving"]
    assert Matcher(labels).match(terms).equals(Matcher(labels.reverse()).match(terms))


@pytest.mark.parametrize("listed", [AMBIGUOUS, CASED, NOISE, BLOCKED])
def test_our_own_lists_hold_keys(listed: frozenset[str]) -> None:
    plural_kept = {"crafting", "logging"}
    assert [word for word in listed - plural_kept if normalise(word) != word] == []


@pytest.mark.realdata
def test_agreement_with_the_exact_links(real_data: Path, esco_matcher: Matcher) -> None:
    links = pl.read_parquet(real_data / "links" / "skill_string_to_esco_exact.parquet")
    wanted = pl.Series([code_of(uri) for uri in links["esco_uri"]])
    found = esco_matcher.match(links["skill_string"].to_list())["skill"]
    preferred = links["match"] == "pref"
    assert (found.filter(preferred) == wanted.filter(preferred)).all()
    assert (found == wanted).sum() > 0.97 * links.height
    assert (found != wanted).sum() < 0.01 * links.height


@pytest.mark.realdata
def test_every_unambiguous_label_finds_its_own_skill(esco: Release, esco_matcher: Matcher) -> None:
    skills = esco.matchable()
    found = esco_matcher.match(skills["label"].to_list())
    assert found["skill"].equals(skills["code"], null_equal=False)
    assert found["method"].unique().to_list() == ["exact"]


@pytest.mark.realdata
def test_thousands_of_terms_a_second(real_data: Path, esco_matcher: Matcher) -> None:
    lists = pl.read_parquet(real_data / "jobs" / "skill2vec_jd_skills_45k.parquet")["skills"]
    terms = lists.explode().drop_nulls().unique().sort().head(20_000).to_list()
    start = time.perf_counter()
    esco_matcher.match(terms)
    assert len(terms) / (time.perf_counter() - start) > 5_000


def test_the_same_terms_give_the_same_answers_every_time() -> None:
    """Distinct values come in any order from a parallel engine; nothing may depend on it."""
    random = np.random.default_rng(7)
    letters = random.choice(list("abcdefghiklmnoprstu"), size=(3_000, 9))
    words = sorted({"".join(row[: 9 - 5 * (i % 2)]) for i, row in enumerate(letters)})
    labels = pl.DataFrame(
        {
            "code": [f"s:{i}" for i in range(len(words) - 1)],
            "label": [f"{a} {b}" for a, b in pairwise(words)],
            "altLabels": [[] for _ in words[1:]],
        },
        schema={"code": pl.String, "label": pl.String, "altLabels": pl.List(pl.String)},
    )
    terms = [f"{a[:3]}{a[4]}{a[3]}{a[5:]} {b}" for a, b in pairwise(words) if len(a) == 9]
    first = Matcher(labels).match(terms)
    assert first["skill"].count() > 0.9 * len(terms)
    assert Matcher(labels).match(terms).equals(first)
