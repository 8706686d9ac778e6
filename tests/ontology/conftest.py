"""A small vocabulary in our plain format, the real ESCO release, and a scanner and a matcher over it."""

from pathlib import Path

import polars as pl
import pytest

from skillpath.ontology.formats.readers import read_release
from skillpath.ontology.matching.matching import Matcher
from skillpath.ontology.release.release import Release
from skillpath.ontology.scanning.scanning import Scanner

SKILLS = """code,label,altLabels,definition,kind,broader
prog,Programming,,,group,
py,Python (computer programming),Python 3|py3,A language,knowledge,prog
java,Java (computer programming),,,knowledge,prog
db,manage databases,administer database|DBA,,skill,prog
"""
CLUSTERS = "code,label,altLabels,definition\ndev,software developer,software engineer|front-end developer,\n"
REQUIREMENTS = "cluster,skill,essential,level\ndev,py,true,\ndev,db,false,0.6\n"


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    """The folder of a small, sound vocabulary; tests overwrite single files."""
    folder = tmp_path / "town"
    folder.mkdir()
    for name, text in (("skills", SKILLS), ("clusters", CLUSTERS), ("requirements", REQUIREMENTS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def labels() -> pl.DataFrame:
    """A few skills as the matcher and the scanner take them."""
    rows = [
        ("py", "Python (computer programming)", ["Python 3"]),
        ("java", "Java (computer programming)", []),
        ("chef", "Chef (tools for software configuration management)", []),
        ("js", "JavaScript", []),
        ("cpp", "C++", []),
        ("net", "ASP.NET", []),
        ("ml", "machine learning", ["ML"]),
        ("db", "manage databases", ["administer database", "database administration"]),
        ("solve", "solve problems", ["sort out difficulties"]),
        ("build", "build machines", ["building of machines"]),
        ("ops", "operating systems", ["computing platforms"]),
        ("vis", "computer vision", ["picture"]),
        ("seo", "search engine optimisation", ["SEO", "site ranking"]),
        ("rank", "improve ranking", ["site ranking"]),
    ]
    return pl.DataFrame(
        rows, schema={"code": pl.String, "label": pl.String, "altLabels": pl.List(pl.String)}, orient="row"
    )


@pytest.fixture(scope="session")
def esco(real_data: Path) -> Release:
    return read_release("esco", real_data / "ontology")


@pytest.fixture(scope="session")
def esco_matcher(esco: Release) -> Matcher:
    return Matcher(esco.matchable())


@pytest.fixture(scope="session")
def esco_scanner(esco: Release) -> Scanner:
    return Scanner(esco.matchable())
