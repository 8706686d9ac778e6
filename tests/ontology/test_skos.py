"""SKOS: our own without loss in every syntax, other people's as far as it goes, broken files in one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from skillpath.errors import BadInput
from skillpath.ontology.readers import read_release
from skillpath.ontology.release import Release
from skillpath.ontology.skos import read_skos
from skillpath.ontology.writers import write_release

NAMES = ("skills", "broader", "related", "clusters", "requirements", "replaced")
PREFIX = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix x: <http://example.org/> .\n"


@pytest.fixture
def release(tmp_path: Path) -> Release:
    folder = tmp_path / "vocabulary"
    folder.mkdir()
    (folder / "skills.csv").write_text(
        "code,label,altLabels,definition,kind,broader,status,replacedBy,uri\n"
        "g:it,IT,,,group,,,,\n"
        'k:sql,"SQL, the ""language""",sequel|a\\|b,Asks data ünïcode 数据,knowledge,g:it,,,http://example.org/sql\n'
        "k:old,Old SQL,,,skill,g:it,deprecated,k:sql,\n",
        "utf-8",
    )
    (folder / "clusters.csv").write_text("code,label,isco\nc:1,analyst,2511\n", "utf-8")
    (folder / "requirements.csv").write_text(
        "cluster,skill,essential,level,weight\nc:1,k:sql,true,,\nc:1,k:old,false,0.123456789,0.3\n", "utf-8"
    )
    (folder / "related.csv").write_text("source,target,kind\nk:sql,k:old,essential\n", "utf-8")
    (folder / "release.csv").write_text("name,version\nTown,1.0\n", "utf-8")
    return read_release("csv", folder)


def _same(one: Release, other: Release) -> bool:
    return (one.name, one.version) == (other.name, other.version) and all(
        getattr(one, name).equals(getattr(other, name)) for name in NAMES
    )


def test_the_fixture_holds_what_is_hard(release: Release) -> None:
    assert release.skills.filter(code="k:sql")["altLabels"].to_list() == [["a|b", "sequel"]]
    assert release.replaced.rows() == [("k:old", "k:sql")]
    assert release.requirements.height == 2 and release.related.height == 1


@pytest.mark.parametrize("ending", [".ttl", ".rdf", ".jsonld", ".nt"])
def test_a_round_trip_loses_nothing(release: Release, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"town{ending}"
    write_release("skos", release, path)
    assert _same(read_skos(path), release)


def test_csv_loses_nothing_either(release: Release, tmp_path: Path) -> None:
    write_release("csv", release, tmp_path / "again")
    assert _same(read_release("csv", tmp_path / "again"), release)


@pytest.mark.realdata
def test_all_of_esco_round_trips(real_data: Path, tmp_path: Path) -> None:
    release = read_release("esco", real_data / "ontology")
    # Quarantined rows stay with the source; they are no part of the vocabulary.
    release = replace(release, rejected=release.rejected.clear())
    write_release("skos", release, tmp_path / "esco.ttl")
    assert _same(read_skos(tmp_path / "esco.ttl"), release)


def test_other_peoples_vocabulary(tmp_path: Path) -> None:
    path = tmp_path / "foreign.ttl"
    path.write_text(
        PREFIX + 'x:a a skos:Concept ; skos:prefLabel "Backen"@de, "Baking"@en ; skos:altLabel "oven work"@en .\n'
        'x:b a skos:Concept ; skos:prefLabel "Bread" ; skos:notation "B1" ; skos:broader x:a ; skos:related x:a .\n'
        'x:c a skos:Concept ; skos:prefLabel "One"@en, "Two"@en .\n'
        'x:d a skos:Concept ; skos:prefLabel "Loose"@en ; skos:broader x:nowhere .\n'
        'x:e a skos:Concept ; skos:prefLabel "Up"@en ; skos:broader x:f . x:f a skos:Concept ; '
        'skos:prefLabel "Down"@en ; skos:broader x:e .\n',
        "utf-8",
    )
    found = read_skos(path)
    assert dict(found.skills.select("code", "label").iter_rows())["skos:a"] == "Baking"
    assert found.broader.rows()[0] == ("skos:B1", "skos:a")
    assert found.related.rows() == [("skos:B1", "skos:a", "optional")]
    rules = dict(found.rejected.group_by("rule").len().iter_rows())
    assert rules["duplicate"] == 1 and rules["cycle"] == 1
    assert "x:nowhere" not in str(found.broader)
    assert found.broader.height == 2


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.ttl", PREFIX + "x:a a skos:Concept ; skos:", "broken"),
        ("a.rdf", "<rdf:RDF", "broken"),
        ("a.jsonld", "{", "broken"),
        ("a.ttl", PREFIX, "no skos:Concept"),
        ("a.doc", "x", "ending"),
        ("a.ttl", "", "empty"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, text: str, told: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput, match=told):
        read_skos(path)


def test_an_unknown_format_is_refused(release: Release, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Use csv or skos"):
        write_release("pdf", release, tmp_path)
    with pytest.raises(BadInput, match="ending"):
        write_release("skos", release, tmp_path / "a.pdf")
    assert pl.DataFrame(release.skills).height == 3
