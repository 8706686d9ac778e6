"""Cosines of texts with skills, and of skills with each other."""

from __future__ import annotations

import polars as pl
import pytest

from skillpath.ontology.ranking.skill_affinity import SkillAffinity
from skillpath.ontology.ranking.skill_texts import ProfileSettings, SkillTexts

LABELS = pl.DataFrame(
    {
        "code": ["k:clay", "k:kiln", "k:law"],
        "label": ["clay shaping", "kiln operation", "contract law"],
        "altLabels": [["pottery"], [], ["law of contracts"]],
        "definition": ["Shape clay vessels by hand.", "Fire vessels in a kiln.", None],
    }
)


def cosines(texts: list[str], *pairs: tuple[int, str], settings: ProfileSettings | None = None) -> list[float]:
    asked = pl.DataFrame(pairs, schema={"text": pl.Int64, "code": pl.String}, orient="row")
    return list(map(float, SkillTexts(LABELS, settings).cosines(texts, asked)))


def test_a_text_is_nearest_to_what_it_is_about() -> None:
    found = cosines(["We shape vessels of clay."], (0, "k:clay"), (0, "k:kiln"), (0, "k:law"))
    assert 1.0 > found[0] > found[1] > found[2] == 0.0


def test_words_count_by_their_stems_and_unknown_ones_do_not() -> None:
    one, other = cosines(["shaping clays", "zzz shape clay qqq"], (0, "k:clay"), (1, "k:clay"))
    assert one == pytest.approx(other)


def test_texts_without_a_known_word_have_no_cosine() -> None:
    assert cosines(["", "the of", "全栈"], (0, "k:clay"), (1, "k:clay"), (2, "k:law")) == [0.0, 0.0, 0.0]
    assert cosines([]) == []


def test_blocks_of_pairs_change_nothing() -> None:
    texts, pairs = ["clay and kiln", "contract law"], [(n % 2, code) for n in range(9) for code in LABELS["code"]]
    assert cosines(texts, *pairs, settings=ProfileSettings(block=2)) == cosines(texts, *pairs)


def test_a_vocabulary_without_definitions_will_do() -> None:
    bare = SkillTexts(LABELS.drop("definition"))
    assert bare.cosines(["pottery"], pl.DataFrame({"text": [0], "code": ["k:clay"]}))[0] > 0


REQUIREMENTS = pl.DataFrame(
    [("c:potter", "k:clay", 1.0), ("c:potter", "k:kiln", 0.5), ("c:brick", "k:kiln", 1.0), ("c:judge", "k:law", 1.0)],
    schema=["cluster", "skill", "weight"],
    orient="row",
)


def test_skills_that_occupations_share_are_coherent() -> None:
    found = pl.DataFrame({"doc": [0, 0, 0, 1, 1], "code": ["k:clay", "k:kiln", "k:law", "k:law", "k:unknown"]})
    told = SkillAffinity(REQUIREMENTS).coherence(found)
    by = {(doc, code): value for doc, code, value in told.iter_rows()}
    assert by[0, "k:clay"] == by[0, "k:kiln"] > 0.0
    assert by[0, "k:law"] == by[1, "k:law"] == by[1, "k:unknown"] == 0.0
    assert told.select("doc", "code").equals(found)


def test_breadth_counts_occupations() -> None:
    breadth = SkillAffinity(REQUIREMENTS).breadth(pl.Series(["k:kiln", "k:clay", "k:unknown"]))
    assert breadth[0] > breadth[1] > breadth[2] == 0.0


def test_a_vocabulary_without_requirements_has_neither() -> None:
    empty = SkillAffinity(REQUIREMENTS.clear())
    found = pl.DataFrame({"doc": [0, 0], "code": ["k:clay", "k:kiln"]})
    assert empty.coherence(found)["coherence"].to_list() == [0.0, 0.0]
    assert empty.breadth(found["code"]).to_list() == [0.0, 0.0]
