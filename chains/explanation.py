"""A chain in plain English, built from nothing but its stored numbers and labels (equation 21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_VERB = {"JOB": "working as", "TRAINING": "taking", "VENTURE": "joining"}
NAMED = 3


@dataclass(frozen=True)
class Step:
    """One skill that a chain closes: levels in [0, 1]."""

    skill: str
    have: float
    required: float
    gain: float


def explain(path: str, suggests: str, toward: str, match: float, gap: float, steps: Sequence[Step]) -> str:
    """One sentence: goal, gap, resource.

    >>> steps = [Step("SQL", 0.1, 0.8, 0.5)]
    >>> print(explain("TRAINING", "SQL I", "analyst", 0.4, 2.5, steps))
    Toward analyst (match 0.40) 2.50 levels are missing; taking “SQL I” closes 0.50 of them: SQL 0.10 → 0.60 of 0.80.
    >>> print(explain("JOB", "Analyst at Hill", "analyst", 0.4, 2.5, []))
    Toward analyst (match 0.40) 2.50 levels are missing; working as “Analyst at Hill” fits what you can already.
    """
    goal = f"Toward {toward} (match {match:.2f}) {gap:.2f} levels are missing; {_VERB[path]} “{suggests}”"
    if not steps:
        return f"{goal} fits what you can already."
    ordered = sorted(steps, key=lambda step: (-step.gain, step.skill))
    named = ", ".join(f"{s.skill} {s.have:.2f} → {s.have + s.gain:.2f} of {s.required:.2f}" for s in ordered[:NAMED])
    more = f" and {len(ordered) - NAMED} more" if len(ordered) > NAMED else ""
    return f"{goal} closes {sum(s.gain for s in steps):.2f} of them: {named}{more}."
