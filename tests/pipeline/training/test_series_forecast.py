"""Tables of counts from file to file: what is read, what is refused with a sentence, and what is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from skillpath.embeddings.series import Panel, compute_errors
from skillpath.errors import BadInput
from skillpath.pipeline.training.series_forecast import forecast_table
from skillpath.pipeline.training.series_table import read_edges, read_series
from tests.embeddings.series.test_series_model import town

DEMAND = "jobsdf_demand_{}_2021-01_2023-06.parquet"


def table_of(panel: Panel) -> pl.DataFrame:
    """As the public tables are: ids that are not the places, and a column a month."""
    months = {str(panel.first_month + m): panel.counts[:, m].astype(np.int32) for m in range(panel.months)}
    return pl.DataFrame({"r1_id": panel.group + 10, "skill_id": panel.skill + 5, **months})


@pytest.fixture
def table() -> pl.DataFrame:
    return table_of(town(skills=20))


def written(tmp_path: Path, table: pl.DataFrame, name: str = "table.csv") -> Path:
    path = tmp_path / name
    table.write_csv(path) if name.endswith(".csv") else table.write_parquet(path)
    return path


@pytest.mark.train
def test_csv_and_parquet_say_the_same_in_the_order_of_the_rows(tmp_path: Path, table: pl.DataFrame) -> None:
    mixed = table.sample(fraction=1.0, shuffle=True, seed=1).select(reversed(table.columns))
    done = forecast_table(written(tmp_path, mixed), tmp_path / "out.csv")
    assert (done.first, done.last, done.ahead) == ("2021-01", "2023-06", ("2023-07", "2023-08", "2023-09"))
    assert (done.series, done.windows, done.notes) == (80, 22, ())
    forecast_table(written(tmp_path, mixed, "table.parquet"), tmp_path / "out.parquet")
    one, other = pl.read_csv(tmp_path / "out.csv"), pl.read_parquet(tmp_path / "out.parquet")
    assert one.columns == ["r1_id", "skill_id", *done.ahead]
    assert one.rows() == other.rows()
    assert one.select("r1_id", "skill_id").rows() == mixed.select("r1_id", "skill_id").rows()
    assert [type(v) for v in one.row(0)] == [int] * 5
    assert sum(done.market) == pytest.approx(one.select(done.ahead).to_numpy().sum(), rel=0.15)


def test_other_months_are_forecast_from_their_last_on_by_a_saved_model(tmp_path: Path, table: pl.DataFrame) -> None:
    months = table.columns[2:]
    forecast_table(written(tmp_path, table.select(table.columns[:26])), tmp_path / "a.csv", save=tmp_path / "model")
    late = written(tmp_path, table.select("r1_id", "skill_id", *months[-6:]), "late.csv")
    done = forecast_table(late, tmp_path / "b.csv", horizon=2, model=tmp_path / "model")
    assert (done.ahead, done.windows) == (("2023-07", "2023-08"), 16)
    alone = forecast_table(late, tmp_path / "c.csv", horizon=2)
    assert alone.windows == 0 and "too few months to learn from" in alone.notes[0]
    with pytest.raises(BadInput, match="sees 3 months ahead, not 4"):
        forecast_table(late, tmp_path / "d.csv", horizon=4, model=tmp_path / "model")


@pytest.mark.train
def test_a_graph_is_used_and_a_skill_outside_it_is_forecast_all_the_same(tmp_path: Path, table: pl.DataFrame) -> None:
    rng = np.random.default_rng(3)
    graph = pl.DataFrame({"r1_id": rng.integers(10, 14, 300), "row_id": rng.integers(5, 20, 300)})
    graph = graph.with_columns(col_id=pl.Series(rng.integers(5, 20, 300)))
    graph = pl.concat([graph, pl.DataFrame({"r1_id": [99, 10], "row_id": [5, 900], "col_id": [6, 6]})])
    done = forecast_table(
        written(tmp_path, table), tmp_path / "with.csv", graph=written(tmp_path, graph, "graph.parquet")
    )
    assert (done.edges, done.strangers) == (302, 2)
    assert done.notes == ("2 of 302 graph rows name series that the table lacks; they were left out",)
    forecast_table(written(tmp_path, table), tmp_path / "without.csv")
    one, other = pl.read_csv(tmp_path / "with.csv"), pl.read_csv(tmp_path / "without.csv")
    assert one.rows() != other.rows(), "the graph has a say"
    outside = one.filter(pl.col("skill_id") >= 20)[done.ahead[0]]
    truth = table.filter(pl.col("skill_id") >= 20)["2023-06"]
    assert outside.len() == 20 and np.corrcoef(np.log1p(outside), np.log1p(truth))[0, 1] > 0.9


def test_repeated_rows_of_a_graph_are_kept_as_weights(tmp_path: Path, table: pl.DataFrame) -> None:
    graph = pl.DataFrame({"r1_id": [10, 10], "row_id": [5, 5], "col_id": [7, 7]})
    edges, strangers = read_edges(written(tmp_path, graph, "graph.csv"), read_series(written(tmp_path, table)))
    assert (edges.tolist(), strangers) == ([[0, 0, 2], [0, 0, 2]], 0)


def test_without_the_training_extra_it_says_so(
    tmp_path: Path, table: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillpath.embeddings.series.trees.find_spec", lambda name: None)
    done = forecast_table(written(tmp_path, table), tmp_path / "out.csv")
    assert done.notes == ("without the training extra there are no trees: the regression forecasts alone",)


def cell(table: pl.DataFrame, value: object) -> pl.DataFrame:
    values = table["2022-03"].to_list()
    values[6] = value
    return table.with_columns(pl.Series("2022-03", values, strict=False, dtype=None))


BROKEN: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "Row 7, month 2022-03: -1 is no count": lambda t: cell(t, -1),
    "Row 7, month 2022-03: nothing is no count": lambda t: cell(t, None),
    "Row 7, month 2022-03: 0.5 is no count": lambda t: cell(t.cast({"2022-03": pl.Float64}), 0.5),
    "Row 7, month 2022-03: 'many' is no count": lambda t: cell(t.cast({"2022-03": pl.String}), "many"),
    "Row 7, month 2022-03: nan is no count": lambda t: cell(t.cast({"2022-03": pl.Float64}), float("nan")),
    "Row 7, month 2022-03: inf is no count": lambda t: cell(t.cast({"2022-03": pl.Float64}), float("inf")),
    "Months are missing: 2022-03": lambda t: t.drop("2022-03"),
    "Months are missing: 2022-01, 2022-02, 2022-03 and 2 more": lambda t: t.drop(f"2022-0{m}" for m in range(1, 6)),
    "needs 6 months, the table has 5": lambda t: t[:, :7],
    "these are not months: skill_id": lambda t: t.drop("r1_id"),
    "these are not months: r1_id, skill_id, 2022-13": lambda t: t.rename({"2022-03": "2022-13"}),
    "A series occurs twice: r1_id 10, skill_id 5": lambda t: pl.concat([t, t[:1]]),
    "Row 1 has no id": lambda t: t.with_columns(
        skill_id=pl.when(pl.col("skill_id") > 5).then("skill_id").otherwise(None)
    ),
    "The table has no rows": lambda t: t[:0],
}


@pytest.mark.parametrize("message", BROKEN)
@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_bad_tables_are_refused_with_a_sentence(tmp_path: Path, table: pl.DataFrame, message: str, name: str) -> None:
    path = written(tmp_path, BROKEN[message](table), name)
    with pytest.raises(BadInput) as refused:
        forecast_table(path, tmp_path / "out.csv")
    assert message.lower() in str(refused.value).lower()
    assert str(path) in str(refused.value)
    assert not (tmp_path / "out.csv").exists()


def test_bad_files_and_options_are_refused(tmp_path: Path, table: pl.DataFrame) -> None:
    path, out = written(tmp_path, table), tmp_path / "out.csv"
    junk = tmp_path / "junk.parquet"
    junk.write_bytes(b"no parquet at all")
    graph = written(tmp_path, pl.DataFrame({"region_id": [1], "row_id": [5], "col_id": [6]}), "graph.csv")
    calls: dict[str, Callable[[], object]] = {
        "No such file": lambda: forecast_table(tmp_path / "none.csv", out),
        "Not a readable table": lambda: forecast_table(junk, out),
        "Tables are CSV or parquet": lambda: forecast_table(path, tmp_path / "out.xlsx"),
        "would replace the table": lambda: forecast_table(path, path),
        "A horizon of 13 months": lambda: forecast_table(path, out, horizon=13),
        "A horizon of 0 months": lambda: forecast_table(path, out, horizon=0),
        "The graph has no column r1_id": lambda: forecast_table(path, out, graph=graph),
        "No series model can be read": lambda: forecast_table(path, out, model=tmp_path / "none"),
        "--model or --save, not both": lambda: forecast_table(path, out, model=tmp_path, save=tmp_path),
        "cannot be written": lambda: forecast_table(path, junk / "out.csv"),
    }
    for message, call in calls.items():
        with pytest.raises(BadInput, match=message):
            call()
    assert not out.exists()


@pytest.mark.realdata
def test_on_real_demand_it_is_ahead_of_the_mean_of_three_months(tmp_path: Path, real_data: Path) -> None:
    """The last months of 2022, which no setting is judged on; the full protocol is bench/learning/series.py."""
    whole = pl.read_parquet(real_data / "demand" / DEMAND.format("r0"))
    graph = real_data / "demand" / "jobsdf_graph_r0.parquet"
    message, mean, truth = [], [], []
    for end in (18, 21):
        seen = written(tmp_path, whole[:, : end + 2], "seen.parquet")
        done = forecast_table(seen, tmp_path / "out.parquet", graph=graph)
        message.append(pl.read_parquet(tmp_path / "out.parquet").select(done.ahead).to_numpy().astype(float))
        truth.append(whole.select(done.ahead).to_numpy().astype(float))
        mean.append(np.repeat(whole[:, end - 1 : end + 2].to_numpy().mean(axis=1, keepdims=True), 3, axis=1))
    ours, theirs = (compute_errors(np.concatenate(truth), np.concatenate(x)) for x in (message, mean))
    assert all(ours[name] < 0.97 * theirs[name] for name in ours), (ours, theirs)
