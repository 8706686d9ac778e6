"""Skills and occupations named in running text."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.ontology.matching.matching import Matcher
from skillpath.ontology.release.release import Release
from skillpath.ontology.scanning.scanning import HITS, Scanner, ScanSettings


@pytest.fixture
def scanner(labels: pl.DataFrame) -> Scanner:
    return Scanner(labels)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We use Python, Java and C++.", [("py", "Python"), ("java", "Java"), ("cpp", "C++")]),
        ("JAVASCRIPT or python", [("js", "JAVASCRIPT"), ("py", "python")]),
        ("JavaScript/HTML", [("js", "JavaScript")]),
        ("javanese script Javaland scripts", []),
        ("ML; ml", [("ml", "ML")]),
        ("modern ASP.NET.", [("net", "ASP.NET")]),
        ("Machine-learning\nmachine\nlearning", [("ml", "Machine-learning")]),
        ("machine, learning", []),
        ("you manage  databases", [("db", "manage  databases")]),
        ("managing databases daily", [("db", "managing databases")]),
        ("strong problem solving", [("solve", "problem solving")]),
        ("database management", [("db", "database management")]),
        ("Head Chef, chef wanted", []),
        ("see https://example.org/Python for more", []),
        ("build machine learning models", []),
        ("build machines for", [("build", "build machines")]),
        ("an operating system kernel", [("ops", "operating system")]),
        ("a big picture", []),
        ("SEO and seo", [("seo", "SEO")]),
        ("", []),
    ],
)
def test_what_is_found(scanner: Scanner, text: str, found: list[tuple[str, str]]) -> None:
    assert scanner.scan([text]).select("code", "surface").rows() == found


def test_the_longest_name_wins(labels: pl.DataFrame) -> None:
    more = pl.DataFrame({"code": ["ops2"], "label": ["machine learning operations"], "altLabels": [[""]]})
    hits = Scanner(pl.concat([labels, more])).scan(["machine learning operations, machine learning"])
    assert hits["code"].to_list() == ["ops2", "ml"]


def test_positions_are_those_of_the_given_text_and_document(scanner: Scanner) -> None:
    texts = ["nothing", "é 🙂 İ Python", "", "Java\r\nPython"]
    hits = scanner.scan(texts)
    assert hits.rows() == [
        (1, 6, 12, "py", "Python"),
        (3, 0, 4, "java", "Java"),
        (3, 6, 12, "py", "Python"),
    ]


WORDS = ["Python", "Java", "machine", "learning", "solve", "problems", "\n", ",", "🙂", "é", "-", "C++", "'s", " "]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=12), max_size=5), st.integers(1, 40))
def test_hits_are_true_substrings_without_overlap_however_texts_are_chunked(pieces: list[list[str]], size: int) -> None:
    frame = pl.DataFrame(
        {
            "code": ["p", "j", "m", "s", "c"],
            "label": ["Python", "Java", "machine learning", "solve problems", "C++"],
            "altLabels": [[""]] * 5,
        }
    )
    texts = [" ".join(words) for words in pieces]
    hits = Scanner(frame).scan(texts)
    assert dict(hits.schema) == HITS
    for doc, start, end, _, surface in hits.iter_rows():
        assert texts[doc][start:end] == surface != ""
    after = hits.with_columns(before=pl.col("end").shift(1).over("doc"))
    assert (after["before"].fill_null(0) <= after["start"]).all()
    assert hits.equals(Scanner(frame, ScanSettings(chunk_characters=size)).scan(texts))


def test_a_language_counts_only_in_the_company_of_language_words() -> None:
    frame = pl.DataFrame({"code": ["el"], "label": ["Greek"], "altLabels": [[""]], "kind": ["language"]})
    texts = ["ancient Greek art", "fluent in Greek", "Greek", "language"]
    assert Scanner(frame).scan(texts)["doc"].to_list() == [1]


def test_ten_megabytes_are_scanned(scanner: Scanner) -> None:
    texts = ["x" * 10_000_000, "\x00\x07 " * 1_000_000 + "Python " + "Java, " * 1_200_000]
    hits = scanner.scan(texts)
    assert hits["doc"].unique().to_list() == [1]
    assert hits["code"].value_counts().sort("code").rows() == [("java", 1_200_000), ("py", 1)]


def test_a_name_two_skills_share_is_not_looked_for() -> None:
    frame = pl.DataFrame({"code": ["a", "b"], "label": ["oak", "elm"], "altLabels": [["tall tree"], ["tall tree"]]})
    assert Scanner(frame).scan(["a tall tree"]).is_empty()


def test_a_limited_company_is_no_controller() -> None:
    labels = pl.DataFrame({"code": ["plc"], "label": ["programmable logic controller"], "altLabels": [["PLC"]]})
    texts = ["Hillside Trading PLC is hiring", "a PLC company", "PLC programming and sensors", "robots, PLC, SCADA"]
    assert Scanner(labels).scan(texts)["doc"].to_list() == [2, 3]


def test_no_labels_and_no_texts() -> None:
    empty = pl.DataFrame(schema={"code": pl.String, "label": pl.String, "altLabels": pl.List(pl.String)})
    assert Scanner(empty).scan(["Python"]).is_empty()
    assert dict(Scanner(empty).scan([]).schema) == HITS


@pytest.mark.parametrize("text", ["Frontend Developer", "front end developers", "Senior Front-End Developer (Berlin)"])
def test_an_occupation_in_a_headline(text: str) -> None:
    frame = pl.DataFrame(
        {"code": ["ui"], "label": ["user interface developer"], "altLabels": [["front-end developer"]]}
    )
    assert Scanner(frame).scan([text])["code"].to_list() == ["ui"]


@pytest.mark.realdata
def test_real_posts_name_the_skills_one_expects(real_data: Path, esco: Release, esco_scanner: Scanner) -> None:
    texts = pl.read_parquet(real_data / "jobs" / "hn_hiring_2011_2018.parquet")["text"].head(3_000).to_list()
    hits = esco_scanner.scan(texts)
    assert hits["doc"].n_unique() / len(texts) > 0.6
    top = hits["code"].value_counts(sort=True).head(15).join(esco.skills, on="code")["label"].to_list()
    assert {"Python (computer programming)", "JavaScript", "PHP"} <= set(top)
    for doc, start, end, _, surface in hits.head(500).iter_rows():
        assert texts[doc][start:end] == surface


@pytest.mark.realdata
def test_scanner_and_matcher_agree_on_what_a_name_means(
    real_data: Path, esco_matcher: Matcher, esco_scanner: Scanner
) -> None:
    courses = pl.read_parquet(real_data / "courses" / "mooccube_courses.parquet")["about"].to_list()
    hits = esco_scanner.scan(courses).unique(["surface", "code"]).sort("surface")
    matched = esco_matcher.match(hits["surface"].to_list())["skill"]
    both = matched.is_not_null()
    assert both.sum() > 0.8 * hits.height
    assert (matched.filter(both) == hits["code"].filter(both)).sum() > 0.97 * int(both.sum())


@pytest.mark.realdata
def test_real_headlines_name_occupations(real_data: Path, esco: Release) -> None:
    headlines = pl.read_parquet(real_data / "jobs" / "hn_hiring_2011_2018.parquet")["headline"].tail(10_000).to_list()
    scanner = Scanner(esco.clusters.select("code", "label", "altLabels"))
    hits = scanner.scan(headlines)
    labels = hits["code"].value_counts(sort=True).head(3).join(esco.clusters, on="code")["label"].to_list()
    assert "software developer" in labels
    assert hits["doc"].n_unique() > 1_000
