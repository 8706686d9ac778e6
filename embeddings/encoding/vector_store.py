"""Vector store of sentences by content hash, in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skillpath.errors import SkillpathError

WAIT = 60.0
"""Seconds to wait for another process that writes."""
Keys = NDArray[np.int64]
Halves = NDArray[np.float16]


def keys_of(sentences: Sequence[str]) -> Keys:
    """(n,) 64-bit hashes: among a million sentences two are alike with a chance of 3·10⁻⁸."""
    digests = b"".join([blake2b(sentence.encode(), digest_size=8).digest() for sentence in sentences])
    return np.frombuffer(digests, dtype="<i8").astype(np.int64)


class VectorStore:
    """Vectors in half precision, for any number of processes at once.

    Args:
        file: made when first needed, with its folder. One file holds the vectors of one model.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def find(self, keys: Keys) -> tuple[NDArray[np.int64], Halves]:
        """Which of distinct ``keys`` are known: positions (m,) and vectors (m, d).

        Raises:
            SkillpathError: the file cannot be read.
        """
        with self._open() as database:
            database.execute("CREATE TEMP TABLE wanted (key INTEGER PRIMARY KEY, at INTEGER)")
            database.executemany("INSERT INTO wanted VALUES (?, ?)", zip(keys.tolist(), range(len(keys)), strict=True))
            found = database.execute("SELECT at, vector FROM wanted JOIN vectors USING (key)").fetchall()
        positions = np.array([at for at, _ in found], dtype=np.int64)
        vectors = np.frombuffer(b"".join([vector for _, vector in found]), dtype="<f2").astype(np.float16)
        return positions, vectors.reshape(len(found), -1 if found else 0)

    def add(self, keys: Keys, vectors: Halves) -> None:
        """Keep vectors (n, d); those already known stay as they are.

        Raises:
            SkillpathError: the file cannot be written, as on a full disk.
        """
        rows = zip(keys.tolist(), [row.tobytes() for row in vectors.astype("<f2")], strict=True)
        with self._open() as database:
            database.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.file, timeout=WAIT)) as database, database:
                database.execute("CREATE TABLE IF NOT EXISTS vectors (key INTEGER PRIMARY KEY, vector BLOB NOT NULL)")
                yield database
        except (sqlite3.Error, OSError) as error:
            raise SkillpathError(
                f"The store of text vectors fails: {error}",
                where=str(self.file),
                todo="Check space and rights, or remove the file: its vectors will be computed again",
            ) from error
