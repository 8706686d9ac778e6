"""What posts offer besides skills is plausible, and pay can be read back from every way it is written."""

import numpy as np
import polars as pl
import pytest

from skillpath.pipeline.ingest.contracts.jobs import DEGREES
from skillpath.synthetic.market.posting_details import NEGOTIABLE, PostingTerms, education_chances, make_posting_terms
from skillpath.synthetic.town_vocabulary import TownVocabulary

POSTINGS = 4000


@pytest.fixture(scope="module")
def cluster(vocabulary: TownVocabulary) -> np.ndarray:
    return np.random.default_rng(1).integers(vocabulary.clusters.height, size=POSTINGS)


@pytest.fixture(scope="module")
def terms_of_posting(vocabulary: TownVocabulary, cluster: np.ndarray) -> PostingTerms:
    rank = np.random.default_rng(2).choice([0.86, 1.0, 1.22], POSTINGS)
    date = np.full(POSTINGS, np.datetime64("2024-03-01"))
    return make_posting_terms(np.random.default_rng(3), vocabulary, cluster, date, np.zeros(POSTINGS), rank)


def test_pay_as_written_means_the_pay_of_the_truth(terms_of_posting: PostingTerms) -> None:
    table = terms_of_posting.table.with_columns(
        low=pl.Series(terms_of_posting.low), high=pl.Series(terms_of_posting.high)
    ).fill_nan(None)
    named = table.filter(pl.col("salary").is_not_null() & (pl.col("salary") != NEGOTIABLE))
    numbers = named["salary"].str.replace_all(",", "").str.extract_all(r"\d+")
    factor = pl.when(pl.col("salary").str.ends_with("K")).then(1000).otherwise(1)
    read = named.with_columns(
        first=numbers.list.first().cast(pl.Int64) * named.select(factor).to_series(),
        last=numbers.list.last().cast(pl.Int64) * named.select(factor).to_series(),
    )
    assert (read["first"] == read["low"]).all()
    assert (read["last"] == read["high"]).all()
    assert (read["low"] <= read["high"]).all()
    assert read.height + table["low"].null_count() == POSTINGS


def test_pay_is_written_in_many_ways(terms_of_posting: PostingTerms) -> None:
    shapes = terms_of_posting.table["salary"].str.replace_all(r"\d", "0").value_counts(normalize=True)
    share = dict(shapes.iter_rows())
    for shape in ("00-00K", "00,000-00,000", "00,000", "00K", "EUR 00,000 - 00,000", NEGOTIABLE, None):
        assert share[shape] > 0.03, shape


def test_education_follows_the_programmes(
    vocabulary: TownVocabulary, terms_of_posting: PostingTerms, cluster: np.ndarray
) -> None:
    assert np.allclose(education_chances(vocabulary).sum(axis=1), 1)
    assert set(terms_of_posting.table["education"].drop_nulls()) <= set(DEGREES)
    asked = {
        label: set(
            terms_of_posting.table["education"].filter(pl.Series(cluster == vocabulary.cluster_row[label])).drop_nulls()
        )
        for label in ("warehouse clerk", "data scientist", "electrician")
    }
    assert "none" in asked["warehouse clerk"]
    assert not asked["data scientist"] & {"none", "secondary", "vocational"}
    assert "vocational" in asked["electrician"]


def test_experience_rises_with_rank_and_deadlines_follow(terms_of_posting: PostingTerms) -> None:
    rank = np.random.default_rng(2).choice([0.86, 1.0, 1.22], POSTINGS)
    years = (
        terms_of_posting.table.with_columns(rank=rank)
        .drop_nulls("experience")
        .group_by("rank")
        .agg(pl.mean("experience"))
    )
    assert years.sort("rank")["experience"].is_sorted()
    assert (terms_of_posting.table["closes_at"].drop_nulls() > "2024-03-01").all()
    assert terms_of_posting.table["vacancies"].is_between(1, 50).all()
