"""The catalogue covers what the market asks."""

import numpy as np
import polars as pl
import pytest

from skillpath.synthetic.students.projects import STAGES, make_projects
from skillpath.synthetic.students.resources import Resources, make_resources
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary

KINDS = {"course", "training", "competition", "certificate", "mentor", "policy", "incubator"}


@pytest.fixture(scope="module")
def resources(settings: TownSettings, vocabulary: TownVocabulary) -> Resources:
    return make_resources(settings, vocabulary)


def test_there_are_enough_of_every_kind(resources: Resources) -> None:
    assert resources.table.height >= 120
    assert set(resources.table["kind"]) == KINDS
    assert resources.table["code"].is_unique().all()
    assert resources.table["title"].is_unique().all()


def test_every_required_skill_can_be_learnt(resources: Resources, vocabulary: TownVocabulary) -> None:
    asked = (vocabulary.levels > 0).any(axis=0)
    find_taught = resources.teaches.any(axis=0)
    missing = vocabulary.leaves["label"].filter(pl.Series(asked & ~find_taught)).to_list()
    assert missing == []


def test_gains_are_shares(resources: Resources) -> None:
    gains = resources.gain[resources.teaches]
    assert gains.min() > 0.2
    assert gains.max() <= 0.6


def test_texts_name_every_skill(resources: Resources) -> None:
    for row in resources.table.iter_rows(named=True):
        assert all(skill in row["text"] for skill in row["skills"].split("|"))
        assert row["title"] in row["text"]


def test_prerequisites_are_easier_courses_on_the_same_central_skill(resources: Resources) -> None:
    table = resources.table.with_columns(level=pl.Series(resources.level), skill=pl.col("skills").str.split("|"))
    asked = table.filter(pl.col("prerequisites").is_not_null())
    both = asked.join(table, left_on="prerequisites", right_on="code", suffix="_before")
    assert both.height == asked.height >= 5
    assert (both["level_before"] < both["level"]).all() and set(both["kind_before"]) == {"course"}
    assert all(row["skill"][0] in row["skill_before"] for row in both.iter_rows(named=True))


def test_further_editions_differ_in_provider_level_and_hours(vocabulary: TownVocabulary) -> None:
    made = make_resources(TownSettings(resources=600), vocabulary)
    kind, table = made.table["kind"], made.table.with_columns(level=pl.Series(made.level))
    assert (kind.value_counts()["count"] >= 10).all()
    for column in ("provider", "level", "hours"):
        first, second = table[:200][column], table[200:400][column]
        assert 0.2 < (first != second).to_numpy().mean() < 1
    assert set(made.level) == {1, 2, 3}


def test_online_editions_have_no_place_and_all_close_before_they_start(vocabulary: TownVocabulary) -> None:
    made = make_resources(TownSettings(resources=1100), vocabulary).table
    online = made["title"].str.contains("(online edition", literal=True)
    assert online.sum() > 100
    assert (made["region"].is_null() == online).all()
    assert (made["closes_at"] < made["starts_at"]).all()
    assert (made["seats"] >= 1).all()


def test_the_lessons_are_the_gains(resources: Resources) -> None:
    chosen = np.array([5, 0, 5])
    place, leaf, gain = resources.find_taught(chosen)
    again = np.zeros((3, resources.gain.shape[1]))
    again[place, leaf] = gain
    assert (again == resources.gain[chosen]).all()


def test_the_next_start_lies_after_the_window(resources: Resources, settings: TownSettings) -> None:
    assert (resources.table["starts_at"] > str(settings.end)).all()


@pytest.mark.parametrize("wanted", [60, 120, 430, 1100])
def test_the_catalogue_can_be_cut_and_extended(vocabulary: TownVocabulary, wanted: int) -> None:
    made = make_resources(TownSettings(resources=wanted), vocabulary)
    assert made.table.height == wanted
    assert made.table["code"].is_unique().all()
    assert set(made.table["kind"]) == KINDS


def test_even_120_resources_cover_most_essential_skills(vocabulary: TownVocabulary) -> None:
    made = make_resources(TownSettings(resources=120), vocabulary)
    find_taught = made.gain.max(axis=0) > 0
    assert find_taught[np.nonzero(vocabulary.essential)[1]].mean() > 0.7


def test_projects_are_as_many_as_asked_and_use_known_skills(vocabulary: TownVocabulary) -> None:
    for wanted in (60, 150):
        projects = make_projects(TownSettings(projects=wanted), vocabulary).table
        assert projects.height == wanted
        assert projects["code"].is_unique().all()
        assert set(projects["skills"].str.split("|").explode()) <= set(vocabulary.leaves["label"])
        assert set(projects["stage"]) == set(STAGES)
        assert projects["started_at"].str.contains(r"^202[345]-\d\d-\d\d$").all()


def test_some_projects_are_over_and_none_before_it_began(vocabulary: TownVocabulary, settings: TownSettings) -> None:
    projects = make_projects(TownSettings(projects=600), vocabulary)
    over = ~np.isnat(projects.ended)
    assert 0.1 < over.mean() < 0.4
    assert (projects.ended[over] >= projects.began[over]).all()
    assert (projects.ended[over] < settings.end).all()
    assert projects.table["ended_at"].is_null().to_list() == (~over).tolist()


def test_later_stages_are_older(vocabulary: TownVocabulary) -> None:
    projects = make_projects(TownSettings(projects=600), vocabulary)
    started = (
        projects.table.filter(pl.col("ended_at").is_null())
        .group_by("stage")
        .agg(pl.col("started_at").str.to_date().cast(pl.Int64).mean())
    )
    age = dict(started.iter_rows())
    assert age["market"] < age["pilot"] < age["prototype"] < age["idea"]
