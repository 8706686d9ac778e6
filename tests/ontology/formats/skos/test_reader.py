"""SKOS: our own without loss in every syntax."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from skillpath.errors import BadInput
from skillpath.ontology.formats.readers import read_release
from skillpath.ontology.formats.skos.reader import read_skos
from skillpath.ontology.formats.writers import write_release
from skillpath.ontology.release.release import Release

NAMES = ("skills", "broader", "related", "clusters", "requirements", "replaced")
ENDINGS = (".ttl", ".rdf", ".jsonld", ".nt")


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


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_round_trip_loses_nothing(release: Release, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"town{ending}"
    write_release("skos", release, path)
    assert _same(read_skos(path), release)


def test_csv_loses_nothing_either(release: Release, tmp_path: Path) -> None:
    write_release("csv", release, tmp_path / "again")
    assert _same(read_release("csv", tmp_path / "again"), release)


@pytest.mark.realdata
@pytest.mark.long
def test_all_of_esco_round_trips(real_data: Path, tmp_path: Path) -> None:
    release = read_release("esco", real_data / "ontology")
    # Quarantined rows stay with the source; they are no part of the vocabulary.
    release = replace(release, rejected=release.rejected.clear())
    write_release("skos", release, tmp_path / "esco.ttl")
    assert _same(read_skos(tmp_path / "esco.ttl"), release)


NASTY = ("urn:skillpath:concept/k:sql", "no address at all", "a/../b", "http://example.org/a/../b", "http://x.org/é#f")


@pytest.mark.parametrize("ending", ENDINGS)
def test_codes_and_addresses_of_any_kind_come_back(release: Release, tmp_path: Path, ending: str) -> None:
    """A skill and an occupation with one code and one address, codes like paths, addresses that are none."""
    folder = tmp_path / "odd"
    folder.mkdir()
    odd = [f"../{i}/./数,Skill {i},{uri}" for i, uri in enumerate(NASTY)]
    (folder / "skills.csv").write_text("code,label,uri\nsame,One,http://x.org/1\n" + "\n".join(odd), "utf-8")
    (folder / "clusters.csv").write_text("code,label,uri\nsame,Two,http://x.org/1\nscheme/Odd,Three,\n", "utf-8")
    (folder / "requirements.csv").write_text("cluster,skill,essential\nsame,same,true\n", "utf-8")
    odd_release = read_release("csv", folder)
    path = tmp_path / f"odd{ending}"
    write_release("skos", odd_release, path)
    assert _same(read_skos(path), odd_release)
    assert odd_release.skills.filter(code="same").height == odd_release.clusters.filter(code="same").height == 1


def test_an_unknown_format_is_refused(release: Release, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Use csv or skos"):
        write_release("pdf", release, tmp_path)
    with pytest.raises(BadInput, match="ending"):
        write_release("skos", release, tmp_path / "a.pdf")
    assert pl.DataFrame(release.skills).height == 3
