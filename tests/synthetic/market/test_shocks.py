"""The latent process shows: shocks, the spread of new skills, reposts and cohorts, each as the truth tells it."""

import numpy as np
import polars as pl
import pytest

from skillpath.synthetic import TownSettings
from skillpath.synthetic.market.demand_process import DemandProcess, MarketShape, make_demand
from skillpath.synthetic.market.posting_generator import PostingTable, make_postings
from skillpath.synthetic.market.shocks import ShockShape, accumulate_decaying, make_shocks
from skillpath.synthetic.output.ground_truth import diffusion_truth
from skillpath.synthetic.students.cohorts import make_population
from skillpath.synthetic.students.students import make_student_group
from skillpath.synthetic.town_vocabulary import TownVocabulary

LARGE = TownSettings(postings=30_000, start="2021-01", months=48, block_postings=4_000)


@pytest.fixture(scope="module")
def demand(vocabulary: TownVocabulary) -> DemandProcess:
    return make_demand(LARGE, vocabulary)


@pytest.fixture(scope="module")
def postings(vocabulary: TownVocabulary, demand: DemandProcess) -> PostingTable:
    return make_postings(LARGE, vocabulary, demand)


def test_expected_demand_is_the_sum_of_its_parts(demand: DemandProcess) -> None:
    log = demand.structural + demand.season + demand.noise + demand.shocks.effect
    assert np.allclose(np.exp(log), demand.intensity)
    assert demand.intensity.sum() == pytest.approx(LARGE.postings - LARGE.reposts)


def test_posts_drawn_scatter_around_what_is_expected_as_counts_do(demand: DemandProcess) -> None:
    pearson = (demand.postings - demand.intensity) ** 2 / demand.intensity
    assert pearson.mean() == pytest.approx(1.0, abs=0.1)


def test_the_truth_suffices_for_the_best_forecast(demand: DemandProcess) -> None:
    ahead, market, shock = 3, MarketShape(), ShockShape()
    known = demand.structural + demand.season
    carried = market.memory**ahead * demand.noise + shock.lasts**ahead * demand.shocks.effect
    error = (np.log(demand.intensity) - known)[:, ahead:] - carried[:, :-ahead]
    fresh = market.shock**2 * (1 - market.memory ** (2 * ahead)) / (1 - market.memory**2)
    undisturbed = (
        np.abs(demand.shocks.effect[:, ahead:] - shock.lasts**ahead * demand.shocks.effect[:, :-ahead]) < 1e-12
    )
    assert error[undisturbed].std() == pytest.approx(np.sqrt(fresh), rel=0.08)
    log = np.log(demand.intensity)
    assert error.std() < 0.75 * (log[:, ahead:] - log[:, :-ahead]).std()


def test_a_shock_is_felt_at_once_and_wears_off(vocabulary: TownVocabulary) -> None:
    shape = ShockShape(industry_rate=0.0)
    shocks = make_shocks(LARGE, vocabulary.clusters, shape)
    alone = shocks.table.filter(pl.col("unit").is_unique(), pl.col("month") < 40)
    assert alone.height > 3
    for unit, month, size in alone.select("unit", "month", "size").iter_rows():
        assert (shocks.effect[unit, :month] == 0).all()
        assert shocks.effect[unit, month : month + 4] == pytest.approx(size * shape.lasts ** np.arange(4))


def test_an_industry_is_hit_as_a_whole_in_proportion(vocabulary: TownVocabulary) -> None:
    shocks = make_shocks(LARGE, vocabulary.clusters, ShockShape(cluster_rate=0.0, industry_rate=0.03))
    first = shocks.table.row(0, named=True)
    lists = vocabulary.clusters["industries"].str.split("|").to_list()
    same_month = shocks.table.filter(pl.col("month") == first["month"])
    share = np.array([[(name in listed) / len(listed) for name in same_month["name"]] for listed in lists])
    assert shocks.effect[:, first["month"]] == pytest.approx(share @ same_month["size"].to_numpy())
    assert 0 < (share[:, 0] > 0).mean() < 0.5


def test_shocks_come_as_often_as_set(vocabulary: TownVocabulary) -> None:
    shape = ShockShape()
    found = [make_shocks(TownSettings(seed=seed, months=48), vocabulary.clusters).table for seed in range(30)]
    clusters = sum(table.filter(scope="cluster").height for table in found) / 30
    assert clusters == pytest.approx(shape.cluster_rate * vocabulary.clusters.height * 4, rel=0.2)
    sizes = pl.concat(found)["size"].abs()
    assert sizes.is_between(shape.least, shape.most).all()


def test_what_lasts_adds_up() -> None:
    assert accumulate_decaying(np.array([[1.0, 0.0, 2.0]]), 0.5).tolist() == [[1.0, 0.5, 2.25]]


def test_new_skills_are_asked_by_leaders_first_and_by_followers_later(
    vocabulary: TownVocabulary, demand: DemandProcess
) -> None:
    truth = diffusion_truth(LARGE, vocabulary, demand)
    half = truth.group_by("skill", "leads").agg(pl.col("midpoint").mean())
    both = half.filter("leads").join(half.filter(~pl.col("leads")), on="skill")
    assert both.height >= 10
    assert (both["midpoint"] < both["midpoint_right"]).all()
    curves = truth.sort("month").group_by("skill", "cluster").agg("adoption")
    assert curves["adoption"].list.diff().list.drop_nulls().list.min().min() >= 0  # type: ignore[operator]


def test_the_spread_of_new_skills_shows_in_the_posts(
    vocabulary: TownVocabulary, demand: DemandProcess, postings: PostingTable
) -> None:
    truth = diffusion_truth(LARGE, vocabulary, demand)
    names = vocabulary.leaves.filter(pl.col("code").is_in(truth["skill"].unique().to_list())).select(
        skill="code", term=pl.concat_str("label", "altLabels", separator="|").str.to_lowercase().str.split("|")
    )
    terms_by_month = postings.table.select(
        "code",
        cluster=vocabulary.clusters["code"].gather(postings.cluster),
        month=pl.col("posted_at").str.slice(0, 7) + "-01",
        term=pl.col("skills").str.to_lowercase().str.split("|"),
    )
    asked = terms_by_month.explode("term").join(names.explode("term"), on="term").unique(["code", "skill"])
    counted = asked.group_by("cluster", "skill", "month").agg(asked=pl.len())
    total = terms_by_month.group_by("cluster", "month").agg(pl.len().alias("posts"))
    seen = truth.join(total, on=["cluster", "month"]).join(counted, on=["cluster", "skill", "month"], how="left")
    seen = seen.with_columns(pl.col("asked_right").fill_null(0), bin=(pl.col("asked") * 5).cast(pl.Int64))
    expected = ((pl.col("asked") * pl.col("posts")).sum() / pl.col("posts").sum()).alias("expected")
    bins = seen.group_by("bin").agg(
        pl.col("posts").sum(), expected, seen=pl.col("asked_right").sum() / pl.col("posts").sum()
    )
    full = bins.filter(pl.col("posts") > 300).sort("expected")
    assert full.height >= 3
    # Some terms stand in the text only or are misspelt, hence a little below.
    assert (full["seen"] - full["expected"]).is_between(-0.12, 0.05).all()
    assert full["seen"].is_sorted()


def test_a_repost_is_an_earlier_post_again(postings: PostingTable) -> None:
    table = postings.table.hstack(postings.latent)
    again = table.filter(pl.col("repost_of").is_not_null()).join(table, left_on="repost_of", right_on="code")
    assert again.height == LARGE.reposts
    assert again["repost_of_right"].is_null().all()
    wait = again.select(
        (pl.col("posted_at").str.to_date() - pl.col("posted_at_right").str.to_date()).dt.total_days()
    ).to_series()
    assert wait.is_between(1, 60).all()
    for column in ("employer", "region", "industry", "salary", "education"):
        assert again[column].eq_missing(again[f"{column}_right"]).all()
    assert (again["closes_at"].is_null() | (again["closes_at"] >= again["posted_at"])).all()


def test_edits_of_reposts_are_small_and_as_told(postings: PostingTable) -> None:
    table = postings.table.hstack(postings.latent)
    again = table.drop_nulls("repost_of").join(table, left_on="repost_of", right_on="code")
    shares = dict(again["edit"].value_counts(normalize=True).iter_rows())
    assert shares["exact"] == pytest.approx(0.3, abs=0.05)
    for edit in ("title", "text", "skills"):
        changed = again.select(pl.col(edit) != pl.col(f"{edit}_right")).to_series()
        assert not changed.filter(again["edit"] != edit).any()
        assert changed.filter(again["edit"] == edit).to_numpy().mean() > 0.8
    assert (again["skills"].str.split("|").list.len() >= 3).all()


def test_later_cohorts_differ(vocabulary: TownVocabulary) -> None:
    population = make_population(TownSettings(students=20_000, start="2021-01", months=48), vocabulary)
    first, last = population.cohort == population.cohort.min(), population.cohort == population.cohort.max()
    assert population.diligence[first].mean() > population.diligence[last].mean() + 0.1
    assert population.hands_on[first].mean() < population.hands_on[last].mean() - 0.1
    assert abs(population.ability[first].mean() - population.ability[last].mean()) < 0.1
    programmes = len(population.programmes.leads_to)
    growth = np.log(np.bincount(population.programme[last], minlength=programmes) + 1)
    growth -= np.log(np.bincount(population.programme[first], minlength=programmes) + 1)
    outlook = population.programmes.mean(vocabulary.clusters["outlook"].to_numpy())
    assert np.corrcoef(growth, outlook)[0, 1] > 0.4


def test_admission_tells_of_ability(vocabulary: TownVocabulary) -> None:
    group = make_student_group(TownSettings(students=3000), vocabulary)
    score = group.table["admission_score"]
    assert score.drop_nulls().is_between(0, 1).all()
    known = score.is_not_null().to_numpy()
    assert 0.9 < known.mean() < 1
    assert 0.6 < np.corrcoef(score.drop_nulls().to_numpy(), group.ability[known])[0, 1] < 0.95
    assert (group.table["graduates_at"].str.slice(0, 4).cast(pl.Int64) >= group.cohort + 3).all()
