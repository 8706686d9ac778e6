"""Proposals for unknown files: they parse, map what can be told, and say what they are unsure of."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import xlsxwriter

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.dry_run import DryRun, dry_run
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.source_spec import SourceSpec
from skillpath.pipeline.ingest.suggesting.suggest import suggest


def proposed(path: Path, folder: Path) -> tuple[str, SourceSpec, DryRun]:
    """The proposal for a file, as a configuration, and what it makes of the first rows."""
    text = suggest(path)
    config = folder / "proposed.toml"
    config.write_text(text, "utf-8")
    read = read_config(config)
    return text, read.sources[0], dry_run(read)[0]


def written(path: Path, header: list[str], rows: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def test_chinese_posts_in_an_old_encoding(tmp_path: Path) -> None:
    header = [
        "职位编号",
        "岗位名称",
        "岗位职责",
        "技能标签",
        "发布日期",
        "公司名称",
        "工作城市",
        "学历要求",
        "工作经验",
        "薪资",
        "福利",
    ]
    duty = (
        "负责公司数据平台的建设与维护，参与业务需求分析，撰写数据报告，与产品和研发团队沟通协作，推动数据驱动的决策。"
        * 2
    )
    cities, degrees, years = ["北京", "上海"], ["本科", "大专"], ["3-5年", "1-3年", "5-10年", "不限"]
    rows = [
        [f"ZP{i:05}", "数据分析师", duty, "Python、统计、沟通", f"2024年{i % 12 + 1}月5日", f"公司{i % 7}"]
        for i in range(60)
    ]
    for i, row in enumerate(rows):
        row += [cities[i % 2], degrees[i % 2], years[i % 4], "15-25K", "双休"]
    text, spec, done = proposed(written(tmp_path / "招聘.csv", header, rows, "gb18030"), tmp_path)
    assert spec.contract == "jobs" and spec.name == "招聘"
    assert spec.columns == {
        "code": "职位编号", "title": "岗位名称", "text": "岗位职责", "skills": "技能标签", "posted_at": "发布日期",
        "employer": "公司名称", "region": "工作城市", "education": "学历要求", "experience": "工作经验",
        "salary": "薪资",
    }  # fmt: skip
    assert spec.lists == {"skills": "、"} and spec.money.currency == "CNY"
    assert spec.values["experience"] == {"不限": "0"}
    assert spec.encoding and "unsure: guessed from the bytes" in text
    assert "Not read: 福利." in text
    assert (done.records, done.quarantined) == (60, 0)
    assert done.first[0]["experience"] == 3.0 and done.first[0]["skills"] == ["Python", "统计", "沟通"]


def test_days_whose_order_is_in_doubt_are_marked(tmp_path: Path) -> None:
    rows = [[f"u{i}", f"c{i % 5}", f"0{i % 9 + 1}/0{i % 8 + 1}/2024", str(i % 100)] for i in range(50)]
    text, spec, _ = proposed(
        written(tmp_path / "x.csv", ["UserID", "course_id", "Enrolment Date", "Grade"], rows), tmp_path
    )
    assert spec.contract == "enrolments"
    assert spec.columns == {"student": "UserID", "resource": "course_id", "at": "Enrolment Date", "score": "Grade"}
    assert spec.dates == {"at": "%d/%m/%Y"} and "# unsure: %m/%d/%Y would fit as well" in text
    rows[3][2] = "02/25/2024"
    _, spec, _ = proposed(
        written(tmp_path / "x.csv", ["UserID", "course_id", "Enrolment Date", "Grade"], rows), tmp_path
    )
    assert spec.dates == {"at": "%m/%d/%Y"}


def test_values_of_a_kind_are_mapped_where_they_are_known(tmp_path: Path) -> None:
    kinds = ["MOOC", "Hackathon", "certification", "Webinar"]
    rows = [[f"r{i}", kinds[i % 4], f"Thing {i}", "60"] for i in range(20)]
    text, spec, done = proposed(
        written(tmp_path / "catalogue.csv", ["id", "type", "course_title", "hours"], rows), tmp_path
    )
    assert spec.contract == "resources"
    assert spec.values["kind"] == {
        "MOOC": "course", "Hackathon": "competition", "certification": "certificate", "Webinar": "Webinar",
    }  # fmt: skip
    assert "unsure: one of course, training" in text
    assert (done.records, done.quarantined) == (15, 5)


def test_feedback_and_participation(tmp_path: Path) -> None:
    header = ["记录编号", "学号", "实习单位", "开始日期", "结束日期", "评分"]
    rows = [[f"f{i}", f"s{i % 9}", "某公司", "2024-01-02", "2024-05-31", "0.8"] for i in range(12)]
    _, spec, done = proposed(written(tmp_path / "实习反馈.csv", header, rows), tmp_path)
    assert spec.contract == "feedback" and set(spec.columns) == {
        "code", "student", "employer", "started_at", "ended_at", "rating",
    }  # fmt: skip
    assert spec.constants == {"kind": "internship"} and done.records == 12
    rows = [[f"s{i}", f"p{i % 3}", "founder", "2024-01-02"] for i in range(12)]
    _, spec, done = proposed(
        written(tmp_path / "team_members.csv", ["student_id", "project_id", "role", "joined"], rows), tmp_path
    )
    assert spec.contract == "participation" and done.records == 12


def test_what_nothing_fills_is_left_open_and_codes_are_made_of_content(tmp_path: Path) -> None:
    rows = [[["Analyst", "Clerk"][i % 2], f"Firm {i}", "Prose of a post. " * 20] for i in range(20)]
    text, spec, done = proposed(written(tmp_path / "jobs.csv", ["job", "firm", "about it"], rows), tmp_path)
    assert spec.constants == {"posted_at": ""} and "nothing fills it" in text
    assert spec.columns["text"] == "about it" and "unsure: its name says little; the first value is Prose" in text
    assert spec.digest == {"code": ["job", "about it", "firm"]}
    assert done.quarantined == 20 and {bad["reason"] for bad in done.rejected} == {"it is missing"}


def test_a_workbook_names_its_sheet_and_odd_names_are_quoted(tmp_path: Path) -> None:
    path = tmp_path / "Posts 2024-03.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, _ = book.add_worksheet("Offene Stellen"), book.add_worksheet("Notes")
    for i, row in enumerate([["Job ID", 'The "title"'], *([f"j{i}", "Analyst"] for i in range(9))]):
        sheet.write_row(i, 0, row)
    book.close()
    text, spec, done = proposed(path, tmp_path)
    assert (spec.name, spec.sheet) == ("posts-2024-03", "Offene Stellen") and "unsure: or Notes" in text
    assert spec.columns["title"] == 'The "title"'
    assert spec.constants == {"posted_at": "2024-03-01"} and "from the file's name" in text
    assert done.records == 9


@pytest.mark.parametrize("content", ["", "a,b\n", "a,b\n1\n"])
def test_a_file_with_nothing_to_go_by(tmp_path: Path, content: str) -> None:
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(BadInput):
        suggest(tmp_path / "t.csv")


def test_the_towns_own_files_are_taken_for_what_they_are(town_files: Path, tmp_path: Path) -> None:
    sources = read_config(town_files / "town.toml").sources
    assert len(sources) >= 5
    for source in sources:
        _, spec, _ = proposed(source.path, tmp_path)
        assert spec.contract == source.contract, source.name
        missed = set(source.columns) - set(spec.columns)
        assert len(missed) <= len(source.columns) // 4, (source.name, missed)
        assert {name: spec.columns[name] for name in source.columns if name in spec.columns} == {
            name: column for name, column in source.columns.items() if name not in missed
        }


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "contract", "columns"),
    [
        (
            "jobs/ethiopia_jobs_2026_02_07",
            "jobs",
            {
                "code": "job_id",
                "posted_at": "posted_date",
                "closes_at": "deadline",
                "salary": "salary_raw",
                "employer": "company",
            },
        ),
        (
            "jobs/lagou_data_analyst_2019_07",
            "jobs",
            {"title": "positionName", "skills": "skillLables", "experience": "workYear", "employer": "companyFullName"},
        ),
        ("jobs/hn_hiring_2011_2018", "jobs", {"code": "post_id", "title": "headline", "posted_at": "posted_at"}),
        (
            "courses/coursera_1000",
            "resources",
            {"code": "course_url", "title": "course_title", "skills": "course_skills"},
        ),
        ("learners/oulad_student_info", "students", {"code": "id_student", "gender": "gender"}),
        ("learners/oulad_student_assessment", "enrolments", {"student": "id_student", "score": "score"}),
        ("learners/mooccube_enrolments_zh", "enrolments", {"student": "user", "resource": "course"}),
        ("projects/yc_companies_status", "projects", {"code": "id", "title": "name", "started_at": "launched_at"}),
    ],
)
def test_real_files(real_data: Path, tmp_path: Path, file: str, contract: str, columns: dict[str, str]) -> None:
    _, spec, done = proposed(real_data / f"{file}.parquet", tmp_path)
    assert spec.contract == contract
    assert columns.items() <= spec.columns.items()
    assert done.records + done.quarantined + done.not_selected == done.rows == 200
    assert done.records >= 190
