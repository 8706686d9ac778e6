"""Databases as sources, against a real MariaDB: all types, watermarks, secrets, and a connection that dies midway."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import create_engine, text

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.reading import newest, read_source
from skillpath.pipeline.ingest.reading.address import resolve
from skillpath.pipeline.ingest.reading.database import DatabaseSettings, read_database
from skillpath.pipeline.ingest.source_spec import APPEND, SourceSpec
from tests.pipeline.ingest.reading.conftest import MariaDB

TABLE = """
CREATE TABLE posts (
    id INT PRIMARY KEY, title VARCHAR(200), pay DECIMAL(12, 2), rate DOUBLE, open BOOLEAN, changed DATETIME(3),
    posted DATE, flags SET('new', 'hot'), raw VARBINARY(20), note JSON, `group by` VARCHAR(20)
) CHARACTER SET utf8mb4
"""
ROWS = """
INSERT INTO posts VALUES
    (1, 'Data analyst 🦉 数据', 1234567890.10, 0.5, 1, '2024-03-31 10:00:00.250', '2024-03-30', 'new,hot',
        'abc', '{"a": 1}', 'x%y'),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, 'Müller''s 100% : "quoted"', -0.01, 1e10, 0, '2024-04-01 00:00:00', '2024-04-01', '', 'é', '[]', '')
"""


@pytest.fixture(scope="module")
def business(mariadb: MariaDB) -> MariaDB:
    with mariadb.engine.begin() as connection:
        connection.execute(text(TABLE))
        connection.exec_driver_sql(ROWS.replace("%", "%%"))
        connection.execute(text("CREATE TABLE many (id INT PRIMARY KEY, body TEXT, at INT, late VARCHAR(9))"))
        fill = "SELECT seq, REPEAT('x', 1000), seq % 1000, IF(seq > 15000, CONCAT('n', seq), NULL)"
        connection.execute(text(f"INSERT INTO many {fill} FROM seq_1_to_60000"))
        connection.execute(text("CREATE TABLE nothing LIKE posts"))
    return mariadb


@pytest.fixture
def spec(business: MariaDB, monkeypatch: pytest.MonkeyPatch) -> SourceSpec:
    monkeypatch.setenv("BUSINESS_PASSWORD", business.password)
    return SourceSpec("business", "jobs", {"code": "id"}, url=business.url, table="posts")


def test_a_table_with_every_type_comes_as_it_stands(spec: SourceSpec, business: MariaDB) -> None:
    table = read_source(spec)
    assert table.file == f"mysql+pymysql://reader@127.0.0.1:{business.port}/business#posts"
    assert table.frame.schema == {
        "#row": pl.Int64, "#line": pl.Int64, "id": pl.Int64, "title": pl.String, "pay": pl.String, "rate": pl.Float64,
        "open": pl.Int64, "changed": pl.Datetime("us"), "posted": pl.Date, "flags": pl.String, "raw": pl.String,
        "note": pl.String, "group by": pl.String,
    }  # fmt: skip
    first, second, third = table.frame.drop("#row", "#line").rows()
    moment = datetime(2024, 3, 31, 10, 0, 0, 250_000)
    money = "1234567890.10"
    assert first == (
        1,
        "Data analyst 🦉 数据",
        money,
        0.5,
        1,
        moment,
        date(2024, 3, 30),
        "new,hot",
        "abc",
        '{"a": 1}',
        "x%y",
    )
    assert second == (2, *[None] * 10)
    assert third[1:3] == ('Müller\'s 100% : "quoted"', "-0.01")
    assert table.rejected.is_empty()


def test_a_query_keeps_its_own_signs_and_order(spec: SourceSpec) -> None:
    query = (
        "SELECT id, '10:30' AS hour FROM posts WHERE title LIKE '%a%' OR title IS NULL OR 5 % 2 = 0 ORDER BY id DESC;"
    )
    asked = replace(spec, table="", query=query)
    assert read_source(asked).frame.rows() == [(1, 1, 2, "10:30"), (2, 2, 1, "10:30")]
    assert read_source(asked, limit=1).frame.height == 1
    by_mark = replace(asked, mode=APPEND, watermark="id", query="SELECT id, title FROM posts")
    assert read_source(by_mark, since="3").frame["id"].to_list() == [3]


def test_chunks_join_even_where_one_has_no_value(spec: SourceSpec) -> None:
    table = read_database(replace(spec, table="many"), None, None, DatabaseSettings(chunk=7_000))
    assert table.frame["id"].to_list() == list(range(1, 60_001))
    assert table.frame["late"].null_count() == 15_000
    assert table.frame["late"][-1] == "n60000"
    assert read_source(replace(spec, table="many"), limit=5).frame["id"].to_list() == [1, 2, 3, 4, 5]
    assert read_source(replace(spec, table="nothing")).frame.height == 0


def test_watermarks_take_the_last_one_seen_again_and_what_has_none(spec: SourceSpec) -> None:
    marked = replace(spec, mode=APPEND, watermark="changed")
    seen = newest(read_source(marked), marked)
    assert seen == "2024-04-01 00:00:00"
    assert read_source(marked, since=seen).frame["id"].to_list() == [2, 3]
    assert read_source(marked, since="2024-03-31 10:00:00.250").frame["id"].to_list() == [1, 2, 3]
    paid = replace(marked, watermark="pay")
    assert read_source(paid, since="0.00").frame["id"].to_list() == [1, 2]
    counted = replace(marked, table="many", watermark="at")
    assert read_source(counted, since="999").frame["id"].to_list() == list(range(999, 60_000, 1000))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"table": "jobs"}, "No table 'jobs'.*It has many, nothing, posts"),
        ({"table": "", "query": "SELEKT 1"}, "The database says: You have an error in your SQL syntax"),
        ({"table": "", "query": "SELECT 1 AS a, 2 AS a"}, "the header names a twice"),
        ({"table": "", "query": "DELETE FROM posts"}, "The database says: DELETE command denied"),
        ({"watermark": "updated"}, "No column 'updated'"),
        ({"watermark": "changed"}, "The watermark 'x' is no datetime"),
        ({"url": "mysql://reader:${NOWHERE}@127.0.0.1/business"}, "NOWHERE is not set"),
        ({"url": "no address"}, "url is no database address"),
        ({"url": "oracle://scott:tiger@127.0.0.1/x"}, "No driver for oracle"),
        ({"url": "mysql://reader:${BUSINESS_PASSWORD}@127.0.0.1:1/business"}, "Can't connect to MySQL server"),
        ({"url": "sqlite:////no/such/folder/x.db"}, "unable to open database file"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    spec: SourceSpec, business: MariaDB, change: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as caught:
        read_source(replace(spec, **change), since="x" if "watermark" in change else None)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    hidden(caught.value, business.password, "tiger")


def hidden(error: BaseException, *passwords: str) -> None:
    """No password in the error, nor in what it came from."""
    assert error.__cause__ is None
    for password in passwords:
        assert password not in f"{error} {error!r} {error.args}"


def test_a_wrong_password_is_told_and_not_shown(spec: SourceSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUSINESS_PASSWORD", "hunter2-is-wrong")
    with pytest.raises(BadInput, match="Access denied for user 'reader'@'localhost'") as caught:
        read_source(spec)
    hidden(caught.value, "hunter2-is-wrong")


def test_no_secret_stands_in_what_is_printed() -> None:
    url = "postgresql://u:pa%24s@h/db?sslpassword=${KEY}"
    address = resolve(url, "s", {"KEY": "k3y"})
    assert address.shown == "postgresql://u@h/db" and repr(address) == "Address(postgresql://u@h/db)"
    assert address.scrubbed("no pa$s or pa%24s with k3y") == "no (hidden) or (hidden) with (hidden)"
    assert "pa%24s" not in repr(SourceSpec("s", "jobs", {}, url=url))
    whole = resolve("${DATABASE}", "s", {"DATABASE": "sqlite:////tmp/x.db"})
    assert whole.shown == "sqlite:////tmp/x.db"


def test_a_connection_killed_while_rows_come_leaves_no_partial_table(
    spec: SourceSpec, business: MariaDB, capfd: pytest.CaptureFixture[str]
) -> None:
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_database, replace(spec, table="many"), None, None, DatabaseSettings(chunk=100))
        kill_while_writing(business)
        with pytest.raises(BadInput, match=r"(Lost connection|killed).*Run it again; nothing was taken") as caught:
            reading.result(30)
    hidden(caught.value, business.password)
    assert "Traceback" not in capfd.readouterr().err
    assert read_source(replace(spec, table="many")).frame.height == 60_000


def kill_while_writing(business: MariaDB) -> None:
    reading = "user = 'reader' AND state = 'Writing to net' AND info LIKE '%many%'"
    sending = f"SELECT id FROM information_schema.processlist WHERE {reading}"
    deadline = time.monotonic() + 20
    with business.engine.connect() as connection:
        while time.monotonic() < deadline:
            found = connection.execute(text(sending)).scalar()
            if found:
                connection.execute(text(f"KILL {int(found)}"))
                return
            time.sleep(0.002)
    raise AssertionError("the read was over before it could be killed")


def test_a_read_sees_one_moment(spec: SourceSpec, business: MariaDB) -> None:
    """Rows that come while the table is read are not in it."""
    stop = threading.Event()

    def insert() -> None:
        number = 100_000
        while not stop.is_set():
            with business.engine.begin() as connection:
                connection.execute(
                    text(f"INSERT INTO many VALUES ({number}, 'new', 1, NULL), ({-number}, 'new', 1, NULL)")
                )
            number += 1

    with ThreadPoolExecutor(1) as pool:
        inserting = pool.submit(insert)
        try:
            ids = read_database(replace(spec, table="many"), None, None, DatabaseSettings(chunk=1_000)).frame["id"]
        finally:
            stop.set()
            inserting.result(10)
    assert ids.filter(ids < 0).len() == ids.filter(ids >= 100_000).len()
    with business.engine.begin() as connection:
        connection.execute(text("DELETE FROM many WHERE body = 'new'"))


def test_sqlite_whose_columns_change_their_type_midway(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with create_engine(f"sqlite:///{path}").begin() as connection:
        connection.execute(text("CREATE TABLE jobs (id, pay, day)"))
        connection.execute(text("INSERT INTO jobs VALUES (1, 2, '2024-01-01'), (2, 2.5, NULL), ('three', 1, 5)"))
    spec = SourceSpec("shop", "jobs", {}, url=f"sqlite:///{path}", table="jobs", mode=APPEND, watermark="day")
    for chunk in (1, 2, 10):
        frame = read_database(spec, None, None, DatabaseSettings(chunk=chunk)).frame
        assert frame["id"].to_list() == ["1", "2", "three"]
        assert frame["pay"].to_list() == [2.0, 2.5, 1.0]
        assert frame["day"].to_list() == ["2024-01-01", None, "5"]
    with pytest.raises(BadInput, match="The watermark '7' is no str"):
        read_source(spec, since="7")
