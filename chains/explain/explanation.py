"""Chains as English sentences, built from their stored numbers and labels (equation 21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skillpath.chains.model.ranking import TERMS

_VERB = {"JOB": "working as", "TRAINING": "taking", "VENTURE": "joining"}
_THING = {"JOB": "job", "TRAINING": "training", "VENTURE": "venture"}
_THINGS = {"JOB": "jobs", "TRAINING": "training", "VENTURE": "ventures"}
_TERM_PHRASES = {
    "match": "the match",
    "gap": "the gap it closes",
    "bridging": "how it bridges",
    "heat": "demand",
    "stage": "your stage",
    "affinity": "what you did before",
    "popularity": "how many took it",
    "urgency": "how urgent it is",
}
NAMED = 3
_NOTHING = 0.005
"""What would read 0.00 is not told."""


@dataclass(frozen=True)
class Step:
    """One skill that a chain closes: levels in [0, 1], and how much a level counts."""

    skill: str
    have: float
    required: float
    gain: float
    weight: float = 1.0


@dataclass(frozen=True)
class Reason:
    """A resource done before: its contribution to the score, and how many went on from it; 0 if it is only like it."""

    resource: str
    contribution: float
    support: int


def explain_progression(suggests: str, reasons: Sequence[Reason], takers: int = 0, *, alone: bool = False) -> str:
    """One sentence on what people went on to; nothing where no such thing is known.

    Args:
        reasons: largest contribution first. takers: how many took what is suggested. alone: whether no gap is told.

    >>> print(explain_progression("SQL II", [Reason("SQL I", 0.3, 412), Reason("R", 0.1, 9)]))
    412 learners went on from “SQL I” to “SQL II”, 9 from “R”.
    >>> print(explain_progression("SQL II", [Reason("SQL I", 0.3, 0)]))
    “SQL II” is like “SQL I”, which you took.
    >>> print(explain_progression("SQL II", [], takers=90, alone=True))
    “SQL II” is among what most learners take: 90 took it.
    """
    if not reasons:
        return f"“{suggests}” is among what most learners take: {takers} took it." if alone and takers else ""
    named = reasons[:NAMED]
    followed, alike = [r for r in named if r.support], [r for r in named if not r.support]
    parts = []
    if followed:
        first, *rest = followed
        more = "".join(f", {each.support} from “{each.resource}”" for each in rest)
        parts.append(f"{first.support} learners went on from “{first.resource}” to “{suggests}”{more}.")
    if alike:
        subject = "It" if parts else f"“{suggests}”"
        parts.append(f"{subject} is like {' and '.join(f'“{each.resource}”' for each in alike)}, which you took.")
    return " ".join(parts)


def explain(path: str, suggests: str, toward: str, match: float, gap: float, steps: Sequence[Step]) -> str:
    """One sentence: goal, gap, resource.

    >>> steps = [Step("SQL", 0.1, 0.8, 0.5)]
    >>> print(explain("TRAINING", "SQL I", "analyst", 0.4, 2.5, steps))
    Toward analyst (match 0.40) 2.50 levels are missing; taking “SQL I” closes 0.50 of them: SQL 0.10 → 0.60 of 0.80.
    >>> print(explain("JOB", "Analyst at Hill", "analyst", 0.4, 2.5, []))
    Toward analyst 2.50 levels are missing; working as “Analyst at Hill” (match 0.40) fits what you can already.
    """
    # Of a job the match is with the post, of all else with the target.
    target, item = ("", f" (match {match:.2f})") if path == "JOB" else (f" (match {match:.2f})", "")
    goal = f"Toward {toward}{target} {gap:.2f} levels are missing; {_VERB[path]} “{suggests}”{item}"
    if not steps:
        return f"{goal} fits what you can already."
    ordered = sorted(steps, key=lambda step: (-step.gain * step.weight, step.skill))
    named = ", ".join(f"{s.skill} {s.have:.2f} → {s.have + s.gain:.2f} of {s.required:.2f}" for s in ordered[:NAMED])
    more = f" and {len(ordered) - NAMED} more" if len(ordered) > NAMED else ""
    return f"{goal} closes {sum(s.gain * s.weight for s in steps):.2f} of them: {named}{more}."


def format_contributions(score: float, contributions: Mapping[str, float]) -> str:
    """Contributions to the score, largest first, then deductions; together they are the score.

    >>> print(format_contributions(0.3, {"match": 0.1, "gap": 0.2, "heat": 0.0}))
    Of its score of 0.30 the gap it closes brings 0.20, the match 0.10.
    >>> print(format_contributions(0.2, {"match": 0.0, "gap": 0.25, "redundancy": -0.05}))
    Of its score of 0.20 the gap it closes brings 0.25; 0.05 is taken off for being like what you did or see beside it.
    """
    ordered = sorted(contributions.items(), key=lambda part: (-abs(part[1]), TERMS.index(part[0])))
    named = [(name, part) for name, part in ordered if name in _TERM_PHRASES and abs(part) >= _NOTHING]
    brings = ", ".join(
        f"{_TERM_PHRASES[name]}{'' if i else ' brings'} {part:.2f}" for i, (name, part) in enumerate(named)
    )
    off = -contributions.get("redundancy", 0.0)
    taken = f"; {off:.2f} is taken off for being like what you did or see beside it" if off >= _NOTHING else ""
    return f"Of its score of {score:.2f} {brings or 'nothing counts much'}{taken}."


def explain_counterfactual(path: str, skill: str, have: float, level: float, top: int = 1) -> str:
    """The counterfactual as a sentence.

    >>> print(explain_counterfactual("JOB", "SQL", 0.35, 0.6))
    With SQL at 0.60 (now 0.35) this would be your first job.
    >>> print(explain_counterfactual("TRAINING", "SQL", 0.35, 0.6, top=3))
    With SQL at 0.60 (now 0.35) this would be among your first 3 suggestions for training.
    """
    place = f"your first {_THING[path]}" if top == 1 else f"among your first {top} suggestions for {_THINGS[path]}"
    return f"With {skill} at {level:.2f} (now {have:.2f}) this would be {place}."
