"""Opens one table of a vocabulary under any of the names and formats it is published in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from skillpath.errors import BadInput
from skillpath.ontology.formats.csv_rows import read_csv
from skillpath.ontology.formats.row_checks import RowChecks
from skillpath.ontology.formats.vocabulary_files import read_parquet


def open_table(folder: Path, names: Sequence[str], required: Sequence[str], optional: Sequence[str] = ()) -> RowChecks:
    """The first of ``names`` that is in ``folder``: Parquet, CSV, or tab-separated text.

    Raises:
        BadInput: none of them is there, or the one that is cannot be used.
    """
    for name in names:
        path = folder / name
        if not path.exists():
            continue
        if path.suffix == ".parquet":
            return RowChecks(name, read_parquet(path, required, optional))
        return read_csv(path, required, optional, delimiter="\t" if path.suffix in (".txt", ".tsv") else ",")
    raise BadInput(
        f"The file {names[0]} is missing", where=str(folder), todo=f"Put it or {' or '.join(names[1:])} there"
    )
