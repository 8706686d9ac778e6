"""History of dated HN job postings, labelled by the ontologies and thinned to as many a month."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Ints
from skillpath.embeddings.history import Enrolments, Events, History, Memberships, Placements, Postings, Students
from skillpath.ontology.formats.readers import read_release
from skillpath.ontology.scanning.scanning import Scanner

POSTINGS = Path("jobs") / "hn_hiring_2011_2018.parquet"
TOOLS = Path("ontology") / "onet_technology_skills.parquet"
OTHERS = ("resource", "project", "student", "industry", "region")
MAKERS = ("Amazon ", "Apache ", "Apple ", "Google ")
"""Nobody writes these before the name of a tool; of other makers the bare name (Access, Project, Word) says nothing."""


@dataclass(frozen=True)
class HnSettings:
    """How posts become a history.

    Attributes:
        first: first month; the threads before are small, and the shares of a small one are mostly chance.
        monthly: posts that each month is brought to, so that counts are shares: a month with more is thinned, in one
            with fewer some stand more than once, evenly.
        cluster, skill: posts of training months that must name a label for it to be a cluster, or a skill.
        required: share of a cluster's posts that must name a skill for the cluster to require it.
        texts: posts a month whose text is read.
        learn: months, from the first, that may decide what is a cluster or a skill and what a cluster requires.
        seed: of which posts are left out, and which are read.
    """

    first: str = "2013-01"
    monthly: int = 800
    cluster: int = 250
    skill: int = 50
    required: float = 0.1
    texts: int = 100
    learn: int = 50
    seed: int = 7


@dataclass(frozen=True)
class HnPostings:
    """The posts (N, in order of time) and what they name: pairs of post and code, with the codes' labels and kinds."""

    postings: pl.DataFrame
    pairs: pl.DataFrame
    labels: dict[str, str] = field(default_factory=dict)


def read_hn_postings(data: Path) -> HnPostings:
    """The skills and tools (ESCO, O*NET) and the occupations (ESCO) that each post names."""
    postings = pl.read_parquet(data / POSTINGS).sort("posted_at", "post_id").with_row_index("doc")
    release = read_release("esco", data / "ontology")
    known = release.matchable().select("code", "label", "altLabels")
    tools = _unknown(_tools(data / TOOLS), known)
    skills = pl.concat([known, tools])
    roles = _unknown(release.clusters.select("code", "label", "altLabels"), tools)
    texts = postings["text"].to_list()
    found = [Scanner(labels).scan(texts).select("doc", "code", "surface") for labels in (skills, roles)]
    # Names of tools are names: ``react`` and ``go`` in small letters are verbs.
    named = ~pl.col("code").str.starts_with("onet:") | pl.col("surface").str.contains(r"\p{Lu}")
    pairs = pl.concat(found).filter(named).select("doc", "code").unique().sort("doc", "code")
    return HnPostings(postings, pairs, dict(pl.concat([skills, roles]).select("code", "label").iter_rows()))


def _tools(path: Path) -> pl.DataFrame:
    """O*NET's technologies in demand, with the names that people write."""
    name = pl.col("Example").str.strip_chars().str.strip_suffix(" software")
    for maker in MAKERS:
        name = name.str.strip_prefix(maker)
    tools = pl.read_parquet(path).filter(pl.col("Hot Technology") == "Y").select(name=name).unique().sort("name")
    # The scanner trusts an abbreviation only where it is the label itself.
    short = pl.col("name").str.extract(r" ([A-Z][A-Z0-9]+)$")
    return tools.select(
        code=pl.lit("onet:") + pl.col("name"), label=pl.coalesce(short, "name"), altLabels=pl.concat_list("name")
    )


def _unknown(labels: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Labels without those that share a form with known ones: a form of two codes would mean neither."""
    forms = [
        table.select("code", form=pl.concat_list(pl.col("label").str.replace(r" \([^)]*\)$", ""), "altLabels"))
        .explode("form")
        .with_columns(pl.col("form").str.to_lowercase())
        for table in (labels, known)
    ]
    return labels.join(forms[0].join(forms[1], on="form", how="semi"), on="code", how="anti")


def history(asked: HnPostings, settings: HnSettings | None = None) -> History:
    """A history whose clusters are labels that enough posts of the first months name; a post stands in each of its own.

    Skills are labels too, the clusters among them. What a cluster requires is the share of its posts in those months
    that name a skill: later months change neither clusters, nor skills, nor requirements.
    """
    chosen = settings or HnSettings()
    first = np.datetime64(chosen.first, "M")
    postings = asked.postings.with_columns(month=_months(asked.postings, first)).filter(pl.col("month") >= 0)
    drawn = _drawn(postings, chosen)
    learnt = postings.filter(pl.col("month") < chosen.learn)
    frequent = asked.pairs.join(learnt, on="doc", how="semi").group_by("code").len().sort("code")
    skills = frequent.filter(pl.col("len") >= chosen.skill)["code"].to_list()
    clusters = frequent.filter(pl.col("len") >= chosen.cluster)["code"].to_list()
    needs = _matrix(asked.pairs, skills, asked.postings.height)
    rows = _rows(asked.pairs, clusters, drawn)
    table = _posting_rows(rows, postings, needs, chosen)
    return _bare(first, int(postings["month"].max()) + 1, table, asked, (clusters, skills), chosen)  # type: ignore[arg-type]


def _months(postings: pl.DataFrame, first: np.datetime64) -> pl.Series:
    months = postings["thread_month"].to_numpy().astype("datetime64[M]") - first
    return pl.Series("month", months.astype(np.int64))


def _drawn(postings: pl.DataFrame, settings: HnSettings) -> pl.DataFrame:
    """(doc, month, copies) of the posts that stand in the history, and whether the text of each is read."""
    # Posts are in order of time, so that a post's draw does not depend on how many come after it.
    chance = np.random.default_rng(settings.seed).random(int(postings["doc"].max()) + 1)  # type: ignore[arg-type]
    shuffled = postings.select("doc", "month", chance=pl.Series(chance[postings["doc"].to_numpy()])).sort(
        "month", "chance"
    )
    place = pl.int_range(pl.len()).over("month")
    size = pl.len().over("month")
    copies = (place + 1) * settings.monthly // size - place * settings.monthly // size
    drawn = shuffled.select("doc", "month", copies=copies).filter(pl.col("copies") > 0)
    return drawn.with_columns(read=pl.int_range(pl.len()).over("month") < settings.texts)


def _matrix(pairs: pl.DataFrame, codes: list[str], documents: int) -> csr_array:
    at = pl.DataFrame({"code": codes}).with_row_index("at")
    found = pairs.join(at, on="code").sort("doc", "at")
    ends = (found["doc"].to_numpy().astype(np.int64), found["at"].to_numpy().astype(np.int64))
    return csr_array((np.ones(found.height), ends), shape=(documents, len(codes)))


def _rows(pairs: pl.DataFrame, clusters: list[str], drawn: pl.DataFrame) -> pl.DataFrame:
    """One row for each copy of a post and each of its clusters."""
    at = pl.DataFrame({"code": clusters}).with_row_index("cluster")
    rows = pairs.join(at, on="code").join(drawn, on="doc")
    return (
        rows.with_columns(copy=pl.int_ranges(pl.col("copies"))).explode("copy").sort("month", "doc", "copy", "cluster")
    )


def _posting_rows(rows: pl.DataFrame, postings: pl.DataFrame, needs: csr_array, settings: HnSettings) -> Postings:
    doc, month = rows["doc"].to_numpy().astype(np.int64), rows["month"].to_numpy()
    # A thread's month decides, not the day of a late answer to it.
    day = (np.datetime64(settings.first, "M") + month).astype("datetime64[D]").astype(np.int64)
    none = np.full(len(doc), -1)
    text = np.where(rows["read"].to_numpy(), doc, -1)
    cluster = rows["cluster"].to_numpy().astype(np.int64)
    return Postings(cluster, none, none, none, day, text, np.full(len(doc), np.nan), needs[doc])


def _bare(
    first: np.datetime64,
    months: int,
    postings: Postings,
    asked: HnPostings,
    codes: tuple[list[str], list[str]],
    settings: HnSettings,
) -> History:
    """A history of posts alone: nobody learns, and nothing is taught."""
    clusters, skills = codes
    none: Ints = np.zeros(0, dtype=np.int64)
    empty_outlook = np.zeros(0)
    month = (postings.day.astype("datetime64[D]").astype("datetime64[M]") - first).astype(np.int64)
    learnt = postings.where(month < settings.learn)
    owner = csr_array((np.ones(len(learnt.day)), (learnt.cluster, np.arange(len(learnt.day)))))
    size = np.bincount(learnt.cluster, minlength=len(clusters))
    required = csr_array((owner @ learnt.needs).multiply(1.0 / np.maximum(size, 1)[:, None]))
    required.data[required.data < settings.required] = 0.0
    required.eliminate_zeros()
    names = {"cluster": clusters, "skill": skills}
    return History(
        revision=f"hn|{settings}",
        first_month=first,
        months=months,
        codes=names | {kind: [] if kind == "student" else ["none"] for kind in OTHERS},
        names={kind: [asked.labels[code] for code in found] for kind, found in names.items()}
        | {"resource": ["none"], "project": ["none"]},
        texts=asked.postings["text"].to_list(),
        postings=postings,
        events=Events(none, none, none, none, empty_outlook),
        enrolments=Enrolments(none, none, none, empty_outlook, empty_outlook, empty_outlook),
        students=Students(none, none, none, csr_array((0, len(skills)))),
        placements=Placements(none, none, none, none, empty_outlook),
        memberships=Memberships(none, none, none),
        requirements=required,
        gains=csr_array((1, len(skills))),
        project_needs=csr_array((1, len(skills))),
        broader=np.zeros((0, 2), dtype=np.int64),
    )
