"""The quality report finds what is wrong, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from skillpath.ontology.formats.readers import read_release
from skillpath.ontology.release.near_duplicates import NearSettings, near_duplicates
from skillpath.ontology.release.quality import CHECKS, QualityReport, quality_report
from skillpath.ontology.release.release import BROADER, REPLACED, Release

SKILLS = """code,label,altLabels,definition,kind,broader,status
g,Group,,,group,,
a,manage databases,sequel,Does it,skill,g,
b,Sequel,,Is it,skill,g,
c,manage the databases,,Does it,skill,g,
d,lonely,,Alone,skill,,
e,dead,,Gone,skill,g,deprecated
f,undefined,,,skill,g,
"""


@pytest.fixture
def release(tmp_path: Path) -> Release:
    (tmp_path / "skills.csv").write_text(SKILLS, "utf-8")
    (tmp_path / "clusters.csv").write_text("code,label\nc:1,analyst\n", "utf-8")
    (tmp_path / "requirements.csv").write_text("cluster,skill,essential\nc:1,a,true\n", "utf-8")
    return read_release("csv", tmp_path)


def _counts(report: QualityReport) -> dict[str, int]:
    return {finding.name: finding.count for finding in report.findings}


def _report(release: Release) -> QualityReport:
    used = release.skills.select("code", links=pl.when(pl.col("code").is_in(["a", "e"])).then(3).otherwise(0))
    terms = pl.DataFrame({"status": ["mapped", "unmapped", "mapped"], "records": [6, 2, 2]})
    return quality_report(release, used, terms)


def test_each_check_finds_its_own(release: Release) -> None:
    found = _counts(_report(release))
    assert found["one name for two skills"] == 1
    assert found["nearly the same label"] == 0
    assert found["without a place in the hierarchy"] == 1
    assert found["without a definition"] == 1
    assert found["used by nothing"] == 4
    assert found["deprecated without a successor, but used"] == 1
    assert found["cycles in the hierarchy"] == found["redirects that lead nowhere"] == 0
    assert len(found) == len(CHECKS)


def test_cycles_and_dead_ends(release: Release) -> None:
    edges = pl.DataFrame({"child": ["a", "b", "c"], "parent": ["b", "c", "a"]}, schema=BROADER)
    circle = pl.DataFrame({"old": ["a", "b", "c"], "new": ["b", "a", "e"]}, schema=REPLACED)
    found = _counts(_report(replace(release, broader=edges, replaced=circle)))
    assert found["cycles in the hierarchy"] == 1
    assert found["redirects that lead nowhere"] == 2


def test_coverage_is_by_records(release: Release) -> None:
    report = _report(release)
    assert report.coverage["mapped"]["share"] == pytest.approx(0.8)
    assert any("terms mapped: 2, 80.0%" in line for line in report.lines())
    assert report.as_dict()["skills"] == 7


def test_near_labels() -> None:
    labels = pl.DataFrame(
        {
            "code": ["a", "b", "c", "d"],
            "label": ["operate milling machines", "operate miling machines", "operate drilling machines", "bake bread"],
        }
    )
    found = near_duplicates(labels, NearSettings())
    assert found.select("label", "other").rows() == [("operate milling machines", "operate miling machines")]


@pytest.mark.realdata
def test_esco(real_data: Path) -> None:
    release = read_release("esco", real_data / "ontology")
    used = release.skills.select("code").join(
        release.requirements.group_by(code="skill").len("links"), on="code", how="left"
    )
    terms = pl.DataFrame(schema={"status": pl.String, "records": pl.Int64})
    report = quality_report(release, used.with_columns(pl.col("links").fill_null(0).cast(pl.Int64)), terms)
    found = _counts(report)
    assert found["cycles in the hierarchy"] == found["unlabelled or damaged labels"] == 0
    assert 100 < found["one name for two skills"] < 3_000
    assert 20 < found["nearly the same label"] < 3_000
