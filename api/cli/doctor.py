"""The `doctor` command's checks of the settings, the disk, the database and the scores."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from skillpath.api.context import AppSettings, open_graph
from skillpath.errors import SkillpathError
from skillpath.graph.core import runs
from skillpath.graph.core.migrate import Migrations

FREE_GIB = 2.0


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    message: str


def examine(settings: AppSettings) -> list[Check]:
    """All checks; later ones are left out when the database cannot be reached."""
    checks = [_check("disk", lambda: _disk(settings))]
    reached = _check("database", lambda: _database(settings))
    checks.append(reached)
    if reached.ok:
        checks.append(_check("schema", lambda: _schema(settings)))
        checks.append(_check("scores", lambda: _scores(settings)))
    return checks


def _check(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except SkillpathError as error:
        return Check(name, False, str(error))


def _disk(settings: AppSettings) -> str:
    home = settings.pipeline.home.absolute()
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free / 2**30
    if free < FREE_GIB:
        raise SkillpathError(f"Only {free:.1f} GiB are free", where=str(existing), todo="Make room")
    return f"{free:.0f} GiB free at {existing}"


def _database(settings: AppSettings) -> str:
    with open_graph(settings) as graph:
        info = graph.driver.get_server_info()
        return f"{info.agent} at {graph.address.uri}"


def _schema(settings: AppSettings) -> str:
    with open_graph(settings) as graph:
        Migrations(graph).validate()
    return "all migrations are applied, and none was changed since"


def _scores(settings: AppSettings) -> str:
    with open_graph(settings) as graph:
        run = runs.current(graph)
    if run is None:
        raise SkillpathError("No run is served yet", todo="Run `skillpath score`")
    return f"readers see {run['id']}, finished {run['finishedAt']}"
