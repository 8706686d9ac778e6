"""The sections shown in the guide are sections that are taken."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from skillpath.pipeline.ingest.reading import SUFFIXES
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.source_spec import SourceSpec

GUIDE = (Path(__file__).parents[3] / "docs" / "sources.md").read_text("utf-8")


def test_the_examples_are_read(tmp_path: Path) -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    (tmp_path / "all.toml").write_text("\n".join(blocks), "utf-8")
    sources = read_config(tmp_path / "all.toml").sources
    assert {source.name for source in sources} == {"portal", "registry", "clicks"}


def test_every_key_and_every_kind_of_file_is_told() -> None:
    assert [field.name for field in fields(SourceSpec) if f"`{field.name}`" not in GUIDE] == []
    assert [suffix for suffix in SUFFIXES if f"`{suffix}`" not in GUIDE] == []
