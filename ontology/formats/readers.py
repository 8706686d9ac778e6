"""Picks the reader of a vocabulary format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from skillpath.errors import BadInput
from skillpath.ontology.formats.vocabulary_files import check_folder
from skillpath.ontology.release.release import Release


def _esco(folder: Path) -> Release:
    from skillpath.ontology.formats.esco import read_esco

    return read_esco(folder)


def _csv(folder: Path) -> Release:
    from skillpath.ontology.formats.tabular import read_csv_vocabulary

    return read_csv_vocabulary(folder)


def _onet(folder: Path) -> Release:
    from skillpath.ontology.formats.onet import read_onet

    return read_onet(folder)


def _skos(path: Path) -> Release:
    from skillpath.ontology.formats.skos.reader import read_skos

    return read_skos(path)


FORMATS: dict[str, Callable[[Path], Release]] = {"csv": _csv, "esco": _esco, "onet": _onet, "skos": _skos}


def read_release(format: str, folder: Path) -> Release:
    """Read a vocabulary; raises BadInput for an unknown format and for files that cannot be used."""
    if format not in FORMATS:
        raise BadInput(
            f"There is no vocabulary format {format!r}",
            where="ontology",
            todo=f"Use one of {', '.join(sorted(FORMATS))}",
        )
    if format != "skos":
        check_folder(folder)
    return FORMATS[format](folder)
