"""SKOS of other people: as far as it goes, what is wrong with one concept in quarantine, a broken file told."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillpath.errors import BadInput
from skillpath.ontology.formats.skos.reader import read_skos
from skillpath.ontology.formats.writers import write_release
from skillpath.ontology.release.release import Release

CORE = "http://www.w3.org/2004/02/skos/core#"
PREFIX = (
    f"@prefix skos: <{CORE}> .\n@prefix x: <http://example.org/> .\n@prefix dct: <http://purl.org/dc/terms/> .\n"
    "@prefix sp: <urn:skillpath:vocabulary#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
)
RDF = (
    f'<?xml version="1.0"?><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="{CORE}">\n'
    '<s:Concept r:about="a"><s:prefLabel>One</s:prefLabel></s:Concept></r:RDF>'
)
JSON = f'{{"@id": "a", "@type": "{CORE}Concept", "{CORE}prefLabel": "One"}}'


def _read(folder: Path, body: str) -> Release:
    path = folder / "foreign.ttl"
    path.write_text(PREFIX + body, "utf-8")
    return read_skos(path)


def _labels(release: Release) -> dict[str, str]:
    return dict(release.skills.select("code", "label").iter_rows())


def _rules(release: Release) -> list[tuple[str, str]]:
    return sorted(release.rejected.select("column", "rule").iter_rows())


def test_other_peoples_vocabulary(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        'x:a a skos:Concept ; skos:prefLabel "Backen"@de, "Baking"@en ; skos:altLabel "oven work"@en, "Ofen"@de .\n'
        'x:b a skos:Concept ; skos:prefLabel "Bread" ; skos:notation "B1" ; skos:broader x:a ; skos:related x:a .\n'
        'x:a skos:narrower x:b . x:z a skos:Concept ; skos:prefLabel "面包"@zh ; skos:altLabel "包"@zh, "x"@fr .\n'
        'x:old a skos:Concept ; skos:prefLabel "Gone"@en-gb, "Fort"@de ; owl:deprecated true .\n',
    )
    assert _labels(found) == {"skos:a": "Baking", "skos:B1": "Bread", "skos:z": "面包", "skos:old": "Gone"}
    assert found.skills["altLabels"].to_list() == [[], ["oven work"], [], ["包"]]
    assert found.skills.filter(status="deprecated")["code"].to_list() == ["skos:old"]
    assert found.broader.rows() == [("skos:B1", "skos:a")], "said from both ends"
    assert found.related.rows() == [("skos:B1", "skos:a", "optional")]
    assert found.rejected.is_empty()


def test_what_is_wrong_with_one_concept_or_link_is_quarantined(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        'x:a a skos:Concept ; skos:prefLabel "Fine"@en ; skos:broader x:nowhere ; skos:related x:a, [] .\n'
        'x:c a skos:Concept ; skos:prefLabel "One"@en, "Two"@en . x:n a skos:Concept .\n'
        'x:e a skos:Concept ; skos:prefLabel "Up"@en ; skos:broader x:f . x:f a skos:Concept ; '
        'skos:prefLabel "Down"@en ; skos:broader x:e . [] a skos:Concept ; skos:prefLabel "Nowhere" .\n'
        'x:ctl a skos:Concept ; skos:prefLabel "A\\u0001B" . x:k a skos:Concept ; skos:prefLabel "K" ; '
        'sp:kind "sort" . x:s a skos:Concept ; skos:prefLabel "S" ; sp:status "lost" .\n',
    )
    assert sorted(_labels(found).values()) == ["Down", "Fine", "Up"]
    assert found.broader.height == 1
    assert _rules(found) == [
        ("kind", "value"),
        ("label", "control"),
        ("label", "duplicate"),
        ("label", "missing"),
        ("label", "missing"),
        ("parent", "cycle"),
        ("parent", "dangling"),
        ("status", "value"),
        ("target", "dangling"),
        ("target", "value"),
    ]
    nameless = found.rejected.filter(reason="the concept has no address")
    assert nameless["value"].to_list() == ["Nowhere"]


def test_two_readings_of_blank_nodes_say_the_same(tmp_path: Path) -> None:
    body = '[] a skos:Concept ; skos:prefLabel "B" . [] a skos:Concept ; skos:prefLabel "A" ; skos:broader [] .'
    body += 'x:a a skos:Concept ; skos:prefLabel "Fine" ; skos:related [], [] .'
    one, other = _read(tmp_path, body), _read(tmp_path, body)
    assert one.rejected.equals(other.rejected)
    assert one.rejected.height == 4


def test_two_concepts_with_one_notation_or_name_both_stay(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        '<http://a.org/1> a skos:Concept ; skos:prefLabel "A" . <http://b.org/1> a skos:Concept ; skos:prefLabel "B" .'
        'x:c a skos:Concept ; skos:prefLabel "C" ; skos:notation "1" ; skos:broader <http://b.org/1> .'
        'x:d a skos:Concept ; skos:prefLabel "D" ; skos:notation "2" .',
    )
    codes = {label: code for code, label in _labels(found).items()}
    assert codes["D"] == "skos:2"
    assert len(set(codes.values())) == 4 and all(codes[label].startswith("skos:1-") for label in "ABC")
    assert found.broader.rows() == [(codes["C"], codes["B"])]
    assert found.rejected.is_empty()


def test_one_code_stated_twice_is_a_duplicate(tmp_path: Path) -> None:
    body = "".join(f'x:{n} a skos:Concept ; skos:prefLabel "{n}" ; dct:identifier "one" .' for n in "ab")
    found = _read(tmp_path, body)
    assert _labels(found) == {"one": "a"} and _rules(found) == [("code", "duplicate")]


def test_a_requirement_that_does_not_say_how_much_is_quarantined(tmp_path: Path) -> None:
    needs = {
        "fine": 'sp:skill x:a ; sp:essential "true" ; sp:level "0.3" ; sp:weight "1" ',
        "no level": 'sp:skill x:b ; sp:essential "true" ; sp:weight "1" ',
        "too much": 'sp:skill x:b ; sp:essential "true" ; sp:level "1.5" ; sp:weight "1" ',
        "no number": 'sp:skill x:b ; sp:essential "true" ; sp:level "0.5" ; sp:weight "much" ',
        "not a number": 'sp:skill x:b ; sp:essential "true" ; sp:level "NaN" ; sp:weight "1" ',
        "no kind": 'sp:skill x:b ; sp:level "0.5" ; sp:weight "1" ',
        "other kind": 'sp:skill x:b ; sp:essential "maybe" ; sp:level "0.5" ; sp:weight "1" ',
        "no skill": 'sp:essential "true" ; sp:level "0.5" ; sp:weight "1" ',
        "an occupation": 'sp:skill x:job ; sp:essential "true" ; sp:level "0.5" ; sp:weight "1" ',
    }
    concepts = 'x:a a skos:Concept ; skos:prefLabel "A" . x:b a skos:Concept ; skos:prefLabel "B" .'
    job = 'x:job a skos:Concept ; skos:prefLabel "Job" ; sp:kind "occupation" ; sp:requires '
    found = _read(tmp_path, concepts + job + ", ".join(f"[ {need} ]" for need in needs.values()) + " .")
    assert found.requirements.rows() == [("skos:job", "skos:a", True, 0.3, 1.0)]
    assert _rules(found) == [
        ("essential", "missing"),
        ("essential", "value"),
        ("level", "value"),
        ("level", "value"),
        ("level", "value"),
        ("skill", "dangling"),
        ("skill", "missing"),
        ("weight", "value"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.ttl", f'<a> a <{CORE}Concept> ; <{CORE}prefLabel> "One" .'), ("a.rdf", RDF), ("a.json", JSON)],
)
def test_an_address_within_the_file_names_no_place_on_this_machine(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    found = read_skos(path)
    assert found.skills["uri"].to_list() == ["http://skillpath.invalid/a"]
    write_release("skos", found, tmp_path / "again.ttl")
    assert str(tmp_path) not in (tmp_path / "again.ttl").read_text("utf-8")
    assert read_skos(tmp_path / "again.ttl").skills.equals(found.skills)


@pytest.mark.parametrize("wanted", ['"http://127.0.0.1:9/c"', '["http://127.0.0.1:9/c", {}]', '{"@import": "c.json"}'])
def test_a_context_from_elsewhere_is_refused(tmp_path: Path, wanted: str) -> None:
    path = tmp_path / "a.jsonld"
    path.write_text(f'{{"@context": {wanted}, "@graph": [{JSON}]}}', "utf-8")
    with pytest.raises(BadInput, match="needs a context from elsewhere"):
        read_skos(path)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.ttl", PREFIX + "x:a a skos:Concept ; skos:", r"broken.*line 6"),
        ("a.ttl", PREFIX + "\nx:a a nope:Concept .\n", r"broken.*line 7"),
        ("a.ttl", PREFIX + "x:a a skos:Concept .\nx:b", r"middle of a statement.*line 7"),
        ("a.rdf", "<rdf:RDF", r"broken.*line 1"),
        ("a.rdf", RDF.replace("</s:Concept>", ""), r"broken: mismatched tag.*line 2"),
        ("a.jsonld", "{", r"broken.*line 1"),
        ("a.jsonld", JSON + "\n}", r"broken.*line 2"),
        ("a.nt", "<http://x.org/a> nonsense .\n", "broken"),
        ("a.ttl", PREFIX.encode() + "x:a skos:prefLabel 'é' .".encode("latin-1"), r"not in UTF-8.*line 6"),
        ("a.rdf", RDF.encode().replace(b"One", b"\xe9"), r"broken.*line 2"),
        ("a.ttl", "x".encode("utf-16"), r"not in UTF-8"),
        ("a.ttl", PREFIX, "no skos:Concept"),
        ("a.doc", "x", "ending"),
        ("a.ttl", "", "empty"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_line(tmp_path: Path, name: str, data: str | bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(BadInput, match=message):
        read_skos(path)


def test_xml_says_its_own_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.rdf"
    text = RDF.replace('"1.0"', '"1.0" encoding="iso-8859-1"').replace("One", "Café")
    path.write_bytes(text.encode("latin-1"))
    assert read_skos(path).skills["label"].to_list() == ["Café"]
