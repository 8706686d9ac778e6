"""Assignment of columns to contract fields by name and content."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.pipeline.ingest.contracts import CONTRACTS, Contract, Field
from skillpath.pipeline.ingest.suggesting.names import contract_hint, estimate_value, name_score
from skillpath.pipeline.ingest.suggesting.profile import Profile


@dataclass(frozen=True)
class FitSettings:
    """What a proposal is weighed by.

    Attributes:
        least: least score of a column for a field.
        sure: from which on it is not marked unsure.
        content: least share of cells that fit a field's type.
        required: how much more a required field counts.
        missing: what a required field that nothing fills takes away; see `_weight`.
        repeats: different values from which on a column that repeats may be the students.
        hint: what a file's name that names the contract adds.
        unnamed: how well content alone may speak for a field.
    """

    least: float = 0.35
    sure: float = 0.75
    content: float = 0.6
    required: float = 2.0
    missing: float = 1.5
    repeats: int = 20
    hint: float = 1.5
    unnamed: float = 0.4


@dataclass(frozen=True)
class Choice:
    """A contract and the column chosen for each of its fields, with the score of each choice from 0 to 1."""

    contract: Contract
    columns: dict[str, Profile]
    scores: dict[str, float]
    total: float


def choose(profiles: list[Profile], place: str, settings: FitSettings) -> Choice:
    """The contract that the columns of a file called ``place`` fill best."""
    return max((_fill(contract, profiles, place, settings) for contract in CONTRACTS.values()), key=lambda c: c.total)


def _fill(contract: Contract, profiles: list[Profile], place: str, settings: FitSettings) -> Choice:
    from scipy.optimize import linear_sum_assignment

    names = list(contract.fields)
    scores = np.array([[_score(p, contract, name, settings) for p in profiles] for name in names])
    scores[scores < settings.least] = 0.0
    weights = np.array([settings.required if contract.fields[name].required else 1.0 for name in names])
    rows, columns = linear_sum_assignment(scores * weights[:, None], maximize=True)
    chosen = {names[r]: (profiles[c], float(scores[r, c])) for r, c in zip(rows, columns, strict=True) if scores[r, c]}
    fit = float((scores * weights[:, None])[rows, columns].sum())
    lost = [n for n, field in contract.fields.items() if field.required and n not in chosen and not field.one_of]
    fit -= settings.missing * sum(_weight(name, contract) for name in lost)
    fit += settings.hint * contract_hint(place, contract.name)
    return Choice(contract, {n: p for n, (p, _) in chosen.items()}, {n: s for n, (_, s) in chosen.items()}, fit)


def _weight(name: str, contract: Contract) -> float:
    """How much it matters that nothing fills a required field: a code can be made of content, a person cannot."""
    field = contract.fields[name]
    if name == "code":
        return 2.0 if contract.name == "students" else 1 / 3
    return 2.0 if field.refers else 4 / 3 if name == contract.dated else 1.0


def _score(profile: Profile, contract: Contract, name: str, settings: FitSettings) -> float:
    content = _content(profile, contract, name, settings)
    if content < settings.content:
        return 0.0
    named = name_score(profile.name, contract.name, name)
    if not named:
        return settings.unnamed if _is_typical(profile, contract, name) else 0.0
    return named * (0.7 + 0.3 * content)


def _content(profile: Profile, contract: Contract, name: str, settings: FitSettings) -> float:
    """Share of cells that fit, from 0 to 1."""
    field = contract.fields[name]
    if not profile.text.len():
        return 0.0
    if name == "code":
        # A student's code may stand in many rows; any other record is told by it.
        several = contract.name == "students" and profile.distinct >= settings.repeats
        return profile.filled * (1.0 if several else profile.unique)
    if field.kind in ("date", "time"):
        return profile.days.share
    if field.kind in ("number", "integer"):
        return max(profile.numeric(field.least, field.most), profile.leading if name == "experience" else 0.0)
    if field.kind == "salary":
        return _paid(profile)
    if field.one_of and not field.coding:
        return _allowed(profile, name, field)
    if field.longest >= 100_000:
        return 1.0 if profile.length >= 60 else 0.0
    short = profile.length <= field.longest / 2
    if field.kind == "list":
        return 1.0 if profile.separator or (short and profile.numeric() < 0.5) else 0.0
    figures = profile.numeric() > 0.5 and not field.refers
    return 1.0 if short and not figures else 0.0


def _paid(profile: Profile) -> float:
    """Share of cells that are pay, a little less where they do not say in which currency."""
    if not profile.pay.height:
        return 0.0
    readable = profile.pay["state"].is_in(["read", "unstated"])
    # Of pay as a number and pay as written, the latter says more.
    stated = profile.pay["currency"].null_count() < readable.len() / 2
    return float(readable.sum()) / readable.len() * (1.0 if stated else 0.65)


def _allowed(profile: Profile, name: str, field: Field) -> float:
    """Share of the different values that mean one of ours; enough where any does, for the others are asked about."""
    if profile.distinct > 40:
        return 0.0
    readable = [bool(estimate_value(value, name, field.one_of)) for value in profile.text.unique()]
    return max(0.61, sum(readable) / len(readable)) if any(readable) else 0.0


def _is_typical(profile: Profile, contract: Contract, name: str) -> bool:
    """Whether content alone says what a column is: no other field looks like it."""
    field = contract.fields[name]
    if name == "code":
        return (
            contract.name != "students"
            and profile.unique == 1.0
            and profile.spaced == 0.0
            and not profile.values.dtype.is_float()
        )
    if field.kind in ("date", "time"):
        return field.required and profile.days.share >= 0.98 and not profile.values.dtype.is_numeric()
    return field.longest >= 100_000 and profile.length >= 200
