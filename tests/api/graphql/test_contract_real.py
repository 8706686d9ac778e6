"""The documents that others rely on, over the real data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skillpath.graph.core import reads, runs
from skillpath.graph.core.connection import Graph
from tests.api.conftest import Ask, asker, client_of
from tests.api.documents import check_home, text_of


@pytest.fixture(scope="module")
def ask_real(real: Graph) -> Iterator[Ask]:
    for client in client_of(real):
        yield asker(client)


@pytest.mark.realdata
def test_the_documents_on_the_real_graph(ask_real: Ask, real: Graph, contract: Path) -> None:
    run = runs.current(real)
    assert run
    student = real.read(reads.EXAMPLES, run=run["id"], first=1)[0]["code"]
    answer = ask_real(text_of(contract, "student_home"), student=student)
    assert "errors" not in answer
    check_home(answer["data"], student)
    hits = ask_real(text_of(contract, "skill_search"), text="python")["data"]["skillSearch"]
    assert hits[0]["skill"]["code"].startswith("esco:skill/")
    assert "python" in hits[0]["skill"]["label"].casefold()
