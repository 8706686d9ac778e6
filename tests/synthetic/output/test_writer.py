"""Tables written piece by piece are the tables written at once; nothing is left lying about."""

from pathlib import Path

import polars as pl
import pytest

from skillpath.errors import BadInput
from skillpath.synthetic import TownSettings
from skillpath.synthetic.output.writer import TownWriter

TABLE = pl.DataFrame({"skill": [f"s{number}" for number in range(50)], "level": [number / 50 for number in range(50)]})


@pytest.mark.parametrize("name", ["vocabulary/x.csv", "truth/x.parquet"])
def test_pieces_make_the_whole(tmp_path: Path, name: str) -> None:
    with TownWriter(tmp_path, TownSettings()) as writer:
        for first in range(0, 50, 13):
            writer.append(name, TABLE[first : first + 13])
        writer.finish()
    read = pl.read_csv(tmp_path / name) if name.endswith("csv") else pl.read_parquet(tmp_path / name)
    assert read.equals(TABLE)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]


def test_a_failure_leaves_no_pieces(tmp_path: Path) -> None:
    def fail() -> None:
        with TownWriter(tmp_path, TownSettings()) as writer:
            writer.append("truth/x.parquet", TABLE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "truth").write_text("here already")
    with TownWriter(tmp_path, TownSettings()) as writer, pytest.raises(BadInput, match="Cannot write"):
        writer.append("truth/x.parquet", TABLE)
