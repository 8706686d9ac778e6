"""Download and verification of the Neo4j jars in the committed lock."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from hashlib import file_digest, sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import structlog

from skillpath.common.atomic import write_atomic
from skillpath.errors import SkillpathError, Unavailable
from skillpath.graph.core.timing import ms_since

log = structlog.get_logger(__name__)
WORKERS = 12
ATTEMPTS = 2
LOCK = files("skillpath.graph.server").joinpath("neo4j.lock.toml")


class JarError(SkillpathError):
    """A jar could not be had, or is not the one that was locked."""


@dataclass(frozen=True)
class LockedJar:
    """One line of the lock: Maven coordinates and the sum its content must have."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str


def locked_jars(lock: bytes | None = None) -> list[LockedJar]:
    """The jars of the lock, in its order."""
    data = tomllib.loads((lock or LOCK.read_bytes()).decode())
    return [
        LockedJar(d["groupId"], d["artifactId"], d["version"], d.get("classifier", ""), d["sha256"])
        for d in data["dependencies"]
    ]


def ensure_jars(
    stamp: Path,
    progress: Callable[[int, int], None] | None = None,
    cache: Path | None = None,
    jars: list[LockedJar] | None = None,
) -> list[Path]:
    """Paths of all locked jars, each present and verified.

    Args:
        stamp: file that remembers what was verified, so that a warm start reads no jar; a jar whose size or time
            changed since is verified again.
        progress: called with (jars ready, jars in all).
        cache: Maven's local repository; the user's own when left out.

    Raises:
        JarError: a jar has another content than the lock says, twice.
        Unavailable: a jar cannot be downloaded.
    """
    wanted = jars or locked_jars()
    context = _maven(cache)
    artifacts = [_artifact(context, jar) for jar in wanted]
    paths = [Path(artifact.cached_path) for artifact in artifacts]
    if stamp.is_file() and stamp.read_text("utf-8") == _fingerprint(wanted, paths):
        return paths
    started = time.monotonic()
    _fetch_all(list(zip(artifacts, wanted, strict=True)), progress or (lambda _done, _total: None))
    log.info("jars.ready", count=len(wanted), ms=ms_since(started))
    write_atomic(stamp, _fingerprint(wanted, paths))
    return paths


def _fetch_all(pairs: list[tuple[Any, LockedJar]], progress: Callable[[int, int], None]) -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        tasks = [pool.submit(_fetch, artifact, jar) for artifact, jar in pairs]
        try:
            for done, task in enumerate(as_completed(tasks), 1):
                task.result()
                progress(done, len(tasks))
        except BaseException:
            # The first failure or an interrupt ends it: nobody waits for two hundred more downloads.
            pool.shutdown(cancel_futures=True)
            raise


def _maven(cache: Path | None) -> Any:
    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext

    settings = GlobalSettings.load()
    # None leaves the remote repository to the library's default, which a user's own configuration may replace.
    return MavenContext(repo_cache=cache or settings.repo_cache, remote_repos=settings.repositories or None, timeout=60)


def _artifact(context: Any, jar: LockedJar) -> Any:
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    return component.artifact(classifier=jar.classifier)


def _fetch(artifact: Any, jar: LockedJar) -> None:
    """Download unless there, and verify; a wrong file is removed and fetched once more."""
    for _ in range(ATTEMPTS):
        path = Path(_resolved(artifact, jar))
        with path.open("rb") as stream:
            if file_digest(stream, "sha256").hexdigest() == jar.sha256:
                return
        path.unlink()
    raise JarError(
        "This jar is not the one that was locked",
        where=f"{jar.artifact} {jar.version}",
        todo="Check the Maven mirror in use; nothing was started",
    )


def _resolved(artifact: Any, jar: LockedJar) -> Path:
    for attempt in range(ATTEMPTS):
        try:
            return Path(artifact.resolve())
        except OSError as error:
            failure: Exception = error
        except (RuntimeError, ValueError, AssertionError) as error:
            failure = error
        if attempt == 0:
            Path(artifact.cached_path).unlink(missing_ok=True)
    raise Unavailable(
        f"Cannot download {jar.artifact} {jar.version}: {type(failure).__name__}",
        where="Neo4j's jars",
        todo="Check the network and the free space, then run it again",
    ) from failure


def _fingerprint(jars: list[LockedJar], paths: list[Path]) -> str:
    """What the stamp holds: the lock's sums with each file's size and time; empty sizes where a file is missing."""
    total = sha256()
    for jar, path in zip(jars, paths, strict=True):
        state = path.stat() if path.is_file() else None
        size, changed = (state.st_size, state.st_mtime_ns) if state else (-1, -1)
        total.update(f"{jar.sha256} {path} {size} {changed}\n".encode())
    return total.hexdigest()
