"""Ranking (19): the score by hand, ranks that do not depend on order, an item once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillpath.chains.ranking import RankSettings, best, score


def test_the_score_is_the_formula() -> None:
    settings = RankSettings(match=0.3, compensation=0.5, bridging=0.2)
    found = score(np.array([0.4]), np.array([1.2]), np.array([0.7]), settings)
    assert found[0] == pytest.approx(0.3 * 0.4 + 0.5 * (1 - np.exp(-1.2)) + 0.2 * 0.7)


rows = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6), st.sampled_from([0.1, 0.2, 0.5, 0.9])), max_size=40)


@given(rows, st.randoms())
def test_the_best_few_of_each_student(candidates: list[tuple[int, int, float]], random: object) -> None:
    def ranked(given_rows: list[tuple[int, int, float]]) -> list[tuple[int, int, int, float]]:
        student = np.array([c[0] for c in given_rows], dtype=np.int64)
        item = np.array([c[1] for c in given_rows], dtype=np.int64)
        scores = np.array([c[2] for c in given_rows], dtype=np.float64)
        kept, rank = best(student, item, scores, RankSettings(per_path=3))
        return [(int(student[k]), int(r), int(item[k]), float(scores[k])) for k, r in zip(kept, rank, strict=True)]

    found = ranked(candidates)
    top: dict[int, dict[int, float]] = {}
    for student, item, value in candidates:
        top.setdefault(student, {})[item] = max(value, top.get(student, {}).get(item, 0.0))
    wanted = [
        (student, rank, item, value)
        for student in sorted(top)
        for rank, (item, value) in enumerate(sorted(top[student].items(), key=lambda p: (-p[1], p[0]))[:3], 1)
    ]
    assert found == wanted
    shuffled = candidates.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ranked(shuffled) == wanted
