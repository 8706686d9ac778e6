"""Broken rows are added, counted, and never touch the good ones."""

import polars as pl
import pytest

from skillpath.synthetic import TownSettings
from skillpath.synthetic.output.broken_rows import DAMAGES, RowCorruptor, corrupt

POSTINGS = pl.DataFrame(
    {
        "code": [f"town:post/{number}" for number in range(400)],
        "title": ["Cook"] * 400,
        "posted_at": ["2024-05-01"] * 400,
        "closes_at": ["2024-06-01"] * 400,
        "vacancies": [1] * 400,
    }
)


@pytest.fixture(scope="module")
def soiled() -> tuple[pl.DataFrame, dict[str, int]]:
    return corrupt(TownSettings(dirty_share=0.03), "jobs.csv", POSTINGS)


def test_counts_add_up(soiled: tuple[pl.DataFrame, dict[str, int]]) -> None:
    table, counts = soiled
    assert set(counts) == set(DAMAGES["jobs.csv"])
    assert sum(counts.values()) == 12
    assert table.height == 412


def test_each_kind_is_in_the_file_as_often_as_counted(soiled: tuple[pl.DataFrame, dict[str, int]]) -> None:
    table, counts = soiled
    dates = table["posted_at"].str.to_date(strict=False)
    assert dates.is_null().sum() == counts["broken date"]
    assert (table["code"] == "").sum() == counts["missing code"]
    named = table.filter(pl.col("code") != "")
    assert named.height - named["code"].n_unique() == counts["duplicate code"]


def test_the_good_rows_are_all_there_and_come_first(soiled: tuple[pl.DataFrame, dict[str, int]]) -> None:
    table, _ = soiled
    kept = table.filter(~pl.col("code").str.contains("broken"), pl.col("code") != "")
    assert kept.unique("code", keep="first", maintain_order=True).equals(POSTINGS)


def test_what_is_wrong_is_one_thing_only(soiled: tuple[pl.DataFrame, dict[str, int]]) -> None:
    table, counts = soiled
    broken = table.filter(pl.col("code").str.contains("broken"))
    assert broken["code"].is_unique().all()
    wrong = {
        "broken date": broken["posted_at"].str.to_date(strict=False).is_null(),
        "closed before it opened": broken["closes_at"] < "2024-05-01",
        "no vacancy": broken["vacancies"] < 1,
    }
    faults = pl.DataFrame(wrong)
    assert (faults.sum_horizontal() == 1).all()
    assert {kind: faults[kind].sum() for kind in wrong} == {kind: counts[kind] for kind in wrong}


def test_blocks_get_as_much_dirt_as_the_whole() -> None:
    settings = TownSettings(dirty_share=0.03)
    soiler = RowCorruptor(settings, "jobs.csv")
    pieces = [soiler.corrupt(POSTINGS[first : first + 37]) for first in range(0, 400, 37)]
    assert soiler.counts.total() == 12
    assert max(soiler.counts.values()) - min(soiler.counts.values()) <= 1
    assert sum(piece.height for piece in pieces) == 412
    codes = pl.concat(pieces)["code"].filter(pl.concat(pieces)["code"].str.contains("broken"))
    assert codes.is_unique().all()


def test_a_clean_town_has_no_dirt() -> None:
    table, counts = corrupt(TownSettings(dirty_share=0), "jobs.csv", POSTINGS)
    assert counts == {}
    assert table.equals(POSTINGS)


def test_even_a_tiny_share_shows_every_kind() -> None:
    _, counts = corrupt(TownSettings(dirty_share=0.0001), "jobs.csv", POSTINGS)
    assert set(counts.values()) == {1}
