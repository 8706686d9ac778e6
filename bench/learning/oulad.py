"""OULAD as of a day of a presentation: registered students and their features, nothing from later."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.sequence.event_paths import EventPaths, pad

KEY = ["code_module", "code_presentation", "id_student"]
ITEM = ["code_module", "code_presentation", "id_assessment"]
TABLES = ("student_info", "student_registration", "student_assessment", "assessments", "courses")
EVENT = (
    *("submitted", "missed", "banked", "scored", "score", "relative", "late", "usual", "others"),
    *("weight", "TMA", "CMA", "time", "gap"),
)
EDUCATION = ("No Formal quals", "Lower Than A Level", "A Level or Equivalent", "HE Qualification")
RESULTS = ("Distinction", "Pass", "Fail", "Withdrawn")
FAIL = 2
AGES = ("0-35", "35-55", "55<=")


@dataclass(frozen=True)
class Observed:
    """Students of some presentations as known by a day (S).

    Attributes:
        keys: (S) rows of `KEY`. summary: (S, F) numbers named by ``names``; NaN where unknown.
        events: what each student did and missed, in order, described by `EVENT`.
        result: (S,) index into `RESULTS`; the last two are what is to be foreseen.
    """

    keys: pl.DataFrame
    summary: Floats
    names: list[str]
    events: EventPaths
    result: NDArray[np.int64]

    @property
    def fails(self) -> NDArray[np.int64]:
        """(S,) 1 where the end was Fail or Withdrawn."""
        return (self.result >= FAIL).astype(np.int64)


def read(data: Path) -> dict[str, pl.DataFrame]:
    """The tables."""
    return {name: pl.read_parquet(data / "learners" / f"oulad_{name}.parquet") for name in TABLES}


def presentations(tables: dict[str, pl.DataFrame]) -> list[str]:
    """Codes, oldest first: B begins in February, J in October."""
    return sorted(tables["student_info"]["code_presentation"].unique().to_list())


def known(tables: dict[str, pl.DataFrame], day: int) -> dict[str, pl.DataFrame]:
    """The tables as they stood at the end of a day: no later submission, departure, arrival, or final result."""
    registered = tables["student_registration"].filter(
        pl.col("date_registration").fill_null(0) <= day,
        pl.col("date_unregistration").is_null() | (pl.col("date_unregistration") > day),
    )
    return {
        **tables,
        "student_registration": registered.drop("date_unregistration"),
        "student_info": tables["student_info"].drop("final_result"),
        "student_assessment": tables["student_assessment"].filter(pl.col("date_submitted") <= day),
    }


def observe(tables: dict[str, pl.DataFrame], codes: list[str], day: int, modules: list[str]) -> Observed:
    """Who is still registered in the presentations ``codes`` at the end of a day, and what is known of them.

    Args:
        modules: that have a column of their own; others have none of them set.
    """
    chosen = {n: t.filter(pl.col("code_presentation").is_in(codes)) for n, t in tables.items()}
    now = known(chosen, day)
    people = now["student_registration"].join(now["student_info"], on=KEY).sort(KEY).with_row_index("row")
    people = people.join(_left(chosen["student_registration"], day), on=KEY[:2], how="left", maintain_order="left")
    events = _events(now, people, day)
    summary = _summary(events, people, day, modules)
    result = people.join(chosen["student_info"].select(*KEY, "final_result"), on=KEY, maintain_order="left")
    index = {name: i for i, name in enumerate(RESULTS)}
    ends = result["final_result"].replace_strict(index, return_dtype=pl.Int64).to_numpy()
    values = events.select(EVENT).to_numpy().astype(np.float64)
    paths = pad(events["row"].to_numpy().astype(np.int64), values, people.height)
    return Observed(people.select(KEY), summary.to_numpy().astype(np.float64), summary.columns, paths, ends)


def _left(registration: pl.DataFrame, day: int) -> pl.DataFrame:
    """What share of those who were there at the start has left each presentation by the day: known, and telling."""
    left = pl.col("date_unregistration")
    there = registration.filter(pl.col("date_registration").fill_null(0) <= 0, left.is_null() | (left > 0))
    return there.group_by(KEY[:2]).agg(left_share=(left.is_not_null() & (left <= day)).mean())


def _events(now: dict[str, pl.DataFrame], people: pl.DataFrame, day: int) -> pl.DataFrame:
    """One row per student and assessment that was handed in, or due, by the day."""
    handed = now["student_assessment"].select(*KEY, "id_assessment", "date_submitted", "is_banked", "score")
    # What others of the same presentation scored by the day tells hard assessments from weak students.
    usual = handed.group_by("id_assessment").agg(pl.col("score").mean().alias("usual"), pl.len().alias("handed"))
    size = people.group_by(KEY[:2]).agg(pl.len().alias("size"))
    each = people.select(*KEY, "row").join(now["assessments"], on=KEY[:2])
    each = each.join(handed, on=[*KEY, "id_assessment"], how="left").join(usual, on="id_assessment", how="left")
    each = each.join(size, on=KEY[:2], how="left")
    done, due = pl.col("date_submitted").is_not_null(), pl.col("date").fill_null(1e9)
    banked = pl.col("is_banked").fill_null(False)
    when = pl.when(done & ~banked).then(pl.col("date_submitted")).otherwise(due)
    rows = each.filter(done | (due <= day)).with_columns(time=when.clip(upper_bound=day).cast(pl.Float64))
    rows = rows.sort("row", "time", "date", "id_assessment")
    late = pl.when(done & ~banked).then(pl.col("date_submitted") - due).otherwise(0.0).clip(-60, 60)
    return rows.select(
        "row",
        submitted=done.cast(pl.Float64),
        missed=(~done).cast(pl.Float64),
        banked=banked.cast(pl.Float64),
        scored=pl.col("score").is_not_null().cast(pl.Float64),
        score=pl.col("score").fill_null(0.0) / 100,
        relative=(pl.col("score") - pl.col("usual")).fill_null(0.0) / 100,
        late=late / 30,
        usual=pl.col("usual").fill_null(0.0) / 100,
        others=pl.col("handed").fill_null(0) / pl.col("size"),
        weight=pl.col("weight") / 100,
        TMA=(pl.col("assessment_type") == "TMA").cast(pl.Float64),
        CMA=(pl.col("assessment_type") == "CMA").cast(pl.Float64),
        time=pl.col("time") / 100,
        gap=pl.col("time").diff().over("row").fill_null(0.0) / 30,
    )


def _summary(events: pl.DataFrame, people: pl.DataFrame, day: int, modules: list[str]) -> pl.DataFrame:
    """The same, as one row of numbers a student, with what is known of the person."""
    scored, handed = pl.col("scored") == 1, pl.col("submitted") == 1
    score, weight = pl.col("score").filter(scored), pl.col("weight").filter(scored)
    sums = events.group_by("row").agg(
        due=pl.len(),
        handed_in=pl.col("submitted").sum(),
        missed=pl.col("missed").sum(),
        banked=pl.col("banked").sum(),
        missed_weight=(pl.col("missed") * pl.col("weight")).sum(),
        missed_last=pl.col("missed").last(),
        missed_last_two=pl.col("missed").tail(2).sum(),
        earned=(pl.col("score") * pl.col("weight")).sum(),
        weighed=(score * weight).sum() / weight.sum(),
        mean=score.mean(),
        least=score.min(),
        most=score.max(),
        first=score.first(),
        last=score.last(),
        spread=score.std(),
        mean_tutor=pl.col("score").filter(scored & (pl.col("TMA") == 1)).mean(),
        mean_computer=pl.col("score").filter(scored & (pl.col("CMA") == 1)).mean(),
        relative=pl.col("relative").filter(scored).mean(),
        relative_least=pl.col("relative").filter(scored).min(),
        relative_last=pl.col("relative").filter(scored).last(),
        usual=pl.col("usual").filter(scored).mean(),
        others=pl.col("others").mean(),
        others_missed=pl.col("others").filter(~handed).max(),
        late=pl.col("late").filter(handed).mean(),
        latest=pl.col("late").filter(handed).max(),
        late_last=pl.col("late").filter(handed).last(),
        since=day / 100 - pl.col("time").filter(handed).max(),
        longest_gap=pl.col("gap").max(),
    )
    person = people.select(
        "row",
        registered=pl.col("date_registration"),
        attempts=pl.col("num_of_prev_attempts"),
        credits=pl.col("studied_credits"),
        male=(pl.col("gender") == "M").cast(pl.Float64),
        disability=pl.col("disability").cast(pl.Float64),
        education=pl.col("highest_education").replace_strict(
            {name: float(i) for i, name in enumerate(EDUCATION)}, default=4.0, return_dtype=pl.Float64
        ),
        age=pl.col("age_band").replace_strict({n: float(i) for i, n in enumerate(AGES)}, return_dtype=pl.Float64),
        october=pl.col("code_presentation").str.ends_with("J").cast(pl.Float64),
        left_share=pl.col("left_share"),
        **{module: (pl.col("code_module") == module).cast(pl.Float64) for module in modules},
    )
    return person.join(sums, on="row", how="left", maintain_order="left").drop("row").cast(pl.Float64)
