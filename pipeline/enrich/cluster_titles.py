"""Occupation names found in job titles, with the share of the title they cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import polars as pl

from skillpath.ontology.matching.chinese_characters import HAN, simplified
from skillpath.ontology.matching.labels import normalised
from skillpath.ontology.scanning.scanning import Scanner, ScanSettings

TITLED = {"doc": pl.Int64, "cluster": pl.String, "strength": pl.Float64, "at": pl.UInt32}

# A title is a list of names as often as one: a break ends a name, a joint may stand inside one.
_BREAK = (
    r"(?i)https?://\S+|www\.\S+|\s[-–—]+\s|[|,;:()\[\]{}<>•·…!?\n\t。、，；：（）【】｜《》]+"
    r"|\s(?:for|at|with|in|to|from|who|who're)\s"
)
_JOINT = r"(?i)\s(?:and|or|und|et)\s|\s*[/／&+]\s+|[/／]"
# What says how high, how long or where, and not which occupation.
_RANK = (
    r"(?i)\b(?:(?:very\s)?experienced|senior|sr|junior|jr|lead|principal|staff|mid|mid[- ]level|entry[- ]level|intern"
    r"|interns|internship|trainee|graduate|freelance|full[- ]?time|part[- ]?time|contract|remote|on-?site|the|a|an"
    r"|positions?|roles?|jobs?|wanted|needed|hiring|level|i{1,3}|iv|v|\d+x?|multiple|several|urgent|female|male)\b\.?"
    r"|开发工程师|研发工程师|工程师|开发|研发|专员|专家|岗位|岗|人员|方向"
)
_CHINESE_RANK = "中高级|高级|资深|初级|中级|实习生|实习|校招|社招|应届生|储备|急聘|诚聘|兼职|全职"
# No title has so many pieces between two breaks, for no title is that long.
_PIECES = 1_000
# A dash ends a Chinese name without a space: 数据分析师-北京.
_DASH = rf"([{HAN}])[-—_]+|[-—_]+([{HAN}])"


@dataclass(frozen=True)
class TitleSettings:
    """How much a name in a title counts, mostly factors from 0 to 1.

    Attributes:
        preferred: the occupation's own label, or a name from our table.
        alternative: another label.
        field: only what the work is about ("Python", 前端), which a list of technologies names as well.
        inside: a name with a further word behind it: a "sales engineer team lead" may be no sales engineer.
        common: a word that ends the labels of this many occupations is no name by itself.
    """

    preferred: float = 1.0
    alternative: float = 0.9
    field: float = 0.6
    inside: float = 0.5
    common: int = 3


class TitleFinder:
    """Finds the names of occupations in titles; a name may be that of several.

    Args:
        labels: code, label, altLabels of the occupations; with a column isco, a name that a classified occupation
            has is no other's.
    """

    def __init__(
        self, labels: pl.DataFrame, settings: TitleSettings | None = None, scanning: ScanSettings | None = None
    ) -> None:
        self.settings = settings or TitleSettings()
        self._owners = _owners(labels, self.settings)
        names = self._owners.select(code="key", label="key").unique("code").sort("code")
        empty = pl.lit([], dtype=pl.List(pl.String))
        # Titles shout, so case tells nothing here.
        self._scanner = Scanner(names.with_columns(altLabels=empty), replace(scanning or ScanSettings(), short=0))

    def find(self, titles: Sequence[str]) -> pl.DataFrame:
        """The occupations that titles name.

        Returns:
            doc, cluster, strength (0..1: the share of its part of the title that the name covers, times what that
            kind of name counts), at (orders the parts of the title); one row a doc and cluster.
        """
        parts = _parts(titles)
        distinct = parts["part"].unique().sort()
        hits = self._scanner.scan(distinct.to_list()).join(self._owners, left_on="code", right_on="key")
        covered = _covered(hits.with_columns(part=distinct.gather(hits["doc"])), self.settings.inside)
        named = parts.join(covered, on="part").with_columns(strength=pl.col("covered").round(6))
        best = named.sort("doc", "cluster", "strength", "at", descending=[False, False, True, False])
        return (
            best.unique(["doc", "cluster"], keep="first", maintain_order=True)
            .select(TITLED.keys())
            .cast(
                TITLED  # type: ignore[arg-type]
            )
        )


def _owners(labels: pl.DataFrame, settings: TitleSettings) -> pl.DataFrame:
    """(key, cluster, trust) of every name of every occupation."""
    isco = pl.col("isco").is_not_null() if "isco" in labels.columns else pl.lit(True)
    classified = labels.select(cluster="code", classified=isco)
    own = labels.select(cluster="code", text="label", trust=pl.lit(settings.preferred))
    other = labels.select(cluster="code", text="altLabels", trust=pl.lit(settings.alternative)).explode("text")
    keyed = pl.concat([own, other.drop_nulls("text")]).with_columns(key=normalised(pl.col("text")))
    own_name = pl.col("trust") == settings.preferred
    vague = pl.concat([_heads(own, settings), _table().filter(pl.col("label").is_null())["key"]])
    keyed = keyed.filter(own_name | ~pl.col("key").is_in(vague.implode()))
    keyed = pl.concat([keyed.drop("text"), _aliases(own, settings)], how="diagonal")
    keyed = keyed.with_columns(_plain(pl.col("key")))
    best = keyed.filter(pl.col("key") != "").group_by("key", "cluster").agg(pl.col("trust").max())
    best = best.join(classified, on="cluster")
    # Two vocabularies side by side name the same occupation twice.
    best = best.filter(pl.col("classified") | ~pl.col("classified").any().over("key"))
    return best.drop("classified").sort("key", "cluster")


def _heads(own: pl.DataFrame, settings: TitleSettings) -> pl.Series:
    """Last words of several labels: "driver" is another name of the hearse driver, and says nothing."""
    last = normalised(pl.col("text")).str.extract(r" (\S+)$").alias("last")
    counted = own.select(last).drop_nulls().group_by("last").len()
    return counted.filter(pl.col("len") >= settings.common)["last"]


def _aliases(own: pl.DataFrame, settings: TitleSettings) -> pl.DataFrame:
    """Names of our own table for the occupations whose label it gives."""
    found = _table().join(own.with_columns(label=normalised(pl.col("text"))), on="label")
    field = pl.col("kind") == "field"
    trust = pl.when(field.fill_null(False)).then(settings.field).otherwise(settings.preferred)
    return found.select("cluster", "key", trust=trust)


@cache
def _table() -> pl.DataFrame:
    """(key, label, kind): our own names; one without a label is the name of no occupation, whoever lists it."""
    listed = files("skillpath.pipeline.enrich").joinpath("job_titles.csv").read_bytes()
    table = pl.read_csv(listed, schema=dict.fromkeys(("term", "label", "kind"), pl.String))
    return table.select("kind", key=normalised(pl.col("term")), label=normalised(pl.col("label")))


def _parts(titles: Sequence[str]) -> pl.DataFrame:
    """(doc, at, part): the text between the breaks of each title, whole and cut at its joints."""
    text = simplified(pl.col("title").str.normalize("NFKC")).str.replace_all(_CHINESE_RANK, "")
    text = _plain(text.str.replace_all(_DASH, "${1}\n${2}"))
    whole = (
        pl.DataFrame({"title": titles}, schema={"title": pl.String})
        .with_row_index("doc")
        .select("doc", part=text.str.replace_all(_BREAK, "\n").str.split("\n"))
        .explode("part")
        .with_columns(pl.col("part").str.strip_chars())
        .filter(pl.col("part").str.len_chars() > 1)
        .with_columns(at=pl.int_range(pl.len()).over("doc") * _PIECES)
    )
    cut = whole.filter(pl.col("part").str.contains(_JOINT))
    cut = cut.with_columns(pl.col("part").str.replace_all(_JOINT, "\n").str.split("\n"))
    cut = cut.with_columns(at=pl.col("at") + pl.int_ranges(pl.col("part").list.len())).explode("part", "at")
    both = pl.concat([whole.with_columns(pl.col("part").str.replace_all("[/／]", " ")), cut])
    return both.with_columns(pl.col("part").str.strip_chars()).filter(pl.col("part") != "").unique(maintain_order=True)


def _plain(text: pl.Expr) -> pl.Expr:
    """``.net`` as a word, for it may touch a Chinese one."""
    return text.str.replace_all(r"(?i)(?:asp)?\.net", "dotnet")


def _covered(hits: pl.DataFrame, inside: float) -> pl.DataFrame:
    """(part, cluster, covered): how much of a part its names of one occupation are, together."""
    matches = hits.with_columns(length=_length(pl.col("surface"))).group_by("part", "cluster")
    joined = matches.agg(pl.col("length").sum(), pl.col("end", "trust").max())
    share = (pl.col("length") / _length(pl.col("part"))).fill_nan(1.0).clip(0.0, 1.0)
    behind = _length(pl.col("part").str.slice(pl.col("end")))
    factor = pl.when(behind > 0).then(inside).otherwise(1.0)
    return joined.select("part", "cluster", covered=share * factor * pl.col("trust"))


def _length(text: pl.Expr) -> pl.Expr:
    """How many letters and digits a text has beside its words of rank."""
    return text.str.replace_all(_RANK, "").str.replace_all(r"[^\p{L}\p{N}]+", "").str.len_chars()
