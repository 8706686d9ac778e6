"""Events, work and ventures hang together with who students are and what they learnt."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest

from skillpath.pipeline.ingest.contracts.employment import OUTCOMES
from skillpath.synthetic import TownSettings, TownSummary
from skillpath.synthetic.students.enrolments import EnrolmentTable, make_enrolments
from skillpath.synthetic.students.latent_levels import final_levels, levels_on
from skillpath.synthetic.students.placements import fit_to_clusters
from skillpath.synthetic.students.resources import make_resources
from skillpath.synthetic.students.students import StudentGroup, make_student_group
from skillpath.synthetic.town_vocabulary import TownVocabulary

KEY = ("student", "resource")


@dataclass(frozen=True)
class Town:
    """The good rows of the files, every column as text, and the truth."""

    files: dict[str, pl.DataFrame]
    truth: dict[str, pl.DataFrame]
    settings: TownSettings


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Town:
    from skillpath.synthetic import generate_town

    settings = TownSettings(
        postings=4000, students=1500, feedback=800, projects=150, dirty_share=0.0, start="2021-01", months=48,
        block_postings=900, block_students=400,
    )  # fmt: skip
    summary: TownSummary = generate_town(tmp_path_factory.mktemp("work"), settings)
    files = {path.stem: pl.read_csv(path, infer_schema=False) for path in summary.folder.glob("*.csv")}
    truth = {path.stem: pl.read_parquet(path) for path in (summary.folder / "truth").glob("*.parquet")}
    return Town(files, truth, settings)


def test_nothing_refers_to_what_is_not_there(data: Town) -> None:
    code = {name: data.files[name]["code"].implode() for name in ("students", "resources", "jobs", "projects")}
    for name in ("enrolments", "events", "feedback", "participation"):
        assert data.files[name]["student"].is_in(code["students"]).all()
    assert data.files["events"]["resource"].is_in(code["resources"]).all()
    assert data.files["feedback"]["job"].drop_nulls().is_in(code["jobs"]).all()
    assert data.files["participation"]["project"].is_in(code["projects"]).all()


def test_keys_are_unique_over_all_blocks(data: Town) -> None:
    keys = {
        "jobs": ["code"], "students": ["code"], "feedback": ["code"], "enrolments": [*KEY],
        "events": [*KEY, "kind", "at"], "participation": ["student", "project"],
    }  # fmt: skip
    for name, key in keys.items():
        assert data.files[name].select(key).is_unique().all(), name


def test_each_enrolment_unfolds_as_course_practice_evaluation(data: Town) -> None:
    events = data.files["events"]
    rank = {"course": 0, "practice": 1, "evaluation": 2}
    runs = events.group_by(KEY, maintain_order=True).agg(
        "at", pl.col("kind").replace_strict(rank), course=(pl.col("kind") == "course").sum()
    )
    assert runs.height == data.files["enrolments"].height
    assert (runs["course"] == 1).all()
    assert runs.select((pl.col("at").list.sort() == pl.col("at")).all()).item()
    assert runs.select((pl.col("kind").list.sort() == pl.col("kind")).all()).item()
    assert runs.select((pl.col("at").list.n_unique() == pl.col("at").list.len()).all()).item()
    times = events["at"].str.to_datetime("%Y-%m-%dT%H:%M:%SZ")
    assert times.max() < pl.Series([str(data.settings.end)]).str.to_datetime()[0]


def test_events_agree_with_their_enrolment(data: Town) -> None:
    joined = data.files["events"].join(data.files["enrolments"], on=KEY, suffix="_all")
    tests = joined.filter(pl.col("kind") == "evaluation")
    assert tests.height == data.files["enrolments"]["score"].count()
    assert (tests["score"] == tests["score_all"]).all()
    courses = joined.filter(pl.col("kind") == "course")
    assert (courses["completion"] == courses["progress"]).all()
    assert (courses["at"].str.slice(0, 10) == courses["at_all"]).all()
    counted = joined.group_by(KEY).agg(
        practised=(pl.col("kind") == "practice").sum(), practice=pl.col("practice").first().cast(pl.Float64)
    )
    assert np.corrcoef(counted["practised"], counted["practice"])[0, 1] > 0.3


def test_there_is_as_much_feedback_as_asked_in_good_order(data: Town) -> None:
    feedback = data.files["feedback"]
    assert feedback.height == data.settings.feedback
    assert set(feedback["kind"]) == {"internship", "employment"}
    posted = data.files["jobs"].select(job="code", posted="posted_at", by="employer")
    known = feedback.join(posted, on="job")
    assert (known["posted"] < known["started_at"]).all()
    named = known.drop_nulls("employer")
    assert (named["by"] == named["employer"]).all()
    over = feedback.drop_nulls("ended_at")
    assert (over["started_at"] < over["ended_at"]).all()
    assert (over["ended_at"] < str(data.settings.end)).all()
    arrived = feedback.join(data.files["students"], left_on="student", right_on="code")
    assert (arrived["started_at"].str.slice(0, 4).cast(pl.Int64) > arrived["cohort"].cast(pl.Int64)).all()
    working = arrived.filter(pl.col("kind") == "employment")
    assert (working["started_at"] > working["graduates_at"]).all()


def test_some_name_the_post_some_the_employer_and_all_one_of_them(data: Town) -> None:
    feedback = data.files["feedback"]
    job, employer = feedback["job"].is_not_null(), feedback["employer"].is_not_null()
    assert (job | employer).all()
    assert 0.05 < (~job).to_numpy().mean() < 0.3
    assert 0.05 < (~employer).to_numpy().mean() < 0.3


def test_outcomes_agree_with_end_and_rating(data: Town) -> None:
    both = data.files["feedback"].join(data.truth["feedback"], on="code")
    assert set(both["outcome"]) == set(OUTCOMES)
    assert ((both["outcome"] == "ongoing") == both["ended_at"].is_null()).all()
    rated = dict(both.group_by("outcome").agg(pl.col("rated").mean()).iter_rows())
    assert rated["hired"] > rated["completed"] > rated["dismissed"]
    assert both.filter(pl.col("outcome").is_in(["hired", "extended"]))["kind"].unique().to_list() == ["internship"]
    rated_rows = both.drop_nulls("rating")
    assert np.allclose(rated_rows["rating"].cast(pl.Float64), rated_rows["rated"], atol=0.0051)
    assert 0.7 < rated_rows.height / both.height < 0.98


def test_ratings_rise_with_fit_and_the_truth_expects_them(data: Town) -> None:
    truth = data.truth["feedback"]
    assert np.corrcoef(truth["fit"], truth["rated"])[0, 1] > 0.6
    assert abs((truth["rated"] - truth["expected"]).to_numpy().mean()) < 0.05
    third = truth.sort("fit")["rated"]
    assert third.tail(250).to_numpy().mean() > third.head(250).to_numpy().mean() + 0.3


def test_students_find_work_that_fits(data: Town, vocabulary: TownVocabulary) -> None:
    levels = data.truth["levels"].join(
        data.truth["students"].select(student="code", row=pl.int_range(pl.len())), on="student"
    )
    leaf = {code: row for row, code in enumerate(vocabulary.leaves["code"])}
    matrix = np.zeros((data.settings.students, len(leaf)))
    matrix[levels["row"], levels["skill"].replace_strict(leaf, return_dtype=pl.Int64)] = levels["level"]
    everywhere = fit_to_clusters(vocabulary, matrix).mean()
    assert data.truth["feedback"]["fit"].to_numpy().mean() > 3 * everywhere


def test_ventures_attract_those_who_lean_to_them(data: Town) -> None:
    students, joined = data.truth["students"], data.files["participation"]["student"].unique()
    takes_part = students["code"].is_in(joined.implode())
    venture = students["venture"].to_numpy()
    assert venture[takes_part.to_numpy()].mean() > venture[~takes_part.to_numpy()].mean() + 0.5
    # Some find no project of their time, hence a little below.
    assert 0.8 < takes_part.to_numpy().sum() / students["joins"].to_numpy().sum() < 1.1
    founders = data.files["participation"].filter(pl.col("role") == "founder")["student"].implode()
    assert venture[students["code"].is_in(founders).to_numpy()].mean() > venture[takes_part.to_numpy()].mean()


def test_nobody_joins_a_project_before_it_begins_or_stays_after_it(data: Town) -> None:
    both = data.files["participation"].join(data.files["projects"], left_on="project", right_on="code")
    assert (both["joined_at"] >= both["started_at"]).all()
    assert (both["left_at"].is_null() | (both["left_at"] >= both["joined_at"])).all()
    over = both.drop_nulls("ended_at")
    assert over.height > 20
    assert (over["left_at"] <= over["ended_at"]).all()
    assert over["left_at"].null_count() == 0


def test_levels_grow_towards_the_final_ones(vocabulary: TownVocabulary) -> None:
    settings = TownSettings(students=300)
    group: StudentGroup = make_student_group(settings, vocabulary)
    resources = make_resources(settings, vocabulary)
    enrolments: EnrolmentTable = make_enrolments(settings, vocabulary, group, resources)

    def on(day: str) -> np.ndarray:
        return levels_on(group, resources, enrolments, np.full(300, np.datetime64(day)))

    assert np.allclose(on("2022-10-01"), group.prior, atol=1e-12)
    middle, late = on("2024-06-01"), on("2030-01-01")
    assert (middle >= group.prior - 1e-12).all()
    assert (late >= middle - 1e-12).all()
    assert middle.sum() > group.prior.sum() * 1.2
    assert np.allclose(late, final_levels(group, resources, enrolments))


def test_fit_is_full_where_everything_required_is_there(vocabulary: TownVocabulary) -> None:
    fits = fit_to_clusters(vocabulary, np.stack([vocabulary.levels[3], np.zeros(vocabulary.leaves.height)]))
    assert fits[0, 3] == pytest.approx(1.0)
    assert fits[0].max() <= 1.0 + 1e-12
    assert (fits[1] == 0).all()
