"""A proposed `[[source]]` section with its doubts as comments."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from skillpath.pipeline.ingest.contracts import Field
from skillpath.pipeline.ingest.suggesting.fit import Choice, FitSettings
from skillpath.pipeline.ingest.suggesting.names import estimate_value, words
from skillpath.pipeline.ingest.suggesting.profile import Profile

_DAY = re.compile(r"(20\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?([0-2]\d|3[01]))?(?!\d)")
_SLUG = re.compile(r"[^a-z0-9\u3400-\u9fff]+")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CONTENT_FIELDS = ("title", "employer", "provider", "region", "posted_at", "salary", "text", "skills")
"""Fields that together tell records apart where nothing else does."""
_NUMBER = r"(\d+(?:\.\d+)?)"


@dataclass
class SectionDraft:
    """Lines of a section: ``notes`` above it, ``plain`` keys, and tables of keys with a comment each."""

    notes: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    tables: dict[str, list[str]] = field(default_factory=dict)

    def put(self, table: str, key: str, value: Any, doubt: str = "") -> None:
        """One key of a table, with what is unsure about it."""
        self.tables.setdefault(table, []).append(f"{_key(key)} = {_value(value)}{_comment(doubt)}")

    def set(self, key: str, value: Any, doubt: str = "") -> None:
        """One key of the section itself."""
        self.plain.append(f"{key} = {_value(value)}{_comment(doubt)}")

    def text(self) -> str:
        """The section as TOML."""
        parts = [*(f"# {note}" for note in self.notes), "[[source]]", *self.plain]
        for name, rows in self.tables.items():
            parts += ["", f"[source.{name}]", *rows]
        return "\n".join(parts) + "\n"


def build_section(choice: Choice, profiles: list[Profile], path: Path, settings: FitSettings) -> SectionDraft:
    """The section for a file whose columns were chosen."""
    made = SectionDraft()
    contract = choice.contract
    made.set("name", _SLUG.sub("-", path.stem.lower()).strip("-") or "source")
    made.set("contract", contract.name)
    made.set("path", path.as_posix())
    scan = [name for name in ("title", "text") if name in choice.columns]
    if scan and "skills" in contract.fields:
        made.set("scan", scan)
    made.tables["columns"] = []
    for name, profile in choice.columns.items():
        doubt = "" if choice.scores[name] >= settings.sure else f"unsure: {_why(profile)}"
        made.put("columns", name, profile.name, doubt)
        _shape(made, name, contract.fields[name], profile)
    _code(made, choice, profiles)
    _required(made, choice, path)
    _money(made, choice, profiles)
    used = {profile.name for profile in choice.columns.values()}
    unused = [profile.name for profile in profiles if profile.name not in used]
    if unused:
        made.notes.append(f"Not read: {', '.join(' '.join(name.split()) for name in unused)}.")
    return made


def _why(profile: Profile) -> str:
    example = profile.text[0] if profile.text.len() else ""
    return f"its name says little; the first value is {_short(example)}"


def _shape(made: SectionDraft, name: str, field: Field, profile: Profile) -> None:
    """Styles, separators, patterns and values that the column's content asks for."""
    if field.kind in ("date", "time") and profile.days.style:
        other = profile.days.other
        made.put("dates", name, profile.days.style, f"unsure: {other} would fit as well" if other else "")
    if field.kind == "list" and profile.separator not in ("", "list", "|"):
        made.put("lists", name, profile.separator)
    if name == "experience" and profile.numeric() < 1.0:
        made.put("parse", name, _NUMBER, "the first number; “3-5” means at least 3")
        for value in profile.text.filter(~profile.text.str.contains(r"\d")).unique().sort().head(20):
            made.put("values.experience", value, "0", "unsure: is none asked?")
    if field.one_of and not field.coding:
        for value in profile.text.unique().sort():
            ours = estimate_value(value, name, field.one_of)
            if ours != value:
                doubt = "" if ours else f"unsure: one of {', '.join(field.one_of)}? As it stands it is quarantined"
                made.put(f"values.{name}", value, ours or value, doubt)


def _code(made: SectionDraft, choice: Choice, profiles: list[Profile]) -> None:
    if "code" not in choice.contract.fields:
        return
    profile = choice.columns.get("code")
    if profile is None:
        columns = _identifying(choice, profiles)
        share = _distinguishing(columns)
        doubt = "no column tells rows apart, so codes are made of these"
        doubt += "" if share == 1.0 else f"; {1 - share:.1%} of the rows are the same in all of them"
        made.put("digest", "code", [column.name for column in columns], doubt)
    elif profile.unique < 1.0 and choice.contract.name == "students":
        made.set("select", {"distinct": ["code"]}, "a student stands in several rows; the first is taken")
    elif profile.unique < 1.0:
        made.notes.append(
            f"Unsure: {profile.name} repeats in {1 - profile.unique:.1%} of the rows; they are quarantined."
        )
    if profile is not None and profile.numeric() == 1.0:
        made.notes.append("Codes are bare numbers; a [source.prefix] keeps them apart from those of other sources.")


def _identifying(choice: Choice, profiles: list[Profile]) -> list[Profile]:
    columns = [choice.columns[name] for name in _CONTENT_FIELDS if name in choice.columns]
    if not columns or _distinguishing(columns) < 0.98:
        columns += [profile for profile in profiles if profile not in columns]
    return columns


def _distinguishing(columns: list[Profile]) -> float:
    frame = pl.DataFrame([column.values.alias(str(i)) for i, column in enumerate(columns)])
    return frame.n_unique() / max(frame.height, 1)


def _required(made: SectionDraft, choice: Choice, path: Path) -> None:
    """Required fields that no column fills: a constant where one is clear, else an empty one that says so."""
    for name, wanted in choice.contract.fields.items():
        if not wanted.required or name in choice.columns or name == "code":
            continue
        if wanted.one_of:
            named = _named(name, wanted, choice, path)
            made.put("constants", name, named or wanted.one_of[0], "" if named else "unsure: the file does not say")
        elif wanted.kind in ("date", "time") and (day := _DAY.search(path.stem)):
            made.put("constants", name, f"{day[1]}-{day[2]}-{day[3] or '01'}", "unsure: from the file's name")
        else:
            made.put("constants", name, "", "unsure: nothing fills it, and every row needs one. Fill it in")


def _named(name: str, field: Field, choice: Choice, path: Path) -> str:
    """The value that the file's or the columns' names contain."""
    spoken = [*words(f"{path.parent.name} {path.stem}"), *(w for p in choice.columns.values() for w in words(p.name))]
    meant = (estimate_value(word.removesuffix("s"), name, field.one_of) for word in spoken)
    return next((value for value in meant if value), "")


def _money(made: SectionDraft, choice: Choice, profiles: list[Profile]) -> None:
    profile = choice.columns.get("salary")
    if profile is None or not profile.text.len():
        return
    if profile.pay["currency"].null_count() < profile.pay.height / 2:
        return
    chinese = any(p.text.head(200).str.contains(r"\p{Han}").any() for p in profiles)
    guess = "CNY" if chinese else ""
    doubt = "unsure: pay does not say its currency" + ("; the file is Chinese" if chinese else ". Fill it in, say EUR")
    made.put("money", "currency", guess, doubt)
    made.put("money", "period", "month", "unsure: or hour, day, week, year")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    # JSON's strings and lists are TOML's; only DEL is written out by the one and refused by the other.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(doubt: str) -> str:
    return f"  # {' '.join(doubt.split())}" if doubt else ""


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 40 else plain[:39] + "…"
