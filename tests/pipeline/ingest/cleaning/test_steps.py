"""The steps of cleaning: what each makes of a table, and that it counts what it does."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import polars as pl
import pytest

from skillpath.errors import BadInput
from skillpath.ontology.matching.text_cleaning import SUSPECT
from skillpath.pipeline.ingest.cleaning import STEPS, CleaningResult, clean
from skillpath.pipeline.ingest.cleaning.field_mapping import content_code
from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.source_spec import Money, Select, SourceSpec
from tests.pipeline.ingest.cleaning.made import cleaned, example, other, table

JOBS = CONTRACTS["jobs"]
CODE = "385656febcdab61288a09707"


def counts(result: CleaningResult) -> dict[str, int]:
    return {step.name: step.rows for step in result.steps}


def test_every_step_is_named_and_counted() -> None:
    rows = [
        example(JOBS),
        other(JOBS, 1) | {"education": "", "vacancies": None, "region": "Hill", "salary": "面议"},
        other(JOBS, 2) | {"posted_at": "soon"},
        other(JOBS, 3) | {"salary": "-5"},
        other(JOBS, 4) | {"posted_at": "2023-01-01"},
        other(JOBS, 5) | {"employer": "Elsewhere"},
        example(JOBS),
    ]
    select = Select(since="2024-01-01", where={"employer": "Aldermere Mills"})
    result = cleaned("jobs", *rows, select=select)
    assert counts(result) == {
        "select": 1,
        "read": 1,
        "complete: education": 1,
        "complete: vacancies": 1,
        "code: region": 4,
        "code: industry": 5,
        "code: education": 5,
        "pay: salary": 3,
        "rules": 1,
        "repeated": 1,
        "days": 1,
        "month": 2,
    }
    assert [step.name.split(":")[0] for step in result.steps] == sorted(
        (step.name.split(":")[0] for step in result.steps), key=list(STEPS).index
    )
    details = {step.name: step.detail for step in result.steps}
    assert details["code: region"].endswith("1 uncoded: Hill")
    assert details["pay: salary"].endswith("1 say no amount, 0 kept as text only")
    assert (result.not_selected, result.quarantined, result.bad_share) == (2, 3, 3 / 5)


def test_missing_values_are_completed_as_stated_and_codes_never() -> None:
    bare = dict.fromkeys(JOBS.fields) | {"code": "1", "title": "Cook", "posted_at": "2024-01-01"}
    record = cleaned("jobs", bare, complete={"region": "北京", "closes_at": "31.01.2024"}).frame.to_dicts()[0]
    assert (record["education"], record["vacancies"], record["experience"]) == ("none", 1, None)
    assert (record["region"], record["closes_at"]) == ("Beijing", dt.date(2024, 1, 31))
    lost = cleaned("jobs", bare | {"code": ""}, complete={"code": "made up"})
    assert lost.frame.is_empty()
    with pytest.raises(BadInput, match="'soon' is no date"):
        cleaned("jobs", bare, complete={"closes_at": "soon"})


def test_pay_becomes_a_range_a_month_and_its_text_stays() -> None:
    result = cleaned("jobs", example(JOBS, salary="15-20万/年"), money=Money("CNY"))
    pay = result.frame.select("salary", "salary_min", "salary_max", "salary_currency")
    assert pay.rows() == [("15-20万/年", 12_500.0, 16_666.67, "CNY")]
    odd = cleaned("jobs", example(JOBS, salary="as agreed with you"))
    assert odd.frame.select("salary", "salary_min").rows() == [("as agreed with you", None)]
    assert odd.rejected.is_empty()


def test_months_are_those_of_the_sources_zone() -> None:
    events = CONTRACTS["events"]
    row = example(events, at="2024-10-31T20:00:00Z")
    assert cleaned("events", row).frame["month"].to_list() == [dt.date(2024, 10, 1)]
    late = cleaned("events", row, timezone="Asia/Shanghai").frame
    assert late["month"].to_list() == [dt.date(2024, 11, 1)]
    assert late["at"].to_list() == [dt.datetime(2024, 10, 31, 20, tzinfo=dt.UTC)]
    assert "month" not in cleaned("students", example(CONTRACTS["students"])).frame.columns


def source(**more: Any) -> SourceSpec:
    columns = {"title": "name", "posted_at": "day"}
    return SourceSpec("s", "jobs", columns | more.pop("columns", {}), **more)


def test_a_part_of_a_cell_is_taken_and_values_mapped() -> None:
    frame = pl.DataFrame({"name": ["Cook"] * 3, "day": ["posted 2024-01-02"] * 3, "id": ["a", "b", "c"]}).with_columns(
        years=pl.Series(["3-5年", "经验不限", "10"])
    )
    result = clean(
        table(frame),
        source(
            columns={"code": "id", "experience": "years"},
            parse={"posted_at": r"(\d{4}-\d\d-\d\d)", "experience": r"^(\d+)-\d+年"},
            values={"experience": {"经验不限": 0}},
            constants={"region": "remote"},
        ),
    )
    assert result.rejected.is_empty()
    assert result.frame["experience"].to_list() == [3.0, 0.0, 10.0]
    assert result.frame["region"].to_list() == ["remote"] * 3
    assert (counts(result)["parse: experience"], counts(result)["values: experience"]) == (1, 1)


def test_a_code_made_of_content() -> None:
    frame = pl.DataFrame(
        {
            "name": ["Cook", "Cook", "Cook ", None, "Co", None],
            "firm": ["Inn", "Mill", "Inn\u200b", "CookInn", "okInn", None],
            "day": ["2024-01-01"] * 6,
        }
    )
    result = clean(table(frame), source(digest={"code": ["name", "firm"]}, prefix={"code": "x:"}))
    assert result.rejected.select("row", "rule").rows() == [
        (3, "duplicate"),
        (4, "contract"),
        (6, "contract"),
        (6, "contract"),
    ]
    assert result.frame["code"].str.contains("^x:[0-9a-f]{24}$").all()
    assert result.ignored_columns == ()
    assert content_code(frame.select("name", "firm")).n_unique() == 5
    # What is stored must be met again by every later version.
    assert content_code(frame.select("name", "firm"))[0] == CODE
    script = (
        "import polars as pl; from skillpath.pipeline.ingest.cleaning.field_mapping import content_code;"
        "print(content_code(pl.DataFrame({'name': ['Cook'], 'firm': ['Inn']}))[0])"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert output == CODE


def test_text_that_needs_no_mending_is_told_from_text_that_may() -> None:
    points = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    every = pl.Series(points)
    composed, apart = every.str.normalize("NFC"), every.str.normalize("NFD")
    suspect = set(every.filter(every.str.contains(SUSPECT)))
    assert set(every.filter(composed != every)) <= suspect
    # What NFC joins to the character before it is what a character it keeps comes apart to.
    joined = "".join(apart.filter((composed == every) & (apart != every)).str.slice(1))
    assert set(joined) <= suspect
    assert len(suspect) < 6_000


def test_typed_columns() -> None:
    frame = pl.DataFrame(
        {
            "code": [12.0, 13.0, float("nan")],
            "title": ["a", "b", "c"],
            "posted_at": [dt.datetime(2024, 1, 1, 23), None, dt.datetime(2024, 1, 1)],
            "skills": [["x", " x", None], [], None],
            "vacancies": [2, 3, 4],
            "salary": [1000, None, 2000],
        }
    )
    result = clean(table(frame), SourceSpec("s", "jobs", {name: name for name in frame.columns}))
    record = result.frame.select("code", "posted_at", "skills", "vacancies", "salary_max").rows()
    assert record == [("12", dt.date(2024, 1, 1), ["x"], 2, 1000.0)]
    assert result.rejected.select("row", "column").rows() == [(2, "posted_at"), (3, "code")]
