"""The schema's files keep the form that the migration chain relies on."""

import re
from importlib.resources import files

FILES = sorted(f.name for f in files("skillpath.migrations").iterdir() if f.name.endswith(".cypher"))


def test_versions_are_consecutive_and_named() -> None:
    assert [int(name[1:5]) for name in FILES] == list(range(1, len(FILES) + 1))
    assert all(re.fullmatch(r"V\d{4}__[A-Z][a-z]+(_[a-z]+)*\.cypher", name) for name in FILES)


def test_every_statement_can_be_repeated_after_a_crash() -> None:
    for name in FILES:
        text = files("skillpath.migrations").joinpath(name).read_text("utf-8")
        code = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
        statements = [s.strip() for s in code.split(";")]
        assert statements[-1] == "", f"{name}: the last statement needs its semicolon, or it is never applied"
        for statement in statements[:-1]:
            guard = {"CREATE": "IF NOT EXISTS", "DROP": "IF EXISTS", "MATCH": ""}[statement.split()[0]]
            assert guard in statement, f"{name}: {statement}"
        kinds = {statement.split()[0] == "MATCH" for statement in statements[:-1]}
        assert len(kinds) == 1, f"{name}: Neo4j does not change the schema and the data in one transaction"
        assert ";" not in "".join(line for line in text.splitlines() if line.startswith("//"))
