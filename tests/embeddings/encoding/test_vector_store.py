"""The store of sentence vectors: keeps, shares, survives."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from skillpath.embeddings.encoding.vector_store import VectorStore, keys_of
from skillpath.errors import SkillpathError

WRITER = """
import sys, numpy as np
from pathlib import Path
from skillpath.embeddings.encoding.vector_store import VectorStore
store = VectorStore(Path(sys.argv[1]))
for step in range(10_000):
    keys = np.arange(step * 50, step * 50 + 50, dtype=np.int64)
    store.add(keys, np.repeat(keys[:, None] % 1_000, 8, axis=1).astype(np.float16))
    print(step, flush=True)
"""


def test_what_is_kept_is_found_and_stays_as_it_was(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "deep" / "vectors.sqlite")
    keys = keys_of(["a", "b", "ü💥"])
    vectors = np.arange(12, dtype=np.float16).reshape(3, 4)
    assert len(store.find(keys)[0]) == 0
    store.add(keys[:2], vectors[:2])
    store.add(keys, -vectors)
    at, found = VectorStore(store.file).find(keys[::-1])
    assert dict(zip(at.tolist(), found.tolist(), strict=True)) == {
        0: (-vectors[2]).tolist(),
        1: vectors[1].tolist(),
        2: vectors[0].tolist(),
    }


def test_a_killed_writer_leaves_whole_vectors(tmp_path: Path) -> None:
    file = tmp_path / "vectors.sqlite"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < 5:
            time.sleep(0.001)
        process.kill()
    keys = np.arange(500_000, dtype=np.int64)
    at, found = VectorStore(file).find(keys[:5_000])
    assert len(at) >= 300 and len(at) % 50 == 0
    assert np.array_equal(found, np.repeat(at[:, None] % 1_000, 8, axis=1).astype(np.float16))


def test_a_damaged_file_and_a_folder_that_cannot_be_made_are_told(tmp_path: Path) -> None:
    (tmp_path / "vectors.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(SkillpathError, match="remove the file"):
        VectorStore(tmp_path / "vectors.sqlite").find(keys_of(["a"]))
    with pytest.raises(SkillpathError, match="Check space and rights"):
        VectorStore(tmp_path / "vectors.sqlite" / "below.sqlite").find(keys_of(["a"]))
