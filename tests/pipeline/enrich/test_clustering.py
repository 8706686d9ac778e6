"""Posts are grouped by what their title names and by the skills they ask; what is unclear stays ungrouped."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from skillpath.ontology.formats.readers import read_release
from skillpath.ontology.matching.matching import Matcher, MatchSettings
from skillpath.pipeline.enrich.cluster_skills import SkillProfiles
from skillpath.pipeline.enrich.cluster_titles import TitleFinder
from skillpath.pipeline.enrich.clustering import ClusterSettings, assign

LABELS = pl.DataFrame(
    {
        "code": ["c:acc", "c:arch", "c:build", "c:data", "c:dev", "c:drive", "c:fin", "c:taxi", "c:truck", "c:ui"],
        "label": [
            "accountant",
            "software architect",
            "architect",
            "data analyst",
            "software developer",
            "hearse driver",
            "financial controller",
            "taxi driver",
            "truck driver",
            "user interface developer",
        ],
        "altLabels": [
            ["bookkeeper"],
            ["systems architect"],
            ["systems architect", "building designer"],
            [],
            ["software engineer", "programmer"],
            ["driver"],
            ["accountant", "controller"],
            [],
            [],
            [],
        ],
    }
)
SKILLS = {
    "c:acc": ["ledger", "tax", "audit", "invoices"],
    "c:arch": ["uml", "java", "patterns", "cloud"],
    "c:build": ["plans", "concrete", "permits", "light"],
    "c:data": ["sql", "statistics", "charts", "python"],
    "c:dev": ["java", "git", "python", "tests"],
    "c:fin": ["budget", "audit", "forecast", "tax"],
    "c:ui": ["html", "css", "git", "layout"],
}
REQUIREMENTS = pl.DataFrame([{"cluster": c, "skill": s, "weight": 1.0} for c, skills in SKILLS.items() for s in skills])
NOTHING = pl.DataFrame(schema={"doc": pl.Int64, "code": pl.String})


@pytest.fixture(scope="module")
def finder() -> TitleFinder:
    return TitleFinder(LABELS)


@pytest.fixture(scope="module")
def profiles() -> SkillProfiles:
    return SkillProfiles(REQUIREMENTS, block=2)


def one(
    finder: TitleFinder, profiles: SkillProfiles, title: str, *skills: str, settings: ClusterSettings | None = None
) -> tuple[str, str] | None:
    needs = pl.DataFrame({"doc": [0] * len(skills), "code": skills}, schema=NOTHING.schema)
    rows = assign([title], needs, finder, profiles, settings).rows(named=True)
    return (rows[0]["cluster"], rows[0]["cluster_via"]) if rows else None


@pytest.mark.parametrize(
    ("title", "cluster"),
    [
        ("Data analyst", "c:data"),
        ("SENIOR DATA ANALYSTS (m/f/d)", "c:data"),
        ("Acme Ltd | Sr. Software Engineer | Berlin | Full-time, Onsite | https://acme.example/data-analyst", "c:dev"),
        ("Company in Hilltown seeks bookkeeper - part-time", None),
        ("Bookkeeper - part-time", "c:acc"),
        ("Front-End Developer", "c:ui"),
        ("高级Java开发工程师", "c:dev"),
        (".NET软件工程师（北京）", "c:dev"),
        ("資深數據分析師", "c:data"),
        ("数据分析师-上海", "c:data"),
        ("Web前端开发", "c:ui"),
        ("Driver", None),
        ("Taxi driver", "c:taxi"),
        ("Gardener", None),
        ("", None),
    ],
)
def test_titles_name_occupations(finder: TitleFinder, profiles: SkillProfiles, title: str, cluster: str | None) -> None:
    assert one(finder, profiles, title) == (None if cluster is None else (cluster, "title"))


def test_a_name_inside_another_is_not_believed_unless_the_skills_agree(
    finder: TitleFinder, profiles: SkillProfiles
) -> None:
    title = "Accountant recruiting coordinator"
    assert one(finder, profiles, title) is None
    sure = ClusterSettings(weak_title=0.1)
    assert one(finder, profiles, title, "ledger", "invoices", settings=sure) == ("c:acc", "both")


def test_skills_tell_several_names_apart(finder: TitleFinder, profiles: SkillProfiles) -> None:
    for title in ("Software developer, data analyst", "Software developer/Data analyst"):
        assert one(finder, profiles, title) == ("c:dev", "title")
        assert one(finder, profiles, title, "sql", "charts") == ("c:data", "both")
        assert one(finder, profiles, title, "java", "tests") == ("c:dev", "both")


def test_a_technology_names_an_occupation_only_where_nothing_else_does(
    finder: TitleFinder, profiles: SkillProfiles
) -> None:
    assert one(finder, profiles, "Acme | Python | Hilltown") == ("c:dev", "title")
    assert one(finder, profiles, "Acme | Bookkeeper | SQL, Python") == ("c:acc", "title")


def test_a_name_of_two_occupations_is_nobodys_without_skills(finder: TitleFinder, profiles: SkillProfiles) -> None:
    assert one(finder, profiles, "Systems architect") is None
    assert one(finder, profiles, "Systems architect", "uml", "cloud") == ("c:arch", "both")
    assert one(finder, profiles, "Systems architect", "permits") == ("c:build", "both")
    # The label of one outweighs the other label of another.
    assert one(finder, profiles, "Accountant") == ("c:acc", "title")


def test_skills_alone_must_be_many_close_and_clear(finder: TitleFinder, profiles: SkillProfiles) -> None:
    assert one(finder, profiles, "We need you", "html", "css", "git", "layout") == ("c:ui", "skills")
    assert one(finder, profiles, "We need you", "html", "css", "layout") is None
    assert one(finder, profiles, "We need you", *SKILLS["c:build"], *SKILLS["c:arch"]) is None
    assert one(finder, profiles, "We need you", "juggling") is None


def test_a_classified_occupation_owns_a_name_that_two_vocabularies_share(profiles: SkillProfiles) -> None:
    both = pl.DataFrame(
        {"code": ["esco:1", "onet:1", "onet:2"], "label": ["Baker", "Bakers", "Millers"], "isco": ["7512", None, None]}
    ).with_columns(altLabels=pl.lit([], dtype=pl.List(pl.String)))
    finder = TitleFinder(both)
    assert one(finder, profiles, "Bakers") == ("esco:1", "title")
    assert one(finder, profiles, "Miller") == ("onet:2", "title")


def test_profiles_agree_with_dense_arithmetic(profiles: SkillProfiles) -> None:
    needs = pl.DataFrame(
        {
            "doc": [0, 0, 3, 3, 3, 7, 9],
            "code": ["java", "git", "tax", "audit", "plans", "unknown", "sql"],
            "strength": [0.6, 0.25, 0.6, 0.6, 0.25, 1.0, 0.6],
        }
    )
    dense = _dense(needs)
    best = profiles.best(needs)
    assert best["doc"].to_list() == [0, 3, 9]
    for row in best.iter_rows(named=True):
        ranked = sorted(dense[row["doc"]].items(), key=lambda pair: (-pair[1], pair[0]))
        assert row["cluster"] == ranked[0][0]
        assert row["cosine"] == pytest.approx(ranked[0][1])
        assert row["margin"] == pytest.approx(ranked[0][1] - ranked[1][1])
    assert best["shared"].to_list() == [2, 2, 1]
    pairs = pl.DataFrame({"doc": [0, 0, 3, 7, 9], "cluster": ["c:arch", "c:acc", "c:fin", "c:acc", "c:none"]})
    found = profiles.cosines(needs, pairs)
    assert found.select("doc", "cluster").rows() == [(0, "c:arch"), (3, "c:fin")]
    assert found["cosine"].to_list() == pytest.approx([dense[0]["c:arch"], dense[3]["c:fin"]])


def _dense(needs: pl.DataFrame) -> dict[int, dict[str, float]]:
    """Cosines by the book, post by post."""
    import numpy as np

    skills = sorted({s for listed in SKILLS.values() for s in listed})
    telling = np.array([np.log1p(len(SKILLS) / sum(s in listed for listed in SKILLS.values())) for s in skills])
    found: dict[int, dict[str, float]] = {}
    for doc in needs["doc"].unique():
        asked = dict(needs.filter(pl.col("doc") == doc).select("code", "strength").rows())
        post = np.array([asked.get(s, 0.0) for s in skills]) * telling
        for cluster, listed in SKILLS.items():
            profile = np.array([float(s in listed) for s in skills]) * telling
            length = np.linalg.norm(post) * np.linalg.norm(profile)
            found.setdefault(doc, {})[cluster] = float(post @ profile / length) if length else 0.0
    return found


def test_a_post_is_grouped_alike_alone_and_among_others(finder: TitleFinder, profiles: SkillProfiles) -> None:
    titles = ["Programmer", "We need you", "Systems architect", "Gardener"]
    needs = pl.DataFrame({"doc": [1, 1, 1, 1, 2, 0], "code": ["ledger", "tax", "audit", "invoices", "light", "git"]})
    together = assign(titles, needs, finder, profiles)
    alone = [
        assign([title], needs.filter(pl.col("doc") == i).with_columns(doc=pl.lit(0)), finder, profiles)
        for i, title in enumerate(titles)
    ]
    assert together.drop("doc").equals(pl.concat(alone).drop("doc"))
    assert together["doc"].to_list() == [0, 1, 2]


def test_the_synthetic_town_is_grouped_as_it_was_made(town_files: Path) -> None:
    """Of the made-up town the truth is known: with titles, and by declared skills alone."""
    release = read_release("csv", town_files / "vocabulary")
    skills = release.skills.filter(pl.col("kind") != "group").select("code", "label", "altLabels")
    truth = pl.read_parquet(town_files / "truth" / "postings.parquet")
    posts = pl.read_csv(town_files / "jobs.csv", infer_schema=False).unique("code", keep="none", maintain_order=True)
    posts = posts.join(truth, on="code", maintain_order="left").with_row_index("doc").cast({"doc": pl.Int64})
    terms = posts.select("doc", term=pl.col("skills").str.split("|")).explode("term").drop_nulls("term")
    distinct = terms["term"].unique().sort()
    mapped = Matcher(skills, MatchSettings()).match(distinct.to_list()).select(term=distinct, code="skill")
    needs = terms.join(mapped.drop_nulls("code"), on="term").select("doc", "code").unique()
    finder, profiles = TitleFinder(release.clusters), SkillProfiles(release.requirements)
    for titles, coverage in ((posts["title"], 0.99), (pl.Series([""] * posts.height), 0.95)):
        found = assign(titles.to_list(), needs, finder, profiles).join(posts, on="doc")
        assert found.height > coverage * posts.height
        assert found.select((pl.col("cluster") == pl.col("cluster_right")).mean()).item() > 0.995


def test_a_state_is_no_personal_assistant() -> None:
    labels = pl.DataFrame({"code": ["c:med"], "label": ["medical administrative assistant"], "altLabels": [["PA"]]})
    finder = TitleFinder(labels)
    titles = ["Hillside | Philadelphia, PA | Onsite", "PA", "Medical administrative assistant, Radnor, PA"]
    assert finder.find(titles)["doc"].to_list() == [2]
