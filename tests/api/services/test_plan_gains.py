"""What the parts of a plan bring adds up to what the plan brings."""

from __future__ import annotations

import pytest

from skillpath.api.services.plan_gains import split_gain


def test_gains_of_resources_add_up_and_skills_that_nothing_closes_are_left_out() -> None:
    levels = {"have": 0.0, "required": 1.0, "gap": 1.0, "weight": 2.0}
    sql = {"code": "sql", "label": "SQL", **levels, "effects": [0.5, 0.5]}
    idle = {**sql, "code": "r", "label": "R", "effects": [0.0, 0.0]}
    resources = [{"code": "a", "label": "A"}, {"code": "b", "label": "B"}]

    plan = split_gain({"gain": 1.5, "resources": resources, "lacks": [sql, idle]})

    # Half of what is open each: 0.5 of a level, then 0.25, twice as much by weight.
    assert [step["gain"] for step in plan.resources] == pytest.approx([1.0, 0.5])
    assert sum(step["gain"] for step in plan.resources) == pytest.approx(plan.gain)
    assert [(step["code"], step["gain"]) for step in plan.closes] == [("sql", pytest.approx(0.75))]
