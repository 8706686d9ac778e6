"""The hand-written vocabulary is large enough, a tree, and free of ambiguous labels."""

import dataclasses

import polars as pl
import pytest

from skillpath.errors import BadInput
from skillpath.synthetic import town_vocabulary as module
from skillpath.synthetic.town_vocabulary import TownVocabulary, slug


def test_it_is_as_large_as_promised(vocabulary: TownVocabulary) -> None:
    assert vocabulary.leaves.height >= 300
    assert vocabulary.clusters.height >= 40


def test_every_code_is_used_once(vocabulary: TownVocabulary) -> None:
    for table, prefix in ((vocabulary.skills, "town:skill/"), (vocabulary.clusters, "town:job/")):
        assert table["code"].is_unique().all()
        assert table["code"].str.starts_with(prefix).all()


def test_the_tree_has_three_levels_and_skills_only_at_the_bottom(vocabulary: TownVocabulary) -> None:
    parent = dict(zip(vocabulary.skills["code"], vocabulary.skills["broader"], strict=True))
    kind = dict(zip(vocabulary.skills["code"], vocabulary.skills["kind"], strict=True))
    for code in parent:
        path = [code]
        while parent[path[-1]]:
            path.append(parent[path[-1]])
            assert len(path) <= 3, f"too deep or a cycle: {path}"
        assert all(kind[step] == "group" for step in path[1:])
        assert (kind[code] != "group") == (len(path) == 3), code


def test_every_group_has_members(vocabulary: TownVocabulary) -> None:
    groups = set(vocabulary.skills.filter(kind="group")["code"])
    assert groups <= set(vocabulary.skills["broader"])


def test_no_two_skills_share_a_label_in_any_spelling(vocabulary: TownVocabulary) -> None:
    named = vocabulary.skills.select(
        "code", pl.concat_str("label", "altLabels", separator="|").str.split("|").alias("name")
    ).explode("name")
    clashes = named.group_by(pl.col("name").str.to_lowercase().str.strip_chars()).agg("code")
    assert clashes.filter(pl.col("code").list.len() > 1).height == 0
    assert (named["name"].str.strip_chars() == named["name"]).all()


def test_every_skill_has_one_to_three_other_labels_and_a_definition(vocabulary: TownVocabulary) -> None:
    count = vocabulary.skills["altLabels"].str.split("|").list.len()
    assert count.is_between(1, 3).all()
    assert (vocabulary.skills["altLabels"] != "").all()
    assert vocabulary.skills["definition"].str.contains(r"^[A-Z].{15,}\.$").all()


def test_each_cluster_requires_enough_skills_at_sensible_levels(vocabulary: TownVocabulary) -> None:
    table = vocabulary.requirement_table()
    per_cluster = table.group_by("cluster").agg(pl.len(), pl.col("essential").sum(), pl.col("skill").n_unique())
    assert set(per_cluster["cluster"]) == set(vocabulary.clusters["code"])
    assert per_cluster["len"].is_between(8, 15).all()
    assert (per_cluster["skill"] == per_cluster["len"]).all()
    assert per_cluster["essential"].is_between(3, 8).all()
    assert table["level"].is_between(0.1, 1.0).all()


def test_requirements_name_leaf_skills(vocabulary: TownVocabulary) -> None:
    assert set(vocabulary.requirement_table()["skill"]) <= set(vocabulary.leaves["code"])


def test_a_requirement_without_its_skill_is_refused(
    vocabulary: TownVocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = vocabulary.skills.filter(pl.col("label") != "SQL querying")
    monkeypatch.setattr(module, "_skills", lambda: without)
    with pytest.raises(BadInput, match="SQL querying"):
        module.read_vocabulary()


def test_levels_and_essential_agree_with_the_table(vocabulary: TownVocabulary) -> None:
    assert (vocabulary.levels > 0).sum() == vocabulary.requirements.height
    assert not (vocabulary.essential & (vocabulary.levels == 0)).any()


def test_records_cannot_be_changed(vocabulary: TownVocabulary) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        vocabulary.skills = vocabulary.clusters  # type: ignore[misc]


@pytest.mark.parametrize(
    ("label", "tail"),
    [
        ("C++ programming", "c-plus-plus-programming"),
        ("e-mail marketing", "e-mail-marketing"),
        ("Café", "cafe"),
    ],
)
def test_slug(label: str, tail: str) -> None:
    assert slug(label) == tail
