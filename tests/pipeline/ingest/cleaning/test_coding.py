"""Vocabularies: what people call alike gets one code, what they do not list is kept where it may be."""

from __future__ import annotations

import polars as pl
import pytest

from skillpath.pipeline.ingest.cleaning.coding import FOLDER, code_values, vocabulary
from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.contracts.jobs import DEGREES


def coded(name: str, *values: str | None) -> list[str | None]:
    return code_values(pl.Series(values, dtype=pl.String), name).values.to_list()


@pytest.mark.parametrize(
    ("name", "code", "written"),
    [
        ("education", "bachelor", ["Bachelor’s Degree", "BACHELORS", "B.Sc.", "本科", "本科及以上", "5个月,本科"]),
        ("education", "none", ["不限", "学历不限", "Not Required"]),
        ("education", "associate", ["大专", "Diploma", " diploma "]),
        ("education", "doctorate", ["PhD", "Ph.D.", "博士"]),
        ("region", "Beijing", ["北京", "北京市", "beijing", "北京-海淀区", "北京·朝阳区", "Beijing, China"]),
        ("region", "Addis Ababa", ["Addis Ababa, Ethiopia", "ADDIS  ABABA", "Addis Abeba"]),
        ("region", "Munich", ["München", "Munich, Germany", "munich"]),
        ("region", "Boston", ["Cambridge, MA", "Boston"]),
        ("region", "remote", ["Remote", "远程", "Work from home"]),
        ("industry", "software", ["计算机软件", "IT服务(系统/数据/维护),计算机软件", "Information Technology"]),
        ("industry", "internet", ["互联网/电子商务 计算机软件", "移动互联网,金融", "E-Commerce"]),
        ("industry", "health care", ["医疗丨健康", "Healthcare", "health care"]),
    ],
)
def test_names_of_one_thing(name: str, code: str, written: list[str]) -> None:
    assert coded(name, *written) == [code] * len(written)


def test_what_is_not_listed() -> None:
    result = code_values(pl.Series(["HILL", "hill", "Hill ", None, "Beijing", "McKay  Bay", "Sauk-City"]), "region")
    assert result.values.to_list() == ["Hill", "Hill", "Hill", None, "Beijing", "McKay Bay", "Sauk-City"]
    assert (result.coded, result.uncoded) == (1, 5)
    assert set(result.unknown) <= {"Hill", "McKay Bay", "Sauk-City"}
    assert coded("industry", "Bell Founding", "BELL  FOUNDING") == ["bell founding"] * 2
    assert coded("education", "3-5年") == ["3-5年"]


def test_no_values_and_none_at_all() -> None:
    assert coded("region") == []
    assert coded("region", None, None) == [None, None]


@pytest.mark.parametrize("name", ["education", "region", "industry"])
def test_each_name_has_one_code_and_each_code_names_itself(name: str) -> None:
    table = pl.read_csv(FOLDER / f"{name}.csv", infer_schema_length=0)
    assert table["code"].is_unique().all()
    assert coded(name, *table["code"]) == table["code"].to_list()
    assert coded(name, *table["label"]) == table["code"].to_list()
    for code, aliases in table.select("code", "aliases").drop_nulls().rows():
        parts = aliases.split("|")
        assert coded(name, *parts) == [code] * len(parts), code
    assert vocabulary(name)["key"].is_unique().all()


def test_every_vocabulary_that_a_contract_names_is_there() -> None:
    named = {field.coding for contract in CONTRACTS.values() for field in contract.fields.values()} - {""}
    assert named == {"education", "region", "industry"}
    assert named <= {path.stem for path in FOLDER.glob("*.csv")}
    assert set(vocabulary("education")["code"]) == set(DEGREES)
