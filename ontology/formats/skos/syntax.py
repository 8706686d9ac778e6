"""Parsing of one RDF file without network access, with the line of a syntax error."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillpath.errors import BadInput
from skillpath.ontology.formats.vocabulary_files import check_file

if TYPE_CHECKING:
    from rdflib import Graph

SYNTAX = {".ttl": "turtle", ".rdf": "xml", ".xml": "xml", ".jsonld": "json-ld", ".json": "json-ld", ".nt": "nt"}
# Relative addresses are resolved against this, so that no path of a machine gets into a vocabulary. It has to be
# hierarchical for that; names that end so are reserved and never lead anywhere.
BASE = "http://skillpath.invalid/"


def syntax_of(path: Path) -> str:
    """The syntax that the ending of ``path`` tells; raises BadInput for any other ending."""
    if path.suffix.lower() not in SYNTAX:
        raise BadInput("Not a SKOS file by its ending", where=str(path), todo=f"Use one of {', '.join(SYNTAX)}")
    return SYNTAX[path.suffix.lower()]


def parsed(path: Path) -> Graph:
    """The statements of one file.

    Raises:
        BadInput: the file is missing, of another kind, broken (with the line), or refers to a context elsewhere.
    """
    from rdflib import Graph

    check_file(path)
    syntax, data, graph = syntax_of(path), path.read_bytes(), Graph()
    if syntax != "xml":
        _check_encoding(path, data)
    work = _WORK.get(syntax, _plain)
    try:
        work(graph, data, syntax)
    except BadInput:
        raise
    except Exception as error:
        # A parser that trips over a broken file raises whatever it tripped over, an IndexError included.
        raise _broken(path, str(error), getattr(error, "lineno", None)) from error
    return graph


class _TurtleError(Exception):
    def __init__(self, error: Exception, line: int) -> None:
        cause = "it ends in the middle of a statement" if isinstance(error, IndexError) else str(error)
        super().__init__(cause)
        self.lineno = line


def _turtle(graph: Graph, data: bytes, syntax: str) -> None:
    from rdflib.plugins.parsers.notation3 import RDFSink, SinkParser

    # Graph.parse keeps the parser, and with it the line, to itself.
    parser = SinkParser(RDFSink(graph), baseURI=BASE, turtle=True)
    try:
        parser.loadBuf(data)
    except Exception as error:
        raise _TurtleError(error, parser.lines + 1) from error


def _json_ld(graph: Graph, data: bytes, syntax: str) -> None:
    json.loads(data, object_pairs_hook=_without_remote_context)
    _plain(graph, data, syntax)


def _without_remote_context(pairs: list[tuple[str, Any]]) -> None:
    for key, value in pairs:
        wanted = value if isinstance(value, list) else [value]
        remote = [v for v in wanted if isinstance(v, str)]
        if key in ("@context", "@import") and remote:
            raise BadInput("The file needs a context from elsewhere", where=remote[0], todo="Put the context inside")


def _plain(graph: Graph, data: bytes, syntax: str) -> None:
    graph.parse(BytesIO(data), format=syntax, publicID=BASE)


_WORK: dict[str, Callable[[Graph, bytes, str], None]] = {"turtle": _turtle, "json-ld": _json_ld}


def _check_encoding(path: Path, data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput("The file is not in UTF-8", where=f"{path}, line {line}", todo="Save it as UTF-8") from error


def _broken(path: Path, message: str, line: int | None) -> BadInput:
    """One sentence with the line: the parser's own, or the one that the message of an XML parser begins with."""
    short = " ".join(message.split())
    place = re.match(r"\S*?:(\d+):\d+: ", short)
    if line is None and place:
        line, short = int(place[1]), short[place.end() :]
    where = str(path) if line is None else f"{path}, line {line}"
    return BadInput(f"The file is broken: {short[:200]}", where=where, todo="Mend that place")
