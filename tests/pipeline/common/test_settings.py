"""Settings: file, environment, and where each value came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import get_type_hints

import pytest

from skillpath.api.context import section_types
from skillpath.api.service_settings import ApiSettings
from skillpath.chains.recommend import ChainSettings
from skillpath.embeddings.matcher_training import MatcherTraining
from skillpath.errors import BadInput
from skillpath.graph.core.database_settings import GraphSettings
from skillpath.ontology.curation.actions import CurationSettings
from skillpath.pipeline.common.settings import RENAMED, Settings
from skillpath.pipeline.enrich.clustering import ClusterSettings
from skillpath.pipeline.scoring.policy_learning import PolicySettings


@dataclass(frozen=True)
class Inner:
    share: float = 0.5


@dataclass(frozen=True)
class Room:
    size: int = 3
    on: bool = False
    inner: Inner = field(default_factory=Inner)


def settings(folder: Path, text: str = "", **environ: str) -> Settings:
    path = folder / "skillpath.toml"
    path.write_text(text, "utf-8")
    return Settings(environ, path)


def test_defaults_file_and_environment_in_that_order(tmp_path: Path) -> None:
    text = "[room]\nsize = 4\non = true\n[room.inner]\nshare = 0.25\n"
    found = settings(tmp_path, text, SKILLPATH_ROOM_SIZE="5")
    assert found.section("room", Room) == Room(5, True, Inner(0.25))
    assert {o.name: o.source for o in found.origins} == {
        "room.size": "SKILLPATH_ROOM_SIZE",
        "room.on": str(tmp_path / "skillpath.toml"),
        "room.inner.share": str(tmp_path / "skillpath.toml"),
    }
    assert settings(tmp_path).section("room", Room) == Room()


def test_the_names_that_neo4j_tools_suggest(tmp_path: Path) -> None:
    found = settings(tmp_path, SKILLPATH_NEO4J_URI="neo4j://x", SKILLPATH_NEO4J_PASSWORD="secret")
    graph = found.section("graph", GraphSettings)
    assert (graph.uri, graph.password) == ("neo4j://x", "secret")
    assert "secret" not in repr(graph)
    assert "secret" not in str(found.origins)


@pytest.mark.parametrize(
    ("text", "environ", "sentence"),
    [
        ("[room]\nsizes = 4\n", {}, r"Unknown setting sizes in \[room\]"),
        ("[room]\nsize = 'big'\n", {}, "'big' is not a int"),
        ("room = 3\n", {}, "room must be a section"),
        ("", {"SKILLPATH_ROOM_ON": "perhaps"}, "'perhaps' is not a bool"),
        ("[room\n", {}, "Not a TOML file"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        settings(tmp_path, text, **environ).section("room", Room)


def test_a_section_that_nobody_reads(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No section kitchen"):
        settings(tmp_path, "[kitchen]\nsize = 1\n").refuse_unknown({"room"})


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such settings file"):
        Settings({"SKILLPATH_CONFIG": str(tmp_path / "nothing.toml")})


def test_old_names_are_read_and_told(tmp_path: Path) -> None:
    text = "[workshop]\nown_proposals = true\n[api]\nlooks = 7\n[chains.filters]\npost_days = 30\n"
    found = settings(tmp_path, text, SKILLPATH_CLUSTERING_TELLING="0.5", SKILLPATH_CHAINS_FILTERS_OFFERS_PER_SEAT="2")
    found.refuse_unknown({"curation", "api", "chains"})
    assert found.section("curation", CurationSettings).own_proposals
    assert found.section("api", ApiSettings).explanations == 7
    filters = found.section("chains", ChainSettings).filters
    assert (filters.posting_days, filters.suggestions_per_seat) == (30, 2.0)
    assert found.section("clustering", ClusterSettings).min_cosine_lead == 0.5
    assert len(found.deprecations) == 5 and all("the old name will go" in sentence for sentence in found.deprecations)
    assert settings(tmp_path).deprecations == []


def test_old_names_of_the_matcher_are_read_and_told(tmp_path: Path) -> None:
    text = "[matcher]\nrate = 0.001\ndecay = 0.2\nevery = 5\nclip = 2.0\n"
    found = settings(tmp_path, text, SKILLPATH_MATCHER_FROZEN="3")
    matcher = found.section("matcher", MatcherTraining)
    assert (matcher.learning_rate, matcher.weight_decay, matcher.gradient_clip) == (0.001, 0.2, 2.0)
    assert (matcher.checkpoint_every, matcher.frozen_layers) == (5, 3)
    assert f"{tmp_path / 'skillpath.toml'}: matcher.rate is called matcher.learning_rate now; " in "\n".join(
        found.deprecations
    )
    assert sum("SKILLPATH_MATCHER_FROZEN_LAYERS" in sentence for sentence in found.deprecations) == 1


def test_each_old_name_is_read_as_a_setting_that_there_is() -> None:
    kinds = section_types()
    for new in RENAMED.values():
        section, *path = new.split(".")
        kind = kinds[section]
        for name in path:
            kind = get_type_hints(kind)[name]


def test_a_new_name_that_begins_with_the_old_one_stays(tmp_path: Path) -> None:
    found = settings(tmp_path, SKILLPATH_POLICY_DECISIONS_PAGE_SIZE="7", SKILLPATH_POLICY_UPDATES_RATE="0.1")
    policy = found.section("policy", PolicySettings)
    assert (policy.decisions.page_size, policy.updates.learning_rate) == (7, 0.1)
    assert len(found.deprecations) == 1


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_an_old_name_beside_the_new_one_is_refused(tmp_path: Path, old: str, new: str) -> None:
    def line(name: str) -> str:
        *section, key = name.split(".")
        return f"[{'.'.join(section)}]\n{key} = 1\n" if section else f"[{key}]\n"

    text = line(old) + (line(new).split("\n", 1)[1] if "." in old else line(new))
    with pytest.raises(BadInput, match=f"Both {old} and {new}"):
        settings(tmp_path, text)
    if "." in old:
        names = {f"SKILLPATH_{name.replace('.', '_').upper()}": "1" for name in (old, new)}
        with pytest.raises(BadInput, match="Both SKILLPATH"):
            settings(tmp_path, **names)
