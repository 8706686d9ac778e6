"""The revision log as a JSON lines file, to keep or to replay on another graph."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from skillpath.errors import BadInput
from skillpath.graph.curation.curation_service import Revision
from skillpath.graph.curation.property_codec import stored


def write_revision_log(revisions: Iterable[Revision], path: Path) -> int:
    """Write JSON lines; how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for revision in revisions:
            row: dict[str, Any] = vars(revision) | {"changes": stored(revision.changes)}
            file.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
            count += 1
    return count


def read_revision_log(path: Path) -> Iterator[Revision]:
    """What `write_revision_log` wrote.

    Raises:
        BadInput: the file is missing, or a line is no revision.
    """
    if not path.is_file():
        raise BadInput("No such file", where=str(path), todo="Check the path")
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
                yield Revision(**row | {"changes": stored(str(row["changes"]))})
            except (ValueError, KeyError, TypeError) as error:
                raise BadInput(
                    "This line is no revision", where=f"{path}, line {number}", todo="Export the trail again"
                ) from error
