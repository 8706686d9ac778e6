"""The documents: every link to a file of the repository leads somewhere, and decisions keep their form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("deploy/*.md"))]
_CODE = re.compile(r"^ {4}.*$|`[^`]*`", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    text = _CODE.sub("", document.read_text("utf-8"))
    links = [link for link in _LINK.findall(text) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    overview = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert [path.name for path in DECISIONS if f"docs/adr/{path.name}" not in overview] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_the_four_parts(decision: Path) -> None:
    text = decision.read_text("utf-8")
    assert text.startswith(f"# {int(decision.name[:4])}. ")
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert [part.splitlines()[0] for part in parts] == ["Status", "Context", "Decision", "Consequences"]
    assert all(len(part.splitlines()) >= 3 for part in parts)
