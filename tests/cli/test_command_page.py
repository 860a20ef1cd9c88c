"""The page of commands is what the commands say, with every option, and nothing that a table would break at."""

from __future__ import annotations

import re

from typer.main import get_command

from grader.cli.app import app
from grader.cli.command_page import page
from tests.helpers import ROOT


def test_the_page_of_commands_holds_what_the_code_says() -> None:
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == page(), "write it again: make commands"


def test_every_command_has_a_section_with_its_options() -> None:
    sections = dict(re.findall(r"(?s)### `grader ([\w ]+)`\n(.*?)(?=\n##|\Z)", page()))
    commands = get_command(app).commands  # type: ignore[attr-defined]
    shown = {name: one for name, one in commands.items() if not one.hidden and not hasattr(one, "commands")}
    shown |= {f"rubric {name}": one for name, one in commands["rubric"].commands.items()}
    assert sections.keys() == shown.keys()
    for name, command in shown.items():
        for parameter in command.params:
            if parameter.param_type_name == "option" and parameter.name != "help":
                assert all(f"`{one}`" in sections[name] for one in parameter.opts), (name, parameter.name)


def test_each_row_has_two_cells() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    assert len(rows) > 80
    assert [row for row in rows if len(re.findall(r"(?<!\\\\)\|", row.replace("\\|", ""))) != 3] == []
