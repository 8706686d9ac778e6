"""Posts follow the latent market and the requirements of their cluster, and read like posts."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from skillpath.synthetic.market.demand_process import DemandProcess, ask_probability, make_demand
from skillpath.synthetic.market.posting_generator import PostingTable, make_postings
from skillpath.synthetic.market.wording import article
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary


@pytest.fixture(scope="module")
def demand(settings: TownSettings, vocabulary: TownVocabulary) -> DemandProcess:
    return make_demand(settings, vocabulary)


@pytest.fixture(scope="module")
def postings(settings: TownSettings, vocabulary: TownVocabulary, demand: DemandProcess) -> PostingTable:
    return make_postings(settings, vocabulary, demand)


def test_posts_lie_in_the_window_in_order(postings: PostingTable, settings: TownSettings) -> None:
    dates = postings.table["posted_at"]
    assert postings.table.height == settings.postings
    assert dates.is_sorted()
    assert dates[0] >= "2023-01-01"
    assert dates[-1] < "2026-01-01"
    assert postings.table["code"].is_unique().all()


def test_each_month_and_cluster_has_the_posts_of_the_truth(postings: PostingTable, demand: DemandProcess) -> None:
    month = postings.table["posted_at"].str.slice(0, 7)
    table = pl.DataFrame({"cluster": postings.cluster, "month": month}).filter(postings.latent["repost_of"].is_null())
    table = table.group_by("cluster", "month").len()
    assert table["len"].sum() == demand.postings.sum()
    counted = table.sort("cluster", "month")["len"].to_list()
    assert counted == [n for n in demand.postings.ravel().tolist() if n]


def test_the_latent_trend_shows_in_what_is_expected(demand: DemandProcess) -> None:
    first, last = demand.intensity[:, :12].sum(axis=1), demand.intensity[:, -12:].sum(axis=1)
    assert np.corrcoef(np.log(last / first), demand.trend)[0, 1] > 0.8


def test_the_latent_trend_shows_in_many_posts(vocabulary: TownVocabulary) -> None:
    many = make_demand(TownSettings(postings=100_000), vocabulary)
    growth = np.log(many.postings[:, -12:].sum(axis=1) / many.postings[:, :12].sum(axis=1))
    assert np.corrcoef(growth, many.trend)[0, 1] > 0.8


def test_clusters_with_a_season_peak_in_it(vocabulary: TownVocabulary) -> None:
    many = make_demand(TownSettings(postings=200_000), vocabulary)
    row = vocabulary.cluster_row["retail sales assistant"]
    by_month = many.postings[row].reshape(3, 12).sum(axis=0)
    assert by_month[[9, 10, 11]].sum() > 1.5 * by_month[[3, 4, 5]].sum()


def test_posts_ask_what_their_cluster_requires(postings: PostingTable, vocabulary: TownVocabulary) -> None:
    names = vocabulary.leaves.select(
        leaf=pl.int_range(pl.len()),
        term=pl.concat_str("label", "altLabels", separator="|").str.to_lowercase().str.split("|"),
    ).explode("term")
    asked = postings.table.select(
        pl.Series("cluster", postings.cluster), term=pl.col("skills").str.to_lowercase().str.split("|")
    ).explode("term")
    found = asked.join(names, on="term", how="left")
    known = found.drop_nulls("leaf")
    required = vocabulary.levels[known["cluster"].to_numpy(), known["leaf"].to_numpy()] > 0
    assert 0.9 < known.height / found.height < 0.99, "most terms are in the vocabulary, some are not"
    assert 0.9 < required.mean() < 0.99, "most terms are required by the cluster, some are not"


def test_every_post_lists_at_least_three_skills(postings: PostingTable) -> None:
    assert (postings.table["skills"].str.split("|").list.len() >= 3).all()


def test_listed_skills_stand_in_the_text(postings: PostingTable) -> None:
    first = postings.table.select(
        pl.col("text").str.contains(pl.col("skills").str.split("|").list.first(), literal=True)
    ).to_series()
    assert first.all()


def test_texts_are_varied_and_complete(postings: PostingTable) -> None:
    text = postings.table["text"]
    assert not text.str.contains(r"[{}]|  | \.( |$)|\bnull\b").any()
    assert text.n_unique() > 0.95 * len(text)
    fresh = text.filter(postings.latent["repost_of"].is_null())
    assert fresh.n_unique() > 0.99 * len(fresh)
    assert text.str.ends_with(".").all()
    assert (text.str.len_chars() > 120).all()


def test_employers_hire_in_their_industry(postings: PostingTable, vocabulary: TownVocabulary) -> None:
    industries = vocabulary.clusters["industries"].str.split("|").gather(postings.cluster)
    fits = pl.DataFrame({"all": industries, "one": postings.table["industry"]}).select(
        pl.col("all").list.contains(pl.col("one"))
    )
    assert fits.to_series().to_numpy().mean() > 0.95
    assert postings.table.group_by("employer").agg(pl.col("industry").n_unique())["industry"].max() == 1


def test_salaries_rise_with_rank(postings: PostingTable) -> None:
    paid = postings.table.with_columns(base=pl.Series(postings.cluster), salary=postings.latent["pay_low"]).drop_nulls(
        "salary"
    )
    senior = paid.filter(pl.col("title").str.starts_with("Senior")).group_by("base").agg(pl.col("salary").mean())
    junior = paid.filter(pl.col("title").str.starts_with("Junior")).group_by("base").agg(pl.col("salary").mean())
    both = senior.join(junior, on="base")
    assert both.height > 10
    assert (both["salary"] > both["salary_right"]).all()


def test_asking_drifts_over_the_years() -> None:
    essential, level = np.array([True, False]), np.array([0.8, 0.4])
    drift = np.array([0.5, -0.5])
    early, late = (ask_probability(essential, level, drift, np.full(2, year)) for year in (-1.5, 1.5))
    assert early[0] < late[0]
    assert early[1] > late[1]
    assert ask_probability(essential, level, drift, np.zeros(2)) == pytest.approx([0.89, 0.38])


def test_titles_get_their_article() -> None:
    names = ("HR officer", "UX designer", "user interface developer", "editor", "CNC machinist", "nurse")
    assert [article(name) for name in names] == ["an", "a", "a", "an", "a", "a"]


def test_the_written_file_holds_the_posts(folder: Path, postings: PostingTable) -> None:
    written = pl.read_csv(folder / "jobs.csv", infer_schema=False)
    assert written.columns == postings.table.columns
    assert set(postings.table["code"]) <= set(written["code"].drop_nulls())
