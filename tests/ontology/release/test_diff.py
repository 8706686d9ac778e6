"""Differences between releases, redirects, and crosswalks."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from skillpath.ontology.formats.readers import read_release
from skillpath.ontology.ranking.crosswalk import crosswalk_occupations, crosswalk_skills
from skillpath.ontology.release.diff import diff, frames_of
from skillpath.ontology.release.redirects import redirected, resolved
from skillpath.ontology.release.release import Release


def _release(folder: Path, skills: str, needs: str) -> Release:
    folder.mkdir()
    (folder / "skills.csv").write_text("code,label,altLabels,broader\n" + skills, "utf-8")
    (folder / "clusters.csv").write_text("code,label\nc,Bakers\n", "utf-8")
    (folder / "requirements.csv").write_text("cluster,skill,essential,level\n" + needs, "utf-8")
    return read_release("csv", folder)


def test_a_release_does_not_differ_from_itself(tmp_path: Path) -> None:
    one = _release(tmp_path / "one", "a,SQL,,\nb,Git,,a\n", "c,a,true,0.5\n")
    assert {n for counts in diff(frames_of(one), one).counts().values() for n in counts.values()} == {0}


def test_chains_of_redirects_end_and_circles_are_left_out() -> None:
    pairs = pl.DataFrame({"old": ["a", "b", "c", "x", "y"], "new": ["b", "c", "d", "y", "x"]})
    assert sorted(resolved(pairs).iter_rows()) == [("a", "d"), ("b", "d"), ("c", "d")]


def test_links_that_fall_together_are_joined(tmp_path: Path) -> None:
    one = _release(tmp_path / "one", "a,SQL,,\nb,Git,,a\nd,Rust,,b\n", "c,a,true,0.5\nc,b,false,0.9\n")
    moved = redirected(one, pl.DataFrame({"old": ["b"], "new": ["a"]}))
    assert moved.requirements.row(0, named=True) | {"weight": 0} == {
        "cluster": "c",
        "skill": "a",
        "essential": True,
        "level": 0.9,
        "weight": 0,
    }
    assert moved.broader.rows() == [("d", "a")]


def test_a_crosswalk_by_labels_and_by_characters(tmp_path: Path) -> None:
    one = _release(tmp_path / "one", "a,sql,,\nb,electronic records systems,,\nz,whittling,,\n", "c,a,true,1\n")
    other = _release(tmp_path / "two", "p,SQL,,\nq,electronic record system,,\nr,Rust,,\n", "c,p,true,1\n")
    found = {row["source"]: row for row in crosswalk_skills(one, other).iter_rows(named=True)}
    assert found["a"]["target"] == "p" and found["a"]["score"] == 1.0
    assert found["b"]["target"] == "q"
    assert "z" not in found
    assert crosswalk_occupations(one, other)["target"].to_list() == ["c"]


@pytest.mark.realdata
def test_onet_and_esco_meet(real_data: Path) -> None:
    onet, esco = read_release("onet", real_data / "ontology"), read_release("esco", real_data / "ontology")
    found = crosswalk_occupations(onet, esco)
    assert found.height > 280
    pairs = dict(found.select("source", "target").iter_rows())
    baker = esco.clusters.filter(label="baker")["code"].item()
    assert pairs["onet:occupation/51-3011.00"] == baker
