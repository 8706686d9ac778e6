"""Training pairs of the matcher from an ontology alone: labels, definitions and composed phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import polars as pl

TEMPLATES = (
    "{}",
    "experience with {}",
    "you will {}",
    "knowledge of {}",
    "strong {} skills",
    "{} is a plus",
    "responsible for {}",
    "ability to {}",
    "we are looking for someone who can {}",
    "proven background in {}",
    "{} required",
    "familiar with {}",
)
JOINTS = (", ", " and ", " / ", ", and ", " ; ", " as well as ", " ")


@dataclass(frozen=True)
class PairSettings:
    """How examples are drawn.

    Attributes:
        named: share of examples that are one label (an alternative one, if there is any); ``composed``: share that
            string several skills of one occupation together; the rest are pieces of definitions.
        framed, dropped: share of single labels put into a phrase, or with a word left out.
        alternative: share of labels on the skill's side that are alternative ones.
        surface: share of alternative labels within composed texts.
        sizes: how many skills a composed text has, drawn from these.
        lengths: words of a piece of a definition, drawn from these.
    """

    named: float = 0.45
    composed: float = 0.35
    framed: float = 0.3
    dropped: float = 0.15
    alternative: float = 0.25
    surface: float = 0.75
    sizes: tuple[int, ...] = (1, 2, 2, 3, 3, 4)
    lengths: tuple[int, ...] = (8, 12, 16, 24)


@dataclass(frozen=True)
class Example:
    """A text, the label it should be close to, a sibling's label it should not, and all the skills it names."""

    text: str
    label: str
    sibling: str
    target: int
    other: int
    covers: frozenset[int]


class PairSource:
    """Draws examples; the same seed and step give the same ones, whatever was drawn before.

    Args:
        skills: code, label, altLabels, definition, sorted by code; groups left out.
        broader: child, parent.
        requirements: cluster, skill.
    """

    def __init__(
        self,
        skills: pl.DataFrame,
        broader: pl.DataFrame,
        requirements: pl.DataFrame,
        settings: PairSettings | None = None,
    ) -> None:
        self.settings = settings or PairSettings()
        self.labels: list[str] = skills["label"].to_list()
        self.others: list[list[str]] = [list(x) for x in skills["altLabels"].to_list()]
        self.definitions: list[list[str]] = [(d or "").split() for d in skills["definition"].to_list()]
        at = skills.select(code="code").with_row_index("at")
        families = broader.join(at, left_on="child", right_on="code").sort("parent", "at")
        self.siblings = _grouped(families, "parent", at.height)
        wanted = requirements.join(at, left_on="skill", right_on="code").sort("cluster", "at")
        groups = wanted.group_by("cluster", maintain_order=True).agg("at")["at"].to_list()
        self.baskets: list[list[int]] = [list(g) for g in groups if len(g) > max(self.settings.sizes)]

    def draw(self, size: int, seed: int, step: int) -> list[Example]:
        """The examples of one step."""
        rng = Random(f"{seed}:{step}")
        return [self._example(rng) for _ in range(size)]

    def _example(self, rng: Random) -> Example:
        drawn = rng.random()
        if drawn < self.settings.named:
            target, text, covers = self._named(rng)
        elif drawn < self.settings.named + self.settings.composed and self.baskets:
            target, text, covers = self._composed(rng)
        else:
            target, text, covers = self._defined(rng)
        family = self.siblings[target]
        other = rng.choice(rng.choice(family)) if family else rng.randrange(len(self.labels))
        return Example(text, self._shown(target, rng), self._shown(other, rng), target, other, frozenset(covers))

    def _named(self, rng: Random) -> tuple[int, str, set[int]]:
        target = rng.randrange(len(self.labels))
        text = rng.choice(self.others[target]) if self.others[target] else self.labels[target]
        if rng.random() < self.settings.framed:
            text = rng.choice(TEMPLATES).format(text)
        words = text.split()
        if len(words) > 2 and rng.random() < self.settings.dropped:
            words.pop(rng.randrange(len(words)))
        return target, " ".join(words), {target}

    def _composed(self, rng: Random) -> tuple[int, str, set[int]]:
        basket = rng.choice(self.baskets)
        chosen = rng.sample(basket, rng.choice(self.settings.sizes))
        text = self._surface(chosen[0], rng)
        for skill in chosen[1:]:
            text += rng.choice(JOINTS) + self._surface(skill, rng)
        return rng.choice(chosen), rng.choice(TEMPLATES).format(text), set(chosen)

    def _defined(self, rng: Random) -> tuple[int, str, set[int]]:
        target = rng.randrange(len(self.labels))
        words = self.definitions[target] or self.labels[target].split()
        length = rng.choice(self.settings.lengths)
        start = rng.randrange(max(1, len(words) - length + 1))
        return target, " ".join(words[start : start + length]), {target}

    def _surface(self, skill: int, rng: Random) -> str:
        others = self.others[skill]
        return rng.choice(others) if others and rng.random() < self.settings.surface else self.labels[skill]

    def _shown(self, skill: int, rng: Random) -> str:
        others = self.others[skill]
        return rng.choice(others) if others and rng.random() < self.settings.alternative else self.labels[skill]


def _grouped(families: pl.DataFrame, by: str, size: int) -> list[list[Sequence[int]]]:
    """For each skill the families (children of one parent) it belongs to."""
    found: list[list[Sequence[int]]] = [[] for _ in range(size)]
    for members in families.group_by(by, maintain_order=True).agg("at")["at"].to_list():
        for member in members:
            found[member].append(members)
    return found
