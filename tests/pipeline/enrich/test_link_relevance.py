"""Which skills found in texts become links, on made-up vocabularies and texts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillpath.ontology.matching.matching import MatchSettings
from skillpath.ontology.ranking.link_calibration import SIGNS
from skillpath.ontology.scanning.scanning import ScanSettings
from skillpath.pipeline.enrich.link_features import feature_array, find_hits, link_features
from skillpath.pipeline.enrich.link_relevance import KindBounds, LinkSettings, bound_gains, choose_links, judge_hits
from skillpath.pipeline.enrich.loaded_vocabulary import LoadedVocabulary
from skillpath.pipeline.enrich.skill_extraction import NEED_SCHEMA, EvidenceSettings, find_needs
from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.contracts.course_contracts import RESOURCE_KINDS

SKILLS = {
    "k:pottery": ("pottery", "Shaping clay on a wheel or by hand, glazing it and firing it in a kiln."),
    "k:glazing": ("ceramic glazing", "Mixing glazes and putting them on clay vessels before firing."),
    "k:bookkeeping": ("bookkeeping", "Recording invoices, payments and balances of a business in ledgers."),
    "k:payroll": ("payroll accounting", "Computing wages, taxes and deductions of employees each month."),
    "k:falconry": ("falconry", "Keeping and flying birds of prey."),
    "k:hr": ("human resource management", "Hiring, appraisal and development of personnel."),
    "k:welding": ("arc welding", "Joining metal parts with an electric arc."),
}
COURSE_TEXT = (
    "You learn to centre clay on the wheel, to shape vessels by hand, to mix glazes and to fire a kiln. Clay and "
    "kilns are provided; every week one vessel is made, glazed and fired. Among those who came before were people "
    "from a bank, a school, and one from human resource management."
)
NEEDS = {"doc": 0, "code": "k:pottery", "via": "text", "strength": 0.25, "relevance": 0.9}


@pytest.fixture(scope="module")
def vocabulary() -> LoadedVocabulary:
    rows = [{"code": c, "label": label, "altLabels": [], "definition": says} for c, (label, says) in SKILLS.items()]
    labels = pl.DataFrame(rows, schema_overrides={"altLabels": pl.List(pl.String)})
    clusters = {"c:potter": ("k:pottery", "k:glazing"), "c:clerk": ("k:bookkeeping", "k:payroll", "k:hr")}
    needs = [{"cluster": c, "skill": k, "weight": 1.0} for c, codes in clusters.items() for k in codes]
    names = pl.DataFrame(schema={"code": pl.String, "label": pl.String, "altLabels": pl.List(pl.String)})
    return LoadedVocabulary(labels, names, pl.DataFrame(needs), MatchSettings(), ScanSettings())


def records(*titled: tuple[str, str]) -> pl.DataFrame:
    titles, texts = zip(*titled, strict=True)
    return (
        pl.DataFrame({"title": titles, "text": texts}).with_row_index("doc").with_columns(pl.col("doc").cast(pl.Int64))
    )


def relevances(
    vocabulary: LoadedVocabulary, rows: pl.DataFrame, contract: str = "resources"
) -> dict[tuple[int, str], float]:
    found = judge_hits(rows, ("title", "text"), contract, vocabulary, 100)
    return {(doc, code): value for doc, code, value in found.select("doc", "code", "relevance").iter_rows()}


def test_what_the_title_names_stays_and_what_is_said_in_passing_goes(vocabulary: LoadedVocabulary) -> None:
    found = relevances(vocabulary, records(("Pottery for beginners", COURSE_TEXT)))
    assert found[0, "k:pottery"] >= LinkSettings().least_resource > found[0, "k:hr"]


@pytest.mark.parametrize("contract", ["resources", "jobs"])
def test_a_relevance_is_a_probability(vocabulary: LoadedVocabulary, contract: str) -> None:
    texts = [
        ("", ""),
        ("pottery", ""),
        ("", "falconry"),
        ("Pottery " * 40, COURSE_TEXT * 50),
        ("x", "🦉 arc welding 全栈"),
    ]
    found = relevances(vocabulary, records(*texts), contract)
    assert found and all(0.0 <= value <= 1.0 for value in found.values())


def test_links_do_not_depend_on_what_is_read_along(vocabulary: LoadedVocabulary) -> None:
    own = ("Evening course", COURSE_TEXT + " Some bookkeeping and payroll accounting.")
    others = [("Falconry", "falconry and arc welding"), ("Pottery", "pottery " * 30), ("", "")]
    alone = relevances(vocabulary, records(own))
    together = relevances(vocabulary, records(*others, own, *others))
    assert {code: value for (doc, code), value in together.items() if doc == 3} == {c: v for (_, c), v in alone.items()}


def test_blocks_change_nothing(vocabulary: LoadedVocabulary) -> None:
    rows = records(("Pottery", COURSE_TEXT), ("Clerk", "bookkeeping"), ("", ""), ("Falconry", "arc welding"))
    whole, single = (judge_hits(rows, ("title", "text"), "jobs", vocabulary, block) for block in (100, 1))
    assert whole.equals(single)


def test_a_text_that_is_not_scanned_says_nothing(vocabulary: LoadedVocabulary) -> None:
    rows = records(("Evening course", COURSE_TEXT))
    assert judge_hits(rows, (), "resources", vocabulary, 10).is_empty()
    assert judge_hits(rows, ("title",), "resources", vocabulary, 10).is_empty()


def test_a_hit_tells_where_it_stands_and_whether_its_sentence_asks(vocabulary: LoadedVocabulary) -> None:
    text = "Our founder loves falconry. You must know bookkeeping\nWe sell arc welding"
    hits = find_hits(records(("Bookkeeping", text)), ("title", "text"), vocabulary)
    told = {(code, title): asked for code, title, asked in hits.select("code", "is_title", "asked").iter_rows()}
    assert told == {
        ("k:bookkeeping", True): False,
        ("k:falconry", False): False,
        ("k:bookkeeping", False): True,
        ("k:welding", False): False,
    }
    assert hits.filter("is_title")["position"].to_list() == [0.0]
    assert hits["position"].is_between(0.0, 1.0).all()


def test_declared_skills_have_relevance_1_and_win(vocabulary: LoadedVocabulary) -> None:
    rows, settings = records(("Falconry", "falconry and bookkeeping")), EvidenceSettings()
    mentions = pl.DataFrame({"doc": [0], "term": ["s:hawks"]})
    skills = pl.DataFrame({"code": ["s:hawks"], "skill": ["k:falconry"]})
    needs = find_needs(rows, mentions, skills, ("title", "text"), "jobs", vocabulary, settings)
    assert dict(needs.schema) == NEED_SCHEMA
    by_code = {row["code"]: row for row in needs.to_dicts()}
    assert (by_code["k:falconry"]["via"], by_code["k:falconry"]["relevance"]) == ("term", 1.0)
    assert by_code["k:bookkeeping"]["via"] == "text"


def needs_of(*rows: Mapping[str, object]) -> pl.DataFrame:
    return pl.DataFrame([{**NEEDS, **row} for row in rows], schema=NEED_SCHEMA)


def test_below_the_threshold_there_is_no_link() -> None:
    settings = LinkSettings()
    sure, unsure = {"relevance": settings.least_posting}, {"code": "k:hr", "relevance": settings.least_posting - 0.001}
    declared = {"code": "k:welding", "via": "term", "relevance": 1.0, "strength": 0.6}
    needs = needs_of(sure, unsure, declared)
    kept = choose_links(needs, pl.DataFrame({"doc": [0]}), "jobs", settings)
    assert kept["code"].to_list() == ["k:pottery", "k:welding"]
    assert kept["strength"].to_list() == [0.25, 0.6]


def resource(hours: float | None = None, kind: str = "course") -> pl.DataFrame:
    return pl.DataFrame({"doc": [0], "kind": [kind], "hours": [hours]}, schema_overrides={"hours": pl.Float64})


def test_what_a_resource_teaches_is_as_strong_as_it_is_probable() -> None:
    kept = choose_links(needs_of({"relevance": 0.8}), resource(), "resources", LinkSettings())
    assert kept["strength"].to_list() == [0.2]


def test_short_resources_teach_less_but_declared_skills_stay() -> None:
    settings = LinkSettings(per_hour=0.1, least_bound=0.1)
    declared = {"code": "k:hr", "via": "term", "strength": 0.6, "relevance": 1.0}
    titles = [{"code": f"k:{n}", "via": "title", "strength": 0.5} for n in range(4)]
    bounded = bound_gains(needs_of(declared, *titles), resource(16.0), settings)
    assert bounded["strength"].to_list() == pytest.approx([0.6, 0.25, 0.25, 0.25, 0.25])
    full = bound_gains(needs_of(declared, *titles), resource(6.0), settings)
    assert full["code"].to_list() == ["k:hr"]


def test_without_hours_the_kind_bounds() -> None:
    assert tuple(KindBounds.__dataclass_fields__) == RESOURCE_KINDS
    assert {"kind", "hours"} <= set(CONTRACTS["resources"].fields)
    titles = [{"code": f"k:{n}", "via": "title", "strength": 0.6} for n in range(20)]
    for kind in RESOURCE_KINDS:
        bounded = bound_gains(needs_of(*titles), resource(kind=kind), LinkSettings())
        assert bounded["strength"].sum() == pytest.approx(getattr(KindBounds(), kind))


@given(
    st.lists(st.tuples(st.sampled_from(["term", "title", "text"]), st.floats(0.01, 1.0)), max_size=8), st.floats(0, 200)
)
def test_a_sum_found_never_passes_the_bound_and_nothing_grows(said: list[tuple[str, float]], hours: float) -> None:
    rows = [{"code": f"k:{n}", "via": via, "strength": value} for n, (via, value) in enumerate(said)]
    needs, settings = needs_of(*rows), LinkSettings()
    bounded = bound_gains(needs, resource(hours), settings)
    declared = sum(value for via, value in said if via == "term")
    bound = min(max(hours * settings.per_hour, settings.least_bound), settings.most_bound)
    assert bounded["strength"].sum() <= max(bound, declared) + 1e-4
    before = dict(needs.select("code", "strength").iter_rows())
    assert all(value <= before[code] + 1e-5 for code, value in bounded.select("code", "strength").iter_rows())


def test_more_hours_never_teach_less() -> None:
    titles = needs_of(*({"code": f"k:{n}", "via": "title", "strength": 0.6} for n in range(20)))
    sums = [bound_gains(titles, resource(hours), LinkSettings())["strength"].sum() for hours in (0.0, 5, 20, 60, 500)]
    assert all(more >= less for less, more in pairwise(sums))


def test_the_features_are_those_that_the_calibration_knows(vocabulary: LoadedVocabulary) -> None:
    rows = records(("Pottery", COURSE_TEXT))
    hits = find_hits(rows, ("title", "text"), vocabulary)
    skills = link_features(rows.select("doc", "title", body="text"), hits, vocabulary)
    assert feature_array(skills).shape == (skills.height, len(SIGNS))
    assert skills.null_count().row(0) == (0,) * skills.width
