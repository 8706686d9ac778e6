"""O*NET as text files and as Parquet."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillpath.errors import BadInput
from skillpath.ontology.formats.onet import read_onet, read_tasks

SOC = "O*NET-SOC Code"
RATING = f"{SOC}\tElement ID\tElement Name\tScale ID\tData Value\tRecommend Suppress\tNot Relevant\tDate\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    texts = {
        "Occupation Data.txt": f"{SOC}\tTitle\tDescription\n15-1.00\tAnalysts\tThey analyse.\n",
        "Alternate Titles.txt": f"{SOC}\tAlternate Title\n15-1.00\tData People\n15-1.00\tAnalysts\n",
        "Skills.txt": RATING
        + "15-1.00\t2.A.1.a\tReading\tIM\t5.00\tN\t\t08/2023\n15-1.00\t2.A.1.a\tReading\tLV\t3.5\tN\tN\t08/2024\n"
        + "15-1.00\t2.A.1.b\tListening\tIM\t4.00\tY\t\t08/2023\n15-1.00\t2.A.1.b\tListening\tLV\tx\tN\tN\t08/2023\n",
        "Knowledge.txt": RATING
        + "15-1.00\t2.C.1.a\tAdministration\tIM\t2.00\tN\t\t\n15-1.00\t2.C.1.a\tAdministration\tLV\t7\tN\tN\t\n",
        "Technology Skills.txt": f"{SOC}\tExample\tCommodity Code\tCommodity Title\tHot Technology\tIn Demand\n"
        "15-1.00\tMySQL\t432\tDatabase software\tY\tN\n15-1.00\tOld Tool\t432\tDatabase software\tN\tN\n",
        "Content Model Reference.txt": "Element ID\tElement Name\tDescription\n2\tWorker\tw\n2.A\tBasic\tb\n"
        "2.A.1\tContent\tc\n2.A.1.a\tReading\treads\n2.A.1.b\tListening\tlistens\n2.C\tKnowledge\tk\n"
        "2.C.1\tBusiness\tb\n2.C.1.a\tAdministration\truns things\n9\tElse\te\n",
        "Task Statements.txt": f"{SOC}\tTask\tTask Type\n15-1.00\tAnalyse data.\tCore\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_ratings_become_levels_and_weights(files: Path) -> None:
    found = read_onet(files)
    assert (found.name, found.version) == ("ONET", "2024-08")
    needs = {row["skill"]: row for row in found.requirements.iter_rows(named=True)}
    assert needs["onet:2.A.1.a"] | {"cluster": ""} == {
        "cluster": "",
        "skill": "onet:2.A.1.a",
        "essential": True,
        "level": 0.5,
        "weight": 1.0,
    }
    assert needs["onet:2.C.1.a"]["essential"] is False and needs["onet:2.C.1.a"]["weight"] == 0.25
    assert "onet:2.A.1.b" not in needs, "suppressed"
    assert needs["onet:tech/mysql"]["weight"] == 1.0 and needs["onet:tech/old-tool"]["weight"] == 0.5


def test_the_hierarchy_and_the_names(files: Path) -> None:
    found = read_onet(files)
    edges = set(found.broader.iter_rows())
    assert {("onet:2.A.1.a", "onet:2.A.1"), ("onet:2.A", "onet:2"), ("onet:tech/mysql", "onet:tech/432")} <= edges
    kinds = dict(found.skills.select("code", "kind").iter_rows())
    assert (kinds["onet:2"], kinds["onet:2.A.1.a"], kinds["onet:2.C.1.a"]) == ("group", "skill", "knowledge")
    assert "onet:9" not in kinds
    assert found.clusters["altLabels"].to_list() == [["Data People"]]
    assert found.rejected["reason"].to_list() == ["the rating is not a number"]
    assert read_tasks(files).rows() == [("onet:occupation/15-1.00", "Analyse data.", True)]


def test_a_missing_table_is_told(files: Path) -> None:
    (files / "Skills.txt").unlink()
    with pytest.raises(BadInput, match=r"onet_skills.parquet is missing.*Skills.txt"):
        read_onet(files)


@pytest.mark.realdata
def test_the_real_one(real_data: Path) -> None:
    found = read_onet(real_data / "ontology")
    assert found.clusters.height == 1_016
    assert found.skills.height > 8_000
    assert found.requirements.height > 70_000
    assert read_tasks(real_data / "ontology").height == 18_796
