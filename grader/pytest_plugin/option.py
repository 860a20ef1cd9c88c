"""The option `--submission` of pytest. Every start of pytest loads this module, so it imports nothing else here."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("grader")
    group.addoption(
        "--submission",
        metavar="PATH",
        help="run the tests on this submission (a zip, folder, notebook or Python file) in the grader's sandbox",
    )
    group.addoption(
        "--rubric",
        metavar="PATH",
        help="with --submission: the rubric whose check of a file counts, with its settings",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Leave `conftest.py` to the process of the tests, as it may import the submission."""
    known = early_config.known_args_namespace
    if known.submission is not None:
        known.noconftest = True


def pytest_configure(config: pytest.Config) -> None:
    """Put the grader's runs in place of pytest's own modules, if a submission is given.

    Raises:
        pytest.UsageError: there is no such file, or the rubric has mistakes.
    """
    if (path := config.getoption("submission")) is None:
        return
    from grader.errors import GraderError
    from grader.pytest_plugin.graded_file import Grading
    from grader.pytest_plugin.items import SubmissionPlugin

    where = config.invocation_params.dir
    rubric = config.getoption("rubric")
    try:
        grading = Grading.of(where / path, where / Path(rubric) if rubric else None)
    except GraderError as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(SubmissionPlugin(grading))
