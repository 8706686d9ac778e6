"""Choosing a reader."""

from pathlib import Path

import pytest

from skillpath.errors import BadInput
from skillpath.ontology.formats.readers import FORMATS, read_release


def test_every_format_is_offered() -> None:
    assert set(FORMATS) == {"csv", "esco", "onet", "skos"}


def test_an_unknown_format_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no vocabulary format 'xml'.*csv, esco"):
        read_release("xml", tmp_path)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not exist"):
        read_release("csv", tmp_path / "nowhere")


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    path = tmp_path / "skills.csv"
    path.write_text("code,label\n", encoding="utf-8")
    with pytest.raises(BadInput, match="where a folder is needed"):
        read_release("csv", path)
