"""The packaging: every folder listed, typed, seen by the static tools; light to import; nothing unwanted committed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import PurePath

from tests.test_doctests import PACKAGES, ROOT


def test_every_package_folder_is_listed_and_typed() -> None:
    tracked = subprocess.check_output(["git", "ls-files", "*__init__.py"], text=True, cwd=ROOT).split()
    folders = {PurePath(file).parent for file in tracked}
    ours = {folder for folder in folders if folder.parts[0] not in ("tests", "typings")}
    assert {"skillpath." + ".".join(folder.parts) for folder in ours} == set(PACKAGES)
    assert [folder for folder in ours if not (ROOT / folder / "py.typed").is_file()] == []
    typed = subprocess.check_output(["git", "ls-files", "*py.typed"], text=True, cwd=ROOT).split()
    assert {PurePath(file).parent for file in typed} == ours, "no folder is left over from a move"
    rooms = {folder.parts[0] for folder in ours}
    assert {link.name for link in (ROOT / "typings" / "skillpath").iterdir()} == rooms
    assert all((ROOT / "typings" / "skillpath" / room).resolve() == ROOT / room for room in rooms)


def test_no_folder_holds_more_modules_than_fifteen() -> None:
    folders = [ROOT.joinpath(*name.split(".")[1:]) for name in PACKAGES]
    modules = {folder: [file for file in folder.glob("*.py") if file.name != "__init__.py"] for folder in folders}
    assert sum(map(len, modules.values())) > 300
    assert {str(folder): len(files) for folder, files in modules.items() if len(files) > 15} == {}


def test_the_service_loads_no_torch_and_nothing_twice() -> None:
    code = (
        "import sys, skillpath.api.http.app, skillpath.api.cli.demo, skillpath.pipeline.scoring.score;"
        "heavy = {'torch', 'torch_geometric', 'sentence_transformers', 'transformers'} & set(sys.modules);"
        "twice = {'api', 'graph', 'cypher', 'chains', 'pipeline'} & set(sys.modules);"
        "print(sorted(heavy | twice))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_serving_install_names_no_torch() -> None:
    names = {line.split("==")[0] for line in (ROOT / "requirements" / "serve.txt").read_text("utf-8").split()}
    assert not names & {"torch", "torch-geometric", "sentence-transformers", "transformers"}
    assert "neo4j" in names


def test_requirements_are_pinned_without_addresses() -> None:
    for file in (ROOT / "requirements").glob("*.txt"):
        lines = file.read_text("utf-8").splitlines()
        assert lines
        assert [x for x in lines if not re.fullmatch(r"[a-z0-9._-]+(\[[a-z,]+\])?==[\w.]+( ; .*)?", x)] == [], file.name


def test_the_console_is_pinned_without_addresses() -> None:
    lock = (ROOT / "console" / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    package = (ROOT / "console" / "package.json").read_text("utf-8")
    assert "^" not in package and "~" not in package


def test_the_built_pages_load_nothing_from_elsewhere() -> None:
    pages = list((ROOT / "api" / "static").glob("*/index.html"))
    assert len(pages) == 2, "make console"
    for page in pages:
        sources = re.findall(r'(?:src|href)="([^"]+)"', page.read_text("utf-8"))
        assert [s for s in sources if s.startswith(("http", "//"))] == []
        assets = [s for s in sources if "assets/" in s]
        assert assets and all((ROOT / "api" / "static" / s.lstrip("/")).is_file() for s in assets)
