"""Students and their ways through the catalogue hang together."""

import numpy as np
import polars as pl
import pytest

from skillpath.synthetic.students.choice_traits import fit
from skillpath.synthetic.students.enrolments import EnrolmentTable, make_enrolments
from skillpath.synthetic.students.latent_levels import final_levels
from skillpath.synthetic.students.resources import Resources, make_resources
from skillpath.synthetic.students.students import StudentGroup, make_student_group
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary


@pytest.fixture(scope="module")
def group(settings: TownSettings, vocabulary: TownVocabulary) -> StudentGroup:
    return make_student_group(settings, vocabulary)


@pytest.fixture(scope="module")
def resources(settings: TownSettings, vocabulary: TownVocabulary) -> Resources:
    return make_resources(settings, vocabulary)


@pytest.fixture(scope="module")
def enrolments(
    settings: TownSettings, vocabulary: TownVocabulary, group: StudentGroup, resources: Resources
) -> EnrolmentTable:
    return make_enrolments(settings, vocabulary, group, resources)


def test_every_cluster_is_somebodys_goal(group: StudentGroup, vocabulary: TownVocabulary) -> None:
    assert group.programmes.leads_to.any(axis=0).all()
    assert set(group.goal) == set(range(vocabulary.clusters.height))


def test_goals_lie_in_the_programme_and_some_are_not_on_record(group: StudentGroup) -> None:
    own = group.programmes.leads_to[group.programme, group.goal]
    assert 0.9 < own.mean() < 1
    assert 0.1 < (group.table["target"].to_numpy() == "").mean() < 0.3


def test_some_students_bring_nothing_on_record(group: StudentGroup) -> None:
    empty = group.table["skills"] == ""
    assert 0.02 < empty.sum() / len(empty) < 0.2


def test_students_match_their_goal_better_than_another(
    group: StudentGroup, resources: Resources, enrolments: EnrolmentTable, vocabulary: TownVocabulary
) -> None:
    other = np.random.default_rng(0).integers(vocabulary.clusters.height, size=len(group.goal))
    for level in (group.prior, final_levels(group, resources, enrolments)):
        met = level @ (vocabulary.levels.T > 0)
        rows = np.arange(len(group.goal))
        assert met[rows, group.goal].mean() > 1.8 * met[rows, other].mean()


def test_what_students_take_fits_their_programme(
    group: StudentGroup, resources: Resources, enrolments: EnrolmentTable, vocabulary: TownVocabulary
) -> None:
    helps = fit(vocabulary, group, resources)
    assert helps[enrolments.student, enrolments.resource].mean() > 4 * helps.mean()


def test_nobody_takes_the_same_twice_and_dates_are_ordered(enrolments: EnrolmentTable) -> None:
    table = enrolments.table
    assert not table.select("student", "resource").is_duplicated().any()
    assert table.select(pl.struct("student", "at")).to_series().is_sorted()


def test_dates_lie_between_the_cohorts_october_and_the_end(
    enrolments: EnrolmentTable, group: StudentGroup, settings: TownSettings
) -> None:
    at = enrolments.table["at"].to_numpy().astype("datetime64[D]")
    october = np.array([f"{year}-10-01" for year in group.cohort], dtype="datetime64[D]")
    assert (at >= october[enrolments.student]).all()
    assert (at < settings.end).all()


def test_beginners_resources_come_first(enrolments: EnrolmentTable, resources: Resources) -> None:
    table = pl.DataFrame({"student": enrolments.student, "level": resources.level[enrolments.resource]})
    long = table.group_by("student", maintain_order=True).agg("level").filter(pl.col("level").list.len() >= 6)
    first, last = long["level"].list.head(3).list.mean(), long["level"].list.tail(3).list.mean()
    assert (last - first).to_numpy().mean() > 0.3


def test_shares_and_scores_stay_in_range(enrolments: EnrolmentTable) -> None:
    table = enrolments.table
    assert table["progress"].is_between(0, 1).all()
    assert table["practice"].is_between(0, 1).all()
    assert table["score"].drop_nulls().is_between(0, 100).all()
    assert table.filter(pl.col("score").is_not_null())["progress"].min() == 1.0


def test_able_students_score_higher_and_diligent_ones_finish(enrolments: EnrolmentTable, group: StudentGroup) -> None:
    scored = enrolments.table["score"].is_not_null().to_numpy()
    score = enrolments.table["score"].drop_nulls().to_numpy()
    assert np.corrcoef(score, group.ability[enrolments.student[scored]])[0, 1] > 0.5
    done = enrolments.table["progress"].to_numpy() == 1.0
    diligence = group.diligence[enrolments.student]
    assert diligence[done].mean() > diligence[~done].mean() + 0.2


def test_learning_raises_levels_and_never_above_one(
    group: StudentGroup, resources: Resources, enrolments: EnrolmentTable
) -> None:
    after = final_levels(group, resources, enrolments)
    assert (after >= group.prior - 1e-12).all()
    assert after.max() < 1
    taken = np.zeros_like(after, dtype=bool)
    np.logical_or.at(taken, enrolments.student, resources.teaches[enrolments.resource])
    assert ((after > group.prior + 1e-9) <= taken).all()


def test_the_last_cohort_has_time_to_enrol(vocabulary: TownVocabulary) -> None:
    for start, last in (("2023-01", 2025), ("2023-06", 2025), ("2022-10", 2024)):
        settings = TownSettings(start=start, students=300)
        assert make_student_group(settings, vocabulary).cohort.max() == last
