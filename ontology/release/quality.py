"""The quality report of a vocabulary: orphans, duplicates, cycles, missing definitions, unused skills."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from skillpath.ontology.matching.labels import normalised
from skillpath.ontology.release.hierarchy import closing_edges
from skillpath.ontology.release.near_duplicates import NearSettings, near_duplicates
from skillpath.ontology.release.release import Release

EXAMPLES = 20
ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True)
class Finding:
    """One check: how many skills it concerns, their share, how bad that is, what to do, and the first of them."""

    name: str
    count: int
    share: float
    severity: str
    todo: str
    examples: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class QualityReport:
    """All findings, and how many mentions of terms each state of mapping covers."""

    skills: int
    findings: list[Finding]
    coverage: dict[str, dict[str, float]]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """For people."""
        lines = [f"{self.skills} skills"]
        for found in self.findings:
            lines.append(f"{found.severity:<8}{found.name}: {found.count} ({found.share:.1%}). {found.todo}.")
            lines += ["        " + "  ".join(str(v) for v in row.values() if v) for row in found.examples[:3]]
        for status, row in self.coverage.items():
            lines.append(f"terms {status}: {row['terms']:.0f}, {row['share']:.1%} of all records that mention one")
        return lines


def quality_report(release: Release, used: pl.DataFrame, terms: pl.DataFrame) -> QualityReport:
    """Check the current vocabulary.

    Args:
        release: skills, hierarchy, redirects.
        used: code of every skill and ``links``, how many records speak of it.
        terms: status of every term and ``records``, how many mention it.
    """
    seen = _QualityInput(release, used)
    total = max(release.skills.height, 1)
    findings = []
    for name, severity, todo, check in CHECKS:
        rows = check(seen)
        shown = rows.head(EXAMPLES).to_dicts()
        findings.append(Finding(name, rows.height, round(rows.height / total, 4), severity, todo, shown))
    by_status = terms.group_by("status").agg(pl.len().alias("terms"), pl.col("records").sum()).sort("status")
    mentions = max(int(by_status["records"].sum()), 1)
    coverage = {
        status or "unmapped": {"terms": float(count), "records": float(records), "share": records / mentions}
        for status, count, records in by_status.select("status", "terms", "records").iter_rows()
    }
    return QualityReport(release.skills.height, findings, coverage)


@dataclass(frozen=True)
class _QualityInput:
    release: Release
    used: pl.DataFrame

    @property
    def live(self) -> pl.DataFrame:
        return self.release.skills.filter(pl.col("status") == "released")

    @property
    def real(self) -> pl.DataFrame:
        return self.live.filter(pl.col("kind") != "group")


def _shown(rows: pl.DataFrame, *more: str) -> pl.DataFrame:
    return rows.select("code", "label", *more).sort("code")


def _orphans(seen: _QualityInput) -> pl.DataFrame:
    edges = seen.release.broader
    linked = pl.concat([edges["child"], edges["parent"]]).unique()
    return _shown(seen.real.filter(~pl.col("code").is_in(linked.implode())))


def _cycles(seen: _QualityInput) -> pl.DataFrame:
    edges = seen.release.broader
    return edges.filter(closing_edges(edges)).sort("child", "parent")


def _dangling(seen: _QualityInput) -> pl.DataFrame:
    """Redirects that end nowhere: in a circle, or in a skill that is deprecated itself."""
    pairs = seen.release.replaced
    circles = pairs.filter(closing_edges(pairs.select(child="old", parent="new")))
    ends = pairs.join(pairs, left_on="new", right_on="old", how="anti")
    dead = seen.release.skills.filter(pl.col("status") == "deprecated").select("code")
    return pl.concat([circles, ends.join(dead, left_on="new", right_on="code", how="semi")]).sort("old")


def _duplicates(seen: _QualityInput) -> pl.DataFrame:
    """Two skills with one name, preferred or not, as people would read it."""
    names = seen.real.select("code", name=pl.concat_list(pl.concat_list("label"), "altLabels")).explode("name")
    keyed = names.with_columns(key=normalised(pl.col("name"))).filter(pl.col("key") != "").unique(["code", "key"])
    groups = keyed.group_by("key").agg(pl.col("code").sort(), label=pl.col("name").min())
    return (
        groups.filter(pl.col("code").list.len() > 1).sort("key").select("label", codes=pl.col("code").list.join(", "))
    )


def _near(seen: _QualityInput) -> pl.DataFrame:
    return near_duplicates(seen.real.select("code", "label"), NearSettings())


def _unlabelled(seen: _QualityInput) -> pl.DataFrame:
    label = pl.col("label")
    bad = (label.str.strip_chars() == "") | label.str.contains(r"[\p{Cc}\x{FFFD}]") | (label.str.len_chars() > 200)
    return _shown(seen.live.filter(bad))


def _undefined(seen: _QualityInput) -> pl.DataFrame:
    return _shown(seen.real.filter(pl.col("definition").fill_null("").str.strip_chars() == ""))


def _unused(seen: _QualityInput) -> pl.DataFrame:
    idle = seen.used.filter(pl.col("links") == 0).select("code")
    return _shown(seen.real.join(idle, on="code", how="semi"))


def _dead_in_use(seen: _QualityInput) -> pl.DataFrame:
    busy = seen.used.filter(pl.col("links") > 0)
    dead = seen.release.skills.filter(pl.col("status") == "deprecated")
    dead = dead.join(seen.release.replaced, left_on="code", right_on="old", how="anti")
    return _shown(dead.join(busy, on="code"), "links")


Check = Callable[[_QualityInput], pl.DataFrame]
CHECKS: tuple[tuple[str, str, str, Check], ...] = (
    ("cycles in the hierarchy", ERROR, "Take out one edge of each", _cycles),
    ("unlabelled or damaged labels", ERROR, "Give them names that can be read", _unlabelled),
    ("redirects that lead nowhere", ERROR, "Deprecate them with a successor that is used", _dangling),
    ("deprecated without a successor, but used", WARNING, "Name a successor", _dead_in_use),
    ("one name for two skills", WARNING, "Merge them, or tell them apart", _duplicates),
    ("nearly the same label", WARNING, "Look whether they are one", _near),
    ("without a place in the hierarchy", NOTE, "Give them a broader skill", _orphans),
    ("without a definition", NOTE, "Say what they mean", _undefined),
    ("used by nothing", NOTE, "Keep, or deprecate", _unused),
)
