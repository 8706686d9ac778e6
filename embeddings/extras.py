"""Check of the packages of the train extra, and the error where they are missing."""

from __future__ import annotations

from importlib.util import find_spec

from skillpath.errors import Unavailable


def missing(*packages: str) -> list[str]:
    """Those of some packages that are not installed."""
    return [name for name in packages if find_spec(name) is None]


def need(*packages: str) -> None:
    """Refuse to go on without some packages.

    Raises:
        Unavailable: one is not installed.
    """
    if lacking := missing(*packages):
        raise Unavailable(
            f"{', '.join(lacking)} is not installed", where="train extra", todo="Run `make train-install`"
        )
