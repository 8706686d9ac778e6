"""The loader of Cypher queries, one file each, with their parameters checked."""

import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from skillpath.errors import SkillpathError

_PARAMETER = re.compile(r"\$(\w+)")


class QueryError(SkillpathError):
    """A query file is missing, undocumented, or takes other parameters than its caller says."""


@dataclass(frozen=True)
class Query:
    """One named query: its path without suffix and its text."""

    name: str
    text: str

    @cached_property
    def doc(self) -> str:
        """The comment block at the head of the file, without the slashes.

        >>> Query("x", "// Finds it.\\n// Twice.\\nRETURN 1").doc
        'Finds it. Twice.'
        """
        head: list[str] = []
        for line in self.text.splitlines():
            if not line.startswith("//"):
                break
            head.append(line.removeprefix("//").strip())
        return " ".join(head)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """Names that the text writes as ``$name``, comments left out.

        >>> sorted(Query("x", "MATCH (n {uri: $uri}) RETURN n LIMIT $limit // not $this").parameters)
        ['limit', 'uri']
        """
        code = "\n".join(line.split("//")[0] for line in self.text.splitlines())
        return frozenset(_PARAMETER.findall(code))


def query(name: str, *parameters: str) -> Query:
    """Load ``<name>.cypher`` and check it takes exactly ``parameters``.

    Rooms call this at module level, so a misspelt name or parameter fails at import.

    Raises:
        QueryError: no such file, no header comment, or other parameters than given.
    """
    file = files(__name__).joinpath(f"{name}.cypher")
    if not file.is_file():
        raise QueryError("No such query", where=f"cypher/{name}.cypher")
    found = Query(name, file.read_text("utf-8"))
    if not found.doc:
        raise QueryError("The query has no header comment", where=f"cypher/{name}.cypher")
    if found.parameters != set(parameters):
        raise QueryError(
            f"The query takes {sorted(found.parameters)}, its caller gives {sorted(parameters)}",
            where=f"cypher/{name}.cypher",
        )
    return found


def names() -> list[str]:
    """Names of all queries in the room, sorted."""
    root = files(__name__)
    return sorted(
        f"{folder.name}/{file.name.removesuffix('.cypher')}"
        for folder in root.iterdir()
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.endswith(".cypher")
    )
