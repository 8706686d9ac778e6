"""Reads an O*NET database, as text files or Parquet: skills, knowledge, technologies, occupations and their ratings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from skillpath.ontology.formats.assembly import (
    ReleaseParts,
    assemble,
    check_broader,
    check_concepts,
    check_requirements,
)
from skillpath.ontology.formats.open_tables import open_table
from skillpath.ontology.formats.row_checks import RowChecks
from skillpath.ontology.matching.labels import normalised
from skillpath.ontology.release.release import Release

OCCUPATION, ELEMENT, COMMODITY, EXAMPLE = "onet:occupation/", "onet:", "onet:tech/", "onet:tech/"
SOC = "O*NET-SOC Code"


@dataclass(frozen=True)
class OnetSettings:
    """How ratings become requirements.

    Attributes:
        essential: least importance (scale IM, 1..5) of an essential skill.
        technology_level, hot_weight, weight: level of every technology an occupation uses, and its weight where it
            is hot or in demand, or is not.
    """

    essential: float = 3.0
    technology_level: float = 0.5
    hot_weight: float = 1.0
    weight: float = 0.5


def read_onet(folder: Path, settings: OnetSettings | None = None) -> Release:
    """Read an O*NET release.

    Level = LV / 7 and weight = (IM − 1) / 4; ratings that O*NET suppresses or calls not relevant are left out.
    Technologies are skills below their commodity; ``version`` is the newest date of a rating.

    Raises:
        BadInput: a file is missing or cannot be used.
    """
    chosen = settings or OnetSettings()
    clusters = _clusters(folder)
    ratings = {kind: _ratings(folder, kind) for kind in ("skills", "knowledge")}
    technologies = _technologies(folder)
    model = open_table(
        folder,
        ("onet_content_model.parquet", "Content Model Reference.txt"),
        ("Element ID", "Element Name"),
        ("Description",),
    )
    skills = [_elements(model, ratings), *_technology_skills(technologies)]
    codes = pl.concat([s.rows["code"] for s in skills])
    broader = [_element_tree(skills[0]), _technology_tree(technologies)]
    check_broader(broader, codes)
    needs = [_required(r, chosen) for r in ratings.values()] + [_uses(technologies, chosen)]
    for need in needs:
        check_requirements(need, clusters.rows["code"], codes)
    dates = pl.concat([r.rows["Date"] for r in ratings.values()]).drop_nulls()
    newest = dates.str.replace(r"^(\d+)/(\d+)$", "$2-$1").max()
    release = assemble("ONET", str(newest or "undated"), ReleaseParts(skills, broader, [], [clusters], needs))
    read = [release.rejected, *(row_checks.rejected() for row_checks in (*ratings.values(), technologies))]
    return replace(release, rejected=pl.concat(read).sort("file", "row", "column"))


def read_tasks(folder: Path) -> pl.DataFrame:
    """(cluster, task, core): what people in each occupation do."""
    row_checks = open_table(folder, ("onet_tasks.parquet", "Task Statements.txt"), (SOC, "Task"), ("Task Type",))
    row_checks.text(SOC, "Task")
    return row_checks.rows.select(
        cluster=pl.lit(OCCUPATION) + pl.col(SOC), task="Task", core=pl.col("Task Type").eq("Core").fill_null(False)
    ).sort("cluster", "task")


def _clusters(folder: Path) -> RowChecks:
    row_checks = open_table(
        folder, ("onet_occupations.parquet", "Occupation Data.txt"), (SOC, "Title"), ("Description",)
    )
    titles = open_table(folder, ("onet_alternate_titles.parquet", "Alternate Titles.txt"), (SOC, "Alternate Title"))
    others = titles.rows.group_by(SOC).agg(altLabels=pl.col("Alternate Title").drop_nulls().unique().sort())
    rows = row_checks.rows.join(others, on=SOC, how="left", maintain_order="left")
    row_checks.rows = rows.rename({"Title": "label", "Description": "definition"}).with_columns(
        code=pl.lit(OCCUPATION) + pl.col(SOC),
        altLabels=_without(pl.col("altLabels"), pl.col("label")),
        isco=pl.lit(None, pl.String),
        uri=pl.lit(None, pl.String),
    )
    row_checks.names["code"] = SOC
    check_concepts(row_checks, [])
    return row_checks


def _ratings(folder: Path, kind: str) -> RowChecks:
    columns = (SOC, "Element ID", "Element Name", "Scale ID", "Data Value")
    names = (f"onet_{kind}.parquet", f"{kind.title()}.txt")
    row_checks = open_table(folder, names, columns, ("Recommend Suppress", "Not Relevant", "Date"))
    row_checks.text(SOC, "Element ID", "Scale ID", "Data Value")
    number = pl.col("Data Value").cast(pl.Float64, strict=False)
    row_checks.drop(number.is_null(), "Data Value", "the rating is not a number", "value")
    row_checks.rows = row_checks.rows.with_columns(
        value=pl.col("Data Value").cast(pl.Float64),
        kind=pl.lit("knowledge" if kind == "knowledge" else "skill"),
    )
    return row_checks


def _elements(model: RowChecks, ratings: dict[str, RowChecks]) -> RowChecks:
    """The rated elements, with the headings of the content model above them as groups."""
    rated = pl.concat([r.rows.select("Element ID", "kind") for r in ratings.values()]).unique("Element ID")
    wanted = pl.concat([_heads(rated["Element ID"]), rated["Element ID"]]).unique()
    rows = model.rows.filter(pl.col("Element ID").is_in(wanted.implode()))
    rows = rows.join(rated, on="Element ID", how="left", maintain_order="left")
    model.rows = rows.rename({"Element Name": "label", "Description": "definition"}).with_columns(
        code=pl.lit(ELEMENT) + pl.col("Element ID"),
        altLabels=pl.lit([], pl.List(pl.String)),
        kind=pl.col("kind").fill_null("group"),
        status=pl.lit("released"),
        uri=pl.lit(None, pl.String),
    )
    model.names["code"] = "Element ID"
    check_concepts(model, [])
    return model


def _heads(ids: pl.Series) -> pl.Series:
    """Every prefix of the element ids: 2.A.1.a has 2, 2.A and 2.A.1 above it."""
    heads = [ids.str.replace(r"(\.[^.]+){" + str(n) + "}$", "") for n in (1, 2, 3)]
    return pl.concat(heads).unique().sort()


def _element_tree(elements: RowChecks) -> RowChecks:
    edges = elements.rows.select("row", child="code", parent=pl.col("code").str.replace(r"\.[^.]+$", ""))
    return RowChecks(elements.file, edges.filter(pl.col("parent") != pl.col("child")))


def _technologies(folder: Path) -> RowChecks:
    columns = (SOC, "Example", "Commodity Code", "Commodity Title")
    names = ("onet_technology_skills.parquet", "Technology Skills.txt")
    row_checks = open_table(folder, names, columns, ("Hot Technology", "In Demand"))
    row_checks.text(*columns)
    slug = normalised(pl.col("Example")).str.replace_all(r"[^\p{L}\p{N}+#.]+", "-").str.strip_chars("-")
    row_checks.rows = row_checks.rows.with_columns(
        commodity=pl.lit(COMMODITY) + pl.col("Commodity Code"), example=pl.lit(EXAMPLE) + slug
    )
    return row_checks


def _technology_skills(technologies: RowChecks) -> list[RowChecks]:
    found = []
    for code, label in (("commodity", "Commodity Title"), ("example", "Example")):
        rows = technologies.rows.select("row", code=code, label=label).sort("code", "row")
        others = rows.group_by("code").agg(every=pl.col("label").unique().sort())
        rows = rows.unique("code", keep="first", maintain_order=True).join(others, on="code", maintain_order="left")
        row_checks = RowChecks(
            technologies.file,
            rows.with_columns(
                altLabels=_without(pl.col("every"), pl.col("label")),
                definition=pl.lit(None, pl.String),
                kind=pl.lit("knowledge"),
                status=pl.lit("released"),
                uri=pl.lit(None, pl.String),
            ),
        )
        check_concepts(row_checks, [])
        found.append(row_checks)
    return found


def _technology_tree(technologies: RowChecks) -> RowChecks:
    edges = technologies.rows.select("row", child="example", parent="commodity")
    edges = edges.filter(pl.col("child") != pl.col("parent")).unique(["child", "parent"], maintain_order=True)
    return RowChecks(technologies.file, edges)


def _required(ratings: RowChecks, settings: OnetSettings) -> RowChecks:
    """One row for each occupation and element that has both ratings."""
    relevant = pl.col("Recommend Suppress").ne_missing("Y") & pl.col("Not Relevant").ne_missing("Y")
    rows = ratings.rows.filter(relevant).sort("row")
    key = [SOC, "Element ID"]
    importance = rows.filter(pl.col("Scale ID") == "IM").unique(key, keep="first", maintain_order=True)
    level = rows.filter(pl.col("Scale ID") == "LV").unique(key, keep="first", maintain_order=True)
    both = importance.join(level.select(*key, lv="value"), on=key, maintain_order="left")
    return RowChecks(
        ratings.file,
        both.select(
            "row",
            cluster=pl.lit(OCCUPATION) + pl.col(SOC),
            skill=pl.lit(ELEMENT) + pl.col("Element ID"),
            essential=pl.col("value") >= settings.essential,
            level=(pl.col("lv") / 7).clip(0, 1),
            weight=((pl.col("value") - 1) / 4).clip(0, 1),
        ),
    )


def _uses(technologies: RowChecks, settings: OnetSettings) -> RowChecks:
    hot = (pl.col("Hot Technology") == "Y").fill_null(False) | (pl.col("In Demand") == "Y").fill_null(False)
    rows = technologies.rows.select(
        "row", cluster=pl.lit(OCCUPATION) + pl.col(SOC), skill="example", essential=hot
    ).sort("cluster", "skill", "essential", descending=[False, False, True])
    rows = rows.unique(["cluster", "skill"], keep="first", maintain_order=True)
    weight = pl.when("essential").then(settings.hot_weight).otherwise(settings.weight)
    return RowChecks(technologies.file, rows.with_columns(level=pl.lit(settings.technology_level), weight=weight))


def _without(labels: pl.Expr, label: pl.Expr) -> pl.Expr:
    """Alternative labels without the preferred one; none is an empty list."""
    return labels.fill_null(pl.lit([], pl.List(pl.String))).list.set_difference(pl.concat_list(label)).list.sort()
