"""The graph's history as arrays, cached by graph revision."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.embeddings.history import (
    COURSE,
    EVALUATION,
    NO_DAY,
    PRACTICE,
    Enrolments,
    Events,
    History,
    Memberships,
    Placements,
    Postings,
    Students,
)
from skillpath.embeddings.history_store import load, save
from skillpath.errors import BadInput
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning.history_reads import graph_revision, read_frames
from skillpath.pipeline.common.progress import Reporter

KINDS = {"course": COURSE, "practice": PRACTICE, "evaluation": EVALUATION}
FULL_SCORE = 100.0
"""Points that a result of 1 stands for."""

Frames = dict[str, pl.DataFrame]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class HistorySettings:
    """How the graph is read for learning.

    Attributes:
        arrival_month: the month in which a cohort's year of study begins, 1 to 12.
        kept: how many states of the graph are kept as files.
    """

    arrival_month: int = 9
    kept: int = 2


def read_history(graph: Graph, cache: Path, report: Reporter, settings: HistorySettings | None = None) -> History:
    """The history of the current graph, from ``cache`` if this state of it was read before."""
    chosen = settings or HistorySettings()
    revision = graph_revision(graph)
    folder = cache / f"{revision}-{chosen.arrival_month}"
    if folder.is_dir():
        try:
            return load(folder)
        except BadInput as error:
            report.line(f"  reading the graph again: {error}")
    history = build_history(read_frames(graph, report.step), revision, chosen)
    with report.step("keep what was read"):
        save(history, folder)
    _forget_oldest(cache, chosen.kept)
    return history


def build_history(frames: Frames, revision: str, settings: HistorySettings | None = None) -> History:
    """Frames of `graph.history.FRAMES` as arrays; the same frames in any order of rows give the same arrays."""
    chosen = settings or HistorySettings()
    postings = frames["posts"].sort("day", "code")
    things = {kind: frames[kind].sort("code") for kind in ("cluster", "skill", "resource", "project")}
    codes = {kind: frame["code"].to_list() for kind, frame in things.items()}
    codes["student"] = frames["student"]["code"].sort().to_list()
    # By first appearance, so that what comes later renumbers nothing that was there before.
    codes |= {kind: _seen(postings[kind]).to_list() for kind in ("industry", "region")}
    index = {kind: _numbers(pl.Series("code", known, dtype=pl.String)) for kind, known in codes.items()}
    texts = postings.select(text=pl.concat_str("label", "text", separator="\n", ignore_nulls=True))["text"]
    distinct = _seen(texts)
    first, months = _window(postings["day"])
    return History(
        revision=revision,
        first_month=first,
        months=months,
        codes=codes,
        names={kind: _descriptions(frame) for kind, frame in things.items()},
        texts=distinct.to_list(),
        postings=_build_postings(postings, texts, distinct, index, frames["job_needs"]),
        events=_events(frames["events"], index),
        enrolments=_enrolments(frames["enrolments"], index),
        students=_students(frames, index, chosen),
        placements=_placements(frames["placements"], index),
        memberships=_memberships(frames["memberships"], index),
        requirements=_matrix(frames["requirements"], index["cluster"], index["skill"]),
        gains=_matrix(frames["gains"], index["resource"], index["skill"]),
        project_needs=_matrix(frames["project_needs"], index["project"], index["skill"]),
        broader=_pairs(frames["broader"], index["skill"]),
    )


def _build_postings(
    postings: pl.DataFrame, texts: pl.Series, distinct: pl.Series, index: Frames, needs: pl.DataFrame
) -> Postings:
    hirers = _numbers(_seen(postings["employer"]))
    return Postings(
        cluster=_looked_up(postings["cluster"], index["cluster"]),
        industry=_looked_up(postings["industry"], index["industry"]),
        region=_looked_up(postings["region"], index["region"]),
        employer=_looked_up(postings["employer"], hirers),
        day=_days(postings["day"]),
        text=_looked_up(texts, _numbers(distinct)),
        pay=_pay(postings),
        needs=_matrix(needs, _numbers(postings["code"]), index["skill"]),
    )


def _pay(postings: pl.DataFrame) -> NDArray[np.float64]:
    """Middles of salaries in the currency that most postings use, of equals the first by name; NaN elsewhere."""
    salaried = postings.filter(pl.any_horizontal(pl.col("salaryMin", "salaryMax").is_not_null()))
    most = (
        salaried["salaryCurrency"].drop_nulls().value_counts().sort("count", "salaryCurrency", descending=[True, False])
    )
    middle = pl.mean_horizontal("salaryMin", "salaryMax")
    currency = most["salaryCurrency"][0] if most.height else ""
    pay = postings.select(pay=pl.when(pl.col("salaryCurrency") == currency).then(middle))["pay"]
    return _floats(pay)


def _events(events: pl.DataFrame, index: Frames) -> Events:
    rows = _ordered(events.filter(pl.col("kind").is_in(list(KINDS))), index, "resource", "kind", "score")
    return Events(
        student=rows["#student"].to_numpy(),
        resource=_looked_up(rows["resource"], index["resource"]),
        kind=rows["kind"].replace_strict(KINDS, return_dtype=pl.Int64).to_numpy(),
        day=_days(rows["day"]),
        score=_floats(rows["score"] / FULL_SCORE),
    )


def _enrolments(enrolments: pl.DataFrame, index: Frames) -> Enrolments:
    rows = _ordered(enrolments, index)
    return Enrolments(
        student=rows["#student"].to_numpy(),
        resource=_looked_up(rows["resource"], index["resource"]),
        day=_days(rows["day"]),
        progress=_floats(rows["progress"].fill_nan(None).fill_null(0.0)),
        practice=_floats(rows["practice"].fill_nan(None).fill_null(0.0)),
        score=_floats(rows["score"] / FULL_SCORE),
    )


def _students(frames: Frames, index: Frames, settings: HistorySettings) -> Students:
    rows = frames["student"].sort("code").join(_traces(frames), on="code", how="left", maintain_order="left")
    start = pl.date(pl.col("cohort"), settings.arrival_month, 1).to_physical().cast(pl.Int64)
    known = rows.select(arrives=pl.min_horizontal(start, "trace"))["arrives"]
    target = np.full(rows.height, -1, dtype=np.int64)
    wants = _indexed(frames["targets"], index["student"], index["cluster"]).unique("row", keep="first")
    target[wants["row"].to_numpy()] = wants["column"].to_numpy()
    return Students(
        arrives=_days(known),
        graduates=_days(rows["graduates"]),
        target=target,
        stated=_matrix(frames["stated"], index["student"], index["skill"]),
    )


def _traces(frames: Frames) -> pl.DataFrame:
    """The first day of any event of each student."""
    salaried = [frames[name].select(code="student", trace="day") for name in ("events", "enrolments", "placements")]
    salaried.append(frames["memberships"].select(code="student", trace="day"))
    return pl.concat(salaried).group_by("code").agg(pl.col("trace").min())


def _placements(placements: pl.DataFrame, index: Frames) -> Placements:
    rows = _ordered(placements, index)
    return Placements(
        student=rows["#student"].to_numpy(),
        cluster=_looked_up(rows["cluster"], index["cluster"]),
        day=_days(rows["day"]),
        ends=_days(rows["ends"]),
        rating=_floats(rows["rating"]),
    )


def _memberships(memberships: pl.DataFrame, index: Frames) -> Memberships:
    rows = _ordered(memberships, index)
    return Memberships(
        student=rows["#student"].to_numpy(),
        project=_looked_up(rows["project"], index["project"]),
        day=_days(rows["day"]),
    )


def _ordered(rows: pl.DataFrame, index: Frames, *then: str) -> pl.DataFrame:
    """Rows of known students with their index as ``#student``, in order of student, day and ``then`` (or the code)."""
    students = index["student"].rename({"code": "student", "index": "#student"})
    return rows.join(students, on="student").sort("#student", "day", *(then or ("code",)))


def _window(days: pl.Series) -> tuple[np.datetime64, int]:
    if days.is_empty():
        return np.datetime64("1970-01", "M"), 0
    ends = np.array([days.min(), days.max()]).astype("datetime64[D]").astype("datetime64[M]")
    return ends[0], int((ends[1] - ends[0]).astype(np.int64)) + 1


def _descriptions(things: pl.DataFrame) -> list[str]:
    descriptions = pl.concat_str("label", "about", separator=". ", ignore_nulls=True)
    return things.select(descriptions=descriptions.fill_null(""))["descriptions"].to_list()


def _seen(values: pl.Series) -> pl.Series:
    return values.drop_nulls().unique(maintain_order=True)


def _numbers(codes: pl.Series) -> pl.DataFrame:
    return codes.alias("code").to_frame().with_row_index("index").with_columns(pl.col("index").cast(pl.Int64))


def _looked_up(codes: pl.Series, index: pl.DataFrame) -> Ints:
    found = codes.alias("code").to_frame().join(index, on="code", how="left", maintain_order="left")
    return found["index"].fill_null(-1).to_numpy()


def _indexed(edges: pl.DataFrame, rows: pl.DataFrame, columns: pl.DataFrame) -> pl.DataFrame:
    return (
        edges.join(rows.rename({"code": "source", "index": "row"}), on="source")
        .join(columns.rename({"code": "target", "index": "column"}), on="target")
        .select("row", "column", pl.col("value").fill_null(0.0))
        .sort("row", "column")
    )


def _matrix(edges: pl.DataFrame, rows: pl.DataFrame, columns: pl.DataFrame) -> csr_array:
    frame = _indexed(edges, rows, columns)
    place: Any = (frame["row"].to_numpy(), frame["column"].to_numpy())
    return csr_array((frame["value"].to_numpy(), place), shape=(rows.height, columns.height))


def _pairs(broader: pl.DataFrame, skills: pl.DataFrame) -> Ints:
    edges = broader.select(source="child", target="parent", value=pl.lit(1.0))
    return _indexed(edges, skills, skills).select("row", "column").to_numpy()


def _days(days: pl.Series) -> Ints:
    return days.fill_null(NO_DAY).to_numpy()


def _floats(values: pl.Series) -> NDArray[np.float64]:
    # A NaN of a source and a value that is not there are the same to whoever learns from it.
    return values.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _forget_oldest(cache: Path, kept: int) -> None:
    folders = [path for path in cache.iterdir() if path.is_dir() and not path.name.startswith(".")]
    for folder in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[kept:]:
        shutil.rmtree(folder, ignore_errors=True)
