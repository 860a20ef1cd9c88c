"""The help of the command line: short summaries, panels, and numbers with the right plural."""

from __future__ import annotations

from decimal import Decimal

import pytest
from typer.main import get_command

from grader.cli import app
from grader.text import counted
from tests.cli.test_app import run

MAX_SUMMARY = 45
COMMANDS = {name: command for name, command in get_command(app).commands.items() if not command.hidden}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_summary_is_short_and_a_sentence(name: str) -> None:
    summary = (COMMANDS[name].help or "").split("\n\n")[0]
    assert 0 < len(summary) <= MAX_SUMMARY
    assert summary[0].isupper()
    assert summary.endswith(".")
    assert COMMANDS[name].rich_help_panel


def test_the_help_shows_whole_summaries_in_panels_from_grading_to_system() -> None:
    done = run("--help")
    assert done.returncode == 0
    places = [done.stdout.index(f" {panel} ─") for panel in ("Grading", "Students", "Rubrics", "Course", "System")]
    assert places == sorted(places)
    for command in COMMANDS.values():
        assert (command.help or "").split("\n\n")[0] in done.stdout
    assert "--install-completion" in done.stdout


def test_options_have_their_new_names_and_intake_is_an_alias() -> None:
    options = {name for parameter in COMMANDS["grade"].params for name in parameter.opts}
    assert {"--submission-times", "--intake", "--overrides"} <= options
    assert "--marks" not in options


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (0, ("point",), "0 points"),
        (1, ("point",), "1 point"),
        (2, ("point",), "2 points"),
        (Decimal("0.50"), ("point",), "0.5 points"),
        (Decimal("1.00"), ("point",), "1 point"),
        (3, ("hypothesis", "hypotheses"), "3 hypotheses"),
    ],
    ids=["none", "one", "two", "half", "one with zeros", "irregular"],
)
def test_a_number_has_its_noun_in_the_right_form(number: Decimal | int, words: tuple[str, ...], text: str) -> None:
    assert counted(number, *words) == text


def _flags(command: str) -> set[str]:
    group = get_command(app)
    for part in command.split():
        group = group.commands[part]  # type: ignore[attr-defined]
    return {name for parameter in group.params for name in parameter.opts}


@pytest.mark.parametrize("command", ["grade", "check", "calibrate", "course"])
def test_a_command_with_progress_can_be_quiet(command: str) -> None:
    assert {"--quiet", "-q"} <= _flags(command)


@pytest.mark.parametrize(
    "command", ["grade", "check", "groups", "diff", "course", "submissions", "rubric check", "rubric try"]
)
def test_a_command_with_a_result_prints_it_as_json_too(command: str) -> None:
    assert "--json" in _flags(command)
