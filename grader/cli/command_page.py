"""The page of all commands, made from what the commands themselves say: `make commands` writes docs/commands.md."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from typer.main import get_command

from grader.cli.app import ORDER, app

HEAD = """\
# Commands

This page is generated from the commands: `make commands`. `grader COMMAND --help` prints the same, and
`grader --install-completion` lets your shell complete commands and options.

| exit code | meaning |
|---|---|
| 0 | done, and nothing is open |
| 1 | something needs review, a public check failed, or a result is in doubt |
| 2 | an error that you can fix: a path, an option, a file, something that is not installed |
| 3 | an internal error; the message names a log file |

`--json` prints the result as JSON on standard output; `--quiet` shows no progress. Progress and warnings are on
standard error. Colours are used in terminals only, and never where the variable `NO_COLOR` is set.
"""


def page() -> str:
    """Return the page, in the order and under the panels of `grader --help`."""
    commands: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    shown = [(name, commands[name]) for name in ORDER if not commands[name].hidden]
    parts = [HEAD]
    for panel, several in groupby(shown, key=lambda pair: pair[1].rich_help_panel):
        parts.append(f"\n## {panel}\n")
        for name, command in several:
            parts += _section(name, command)
    return "".join(parts)


def _section(name: str, command: Any) -> Iterator[str]:
    """Yield the text of a command, or those of a group's commands."""
    inner = getattr(command, "commands", None)
    if inner is not None:
        for part, one in inner.items():
            yield from _section(f"{name} {part}", one)
        return
    text = inspect.cleandoc(command.help or "")
    arguments = " ".join(_metavar(one) for one in command.params if one.param_type_name == "argument")
    yield f"\n### `grader {name}`\n\n{text}\n\n```text\ngrader {name} [OPTIONS] {arguments}".rstrip() + "\n```\n"
    rows = [_row(one) for one in command.params if one.name != "help"]
    if rows:
        yield "\n| | meaning |\n|---|---|\n" + "".join(rows)


def _metavar(parameter: Any) -> str:
    shown = parameter.metavar or parameter.name.upper()
    shown = f"{shown}..." if parameter.nargs == -1 else shown
    return shown if parameter.required else f"[{shown}]"


def _row(parameter: Any) -> str:
    names = [_metavar(parameter)] if parameter.param_type_name == "argument" else parameter.opts
    listed = ", ".join(f"`{name}`" for name in (*names, *getattr(parameter, "secondary_opts", ())))
    default = parameter.default
    is_shown = default not in (None, "", False, True, ()) and not callable(default)
    also = f" Default: `{default}`." if is_shown else " Required." if parameter.required else ""
    return f"| {listed} | {_cell(parameter.help or '')}{also} |\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
