"""Conversion of a graph snapshot to the chains' inputs: market, students, stage gate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from skillpath.chains.model.affinity import (
    AffinitySettings,
    Progression,
    number_steps,
    weigh_history,
)
from skillpath.chains.model.arrays import Floats, Ints, row_of_entry
from skillpath.chains.model.candidates import compute_practice_effects
from skillpath.chains.model.capability import ComponentEvidence, admission, apply_decay, compute_capability, half_life
from skillpath.chains.model.item_limits import NOWHERE, UNLIMITED, ItemLimits, is_still_open
from skillpath.chains.model.stage import (
    GATES,
    StageGate,
    compute_stage_state,
    count_prior_events,
    default_gate,
    fit_stage,
)
from skillpath.chains.planning.plans import drop_cycles
from skillpath.chains.recommend import ChainSettings, Market, StudentBatch
from skillpath.graph.scores.snapshot import DatedAmounts, Snapshot
from skillpath.ontology.matching.stable_hash import stable_hash

VENTURE_KINDS = ("Mentor", "Policy", "Incubator")
"""Kinds of resources that belong to the path of ventures."""
YEAR = 365.25
ARRIVAL_MONTH = 9
"""Month in which a cohort arrives."""
EPOCH = 1970
_NO_DAY = -(2**31)


def build_market(snapshot: Snapshot, embeddings: NDArray[np.float64], settings: ChainSettings) -> Market:
    """What students are compared with, as of the snapshot's last day; prerequisites within a cycle are dropped."""
    kinds, today = snapshot.resources["kind"], snapshot.today
    venture = np.flatnonzero(kinds.is_in(list(VENTURE_KINDS)).fill_null(False).to_numpy()).astype(np.int64)
    regions = list_regions(snapshot)
    jobs, resources, projects = (
        _build_item_limits(frame, regions, today, days)
        for frame, days in (
            (snapshot.jobs, settings.filters.posting_days),
            (snapshot.resources, None),
            (snapshot.projects, None),
        )
    )
    ventures = ItemLimits(
        np.r_[projects.open, resources.open[venture]],
        np.r_[projects.region, resources.region[venture]],
        np.r_[projects.seats, resources.seats[venture]],
    )
    return Market(
        snapshot.requirements,
        snapshot.job_needs,
        snapshot.project_needs,
        snapshot.gains,
        snapshot.job_cluster,
        embeddings,
        weights=snapshot.weights,
        heat=np.clip(_floats(snapshot.clusters["heat"]), 0.0, 1.0),
        warned=snapshot.clusters["warned"].fill_null(False).to_numpy(),
        job_days_left=_floats(snapshot.jobs["closes"]) - today,
        work_field=_indexed(field_codes(snapshot.clusters), list_fields(snapshot.clusters)),
        venture=venture,
        prerequisites=drop_cycles(snapshot.order)[0],
        item_limits={"JOB": jobs, "TRAINING": resources, "VENTURE": ventures},
        progression=_build_progression(snapshot),
    )


def list_fields(clusters: pl.DataFrame) -> pl.Series:
    """The codes of the fields of work, sorted: sub-major groups of ISCO-08 that any cluster belongs to."""
    return field_codes(clusters).drop_nulls().unique().sort()


def field_codes(clusters: pl.DataFrame) -> pl.Series:
    """The field of work of each cluster, the first two digits of its ISCO group; null where it has none."""
    digits = clusters["isco"].str.extract(r"^(?:\D*)(\d{2})")
    return digits.alias("field")


def _build_progression(snapshot: Snapshot) -> Progression:
    takers = snapshot.resources["takers"].fill_null(0).to_numpy()
    popularity = snapshot.resources["popularity"].fill_null(0.0).to_numpy()
    edges = snapshot.progression, snapshot.progression_next, snapshot.progression_support
    first = _indexed(snapshot.resources["edition"], snapshot.resources["code"])
    works = np.where(first == NOWHERE, np.arange(len(first)), first)
    return Progression(*edges, popularity, takers, works)


@dataclass(frozen=True)
class Effects:
    """What the things of each component do to each skill: resources (R, K), resources and postings, projects."""

    learning: csr_array
    practice: csr_array
    innovation: csr_array


def build_effects(snapshot: Snapshot, settings: ChainSettings) -> Effects:
    """Build the effect matrices of evidence, shared by all students."""
    jobs = compute_practice_effects(snapshot.job_needs, settings.candidates.job_practice)
    projects = compute_practice_effects(snapshot.project_needs, settings.candidates.project_practice)
    return Effects(snapshot.gains, csr_array(vstack([snapshot.gains, jobs])), projects)


def build_evidence(
    snapshot: Snapshot, settings: ChainSettings, effects: Effects | None = None
) -> list[ComponentEvidence]:
    """Admission, learning, practice and innovation of all students, each faded by its age."""
    today, chosen = snapshot.today, settings.capability
    shared = effects or build_effects(snapshot, settings)

    def faded(part: DatedAmounts, component: str) -> csr_array:
        return apply_decay(part.amount, (today - part.day) / YEAR, half_life(component, chosen))

    taken = snapshot.enrolments
    hands_on = faded(DatedAmounts(snapshot.practice * chosen.hands_on, taken.day, taken.position), "practice")
    practice = csr_array(hstack([hands_on, faded(snapshot.placements, "practice")]))
    return [
        admission(snapshot.stated),
        ComponentEvidence("learning", faded(snapshot.enrolments, "learning"), shared.learning),
        ComponentEvidence("practice", practice, shared.practice),
        ComponentEvidence("innovation", faded(snapshot.memberships, "innovation"), shared.innovation),
    ]


def list_evidence_codes(snapshot: Snapshot) -> pl.Series:
    """List the codes of evidence: `admission`, then resources, postings and projects."""
    frames = (snapshot.resources, snapshot.jobs, snapshot.projects)
    return pl.concat([pl.Series("code", ["admission"], dtype=pl.String), *(frame["code"] for frame in frames)])


def build_students(
    snapshot: Snapshot, evidence: list[ComponentEvidence], settings: ChainSettings, regions: pl.Series | None = None
) -> StudentBatch:
    """All students of a snapshot, their regions numbered as in ``regions`` (all regions of the snapshot if None)."""
    today = snapshot.today
    students = snapshot.students
    arrived, leaves = _study_period(students)
    counts = [np.diff(part.amount.indptr).astype(np.float64) for part in (snapshot.enrolments, snapshot.memberships)]
    placed = np.bincount(snapshot.placed["row"].to_numpy(), minlength=students.height).astype(np.float64)
    state = compute_stage_state(
        (today - arrived) / YEAR, (leaves - today) / YEAR, counts[0], placed, counts[1], settings.stage
    )
    tie_breaker = stable_hash(students["code"]).astype(np.float64) / 2.0**64
    return StudentBatch(
        compute_capability(evidence),
        snapshot.progress,
        snapshot.target,
        worked=snapshot.placements.amount,
        joined=snapshot.memberships.amount,
        state=state,
        region=_indexed(students["region"], list_regions(snapshot) if regions is None else regions),
        tie_breaker=tie_breaker,
        history=build_history(snapshot.enrolments, settings.affinity),
    )


def build_history(enrolments: DatedAmounts, settings: AffinitySettings) -> csr_array:
    """(S, R) how much each resource that a student took still counts."""
    taken = enrolments.amount
    step = number_steps(row_of_entry(taken), enrolments.day, enrolments.position)
    return weigh_history(taken, step, settings)


def fit_stage_gate(snapshot: Snapshot, settings: ChainSettings) -> StageGate:
    """The stage gate, learned from what each student did next; the readable one where there is too little of it.

    Kinds of deeds count equally much in all: a course is taken fifty times as often as a job, which says nothing of
    where somebody leans.
    """
    chosen = settings.stage
    student, day, kind = _list_events(snapshot)
    counts = np.bincount(kind, minlength=len(GATES))
    if not chosen.learn or (counts >= chosen.min_events).sum() < 2:
        return default_gate()
    arrived, leaves = _study_period(snapshot.students)
    before = count_prior_events(student, day, kind, snapshot.students.height)
    placed, taken, joined = before.T
    since, until = (day - arrived[student]) / YEAR, (leaves[student] - day) / YEAR
    return fit_stage(compute_stage_state(since, until, taken, placed, joined, chosen), kind, 1.0 / counts[kind], chosen)


def _list_events(snapshot: Snapshot) -> tuple[Ints, Ints, Ints]:
    """(student, day, kind) of every dated placement, enrolment and membership, kind as in `GATES`."""
    placed = snapshot.placed.drop_nulls("day")
    parts = [(placed["row"].to_numpy(), placed["day"].to_numpy())]
    for dated in (snapshot.enrolments, snapshot.memberships):
        known = ~np.isnan(dated.day)
        parts.append((row_of_entry(dated.amount)[known], dated.day[known].astype(np.int64)))
    kind = np.repeat(np.arange(len(GATES)), [len(day) for _, day in parts])
    student, day = (np.concatenate([part[i] for part in parts]).astype(np.int64) for i in range(2))
    return student, day, kind


def _study_period(students: pl.DataFrame) -> tuple[Floats, Floats]:
    """(S,) days of arrival and graduation, NaN where unknown."""
    cohort = _floats(students["cohort"])
    years = (np.nan_to_num(cohort, nan=EPOCH) - EPOCH).astype(np.int64).astype("datetime64[Y]")
    days = (years.astype("datetime64[M]") + ARRIVAL_MONTH - 1).astype("datetime64[D]").astype(np.float64)
    return np.where(np.isnan(cohort), np.nan, days), _floats(students["graduates"])


def list_regions(snapshot: Snapshot) -> pl.Series:
    """Codes of all regions, sorted: their places are their indices."""
    frames = (snapshot.students, snapshot.jobs, snapshot.resources, snapshot.projects)
    return pl.concat([frame["region"] for frame in frames]).drop_nulls().unique().sort()


def _indexed(codes: pl.Series, known: pl.Series) -> Ints:
    place = codes.cast(pl.Enum(known), strict=False).to_physical()
    return place.cast(pl.Int64).fill_null(NOWHERE).to_numpy()


def _build_item_limits(frame: pl.DataFrame, regions: pl.Series, today: int, days: int | None) -> ItemLimits:
    """Limits of some items; without ``days`` what has no deadline never closes."""
    closes = frame["closes"].fill_null(_NO_DAY).to_numpy()
    opened = frame["opened"].fill_null(_NO_DAY).to_numpy() if days is not None else np.full(len(closes), _NO_DAY)
    is_open = is_still_open(closes, opened, today, days or 0, _NO_DAY)
    seats = frame["seats"].fill_null(UNLIMITED).to_numpy() if "seats" in frame.columns else np.full(len(closes), -1)
    return ItemLimits(is_open, _indexed(frame["region"], regions), seats)


def _floats(series: pl.Series) -> Floats:
    return series.cast(pl.Float64).to_numpy()
