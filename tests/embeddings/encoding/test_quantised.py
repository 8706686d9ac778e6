"""Making the quantised encoder keeps quiet by itself, and silences nobody else."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Thread

import pytest

from skillpath.embeddings.encoding import quantised
from skillpath.embeddings.text_encoder import LOCAL, locate

pytestmark = pytest.mark.train


@pytest.mark.long
def test_exporters_are_quiet_and_others_are_heard(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = quantised._export

    def overheard(model: object, file: Path) -> None:
        logging.getLogger("somebody").warning("heard")
        elsewhere = Thread(target=lambda: logging.getLogger().warning("heard elsewhere"))
        elsewhere.start()
        elsewhere.join()
        export(model, file)

    monkeypatch.setattr(quantised, "_export", overheard)
    loggers = [logging.getLogger(name) for name in quantised.EXPORTERS]
    before = [logger.level for logger in loggers], list(logging.getLogger().filters), logging.root.manager.disable
    quantised.quantise_model(locate(LOCAL, None)[0], tmp_path)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        "heard",
        "heard elsewhere",
    ]
    after = [logger.level for logger in loggers], list(logging.getLogger().filters), logging.root.manager.disable
    assert after == before
    logging.getLogger().warning("heard again")
    assert caplog.records[-1].getMessage() == "heard again"
