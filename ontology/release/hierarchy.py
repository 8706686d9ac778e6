"""The broader relation: edges that would close a cycle, and the category of every skill."""

from __future__ import annotations

import numpy as np
import polars as pl


def closing_edges(edges: pl.DataFrame) -> pl.Series:
    """Which (child, parent) edges close a cycle, as booleans in the order of ``edges``.

    Walks upwards from the codes in alphabetical order, so that the same edges give the same answer in any order.
    """
    closing = np.zeros(edges.height, dtype=bool)
    tangled = _in_cycles(edges)
    if tangled.any():
        rows = edges.with_row_index("at").filter(pl.Series(tangled)).sort("child", "parent")
        closing[_back_edges(rows)] = True
    return pl.Series("closing", closing)


def _in_cycles(edges: pl.DataFrame) -> np.ndarray:
    """Edges whose two ends are in one strongly connected component."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if edges.is_empty():
        return np.zeros(0, dtype=bool)
    codes = pl.concat([edges["child"], edges["parent"]]).cast(pl.Categorical).to_physical().to_numpy()
    child, parent = codes[: edges.height], codes[edges.height :]
    _, ids = np.unique(codes, return_inverse=True)
    child, parent = ids[: edges.height], ids[edges.height :]
    size = int(ids.max()) + 1
    graph = coo_array((np.ones(len(child), dtype=np.int8), (child, parent)), shape=(size, size))
    _, part = connected_components(graph.tocsr(), directed=True, connection="strong")
    return np.asarray(part[child] == part[parent])


def _back_edges(rows: pl.DataFrame) -> list[int]:
    """Depth-first search without recursion over the few edges that lie in cycles; positions to leave out."""
    upwards: dict[str, list[tuple[str, int]]] = {}
    for at, child, parent in rows.select("at", "child", "parent").iter_rows():
        upwards.setdefault(child, []).append((parent, at))
    done: set[str] = set()
    back: list[int] = []
    for start in upwards:
        if start not in done:
            _visit(start, upwards, done, back)
    return back


def _visit(start: str, upwards: dict[str, list[tuple[str, int]]], done: set[str], back: list[int]) -> None:
    open_ = {start}
    stack = [(start, iter(upwards.get(start, [])))]
    while stack:
        node, edges = stack[-1]
        for parent, at in edges:
            if parent in open_:
                back.append(at)
            elif parent not in done:
                open_.add(parent)
                stack.append((parent, iter(upwards.get(parent, []))))
                break
        else:
            stack.pop()
            open_.discard(node)
            done.add(node)


def categories(skills: pl.DataFrame, broader: pl.DataFrame) -> pl.DataFrame:
    """The category of each skill that has one, as (code, category).

    ``skills`` has code and kind. A category is a group whose parent is a root; what hangs on a root through
    no such group has the root. With several, the nearest counts, then the smallest code.
    """
    roots = broader.join(broader, left_on="parent", right_on="child", how="anti").select(code="parent").unique()
    groups = skills.filter(pl.col("kind") == "group").select("code")
    tops = broader.join(roots, left_on="parent", right_on="code", how="semi").select(code="child").unique()
    tops = tops.join(groups, on="code", how="semi")
    report_by_group = _nearest(tops, broader)
    by_root = _nearest(roots, broader).join(roots, on="code", how="anti")
    rest = by_root.join(report_by_group, on="code", how="anti")
    return pl.concat([report_by_group, rest]).join(roots, on="code", how="anti").sort("code")


def _nearest(starts: pl.DataFrame, broader: pl.DataFrame) -> pl.DataFrame:
    """(code, category) for every start and everything below it, the nearest start first."""
    found = frontier = starts.select("code", category="code")
    while frontier.height:
        below = frontier.join(broader, left_on="code", right_on="parent").select(code="child", category="category")
        frontier = below.group_by("code").agg(pl.col("category").min()).join(found, on="code", how="anti")
        found = pl.concat([found, frontier])
    return found
