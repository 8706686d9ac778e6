"""The committed lock, and jars that are not what it says."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from skillpath.graph.server.jars import LOCK, JarError, ensure_jars, locked_jars


def test_the_lock_names_every_jar_with_its_sum_and_no_address() -> None:
    jars = locked_jars()
    assert len(jars) == 217
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) for jar in jars)
    assert {jar.version for jar in jars if jar.group == "org.neo4j"} >= {"5.26.25"}
    assert "://" not in LOCK.read_text("utf-8")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A Maven cache that holds three small jars, copied from the one that the tests' servers run on."""
    jars = locked_jars()
    paths = ensure_jars(tmp_path / "all.stamp")
    small = sorted(zip(paths, jars, strict=True), key=lambda pair: pair[0].stat().st_size)[:3]
    for path, jar in small:
        folder = tmp_path / "cache" / jar.group.replace(".", "/") / jar.artifact / jar.version
        folder.mkdir(parents=True)
        shutil.copy(path, folder / path.name)
    return tmp_path / "cache"


def test_a_changed_jar_is_noticed_and_fetched_again(cache: Path, tmp_path: Path) -> None:
    cached = {path.name for path in cache.rglob("*.jar")}
    jars = [j for j in locked_jars() if any(name.startswith(f"{j.artifact}-{j.version}") for name in cached)]
    stamp = tmp_path / "stamp"
    ticks: list[tuple[int, int]] = []
    paths = ensure_jars(stamp, lambda done, total: ticks.append((done, total)), cache, jars)
    assert ticks[-1] == (len(jars), len(jars))
    assert all(path.is_relative_to(cache) for path in paths)
    right = paths[0].read_bytes()
    paths[0].write_bytes(right[:-1] + b"x")
    assert ensure_jars(stamp, None, cache, jars) == paths
    assert paths[0].read_bytes() == right


def test_a_warm_start_reads_no_jar(cache: Path, tmp_path: Path) -> None:
    cached = {path.name for path in cache.rglob("*.jar")}
    jars = [j for j in locked_jars() if any(name.startswith(f"{j.artifact}-{j.version}") for name in cached)]
    ensure_jars(tmp_path / "stamp", None, cache, jars)
    ticks: list[int] = []
    ensure_jars(tmp_path / "stamp", lambda done, _: ticks.append(done), cache, jars)
    assert ticks == []


def test_a_jar_that_is_never_the_locked_one_is_refused(cache: Path, tmp_path: Path) -> None:
    cached = {path.name for path in cache.rglob("*.jar")}
    jar = next(j for j in locked_jars() if any(name.startswith(f"{j.artifact}-{j.version}") for name in cached))
    with pytest.raises(JarError, match="not the one that was locked"):
        ensure_jars(tmp_path / "stamp", None, cache, [replace(jar, sha256="0" * 64)])
    assert not (tmp_path / "stamp").exists()
