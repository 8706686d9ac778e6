"""Files and folders that are there whole or not at all: written beside their place, then renamed into it.

In the room below all others, since vocabularies, models, the server and the settings all write files and may not import
each other.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PARTIAL = ".partial"
LEFT_OVER = 24 * 3600
"""Seconds after which what a killed process left half written is taken away by the next one that writes there."""


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """A path to write to, in the folder of ``path`` and with its ending, that takes its place at the end of the block.

    It is written through to the disk before; whatever goes wrong leaves ``path`` as it was and nothing beside it.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    made = _beside(path, path.suffix)
    try:
        yield made
        _flush(made)
        made.replace(path)
    except BaseException:
        with suppress(OSError):
            made.unlink(missing_ok=True)
        raise
    _flush(path.parent)


def write_atomic(path: Path, content: bytes | str) -> None:
    """Write a file whole; text in UTF-8.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    with atomic_file(path) as made:
        made.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, beside ``path`` and the owner's alone, that takes its place at the end of the block.

    What was there goes; for a moment a reader may find no folder, but never half of one. Whatever goes wrong before
    leaves ``path`` as it was and nothing beside it.

    Raises:
        OSError: it cannot be written.
    """
    with scratch_folder(path) as made:
        yield made
        settle_folder(made, path)


@contextmanager
def scratch_folder(path: Path) -> Iterator[Path]:
    """A folder beside ``path`` that is gone at the end of the block, unless `settle_folder` moved it before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = _beside(path)
    made.mkdir(mode=0o700)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def settle_folder(made: Path, path: Path) -> None:
    """Rename a folder whose files are whole to ``path``, in place of what is there.

    Raises:
        OSError: it cannot be written through or renamed.
    """
    for file in made.rglob("*"):
        _flush(file)
    shutil.rmtree(path, ignore_errors=True)
    made.replace(path)
    _flush(path.parent)


def _beside(path: Path, ending: str = "") -> Path:
    """A free name for what becomes ``path``; leftovers of killed writers of the same path are removed."""
    for old in path.parent.glob(f".{path.name}-*{PARTIAL}*"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > LEFT_OVER:
                shutil.rmtree(old) if old.is_dir() else old.unlink()
    return path.with_name(f".{path.name}-{secrets.token_hex(6)}{PARTIAL}{ending}")


def _flush(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
