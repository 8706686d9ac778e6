"""The sentence of a chain."""

from __future__ import annotations

import doctest

import skillpath.chains.explain.explanation
from skillpath.chains.explain.explanation import Step, explain
from skillpath.chains.model import arrays


def test_the_documented_sentences() -> None:
    for module in (skillpath.chains.explain.explanation, arrays):
        result = doctest.testmod(module)
        assert result.attempted and not result.failed


def test_the_largest_gains_are_named_and_the_rest_counted_into_the_sum() -> None:
    steps = [Step(name, 0.1, 0.9, gain) for name, gain in (("a", 0.1), ("d", 0.4), ("c", 0.2), ("b", 0.2))]
    sentence = explain("VENTURE", "Mill", "analyst", 0.5, 3.0, steps)
    assert "joining “Mill” closes 0.90 of them: d 0.10 → 0.50 of 0.90, b 0.10" in sentence
    assert sentence.endswith("c 0.10 → 0.30 of 0.90 and 1 more.")
