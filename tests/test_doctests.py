"""Runs every doctest through its installed name, so that no module is imported twice."""

import configparser
import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFIG = configparser.ConfigParser()
CONFIG.read(ROOT / "setup.cfg")
PACKAGES = CONFIG["options"]["packages"].split()
MODULES = sorted(
    {
        module.name
        for package in PACKAGES
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__, package + ".")
    }
    | set(PACKAGES)
)


@pytest.mark.parametrize("name", MODULES)
def test_doctests(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_doctests() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [t for name in MODULES for t in finder.find(importlib.import_module(name)) if t.examples]
    assert len(found) > 10
