"""Whatever goes wrong while something is written, its place holds what was there before, and nothing lies beside it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from skillpath.common.atomic import LEFT_OVER, atomic_file, atomic_folder, scratch_folder, settle_folder, write_atomic

ROOT = Path(__file__).parents[2]


class Broken(BaseException):
    """Not even an Exception: as a keyboard interrupt."""


def test_a_file_takes_its_place_with_its_ending_at_the_end_of_the_block(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "table.csv"
    with atomic_file(file) as made:
        made.write_text("new", "utf-8")
        assert made.suffix == ".csv" and made.parent == file.parent and not file.exists()
    assert [x.name for x in file.parent.iterdir()] == ["table.csv"] and file.read_text() == "new"


def test_text_is_utf8_and_others_may_read_what_they_may_otherwise(tmp_path: Path) -> None:
    write_atomic(tmp_path / "one", "é")
    (tmp_path / "other").write_bytes("é".encode())
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert (tmp_path / "one").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("written", [True, False])
def test_a_failure_leaves_the_old_file_alone(tmp_path: Path, written: bool) -> None:
    file = tmp_path / "settings.json"
    write_atomic(file, b"old")

    def fail() -> None:
        with atomic_file(file) as made:
            if written:
                made.write_bytes(b"half")
            raise Broken

    with pytest.raises(Broken):
        fail()
    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]


def test_nothing_written_is_an_error_and_not_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_file(tmp_path / "x"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_folder_replaces_the_one_that_was_there(tmp_path: Path) -> None:
    place = tmp_path / "model"
    for name in ("old", "new"):
        with atomic_folder(place) as made:
            (made / "inner").mkdir()
            (made / "inner" / name).write_text(name)
    assert [x.name for x in (place / "inner").iterdir()] == ["new"] and list(tmp_path.iterdir()) == [place]
    assert place.stat().st_mode & 0o777 == 0o700

    def fail() -> None:
        with atomic_folder(place) as made:
            (made / "half").write_text("")
            raise Broken

    with pytest.raises(Broken):
        fail()
    assert [x.name for x in place.iterdir()] == ["inner"] and list(tmp_path.iterdir()) == [place]


def test_a_scratch_folder_goes_unless_it_was_settled(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "a"):
        pass
    assert not list(tmp_path.iterdir())
    with scratch_folder(tmp_path / "a") as made:
        settle_folder(made, tmp_path / "other")
    assert list(tmp_path.iterdir()) == [tmp_path / "other"]


def test_a_killed_writer_leaves_the_old_file_and_its_rest_goes_once_it_is_old(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    write_atomic(file, "old")
    code = (
        "import os, sys; from pathlib import Path; from skillpath.common.atomic import atomic_file\n"
        "with atomic_file(Path(sys.argv[1])) as made:\n    made.write_text('half'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, file], check=False)
    (rest,) = (x for x in tmp_path.iterdir() if x != file)
    assert file.read_text() == "old"
    write_atomic(file, "new")
    assert rest.exists(), "it could be somebody's who is still writing"
    os.utime(rest, (0, time.time() - LEFT_OVER - 60))
    write_atomic(file, "newer")
    assert list(tmp_path.iterdir()) == [file] and file.read_text() == "newer"


def test_nobody_renames_files_into_place_by_hand() -> None:
    """Stores of the managed server are switched by renaming; all else goes through `common.atomic`."""
    rooms = ("api", "chains", "embeddings", "graph", "ontology", "pipeline", "synthetic")
    by_hand = re.compile(r"os\.replace\(|os\.rename\(|\.partial\"|\.rename\((folder|path|place|file)|mkdtemp\(prefix")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if by_hand.search(line) and path.name != "store_switch.py"
    ]
    assert not found
