"""Cycles and categories."""

from random import Random

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from skillpath.ontology.release.hierarchy import categories, closing_edges

NODES = st.sampled_from("abcdefg")


def edges(pairs: list[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema={"child": pl.String, "parent": pl.String}, orient="row")


def is_acyclic(pairs: list[tuple[str, str]]) -> bool:
    left = list(pairs)
    while left:
        children = {child for child, _ in left}
        smaller = [(child, parent) for child, parent in left if parent in children]
        if len(smaller) == len(left):
            return False
        left = smaller
    return True


@given(st.lists(st.tuples(NODES, NODES), unique=True, max_size=25))
def test_what_is_kept_has_no_cycle_and_without_a_cycle_all_is_kept(pairs: list[tuple[str, str]]) -> None:
    closing = closing_edges(edges(pairs)).to_list()
    kept = [pair for pair, out in zip(pairs, closing, strict=True) if not out]
    assert is_acyclic(kept)
    assert any(closing) == (not is_acyclic(pairs))


@given(st.lists(st.tuples(NODES, NODES), unique=True, max_size=25), st.randoms())
def test_the_order_of_the_rows_does_not_matter(pairs: list[tuple[str, str]], random: Random) -> None:
    shuffled = random.sample(pairs, len(pairs))

    def kept(rows: list[tuple[str, str]]) -> set[tuple[str, str]]:
        closing = closing_edges(edges(rows)).to_list()
        return {row for row, out in zip(rows, closing, strict=True) if not out}

    assert kept(pairs) == kept(shuffled)


def test_a_very_long_chain_is_no_cycle_and_closing_it_is_one() -> None:
    chain = [(f"n{i:06}", f"n{i + 1:06}") for i in range(50_000)]
    assert not closing_edges(edges(chain)).any()
    assert closing_edges(edges([*chain, ("n050000", "n000000")])).sum() == 1


def test_the_nearest_group_below_a_root_is_the_category() -> None:
    skills = pl.DataFrame({"code": ["root", "g1", "g2", "deep", "x", "y", "z"], "kind": ["group"] * 4 + ["skill"] * 3})
    broader = edges(
        [("g1", "root"), ("g2", "root"), ("deep", "g1"), ("x", "deep"), ("x", "g2"), ("y", "deep"), ("z", "root")]
    )
    found = dict(categories(skills, broader).rows())
    assert found == {"g1": "g1", "g2": "g2", "deep": "g1", "x": "g2", "y": "g1", "z": "root"}


def test_of_two_equally_near_groups_the_smaller_code_counts() -> None:
    skills = pl.DataFrame({"code": ["r", "g2", "g1", "x"], "kind": ["group"] * 3 + ["skill"]})
    broader = edges([("g1", "r"), ("g2", "r"), ("x", "g2"), ("x", "g1")])
    assert dict(categories(skills, broader).rows())["x"] == "g1"
