"""The mapping files of real jobs: what they accept is right, and what they turn away is told truly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from skillpath.pipeline.ingest.cleaning import RULES, CleaningResult, clean
from skillpath.pipeline.ingest.cleaning.coding import vocabulary
from skillpath.pipeline.ingest.contracts.jobs import DEGREES
from skillpath.pipeline.ingest.reading import ROW, read_source
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.source_spec import SourceSpec

pytestmark = pytest.mark.realdata
EXAMPLES = Path(__file__).parents[3] / "examples"


@dataclass(frozen=True)
class Expected:
    """What one file gives, with some slack below what was measured.

    Attributes:
        accepted: least share of rows that become records.
        filled: least share of records that have a value, by column.
        rules: the rules that its other rows break.
    """

    name: str
    rows: int
    accepted: float
    filled: dict[str, float]
    rules: frozenset[str]


FILES = {
    expected.name: expected
    for expected in (
        Expected(
            "hn", 47_579, 1.0, {"text": 1.0, "employer": 0.52, "region": 0.67, "salary_min": 0.02},
            frozenset(),
        ),
        Expected(
            "ethiopia", 2_557, 0.97,
            {"text": 1.0, "skills": 0.99, "closes_at": 0.99, "employer": 1.0, "region": 0.98, "industry": 0.95,
             "experience": 0.92, "salary_min": 0.21},
            frozenset({"duplicate", "order", "contract"}),
        ),
        Expected(
            "china_it", 42_902, 0.99,
            {"text": 0.96, "employer": 0.91, "region": 1.0, "industry": 0.88, "experience": 0.99, "salary_min": 0.98},
            frozenset({"duplicate", "contract", "number"}),
        ),
        Expected(
            "lagou", 1_829, 0.98,
            {"skills": 0.99, "employer": 1.0, "region": 1.0, "industry": 0.98, "experience": 1.0, "salary_min": 1.0},
            frozenset({"duplicate"}),
        ),
    )
}  # fmt: skip
BY_FILE = pytest.mark.parametrize("name", FILES)


@dataclass(frozen=True)
class Loaded:
    spec: SourceSpec
    raw: pl.DataFrame
    cleaned: CleaningResult

    def beside(self, *columns: str) -> pl.DataFrame:
        """The records, and what the file has in ``columns``, called as there with "raw " before it."""
        raw = self.raw.select(pl.col(ROW).alias("row"), pl.col(*columns).name.prefix("raw "))
        return self.cleaned.frame.join(raw, on="row", how="left", maintain_order="left")


@pytest.fixture(scope="module")
def load(real_data: Path) -> Callable[[str], Loaded]:
    """Each file read and cleaned whole, once."""
    done: dict[str, Loaded] = {}

    def loaded(name: str) -> Loaded:
        if name not in done:
            (spec,) = read_config(EXAMPLES / f"jobs_{name}.toml", real_data).sources
            table = read_source(spec)
            done[name] = Loaded(spec, table.frame, clean(table, spec))
        return done[name]

    return loaded


@BY_FILE
def test_every_row_is_a_record_or_told_why_not(load: Callable[[str], Loaded], name: str) -> None:
    loaded, expected = load(name), FILES[name]
    frame, rejected = loaded.cleaned.frame, loaded.cleaned.rejected
    assert loaded.raw.height == expected.rows
    assert sorted([*frame["row"], *rejected["row"].unique()]) == list(range(1, expected.rows + 1))
    assert frame.height >= expected.accepted * expected.rows
    assert set(rejected["rule"]) == expected.rules <= RULES.keys()
    assert (rejected["reason"].str.len_chars() > 0).all()


@BY_FILE
def test_records_are_filled_and_coded(load: Callable[[str], Loaded], name: str) -> None:
    frame, expected = load(name).cleaned.frame, FILES[name]
    assert frame["code"].n_unique() == frame.height
    assert frame["posted_at"].null_count() == 0
    assert set(frame["education"]) <= set(DEGREES)
    for column, share in expected.filled.items():
        assert frame[column].count() / frame.height >= share, column
    priced = frame.filter(pl.col("salary_min").is_not_null())
    assert priced["salary_currency"].null_count() == 0
    assert priced.filter(pl.col("salary_min") > pl.col("salary_max")).is_empty()
    known = {column: set(vocabulary(column)["code"]) for column in ("region", "industry")}
    for column, codes in known.items():
        stated = frame[column].drop_nulls()
        assert stated.is_in(list(codes)).sum() >= 0.998 * len(stated), column


def test_reasons_of_china_it_are_true(load: Callable[[str], Loaded]) -> None:
    loaded = load("china_it")
    bad = loaded.cleaned.rejected.join(loaded.raw.rename({ROW: "row"}), on="row", how="left")
    by = {rule: bad.filter(pl.col("rule") == rule) for rule in ("number", "contract", "duplicate")}
    assert by["number"]["column"].unique().to_list() == ["experience"]
    # A degree, or days a week, where years belong: the page's lines had slipped by one.
    assert not by["number"]["experience"].str.contains(r"年|经验").any()
    assert set(by["contract"]["column"]) == {"education", "title"}
    titles = by["contract"].filter(pl.col("column") == "title")
    assert titles["position"].null_count() == titles.height
    degrees = by["contract"].filter(pl.col("column") == "education")["diploma_requirement"]
    assert set(degrees.str.contains("^(以内.*|其他)$")) == {True}
    assert by["duplicate"]["value"].is_in(loaded.cleaned.frame["code"].implode()).all()


def test_reasons_of_ethiopia_are_true(load: Callable[[str], Loaded]) -> None:
    loaded = load("ethiopia")
    bad = loaded.cleaned.rejected.join(loaded.raw.rename({ROW: "row"}), on="row", how="left")
    late = bad.filter(pl.col("rule") == "order")
    assert (late["deadline"] < late["posted_date"]).all()
    again = bad.filter(pl.col("rule") == "duplicate")
    assert (loaded.raw.join(again, on="job_id", how="semi").group_by("job_id").len()["len"] >= 2).all()
    long = bad.filter(pl.col("rule") == "contract")
    assert (long["skills"].str.split("\n").list.eval(pl.element().str.len_chars()).list.max() > 300).all()


def test_repetitions_in_lagou_are_rows_that_say_the_same(load: Callable[[str], Loaded]) -> None:
    loaded = load("lagou")
    whole = loaded.raw.drop(ROW, "#line")
    assert loaded.cleaned.frame.height == whole.unique().height
    assert loaded.cleaned.quarantined == whole.height - whole.unique().height


@pytest.mark.parametrize(
    ("name", "column", "pattern", "unit"),
    [
        ("lagou", "salary", r"^([\d.]+)k-([\d.]+)k$", 1_000),
        ("china_it", "wage", r"^([\d.]+)-([\d.]+)K(?:·\d+薪)?$", 1_000),
        ("china_it", "wage", r"^([\d.]+)-([\d.]+)万/月$", 10_000),
        ("china_it", "wage", r"^([\d.]+)-([\d.]+)万/年$", 10_000 / 12),
        ("china_it", "wage", r"^([\d.]+)千-([\d.]+)千$", 1_000),
    ],
)
def test_chinese_pay(load: Callable[[str], Loaded], name: str, column: str, pattern: str, unit: float) -> None:
    paid = load(name).beside(column).with_columns(pl.col(f"raw {column}").str.extract_groups(pattern).alias("of"))
    paid = paid.filter(pl.col("of").struct.field("1").is_not_null())
    assert paid.height > 300
    for place, end in (("1", "salary_min"), ("2", "salary_max")):
        wanted = paid["of"].struct.field(place).cast(pl.Float64) * unit
        assert ((paid[end] - wanted).abs() <= 0.01).all()
    assert set(paid["salary_currency"]) == {"CNY"}


def test_pay_in_birr_is_what_the_portal_has_as_a_number(load: Callable[[str], Loaded]) -> None:
    paid = load("ethiopia").beside("salary", "salary_period")
    monthly = paid.filter(pl.col("raw salary_period").str.to_lowercase() == "monthly")
    assert monthly.height > 500
    assert (monthly["salary_min"] == monthly["raw salary"]).all()
    assert set(monthly["salary_currency"]) == {"ETB"}
    # A sum for a piece of work is no month's pay.
    fixed = paid.filter(pl.col("raw salary_period") == "Fixed")
    assert fixed["salary"].count() == fixed.height > 30
    assert fixed["salary_min"].count() == 0


@pytest.mark.parametrize(
    ("name", "column", "years"),
    [
        ("china_it", "experience", {"3-5年": 3, "10年以上": 10, "1年以内": 0, "经验不限": 0, "2年": 2}),
        ("lagou", "workYear", {"3-5年": 3, "10年以上": 10, "1年以下": 0, "不限": 0, "应届毕业生": 0}),
        ("ethiopia", "experience_level", {"JUNIOR": 1, "Junior": 1, "SENIOR": 3, "EXPERT": 5}),
    ],
)
def test_experience_in_years(load: Callable[[str], Loaded], name: str, column: str, years: dict[str, int]) -> None:
    records = load(name).beside(column)
    for written, least in years.items():
        assert set(records.filter(pl.col(f"raw {column}") == written)["experience"]) == {least}, written


@pytest.mark.parametrize(
    ("name", "column", "degrees"),
    [
        ("china_it", "diploma_requirement", {"本科": "bachelor", "大专": "associate", "学历不限": "none"}),
        ("lagou", "education", {"硕士": "master", "不限": "none", "博士": "doctorate"}),
        ("ethiopia", "education_qualification", {"Bachelor’s Degree": "bachelor", "Tvet": "vocational"}),
    ],
)
def test_education(load: Callable[[str], Loaded], name: str, column: str, degrees: dict[str, str]) -> None:
    records = load(name).beside(column)
    for written, degree in degrees.items():
        assert set(records.filter(pl.col(f"raw {column}") == written)["education"]) == {degree}, written


def test_pages_and_addresses_are_no_employers_and_no_skills(load: Callable[[str], Loaded]) -> None:
    employers = load("china_it").cleaned.frame["employer"].drop_nulls()
    assert not employers.str.contains("[\n。？]").any()
    skills = load("ethiopia").cleaned.frame["skills"].explode().drop_nulls()
    assert not skills.str.contains("Work Address").any()


def test_headlines_give_employers_cities_and_pay_or_nothing(load: Callable[[str], Loaded]) -> None:
    records = load("hn").cleaned.frame
    stated = records.filter(pl.col("employer").is_not_null())
    assert (stated["employer"].str.len_chars() <= 50).all()
    starts = stated.select(pl.col("title").str.starts_with(pl.col("employer").str.slice(0, 10))).to_series()
    assert starts.all()
    assert not stated["employer"].str.contains(r"[|,(]|https?$").any()
    years = records.filter(pl.col("salary_min").is_not_null())
    # A month of what was a year's pay.
    assert years["salary_min"].is_between(800, 30_000).all()
    assert years["salary_max"].is_between(800, 30_000).all()
