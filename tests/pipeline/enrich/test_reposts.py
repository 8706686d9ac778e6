"""Reposts: what the town publishes again is found, hardly anything else, and in whatever portions ads arrive."""

from __future__ import annotations

import datetime
import itertools
import random
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from skillpath.pipeline.enrich.reposts import KNOWN, REPOSTS, RepostSettings, find_reposts
from skillpath.pipeline.enrich.signatures import BANDS, SignatureSettings, signatures

Row = tuple[str, str, str | None, str | None, str | None, datetime.date]
TEXT = (
    "We look after four orchards and a cider press by the river. You prune trees in winter, thin the fruit in June, "
    "drive the small tractor and keep the books of what was sprayed and when. A licence for the tractor and two "
    "summers of such work are what we ask for; everything else you will learn from the people here."
)
START = datetime.date(2024, 1, 1)


def posting(
    code: str, day: int, text: str = TEXT, title: str = "Orchard hand", employer: str | None = "Rill Farm"
) -> Row:
    return (code, title, text, employer, "Hill", START + datetime.timedelta(day))


def postings(*rows: Row) -> pl.DataFrame:
    names = ["code", "title", "text", "employer", "region"]
    return pl.DataFrame(rows, schema={**dict.fromkeys(names, pl.String), "posted_at": pl.Date}, orient="row")


def pairs(frame: pl.DataFrame) -> dict[str, tuple[str, str]]:
    return {code: (original, method) for code, original, _, method in frame.rows()}


def test_the_same_ad_again_within_two_months_of_the_last() -> None:
    found = find_reposts(postings(posting("a", 0), posting("b", 50), posting("c", 110), posting("d", 171)))
    assert pairs(found) == {"b": ("a", "exact"), "c": ("a", "exact")}
    assert found.schema == REPOSTS


def test_case_space_and_marks_make_no_other_ad() -> None:
    shouted = TEXT.upper().replace(". ", " !\n\n")
    assert pairs(find_reposts(postings(posting("a", 0), posting("b", 5, shouted)))) == {"b": ("a", "exact")}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (TEXT + " This position is still open.", "Orchard hand"),
        (TEXT, "Urgent: Orchard hand"),
        (TEXT.replace("four orchards", "five orchards"), "Orchard hand"),
    ],
)
def test_an_ad_with_a_small_edit_is_near(text: str, title: str) -> None:
    found = find_reposts(postings(posting("a", 0), posting("b", 9, text, title)))
    assert pairs(found) == {"b": ("a", "near")}
    assert 0.85 <= found["similarity"][0] <= 1.0


@pytest.mark.parametrize(
    "other",
    [
        posting("b", 9, title="Senior orchard hand"),
        posting("b", 9, employer="Other Farm"),
        posting("b", 9, employer=None),
        posting("b", 61),
        posting("b", 9, "We look after hens. " + TEXT[:150]),
        ("b", "Orchard hand", TEXT, "Rill Farm", "Dale", START),
    ],
)
def test_another_job_employer_place_or_season_is_no_repost(other: Row) -> None:
    assert find_reposts(postings(posting("a", 0), other)).is_empty()


def test_who_says_little_is_not_like_another() -> None:
    little = [("a", "Cook", None, "Inn", "Hill", START), ("b", "Cook", None, "Inn", "Hill", START)]
    assert pairs(find_reposts(postings(*little))) == {"b": ("a", "exact")}
    nameless = [(code, title, text, None, region, day) for code, title, text, _, region, day in little]
    assert find_reposts(postings(*nameless)).is_empty()
    marks = [("a", "C++", None, "Inn", "Hill", START), ("b", "C#", None, "Inn", "Hill", START)]
    assert find_reposts(postings(*marks)).is_empty()


def test_chinese_ads_are_compared_by_character() -> None:
    text = (
        "负责公司数据平台的设计与开发，参与需求分析和技术选型，编写高质量的代码和文档，与产品团队紧密合作，按时交付。"
    )
    found = find_reposts(
        postings(posting("a", 0, text * 2, "数据工程师"), posting("b", 3, text * 2 + "可远程", "急聘数据工程师"))
    )
    assert pairs(found) == {"b": ("a", "near")}


def test_no_ads_and_ads_without_words() -> None:
    assert find_reposts(postings()).schema == REPOSTS
    assert find_reposts(postings(("a", "—", "…", "Inn", None, START), ("b", "—", "…", "Inn", None, START))).is_empty()


def test_a_crowd_of_alike_ads_is_one_group_and_costs_little() -> None:
    crowd = [posting(f"{n:04d}", n % 50, TEXT + f" Ask for tree {n}.") for n in range(1_500)]
    found = find_reposts(postings(*crowd))
    assert set(found["original"]) == {"0000"}
    assert found.height == 1_499


def test_signatures_are_the_same_in_every_process() -> None:
    frame = postings(posting("a", 0), posting("b", 0, "kurz", "Köchin / 厨师"))
    here = signatures(frame).to_list()
    assert [len(one) for one in here] == [2 + BANDS, 2]
    columns = frame.select("title", "text", "employer").to_dict(as_series=False)
    code = (
        "import polars as pl; from skillpath.pipeline.enrich.signatures import signatures;"
        f"print(signatures(pl.DataFrame({columns!r})).to_list())"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == str(here)
    # Kept in graphs: if this changes, so must what was stored.
    assert [*here[1], here[0][-1]] == [2252694625326663306, -8177668070553760419, 2671399037949074050]


def test_blocks_make_no_difference() -> None:
    frame = postings(
        *[posting(str(n), n, " ".join(TEXT.split()[n:])) for n in range(30)], ("x", "", "", None, None, START)
    )
    whole = signatures(frame)
    assert whole.equals(signatures(frame, SignatureSettings(block=7)))


@pytest.fixture(scope="module")
def town_postings(town_files: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    posts = pl.read_csv(town_files / "jobs.csv", infer_schema_length=0)
    posts = posts.with_columns(pl.col("posted_at").str.to_date(strict=False)).filter(
        pl.col("code").is_not_null(), ~pl.col("code").str.contains("broken"), pl.col("posted_at").is_not_null()
    )
    truth = pl.read_parquet(town_files / "truth" / "postings.parquet")
    return posts.unique("code", keep="first", maintain_order=True), truth


def test_the_towns_reposts_are_found_and_nothing_else(town_postings: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    posts, truth = town_postings
    again = dict(truth.filter(pl.col("repost_of").is_not_null()).select("code", "repost_of").rows())

    def root(code: str) -> str:
        while code in again:
            code = again[code]
        return code

    found = find_reposts(posts)
    right = [code for code, original in found.select("code", "original").rows() if root(code) == root(original)]
    assert len(again) >= 50
    assert len(right) / found.height >= 0.99
    assert len(right) / len(again) >= 0.95


@pytest.mark.parametrize("seed", range(3))
def test_portions_in_any_order_end_as_all_at_once(town_postings: tuple[pl.DataFrame, pl.DataFrame], seed: int) -> None:
    posts = town_postings[0].head(2_000)
    whole = find_reposts(posts)
    shuffled = posts.sample(fraction=1.0, shuffle=True, seed=seed)
    cuts = [0, *sorted(random.Random(seed).sample(range(1, 2_000), 4)), 2_000]
    known, state = pl.DataFrame(schema=KNOWN), whole.clear()
    for first, last in itertools.pairwise(cuts):
        portion = shuffled[first:last]
        block = portion.select("employer", "region").unique()
        near = known.join(block, on=["employer", "region"], how="semi", nulls_equal=True)
        output = find_reposts(portion, RepostSettings(), near)
        settled = pl.concat([portion["code"], near["code"]])
        state = pl.concat([state.filter(~pl.col("code").is_in(settled.implode())), output])
        known = pl.concat([known, portion.with_columns(signatures(portion)).select(*KNOWN).cast(KNOWN)])
    assert state.sort("code").equals(whole)
