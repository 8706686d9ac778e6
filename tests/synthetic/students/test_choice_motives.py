"""Students choose by a mixture of motives: its shares, what each motive follows, and the truth about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from skillpath.errors import BadInput
from skillpath.synthetic import TownSettings, TownSummary, generate_town
from skillpath.synthetic.students.choice_motives import MOTIVES, MotiveSettings
from skillpath.synthetic.students.choice_traits import draw_resource_traits, fit
from skillpath.synthetic.students.enrolments import EnrolmentTable, make_enrolments
from skillpath.synthetic.students.resources import Resources, make_resources
from skillpath.synthetic.students.students import StudentGroup, make_student_group
from skillpath.synthetic.town_vocabulary import TownVocabulary

SETTINGS = TownSettings(students=600)
ONLY = {
    "interest": MotiveSettings(interest=1, peers=0, habit=0, timetable=0, price=0),
    "peers": MotiveSettings(interest=0, peers=1, habit=0, timetable=0, price=0),
    "habit": MotiveSettings(interest=0, peers=0, habit=1, timetable=0, price=0),
    "timetable": MotiveSettings(interest=0, peers=0, habit=0, timetable=1, price=0),
    "price": MotiveSettings(interest=0, peers=0, habit=0, timetable=0, price=1),
}


@pytest.fixture(scope="module")
def group(vocabulary: TownVocabulary) -> StudentGroup:
    return make_student_group(SETTINGS, vocabulary)


@pytest.fixture(scope="module")
def resources(vocabulary: TownVocabulary) -> Resources:
    return make_resources(SETTINGS, vocabulary)


class Town:
    """Enrolments of the same students under other motives."""

    def __init__(self, vocabulary: TownVocabulary, group: StudentGroup, resources: Resources) -> None:
        self.vocabulary, self.group, self.resources = vocabulary, group, resources

    def enrol(self, need: float, motives: MotiveSettings | None = None) -> EnrolmentTable:
        settings = replace(SETTINGS, need_share=need)
        return make_enrolments(settings, self.vocabulary, self.group, self.resources, motives=motives)

    def only(self, motive: str) -> EnrolmentTable:
        return self.enrol(0.0, ONLY[motive])

    def fit_ratio(self, enrolments: EnrolmentTable) -> float:
        """Mean fit of what is taken over that of the whole catalogue."""
        helps = fit(self.vocabulary, self.group, self.resources)
        return float(helps[enrolments.student, enrolments.resource].mean() / helps.mean())


@pytest.fixture(scope="module")
def made(vocabulary: TownVocabulary, group: StudentGroup, resources: Resources) -> Town:
    return Town(vocabulary, group, resources)


def test_choices_are_made_by_the_shares_of_the_settings(made: Town) -> None:
    found = made.enrol(0.35).motive
    expected = MotiveSettings().shares(0.35)
    assert expected.sum() == pytest.approx(1.0)
    assert np.bincount(found, minlength=len(MOTIVES)) / len(found) == pytest.approx(expected, abs=0.03)


def test_the_share_of_need_decides_how_far_enrolments_follow_fit(made: Town) -> None:
    ratios = [made.fit_ratio(made.enrol(need)) for need in (0.0, 0.35, 1.0)]
    assert ratios[0] < 3.5 < ratios[1] < ratios[2]
    assert ratios[2] > 9


@pytest.mark.parametrize("motive", ONLY)
def test_no_other_motive_leads_to_the_goal(made: Town, motive: str) -> None:
    """Peers know the field of the programme a little; nobody but need comes near what the student's goal asks for."""
    assert made.fit_ratio(made.only(motive)) < 4


def test_interest_follows_the_taste_of_the_student(made: Town) -> None:
    traits = draw_resource_traits(SETTINGS, made.vocabulary, made.group, made.resources, MotiveSettings())

    def liking(enrolments: EnrolmentTable) -> float:
        likes = enrolments.tastes.groups @ traits.groups.T
        return float(likes[enrolments.student, enrolments.resource].mean() - likes.mean())

    assert liking(made.only("interest")) > 0.8 > 0.15 > abs(liking(made.enrol(1.0)))


def test_peers_make_a_few_resources_popular(made: Town) -> None:
    def share_of_ten(enrolments: EnrolmentTable) -> float:
        taken = np.sort(np.bincount(enrolments.resource, minlength=len(made.resources.level)))
        return float(taken[-10:].sum() / taken.sum())

    assert share_of_ten(made.only("peers")) > 1.5 * share_of_ten(made.only("timetable"))


def test_habit_stays_with_a_provider_and_goes_on_with_series(made: Town) -> None:
    provider = made.resources.table["provider"]

    def stays(enrolments: EnrolmentTable) -> float:
        """Share of enrolments with the provider of the student's one before."""
        table = pl.DataFrame({"student": enrolments.student, "provider": provider.gather(enrolments.resource)})
        same = table.filter(pl.col("student") == pl.col("student").shift()).height
        both = (pl.col("student") == pl.col("student").shift()) & (pl.col("provider") == pl.col("provider").shift())
        return table.filter(both).height / same

    traits = draw_resource_traits(SETTINGS, made.vocabulary, made.group, made.resources, MotiveSettings())

    def follows(enrolments: EnrolmentTable) -> int:
        """Enrolments in a resource whose prerequisite the student took."""
        taken = np.zeros((len(made.group.rows), len(traits.previous)), dtype=bool)
        taken[enrolments.student, enrolments.resource] = True
        previous = traits.previous[enrolments.resource]
        return int((taken[enrolments.student, previous] & (previous >= 0)).sum())

    habit, other = made.only("habit"), made.only("timetable")
    assert stays(habit) > stays(other) + 0.1
    assert follows(habit) > 1.5 * follows(other)


def test_timetable_fills_the_free_hour(made: Town) -> None:
    traits = draw_resource_traits(SETTINGS, made.vocabulary, made.group, made.resources, MotiveSettings())

    def in_free_hour(enrolments: EnrolmentTable) -> float:
        return float((enrolments.tastes.hour[enrolments.student] == traits.hour[enrolments.resource]).mean())

    assert in_free_hour(made.only("timetable")) > 0.5
    assert in_free_hour(made.only("interest")) == pytest.approx(1 / 8, abs=0.06)


def test_price_drives_the_sensitive_to_what_is_cheap(made: Town) -> None:
    traits = draw_resource_traits(SETTINGS, made.vocabulary, made.group, made.resources, MotiveSettings())
    found = made.only("price")
    paid = traits.price[found.resource]
    sensitive = found.tastes.sensitivity[found.student] > 1
    assert paid.mean() < -0.5
    assert paid[sensitive].mean() < paid[~sensitive].mean() - 0.2


def test_nothing_is_taken_in_a_term_in_which_it_is_not_held(made: Town) -> None:
    traits = draw_resource_traits(SETTINGS, made.vocabulary, made.group, made.resources, MotiveSettings())
    found = made.enrol(0.35)
    assert 0.4 < traits.held.all(axis=0).mean() < 0.6 and traits.held.any(axis=0).all()
    # Terms begin in October and April, and enrolments lie within 45 days of that.
    month = found.at.astype("datetime64[M]").astype(int) % 12 + 1
    assert set(month.tolist()) <= {4, 5, 10, 11}
    spring = (month < 7).astype(np.int64)
    assert traits.held[spring, found.resource].all()


def test_a_catalogue_smaller_than_the_wishes_is_taken_once(vocabulary: TownVocabulary) -> None:
    settings = TownSettings(students=40, resources=10)
    group, few = make_student_group(settings, vocabulary), make_resources(settings, vocabulary)
    table = make_enrolments(settings, vocabulary, group, few).table
    assert not table.select("student", "resource").is_duplicated().any()


def test_traits_of_resources_are_the_same_for_every_block(vocabulary: TownVocabulary, resources: Resources) -> None:
    one, other = (
        draw_resource_traits(
            SETTINGS, vocabulary, make_student_group(SETTINGS, vocabulary, rows=rows), resources, MotiveSettings()
        )
        for rows in (range(0, 100), range(100, 300))
    )
    for name in ("groups", "features", "previous", "fame", "held", "hour", "price"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_a_block_chooses_the_same_whatever_else_is_made(made: Town, vocabulary: TownVocabulary) -> None:
    block = make_student_group(SETTINGS, vocabulary, rows=range(200, 400))
    first = make_enrolments(SETTINGS, vocabulary, block, made.resources)
    made.enrol(0.5)
    again = make_enrolments(SETTINGS, vocabulary, block, made.resources)
    assert first.table.equals(again.table) and np.array_equal(first.motive, again.motive)
    other = make_enrolments(replace(SETTINGS, seed=8), vocabulary, block, made.resources)
    assert not first.table.equals(other.table)


def test_the_truth_has_the_motive_of_every_enrolment(town: TownSummary) -> None:
    choices = pl.read_parquet(town.folder / "truth" / "choices.parquet")
    assert choices.columns == ["student", "resource", "motive"]
    assert (
        choices.height == town.rows["enrolments.csv"]
        and not choices.select("student", "resource").is_duplicated().any()
    )
    assert set(choices["motive"]) == set(MOTIVES)
    written = pl.read_csv(town.folder / "enrolments.csv", infer_schema=False).select("student", "resource")
    assert written.join(choices, on=["student", "resource"], how="semi").unique().height == choices.height
    tastes = pl.read_parquet(town.folder / "truth" / "tastes.parquet")
    assert tastes["student"].to_list() == [f"town:student/{row:05d}" for row in range(1, town.rows["students.csv"] + 1)]


def test_the_truth_names_the_share_of_need(tmp_path: Path) -> None:
    settings = TownSettings(postings=100, students=30, months=14, need_share=0.8)
    generate_town(tmp_path, settings)
    rows = pl.read_parquet(tmp_path / "truth" / "parameters.parquet").rows()
    assert ("TownSettings", "need_share", 0.8) in rows
    assert ("MotiveSettings", "interest", MotiveSettings().interest) in rows


@pytest.mark.parametrize("shares", [{"interest": 0.5}, {"interest": 0.8, "peers": -0.2}, {"price": 0.0}])
def test_shares_that_are_none_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(BadInput, match="shares of motives"):
        replace(MotiveSettings(), **shares)  # type: ignore[arg-type]
