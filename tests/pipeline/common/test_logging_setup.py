"""Log lines: levels, JSON and plain, tracebacks, standard error alone, no secrets."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from skillpath.errors import BadInput
from skillpath.pipeline.common.log_settings import LoggingSettings
from skillpath.pipeline.common.logging_setup import configure_from_settings, configure_logging
from tests.conftest import LogLines, reset_logging

log = structlog.get_logger("skillpath.tests")


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    yield
    reset_logging()


def test_json_lines_hold_event_level_logger_and_values(log_lines: LogLines) -> None:
    log.info("source.synced", rows=3, name="Größe")
    logging.getLogger("uvicorn.error").warning("from %s", "elsewhere")
    first, second = log_lines()
    assert (first["event"], first["level"], first["logger"]) == ("source.synced", "info", "skillpath.tests")
    assert (first["rows"], first["name"]) == (3, "Größe")
    assert (second["event"], second["logger"]) == ("from elsewhere", "uvicorn.error")


def test_people_read_one_plain_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LoggingSettings(level="info"))
    log.info("run.started", run="score-1")
    out, err = capsys.readouterr()
    assert out == ""
    assert "run.started" in err
    assert "run=score-1" in err
    assert err.count("\n") == 1


def test_an_error_leaves_its_traceback(log_lines: LogLines) -> None:
    secret = "hunter2"
    try:
        raise RuntimeError("broken") from ValueError("mysql://me:hunter2@host/db")
    except RuntimeError:
        log.exception("command.broken", tried=len(secret))
    (line,) = log_lines()
    assert "Traceback" in line["exception"]
    assert "RuntimeError: broken" in line["exception"]
    assert "test_logging_setup.py" in line["exception"]
    assert "mysql://me:(hidden)@host/db" in line["exception"]


@pytest.mark.parametrize(
    "values",
    [
        {"password": "hunter2"},
        {"neo4j_password": "hunter2"},
        {"settings": {"graph": {"password": "hunter2"}}},
        {"Authorization": "Bearer hunter2"},
        {"url": "postgresql+psycopg://me:hunter2@db.example:5432/jobs"},
        {"url": "mysql://me:hun/ter2@hunter2@db/jobs"},
        {"urls": ["sqlite:///x.db", "bolt://neo4j:hunter2@127.0.0.1"]},
        {"error": "cannot connect with password=hunter2 to db"},
        {"error": "{'user': 'me', 'password': 'hunter2'}"},
    ],
)
@pytest.mark.parametrize("as_json", [True, False])
def test_secrets_never_appear(values: dict[str, object], as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LoggingSettings(level="info", json=as_json))
    log.info("x", **values)
    logging.getLogger("skillpath.other").warning("%s", values)
    err = capsys.readouterr().err
    assert "ter2" not in err
    assert err.count("(hidden)") >= 2


def test_levels(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    log.info("quiet")
    log.warning("loud")
    configure_logging(default="info")
    log.info("served")
    log.debug("quiet")
    # Debug lines of the driver hold the parameters of queries.
    configure_logging(LoggingSettings(level="debug"))
    logging.getLogger("neo4j.io").debug("quiet")
    log.debug("detail")
    err = capsys.readouterr().err
    assert [word in err for word in ("loud", "served", "detail", "quiet")] == [True, True, True, False]
    assert err.count("\n") == 3, "one handler, however often it is configured"


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(BadInput, match="No log level 'chatty'"):
        configure_logging(LoggingSettings(level="chatty"))


def test_commands_take_level_and_form_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_from_settings()
    log.info("hidden")
    configure_from_settings(verbose=True)
    log.info("verbose")
    monkeypatch.setenv("SKILLPATH_LOGGING_LEVEL", "info")
    monkeypatch.setenv("SKILLPATH_LOGGING_JSON", "true")
    configure_from_settings()
    log.info("chosen")
    monkeypatch.setenv("SKILLPATH_LOGGING_LEVEL", "chatty")
    configure_from_settings()
    log.info("hidden")
    verbose, chosen = capsys.readouterr().err.splitlines()
    assert "verbose" in verbose
    assert json.loads(chosen)["event"] == "chosen"


def test_a_script_that_configures_nothing_is_quiet_on_standard_output() -> None:
    code = "from skillpath.graph.core import runs\nruns.log.info('run.started')\nruns.log.warning('run.odd', run='x')\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert "run.odd" in done.stderr
    assert "run.started" not in done.stderr


def test_help_does_not_import_what_logs_and_counts() -> None:
    code = (
        "import sys; sys.argv = ['skillpath', '--help']\n"
        "from skillpath.api.cli.main import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        "print(sorted({'structlog', 'prometheus_client', 'polars'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
