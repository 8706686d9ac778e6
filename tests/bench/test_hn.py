"""Dated posts become a history whose past depends on nothing later."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

ROOT = Path(__file__).parents[2]
CODES = ["python", "perl", "cook", "rare"]


@pytest.fixture
def hn(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("bench.learning.hn")


def asked(hn: Any, months: int = 30, seed: int = 0) -> Any:
    """Posts of which half name Python, a growing share Perl, a fifth a cook, and one something rare."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(40, 120, months)
    month = np.repeat(np.arange(months), sizes)
    chance = np.stack([np.full(len(month), 0.5), month / months, np.full(len(month), 0.2)], axis=1)
    doc, code = np.nonzero(rng.random(chance.shape) < chance)
    pairs = pl.DataFrame({"doc": [*doc, 0], "code": [*(CODES[c] for c in code), "rare"]})
    first = np.datetime64("2012-01", "M")
    postings = pl.DataFrame(
        {"thread_month": (first + month).astype(str), "text": [f"post {i}" for i in range(len(month))]}
    ).with_row_index("doc")
    labels = {code: code.title() for code in CODES}
    return hn.HnPostings(
        postings, pairs.with_columns(pl.col("doc").cast(pl.UInt32)).unique().sort("doc", "code"), labels
    )


def test_counts_are_shares_of_the_same_number_of_posts(hn: Any) -> None:
    found, settings = asked(hn), hn.HnSettings(first="2012-01", monthly=1_000, cluster=60, skill=1, learn=20)
    history = hn.history(found, settings)
    assert history.codes["cluster"] == ["cook", "perl", "python"] and "rare" in history.codes["skill"]
    month = found.postings["thread_month"].to_numpy().astype("datetime64[M]") - np.datetime64("2012-01", "M")
    total = np.bincount(month.astype(int))
    named = found.pairs.filter(pl.col("code") == "python")["doc"].to_numpy()
    share = np.bincount(month.astype(int)[named]) / total
    counts = history.counts()[2]
    assert np.abs(counts / 1_000 - share).max() < 0.02
    thin = hn.history(found, hn.HnSettings(first="2012-01", monthly=30, cluster=60, skill=1, learn=20))
    assert abs(thin.counts()[2].mean() / 30 - share.mean()) < 0.03


def test_later_posts_change_nothing_of_the_past(hn: Any) -> None:
    settings = hn.HnSettings(first="2012-01", monthly=100, cluster=60, skill=10, learn=20)
    whole = asked(hn)
    early = whole.postings.filter(pl.col("thread_month") < "2014-01")
    pairs = whole.pairs.join(early, on="doc", how="semi")
    before = hn.history(hn.HnPostings(early, pairs, whole.labels), settings)
    after = hn.history(whole, settings)
    assert (before.months, after.months) == (24, 30)
    assert before.codes == after.codes
    assert (before.requirements != after.requirements).nnz == 0
    assert np.array_equal(before.counts(), after.counts()[:, :24])
    assert np.array_equal(before.postings.text, after.cut(24).postings.text)


@pytest.mark.realdata
def test_real_posts_make_a_history(hn: Any, real_data: Path) -> None:
    postings = pl.read_parquet(real_data / hn.POSTINGS)
    assert {"post_id", "posted_at", "thread_month", "text"} <= set(postings.columns)
    tools = hn._tools(real_data / hn.TOOLS)
    assert {"AWS", "React", "Docker"} <= set(tools["label"]) and tools["code"].n_unique() == tools.height
