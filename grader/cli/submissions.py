"""`grader submissions`: who submitted what, without grading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.app import COURSE, DONE, OPEN, AsJson, app

if TYPE_CHECKING:
    from grader.ingest.source import Source
    from grader.ingest.survey import Survey

LayoutName = Annotated[
    str,
    typer.Option(
        "--layout",
        help="The form of the download: moodle, canvas, gradescope, ilias, blackboard, classroom, folders, or one "
        "(each path is one submission). By default it is recognised.",
    ),
]
MAX_FILES = 4


@app.command(rich_help_panel=COURSE)
def submissions(
    paths: Annotated[list[Path], typer.Argument(help="Downloads: archives, folders, or a folder of them.")],
    layout: LayoutName = "",
    zone: Annotated[str, typer.Option(help="Time zone of the platform's local times, such as Europe/Berlin.")] = "",
    as_json: AsJson = False,
) -> None:
    """List who submitted what, without grading.

    Shows how a download is read: the layout, and team, members, time and files of each submission. The exit code is 1
    if something belongs to no submission, or if somebody is in several.
    """
    from grader.cli.app import printing_to_a_pipe
    from grader.opening.survey_confined import survey

    found = survey(paths, layout, zone)
    with printing_to_a_pipe():
        if as_json:
            typer.echo(json.dumps(_data(found), indent=1, ensure_ascii=False))
        else:
            print_survey(found, as_json=False)
            for source in found.sources:
                _print_one(source)
    raise typer.Exit(OPEN if found.stray or found.twice() else DONE)


def print_survey(found: Survey, as_json: bool) -> None:
    """Say on standard error how the download is read, and what belongs to nobody."""
    if as_json:
        data = {"layouts": [one.name for one in found.layouts], "submissions": len(found.sources)}
        typer.echo(json.dumps({**data, "not_read": list(found.stray)}, ensure_ascii=False), err=True)
        return
    for line in filter(None, (found.sentence(), found.unread())):
        typer.echo(line, err=True)


def _print_one(source: Source) -> None:
    from grader.text import counted, plain

    files = _files(source)
    shown = ", ".join(files[:MAX_FILES]) + (", ..." if len(files) > MAX_FILES else "")
    people = ", ".join(_words(one) for one in _members(source))
    received = source.about.received if source.about is not None else None
    parts = [
        people,
        f"received {received:%Y-%m-%d %H:%M %z}" if received else "",
        "late" if source.about is not None and source.about.late else "",
        f"{counted(len(files), 'file')}: {shown}" if files else "no files",
    ]
    typer.echo(plain(f"{source.team}: {'; '.join(filter(None, parts))}"))


def _words(one: dict[str, str]) -> str:
    return " ".join(filter(None, (one["name"], one["student_id"], one["email"], one["platform_id"])))


def _members(source: Source) -> list[dict[str, str]]:
    return [
        {"name": one.name, "student_id": one.student_id, "email": one.email, "platform_id": one.platform_id}
        for one in source.members
    ]


def _files(source: Source) -> list[str]:
    """Return the files of a submission by name, as they lie in the download; archives are not opened."""
    if source.parts or source.inside:
        return [own for own, _ in source.parts or source.inside]
    if source.path is None:
        return []
    if source.path.is_dir():
        return sorted(one.relative_to(source.path).as_posix() for one in source.path.rglob("*") if one.is_file())
    return [source.path.name]


def _data(found: Survey) -> dict[str, Any]:
    """Return the reading as JSON shows it."""
    return {
        "layouts": [one.name for one in found.layouts],
        "submissions": [
            {
                "team": source.team,
                "name": source.name,
                "members": _members(source),
                "received": _received(source),
                "late": source.about is not None and source.about.late,
                "files": _files(source),
            }
            for source in found.sources
        ],
        "earlier_attempts": found.earlier,
        "in_several_submissions": found.twice(),
        "not_read": list(found.stray),
    }


def _received(source: Source) -> str | None:
    received = source.about.received if source.about is not None else None
    return received.isoformat() if received else None
