"""The files with check kinds that a rubric names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.checks import Check, KindFile, kinds, kinds_with
from grader.checks.own_kinds import MAX_BYTES, KindMistake
from grader.errors import RubricError
from grader.rubric.yaml_errors import Problems, read_yaml

MAX_FILES = 20
Kinds = Mapping[str, type[Check]]


def read_kinds(data: Mapping[str, Any], problems: Problems) -> tuple[tuple[KindFile, ...], Kinds]:
    """Return the files that the key `kinds` of a rubric names, and all kinds that its checks may use.

    A file that cannot be used is a mistake of the rubric; its checks are of an unknown kind then.
    """
    names = data.get("kinds", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return (), kinds()  # reported with the other keys
    if len(names) > MAX_FILES:
        problems.add(("kinds",), f"more than {MAX_FILES} files with check kinds", "put several kinds into one file")
        return (), kinds()
    files: list[KindFile] = []
    known = kinds()
    for number, name in enumerate(names):
        file = _read(name, ("kinds", number), problems)
        if file is None:
            continue
        try:
            known = kinds_with((*files, file))
        except KindMistake as mistake:
            problems.add(("kinds", number), str(mistake))
        else:
            files.append(file)
    return tuple(files), known


def _read(name: str, place: tuple[str, int], problems: Problems) -> KindFile | None:
    folder = Path(problems.folder).resolve()
    path = (folder / name).resolve()
    if path.suffix != ".py" or ".." in Path(name).parts or not path.is_relative_to(folder):
        problems.add(place, f"'{name}' is no Python file beside the rubric", "paths are relative to the rubric")
        return None
    try:
        with path.open("rb") as file:
            return KindFile(name, file.read(MAX_BYTES + 1), str(path))
    except OSError as error:
        problems.add(place, f"'{name}' cannot be read: {error.strerror}", "paths are relative to the rubric")
    return None


def kinds_of_rubric(path: Path) -> Kinds:
    """Return the kinds that the checks of the rubric at `path` may use, whatever else is wrong with it.

    Raises:
        RubricError: it cannot be read, or a file with kinds cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RubricError(f"{path}: cannot be read ({error}); check the path") from None
    data, problems = read_yaml(text, str(path), "a rubric is a mapping that starts with 'rubric: 1'")
    problems.found.clear()
    _, known = read_kinds(data, problems)
    problems.raise_all(str(path))
    return known
