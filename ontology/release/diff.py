"""The diff of two releases: concepts and relations added, changed and removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from skillpath.ontology.release.release import SCHEMAS, Release

CONCEPTS = ("skills", "clusters")
LINKS = ("broader", "related", "requirements")
KEYS = {
    "skills": ["code"],
    "clusters": ["code"],
    "broader": ["child", "parent"],
    "related": ["source", "target"],
    "requirements": ["cluster", "skill"],
}
SHOWN = 5


@dataclass(frozen=True)
class Change:
    """One kind of row: what is new, what differs (with ``columns``, the names that do), and what is there no more."""

    added: pl.DataFrame
    changed: pl.DataFrame
    vanished: pl.DataFrame

    def counts(self) -> dict[str, int]:
        """How many rows of each."""
        return {"added": self.added.height, "changed": self.changed.height, "vanished": self.vanished.height}


@dataclass(frozen=True)
class ReleaseDiff:
    """The changes by kind of row: skills, clusters, broader, related, requirements."""

    changes: dict[str, Change]

    def counts(self) -> dict[str, dict[str, int]]:
        """How many rows of each kind."""
        return {name: change.counts() for name, change in self.changes.items()}

    def lines(self, shown: int = SHOWN) -> list[str]:
        """For people: the counts, and some of the skills and occupations."""
        lines = []
        for name, change in self.changes.items():
            counts = ", ".join(f"{count} {what}" for what, count in change.counts().items())
            lines.append(f"{name}: {counts}")
            if name in CONCEPTS:
                lines += [f"  + {r['code']}  {r['label']}" for r in _some(change.added, shown)]
                lines += [f"  ~ {r['code']}  {', '.join(r['columns'])}" for r in _some(change.changed, shown)]
                lines += [f"  - {r['code']}  {r['label']}" for r in _some(change.vanished, shown)]
        return lines


def diff(old: dict[str, pl.DataFrame], new: Release) -> ReleaseDiff:
    """Compare the frames of an older release (those of `SCHEMAS`, by name) with a newer one."""
    return ReleaseDiff({name: _change(old[name], getattr(new, name), KEYS[name]) for name in (*CONCEPTS, *LINKS)})


def frames_of(release: Release) -> dict[str, pl.DataFrame]:
    """The frames of a release by name."""
    return {name: getattr(release, name) for name in SCHEMAS if name != "rejected"}


def _change(old: pl.DataFrame, new: pl.DataFrame, key: list[str]) -> Change:
    columns = [c for c in new.columns if c not in key and c in old.columns]
    both = new.join(old.select(*key, *(pl.col(c).alias(f"old_{c}") for c in columns)), on=key, how="inner")
    differs = [pl.when(pl.col(c).ne_missing(pl.col(f"old_{c}"))).then(pl.lit(c)) for c in columns]
    names: Any = pl.concat_list(differs).list.drop_nulls() if differs else pl.lit([], pl.List(pl.String))
    changed = both.with_columns(columns=names).filter(pl.col("columns").list.len() > 0)
    return Change(
        new.join(old, on=key, how="anti").sort(key),
        changed.sort(key),
        old.join(new, on=key, how="anti").sort(key),
    )


def _some(rows: pl.DataFrame, shown: int) -> list[dict[str, Any]]:
    return rows.head(shown).to_dicts()
