"""Read which files of a submission a tutor chose as its code, where several could be meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import GraderError
from grader.lists.table import list_key, read_table

COLUMNS = ("team", "file", "by", "reason")


@dataclass(frozen=True)
class CodeChoice:
    """The notebooks and modules that count for one team, the tutor's name and reason, and its first line."""

    files: tuple[str, ...]
    by: str
    reason: str
    place: str
    team: str


def read_code_choices(path: Path) -> dict[str, CodeChoice]:
    """Read `team,file,by,reason` into the choices by team, one line for each file.

    Raises:
        GraderError: a column or a value is missing, or a file is listed twice.
    """
    found: dict[str, CodeChoice] = {}
    for row in read_table(path, COLUMNS):
        if lacking := [name for name in COLUMNS if not row[name]]:
            raise GraderError(f"{row.place}: no {', '.join(lacking)}; a choice needs {','.join(COLUMNS)}")
        before = found.get(list_key(row["team"]))
        if before is None:
            found[list_key(row["team"])] = CodeChoice((row["file"],), row["by"], row["reason"], row.place, row["team"])
        elif row["file"] in before.files:
            raise GraderError(f"{row.place}: {row['file']} of {row['team']} is listed twice; keep one line")
        else:
            found[list_key(row["team"])] = replace(before, files=(*before.files, row["file"]))
    return found


def choice_of(names: tuple[str, ...], choices: Mapping[str, CodeChoice]) -> CodeChoice | None:
    """Return the choice under the first of a submission's names that has one."""
    return next((choices[key] for name in names if (key := list_key(name)) in choices), None)
