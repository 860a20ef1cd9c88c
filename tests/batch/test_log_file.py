"""Internal errors of a batch: a line in the terminal, the traceback in the log of the output folder."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from grader.batch.log_file import NAME, logging_to


def test_the_traceback_is_in_the_log_and_the_terminal_has_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = logging.getLogger().handlers[:]
    with logging_to(tmp_path):
        try:
            raise ZeroDivisionError("by zero")
        except ZeroDivisionError:
            logging.getLogger("grader.test").exception("%s could not be graded", "a.zip")
    assert capsys.readouterr().err == "grader.test: a.zip could not be graded (ZeroDivisionError)\n"
    log = (tmp_path / NAME).read_text(encoding="utf-8")
    assert "Traceback" in log
    assert "ZeroDivisionError: by zero" in log
    assert logging.getLogger().handlers == before


def test_a_batch_without_errors_has_no_log(tmp_path: Path) -> None:
    with logging_to(tmp_path):
        logging.getLogger("grader.test").info("all is well")
    assert not (tmp_path / NAME).exists()
