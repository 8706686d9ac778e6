"""The history as arrays: what the graph holds, in a fixed order, and nothing from behind the cut."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.cypher import Query
from skillpath.embeddings.history import NO_DAY, History, Rows
from skillpath.embeddings.history_store import load, save
from skillpath.errors import BadInput
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning.history_reads import graph_revision
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.training.history_arrays import HistorySettings, build_history, read_history
from tests.graph.tiny import fill
from tests.pipeline.made_history import FIRST, disturbed, empty_frames, made_frames

QUIET = Reporter(quiet=True)


def same(one: Any, other: Any, where: str = "history") -> None:
    """Raise unless two histories (or parts of them) hold the same."""
    if isinstance(one, csr_array):
        assert one.shape == other.shape and (one != other).nnz == 0, where
    elif isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other, err_msg=where)
    elif isinstance(one, History | Rows):
        for f in fields(one):
            same(getattr(one, f.name), getattr(other, f.name), f"{where}.{f.name}")
    else:
        assert one == other, where


def visible(history: History) -> History:
    """Without the lists of names, of which a cut keeps those that only later months use."""
    return replace(history, codes={}, texts=[])


@given(st.integers(0, 2**32 - 1), st.integers(1, 23))
@settings(max_examples=25, deadline=None)
def test_what_came_later_changes_nothing_that_a_cut_shows(seed: int, months: int) -> None:
    frames = made_frames(seed)
    history = build_history(frames, "r")
    end = (history.first_month + months).astype("datetime64[D]").astype(int)
    other = build_history(disturbed(frames, end, seed), "r")
    same(visible(history.cut(months)), visible(other.cut(months)))
    seen = history.cut(months)
    assert all((getattr(seen, name).day < end).all() for name in ("postings", "events", "placements", "memberships"))


def test_a_leak_would_be_seen() -> None:
    frames = made_frames(3)
    history = build_history(frames, "r")
    other = build_history(disturbed(frames, FIRST + 365, 3), "r")
    with pytest.raises(AssertionError):
        same(visible(history.cut(14)), visible(other.cut(14)))


def test_ratings_and_results_wait_for_their_end() -> None:
    history = build_history(made_frames(5), "r")
    cut = history.cut(12)
    end = (history.first_month + 12).astype("datetime64[D]").astype(int)
    over = (cut.placements.ends != NO_DAY) & (cut.placements.ends < end)
    assert over.any() and not over.all()
    assert np.isfinite(cut.placements.rating[over]).all() and np.isnan(cut.placements.rating[~over]).all()
    assert not cut.enrolments.progress.any() and history.enrolments.progress.any()


def test_students_who_had_not_come_keep_their_place_only() -> None:
    history = build_history(made_frames(5), "r")
    cut = history.cut(2)
    late = history.students.arrives >= FIRST + 59
    assert late.any() and history.students.stated[late].nnz and (history.students.target[late] >= 0).any()
    assert cut.students.stated[late].nnz == 0 and (cut.students.target[late] == -1).all()
    assert (cut.students.arrives[late] == NO_DAY).all() and len(late) == cut.size("student")


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    frames = made_frames(seed, postings=60)
    mixed = {name: frame.sample(fraction=1.0, shuffle=True, seed=seed % 1000) for name, frame in frames.items()}
    same(build_history(frames, "r"), build_history(mixed, "r"))


def test_values_stand_where_the_codes_say() -> None:
    frames = made_frames(7)
    history = build_history(frames, "r")
    postings = frames["posts"].sort("day", "code")
    assert history.postings.day.tolist() == postings["day"].to_list()
    clusters = [history.codes["cluster"][i] if i >= 0 else None for i in history.postings.cluster]
    assert clusters == postings["cluster"].to_list()
    row = (
        postings.with_row_index()
        .filter(pl.col("salaryCurrency") == "EUR", pl.col("salaryMax").is_not_null())
        .row(0, named=True)
    )
    assert history.postings.pay[row["index"]] == pytest.approx((row["salaryMin"] + row["salaryMax"]) / 2)
    foreign = (postings["salaryCurrency"] != "EUR").fill_null(True).to_numpy()
    assert foreign.any() and np.isnan(history.postings.pay[foreign]).all()
    words = [history.texts[i] for i in history.postings.text]
    assert words[0].split("\n")[0] == postings["label"][0] and len(set(words)) == len(history.texts) < len(words)
    need = frames["job_needs"].row(0, named=True)
    at = postings["code"].to_list().index(need["source"]), history.codes["skill"].index(need["target"])
    assert history.postings.needs[at] == need["value"]
    assert history.broader.tolist() == [[1, 0]], "groups are no skills"
    assert np.nanmax(history.events.score) <= 1.0
    order = np.lexsort((history.events.day, history.events.student))
    assert order.tolist() == list(range(len(order)))


def test_students_came_in_autumn_or_with_their_first_trace() -> None:
    frames = made_frames(2)
    frames["student"] = frames["student"].with_columns(cohort=pl.lit(None, pl.Int64))
    frames |= {name: empty_frames()[name] for name in ("enrolments", "placements", "memberships")}
    history = build_history(frames, "r", HistorySettings(arrival_month=10))
    first = frames["events"].group_by("student").agg(pl.col("day").min())
    known = dict(first.iter_rows())
    assert history.students.arrives.tolist() == [known.get(code, NO_DAY) for code in history.codes["student"]]
    assert (history.students.arrives == NO_DAY).any(), "a student of whom nothing is told"


def test_nothing_at_all_is_a_history_too(tmp_path: Path) -> None:
    history = build_history(empty_frames(), "r")
    assert (history.months, history.counts().shape, history.cut(0).months) == (0, (0, 0), 0)
    save(history, tmp_path / "h")
    same(history, load(tmp_path / "h"))


def test_no_posts_no_gains_and_a_value_that_is_no_number() -> None:
    frames = made_frames(4)
    frames |= {name: empty_frames()[name] for name in ("posts", "gains")}
    frames["enrolments"] = frames["enrolments"].with_columns(progress=pl.lit(float("nan")), practice=None)
    history = build_history(frames, "r")
    assert history.months == 0 and history.counts().shape == (5, 0)
    assert history.gains.shape == (6, 8) and history.gains.nnz == 0
    assert np.isfinite(history.enrolments.progress).all() and np.isfinite(history.enrolments.practice).all()


def test_files_hold_the_same_and_are_replaced_whole(tmp_path: Path) -> None:
    one, other = build_history(made_frames(1), "one"), build_history(made_frames(2), "other")
    for history in (one, other):
        save(history, tmp_path / "h")
        same(history, load(tmp_path / "h"))
    assert [path.name for path in tmp_path.iterdir()] == ["h"]
    (tmp_path / "h" / "arrays.npz").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(BadInput, match="No history can be read"):
        load(tmp_path / "h")
    with pytest.raises(BadInput, match="No history can be read"):
        load(tmp_path / "nothing")


def test_a_state_of_the_graph_is_read_once(empty_graph: Graph, tmp_path: Path) -> None:
    fill(empty_graph)
    before = read_history(empty_graph, tmp_path, QUIET)
    assert before.codes["student"] == ["u:1", "u:2"] and before.gains.toarray().tolist() == [[0.0, 0.6]]
    assert before.students.target.tolist() == [0, 0] and before.students.stated.nnz == 2
    change = "MATCH (u:Student {code: 'u:1'}), (k:Skill {code: 'k:sql'}) CREATE (u)-[:HAS {level: 0.9, run: 'x'}]->(k)"
    empty_graph.write(Query("x", change))
    assert graph_revision(empty_graph) == before.revision, "what runs compute is nothing to learn from"
    folder = next(tmp_path.iterdir())
    save(replace(before, revision="from the file"), folder)
    assert read_history(empty_graph, tmp_path, QUIET).revision == "from the file"
    (folder / "history.json").write_text("{")
    assert read_history(empty_graph, tmp_path, QUIET).revision == before.revision


@pytest.mark.parametrize(
    ("kind", "metrics", "moves"),
    [
        ("sync", {"jobs": {"records": {"inserted": 0, "updated": 1}}}, True),
        ("sync", {"jobs": {"rows": 9, "records": {"inserted": 0, "unchanged": 9}, "removed": 0}}, False),
        ("sync", None, True),
        ("import", {"read": {"skills": 9}, "changes": {"skills": {"added": 2}}}, True),
        ("import", {"read": {"skills": 9}, "changes": {"skills": {"added": 0}}}, False),
        ("train", {"removed": 1}, False),
    ],
)
def test_the_revision_moves_with_runs_that_wrote(
    empty_graph: Graph, kind: str, metrics: dict[str, Any] | None, moves: bool
) -> None:
    before = graph_revision(empty_graph)
    run = {"id": "r", "kind": kind, "metrics": None if metrics is None else json.dumps(metrics)}
    empty_graph.write(Query("x", "CREATE (r:Run {startedAt: datetime()}) SET r += $run"), run=run)
    assert (graph_revision(empty_graph) != before) == moves


@pytest.mark.parametrize("made", [":Vocabulary {name: 'current', revision: 4}", ":Student {code: 'u:3'}"])
def test_the_revision_moves_with_decisions_and_counts(empty_graph: Graph, made: str) -> None:
    before = graph_revision(empty_graph)
    empty_graph.write(Query("x", f"CREATE ({made})"))
    assert graph_revision(empty_graph) != before
