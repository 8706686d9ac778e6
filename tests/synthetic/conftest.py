"""One small town for all tests of this room."""

from pathlib import Path

import pytest

from skillpath.synthetic import TownSettings, TownSummary, generate_town
from skillpath.synthetic.town_vocabulary import TownVocabulary, read_vocabulary


@pytest.fixture(scope="session")
def settings() -> TownSettings:
    return TownSettings()


@pytest.fixture(scope="session")
def vocabulary() -> TownVocabulary:
    return read_vocabulary()


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, settings: TownSettings) -> TownSummary:
    return generate_town(tmp_path_factory.mktemp("town"), settings)


@pytest.fixture(scope="session")
def folder(town: TownSummary) -> Path:
    return town.folder
