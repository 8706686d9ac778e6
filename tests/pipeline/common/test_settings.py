"""Settings: file, environment, and where each value came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from skillpath.errors import BadInput
from skillpath.graph.core.database_settings import GraphSettings
from skillpath.pipeline.common.settings import Settings


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
