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
TRAIN = ("torch", "torch_geometric")
"""What modules import that only training uses."""


@pytest.mark.parametrize("name", MODULES)
def test_doctests(name: str) -> None:
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in TRAIN:
            raise
        pytest.skip("the train extra is not installed")
    assert doctest.testmod(module).failed == 0


@pytest.mark.train
def test_there_are_doctests() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [t for name in MODULES for t in finder.find(importlib.import_module(name)) if t.examples]
    assert len(found) > 10
