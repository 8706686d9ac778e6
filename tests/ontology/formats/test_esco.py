"""The ESCO reader: on a small release made here, and on the real one."""

import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from skillpath.errors import BadInput
from skillpath.ontology.formats.esco import PREFIX, PUBLISHED, code_of, read_esco, uri_of
from skillpath.ontology.release.release import SCHEMAS, Release

TABLES: dict[str, dict[str, list[Any]]] = {
    "skills": {
        "conceptUri": [PREFIX + "skill/a", PREFIX + "skill/b", "urn:elsewhere", PREFIX + "skill/a"],
        "preferredLabel": ["use tools", "Latin", "stranger", "again"],
        "altLabels": ["apply tools\nuse tools\n apply  tools", None, None, None],
        "status": ["released", "obsolete", "released", "released"],
        "description": ["To use.", "A language.", "", ""],
        "definition": [" \n", "Of old.", None, None],
        "skillType": ["skill/competence", "knowledge", None, None],
        "reuseLevel": ["cross-sector", "transversal", None, None],
        "inScheme": ["x", "x/skill-language-groups", "x", "x"],
        "modifiedDate": ["2021-01-02T00:00:00Z", "2021-03-04T00:00:00Z", None, None],
    },
    "skill_groups": {
        "conceptUri": [PREFIX + "skill/root", PREFIX + "isced-f/00"],
        "preferredLabel": ["skills", "tool work"],
        "altLabels": [None, None],
        "status": ["released", "released"],
        "description": [None, None],
    },
    "occupations": {
        "conceptUri": [PREFIX + "occupation/o"],
        "preferredLabel": ["smith"],
        "altLabels": ["blacksmith"],
        "status": ["released"],
        "description": ["Forges."],
        "definition": [None],
        "iscoGroup": ["7221"],
    },
    "broader_skill": {
        "conceptUri": [PREFIX + "isced-f/00", PREFIX + "skill/a", PREFIX + "skill/b"],
        "broaderUri": [PREFIX + "skill/root", PREFIX + "isced-f/00", PREFIX + "skill/root"],
    },
    "skill_skill": {
        "originalSkillUri": [PREFIX + "skill/a", PREFIX + "skill/a"],
        "relationType": ["optional", "optional"],
        "relatedSkillUri": [PREFIX + "skill/b", PREFIX + "skill/a"],
    },
    "occupation_skill": {
        "occupationUri": [PREFIX + "occupation/o", PREFIX + "occupation/o", PREFIX + "occupation/none"],
        "relationType": ["essential", "dreamt", "optional"],
        "skillUri": [PREFIX + "skill/a", PREFIX + "skill/b", PREFIX + "skill/a"],
    },
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    for name, columns in TABLES.items():
        schema = dict.fromkeys(columns, pl.String)
        pl.DataFrame(columns, schema=schema).write_parquet(tmp_path / f"esco_{name}.parquet")
    return tmp_path


def test_the_published_csv_gives_the_same_release(small: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("csv")
    for name, published in PUBLISHED.items():
        table = pl.read_parquet(small / f"esco_{name}.parquet")
        # Release 1.2 has more columns, in another order, and not all of the old ones in every table.
        more = table.with_columns(naceCode=pl.lit("")).select(reversed([*table.columns, "naceCode"]))
        more.write_csv(folder / f"{published}_en.csv")
    one, other = read_esco(small), read_esco(folder)
    assert all(getattr(one, name).equals(getattr(other, name)) for name in SCHEMAS if name != "rejected")
    assert other.rejected.height == one.rejected.height


def test_a_small_release(small: Path) -> None:
    release = read_esco(small)
    skills = {row["code"]: row for row in release.skills.iter_rows(named=True)}
    assert set(skills) == {"esco:skill/a", "esco:skill/b", "esco:skill/root", "esco:isced-f/00"}
    tools, latin = skills["esco:skill/a"], skills["esco:skill/b"]
    assert tools["altLabels"] == ["apply tools"]
    assert (tools["definition"], latin["definition"]) == ("To use.", "Of old.")
    assert (tools["kind"], latin["kind"], skills["esco:skill/root"]["kind"]) == ("skill", "language", "group")
    assert (tools["status"], latin["status"]) == ("released", "deprecated")
    assert (tools["category"], latin["category"]) == ("esco:isced-f/00", "esco:skill/root")
    assert skills["esco:skill/root"]["category"] is None
    assert release.version == "2021-03-04"
    assert release.clusters.select("code", "isco").rows() == [("esco:occupation/o", "7221")]
    assert release.requirements.rows() == [("esco:occupation/o", "esco:skill/a", True, 0.8, 1.0)]
    assert set(release.rejected.select("file", "row", "column", "rule").rows()) == {
        ("esco_skills.parquet", 3, "conceptUri", "code"),
        ("esco_skills.parquet", 4, "conceptUri", "duplicate"),
        ("esco_skill_skill.parquet", 2, "relatedSkillUri", "value"),
        ("esco_occupation_skill.parquet", 2, "relationType", "value"),
        ("esco_occupation_skill.parquet", 3, "occupationUri", "dangling"),
    }


def test_rows_in_any_order_give_the_same_release(small: Path) -> None:
    first = read_esco(small)
    for name in ("skill_groups", "broader_skill"):
        path = small / f"esco_{name}.parquet"
        pl.read_parquet(path).reverse().write_parquet(path)
    second = read_esco(small)
    for name in ("skills", "broader", "related", "clusters", "requirements"):
        assert getattr(first, name).equals(getattr(second, name)), name


def test_codes_are_reversible() -> None:
    uri = PREFIX + "skill/0a2d70ee"
    assert uri_of(code_of(uri)) == uri


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_missing_file_is_named(small: Path, name: str) -> None:
    (small / f"esco_{name}.parquet").unlink()
    with pytest.raises(BadInput, match=f"esco_{name}.parquet is missing"):
        read_esco(small)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"conceptUri,preferredLabel\n", "not a Parquet file"),
        (b"PAR1 cut short", "cannot be read"),
    ],
)
def test_what_is_no_parquet_file_is_said(small: Path, content: bytes, message: str) -> None:
    (small / "esco_skills.parquet").write_bytes(content)
    with pytest.raises(BadInput, match=message):
        read_esco(small)


def test_missing_columns_are_named(small: Path) -> None:
    path = small / "esco_occupation_skill.parquet"
    pl.read_parquet(path).drop("relationType").write_parquet(path)
    with pytest.raises(BadInput, match=r"No column relationType.*has occupationUri, skillUri"):
        read_esco(small)


def test_a_file_without_rows_is_said(small: Path) -> None:
    path = small / "esco_occupations.parquet"
    pl.read_parquet(path).clear().write_parquet(path)
    with pytest.raises(BadInput, match="no rows"):
        read_esco(small)


@pytest.mark.realdata
def test_the_real_release_in_numbers(esco: Release) -> None:
    kinds = dict(esco.skills["kind"].value_counts().rows())
    assert sum(kinds.values()) - kinds["group"] == 13_896
    assert kinds["group"] == 640
    assert esco.clusters.height == 3_007
    assert esco.requirements.height + esco.rejected["file"].eq("esco_occupation_skill.parquet").sum() == 123_855
    assert esco.skills["category"].null_count() == 4
    assert esco.skills["category"].n_unique() == 29
    strangers = esco.rejected.filter(pl.col("column") == "occupationUri")
    assert strangers["value"].n_unique() == 1
    assert strangers["reason"].unique().to_list() == ["there is no such occupation"]


@pytest.mark.realdata
def test_the_real_release_keeps_its_schemas_and_has_no_dangling_code(esco: Release) -> None:
    for name, schema in SCHEMAS.items():
        assert dict(getattr(esco, name).schema) == schema
    known = set(esco.skills["code"])
    for frame, column in ((esco.broader, "child"), (esco.broader, "parent"), (esco.requirements, "skill")):
        assert set(frame[column]) <= known
    assert set(esco.skills["category"].drop_nulls()) <= known


@pytest.mark.realdata
def test_the_real_release_is_read_in_seconds(real_data: Path) -> None:
    start = time.perf_counter()
    read_esco(real_data / "ontology")
    assert time.perf_counter() - start < 5
