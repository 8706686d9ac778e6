"""The document of the contracts says what the code does, for every column."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillpath.pipeline.ingest.contracts import CONTRACTS, Contract
from skillpath.pipeline.ingest.contracts.document import render

DOCUMENT = Path(__file__).parents[4] / "docs" / "data.md"
AGAIN = "write docs/data.md again with `render` of skillpath.pipeline.ingest.contracts.document"


def test_the_document_is_what_the_contracts_say() -> None:
    assert DOCUMENT.read_text("utf-8") == render(), AGAIN


@pytest.mark.parametrize("contract", list(CONTRACTS.values()), ids=list(CONTRACTS))
def test_every_column_has_a_row_with_what_a_reader_needs(contract: Contract) -> None:
    section = render().split(f"### {contract.name} ")[1].split("\n### ")[0].split("\n## ")[0]
    rows = {line.split("|")[1].strip().strip("`"): line for line in section.splitlines() if line.startswith("| `")}
    assert list(rows) == list(contract.fields)
    for name, field in contract.fields.items():
        cells = [cell.strip() for cell in rows[name].replace("\\|", "/").strip("|").split("|")]
        assert len(cells) == 7
        assert all(cells[place] for place in (1, 2, 4, 5, 6)), name
        assert (cells[5] == "yes") == field.required
        assert cells[6].startswith(("the row is quarantined",) if field.required else ("becomes", "stays empty"))
        assert field.kind not in ("number", "salary", "date", "time") or cells[3], name
