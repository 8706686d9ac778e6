"""The benchmark of skill links: figures by hand, and a gold file that holds what it says and no text."""

from __future__ import annotations

import re

from bench.links import GoldItem, judge_links, read_gold


def item(first: str, second: str) -> GoldItem:
    return GoldItem("course", "dev", frozenset(first), frozenset(second))


def test_figures_are_those_worked_out_by_hand() -> None:
    gold = [item("abc", "abd"), item("x", "x"), item("", "")]
    found = judge_links(gold, [frozenset("ac"), frozenset(), frozenset("z")])
    assert (found.items, found.links) == (3, 3)
    assert (found.precision, found.lenient_precision) == (0.333, 0.667)
    assert (found.recall, found.lenient_recall) == (0.333, 0.4)
    assert found.agreement == 0.75, "3 of 4 and 4 marks are shared"


def test_nothing_linked_is_no_division_by_zero() -> None:
    found = judge_links([item("", "")], [frozenset()])
    assert (found.precision, found.recall, found.agreement) == (0.0, 0.0, 0.0)


def test_the_gold_is_halved_and_holds_no_text() -> None:
    gold = read_gold()
    kinds = [each.kind for each in gold.values()]
    assert kinds.count("course") == 150 and kinds.count("post") >= 148
    halves = [each.half for each in gold.values()]
    assert 0.4 < halves.count("test") / len(halves) < 0.6
    skills = {skill for each in gold.values() for skill in each.either}
    assert all(re.fullmatch(r"esco:skill/[0-9a-f-]{36}", skill) for skill in skills)
