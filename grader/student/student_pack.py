"""The student pack of a rubric: its public checks and the number of points of the others, and nothing else."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yaml

from grader.checks import Check
from grader.checks.own_kinds import is_from_file
from grader.errors import GraderError
from grader.rubric.load import read_rubric
from grader.rubric.schema import Question, Rubric

ENDING = ".student.yaml"


PACKAGES = ("torch", "numpy")


MAX_PARENTS = 3


SEED = 7  # of the self-check: random inputs of the grading cannot be reproduced from the pack


HEAD = (
    "# The public checks of '{title}'. Run them before you submit:  grader check NOTEBOOK --rubric {name}\n"
    "# All other checks run after you submit.\n"
)


def public(rubric: Rubric) -> Rubric:
    """Return the rubric with its public checks only, as students may have it; sums of points are not checked."""
    return _with_checks(rubric, lambda check: check.visibility == "public")


def without_name(rubric: Rubric) -> Rubric:
    """Return the rubric without checks of the archive's name, for work that is in no archive yet."""
    return _with_checks(rubric, lambda check: not check.judges_name)


def _with_checks(rubric: Rubric, wanted: Callable[[Check], bool]) -> Rubric:
    submission = tuple(filter(wanted, rubric.submission))
    shown = {check.id for _, check in rubric.checks() if wanted(check)}
    questions = []
    for question in rubric.questions:
        checks = tuple(
            check.model_copy(update={"needs": tuple(need for need in check.needs if need in shown)})
            for check in question.checks
            if check.id in shown
        )
        questions.append(question.model_copy(update={"checks": checks}))
    return rubric.model_copy(update={"submission": submission, "questions": tuple(questions)})


def unchecked(rubric: Rubric) -> tuple[Decimal, Decimal]:
    """Return the points of the checks that are not public, and those of the rubric, without its bonus."""
    shown = sum((check.points or Decimal(0) for _, check in public(rubric).checks()), Decimal(0))
    return max(rubric.points - shown, Decimal(0)), rubric.points


def pack_rubric(rubric: Rubric) -> str:
    """Return the student pack as YAML.

    Raises:
        GraderError: a public check holds the answer or needs the reference, which students must not get.
    """
    chosen = public(rubric)
    if hidden := [check.id for _, check in chosen.checks() if check.holds_answer or _names_a_reference(check)]:
        what = f"{', '.join(hidden)}: public, but it would give students the answer, the grading guide or the reference"
        raise GraderError(f"{rubric.name}: {what}; remove 'visibility: public'")
    if of_files := [check.id for _, check in chosen.checks() if is_from_file(type(check))]:
        what = f"{', '.join(of_files)}: public, but its kind is a file of the rubric, which students do not get"
        raise GraderError(f"{rubric.name}: {what}; remove 'visibility: public', or install the kind as a package")
    if not any(True for _, check in chosen.checks()):
        raise GraderError(f"{rubric.name}: no check is public; add 'visibility: public' to some")
    named = {check.target_name for _, check in chosen.checks()}
    hidden_words = _hidden_words(rubric)
    data: dict[str, Any] = {
        "rubric": 1,
        "title": chosen.title,
        "points": _number(chosen.points),
        "language": chosen.language,
        "student_pack": {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}},
        "execute": {**_changed_keys(chosen.execute), "seed": SEED if chosen.execute.seed != SEED else SEED + 1},
        "targets": [name for name in chosen.targets if name in named],
        "submission": [_changed_keys(check) for check in chosen.submission],
        "questions": [_question(question, hidden_words) for question in chosen.questions],
    }
    name = f"{rubric.name}{ENDING}"
    body = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)
    return HEAD.format(title=" ".join(chosen.title.split()), name=name) + body


def _question(question: Question, hidden: set[str]) -> dict[str, Any]:
    """Return a question as students may have it.

    The words that an answer is likely to use can be the answer: they are left out if no public check reads it, and
    if a hidden check contains them.
    """
    data = {**_changed_keys(question), "points": _number(question.points)}
    if question.answer is not None:
        reads = any(check.needs_answer for check in question.checks)
        words = [word for word in question.answer.words if reads and _harmless(word, hidden)]
        data["answer"] = {"number": list(question.answer.number)} | ({"words": words} if words else {})
    return data | {"checks": [_changed_keys(check) for check in question.checks]}


def _harmless(word: str, hidden: set[str]) -> bool:
    return word.lower() not in hidden and not any(sign.isdigit() for sign in word)


def _hidden_words(rubric: Rubric) -> set[str]:
    """Return every text of the hidden checks, in lower case."""
    hidden = [check for _, check in rubric.checks() if check.visibility == "hidden"]
    return {text.lower() for check in hidden for text in _texts(check.model_dump(exclude={"kind", "id", "needs"}))}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from (*_texts(key), *_texts(part))
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part)


def _changed_keys(part: Any) -> dict[str, Any]:
    """Return the keys of a part that differ from their defaults."""
    found: dict[str, Any] = part.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    found |= {"kind": part.kind} if isinstance(part, Check) else {}
    return {key: _number(Decimal(value)) if key in ("points", "deducts") else value for key, value in found.items()}


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _names_a_reference(check: Check) -> bool:
    values = [value for value in check.model_dump().values() if isinstance(value, str)]
    return any(re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*", value) for value in values)


def _version(package: str) -> str:
    try:
        return version(package).partition("+")[0]
    except PackageNotFoundError:
        return ""


def find_rubric(notebook: Path) -> Path:
    """Return the student pack or rubric next to a notebook or in a folder above it.

    Raises:
        GraderError: there is none, or several.
    """
    start = notebook.resolve()
    folders = [start if start.is_dir() else start.parent]
    folders += list(folders[0].parents)[:MAX_PARENTS]
    for folder in folders:
        for pattern in (f"*{ENDING}", "rubric.yaml", "*.yaml"):
            found = [path for path in sorted(folder.glob(pattern)) if _is_rubric(path)]
            if len(found) > 1:
                names = ", ".join(path.name for path in found)
                raise GraderError(f"{folder}: several rubrics ({names}); choose one with --rubric")
            if found:
                return found[0]
    raise GraderError(f"no rubric next to {notebook} or in a folder above it; choose one with --rubric")


def _is_rubric(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return bool(re.search(r"(?m)^rubric:\s*1\b", file.read(4000)))
    except (OSError, UnicodeDecodeError):
        return False


def read_public(path: Path) -> tuple[Rubric, Rubric]:
    """Return a rubric or student pack, and its public part.

    Raises:
        RubricError: it has mistakes.
    """
    whole = read_rubric(path)
    return whole, public(whole)
