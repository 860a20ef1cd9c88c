"""Read a rubric and report all of its mistakes at once."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.checks import Check, built_in_kinds
from grader.checks.own_kinds import where
from grader.errors import RubricError
from grader.rubric.course_files import read_course_files
from grader.rubric.course_kinds import Kinds, read_kinds
from grader.rubric.course_modules import find_refused_modules
from grader.rubric.impossible_checks import find_impossible_calls, find_missing_solution, find_mistake_in_reference
from grader.rubric.schema import Question, Rubric
from grader.rubric.yaml_errors import Problems, did_you_mean, read_yaml, short
from grader.rubric.yaml_nodes import Place
from grader.text import counted


def _check(data: Any, place: Place, known: Kinds, problems: Problems) -> Check | None:
    if not isinstance(data, dict):
        problems.add(place, f"a check is a mapping with a 'kind', found {short(data)}")
        return None
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in known:
        what = "a check needs a 'kind'" if kind is None else f"unknown kind '{kind}'"
        hint = did_you_mean(str(kind), list(known)) if kind is not None else f"known: {', '.join(known)}"
        problems.add((*place, "kind"), what, hint)
        return None
    if kind in built_in_kinds():
        return _validated(data, place, known[kind], problems)
    try:
        check = _validated(data, place, known[kind], problems)
        if check is not None:  # what grading reads outside of the check's own finding is read once here
            _ = (
                check.target_name,
                check.called_names,
                check.own_work_of,
                check.takes_share_of_whole,
                check.question_key(),
            )
        return check
    except Exception as error:  # of the course's own code
        problems.add(place, f"the kind '{kind}' raised {where(error)}", "correct the kind, or the keys of this check")
    return None


def _validated(data: dict[str, Any], place: Place, model: type[Check], problems: Problems) -> Check | None:
    try:
        check = model.model_validate(data, context={"folder": problems.folder})
    except ValidationError as error:
        problems.add_all(error, place, model)
        return None
    if what := check.mistake_in_keys():
        problems.add(place, what)
    else:
        find_impossible_calls(check, place, problems)
    if check.points is not None and check.deducts is not None:
        problems.add(place, "'points' and 'deducts' cannot be combined", "keep one of them")
    if check.note_only and (check.points is not None or check.deducts is not None):
        problems.add(place, f"'{check.kind}' is a note for the tutor and cannot have points")
    return check


def _with_checks(data: dict[str, Any], place: Place, key: str, known: Kinds, problems: Problems) -> tuple[Check, ...]:
    raw = data.get(key, [])
    if not isinstance(raw, list):
        problems.add((*place, key), "expected a list of checks")
        return ()
    checks = [_check(item, (*place, key, number), known, problems) for number, item in enumerate(raw)]
    return tuple(check for check in checks if check is not None)


def _questions(data: Any, known: Kinds, problems: Problems) -> tuple[Question, ...]:
    if not isinstance(data, list):
        problems.add(("questions",), "expected a list of questions")
        return ()
    questions = []
    for number, item in enumerate(data):
        place: Place = ("questions", number)
        if not isinstance(item, dict):
            problems.add(place, f"a question is a mapping, found {short(item)}")
            continue
        checks = _with_checks(item, place, "checks", known, problems)
        try:
            plain = Question.model_validate({**item, "checks": ()})
        except ValidationError as error:
            problems.add_all(error, place, Question)
            continue
        questions.append(plain.model_copy(update={"checks": checks}))
    return tuple(questions)


def _check_sums(rubric: Rubric, problems: Problems) -> None:
    for number, question in enumerate(rubric.questions):
        total = sum((check.points for check in question.checks if check.points is not None), Decimal(0))
        if rubric.student_pack is not None and total <= question.points:
            continue  # the other points depend on checks that students do not get
        if total != question.points:
            what = f"the checks sum to {counted(total, 'point')}, the question has {question.points}"
            problems.add(("questions", number, "points"), what, "change one of them")
    total = sum((question.points for question in rubric.questions if not question.bonus), Decimal(0))
    if total != rubric.points:
        what = f"the questions without bonus sum to {counted(total, 'point')}, the rubric has {rubric.points}"
        problems.add(("points",), what, "change one of them")


def _check_names(rubric: Rubric, problems: Problems) -> None:
    for number, check in enumerate(rubric.submission):
        if check.points is not None:
            problems.add(("submission", number, "points"), "checks of the submission earn no points", "use 'deducts'")
    for number, question in enumerate(rubric.questions):
        if question.id == "submission":
            problems.add(("questions", number, "id"), "'submission' is a reserved id", "choose another id")
    for q, question in enumerate(rubric.questions):
        if question.id in [other.id for other in rubric.questions[:q]]:
            problems.add_duplicate(("questions", q, "id"), question.id)
    places = _places(rubric)
    earlier: set[str] = set()
    by_people = {check.id for _, _, check in places if check.graded_by_people or check.note_only}
    every = {check.id for _, _, check in places}
    for place, question_id, check in places:
        if check.id in earlier:
            problems.add_duplicate((*place, "id"), check.id)
        for key, need in [(key, need) for key, needs in check.checks_before.items() for need in needs]:
            if need == check.id:
                problems.add((*place, key), f"{key} '{need}', which is the check itself", "remove it")
            elif need not in earlier:
                what = f"{key} '{need}', which comes later" if need in every else f"unknown check '{need}' in {key}"
                problems.add((*place, key), what, did_you_mean(need, sorted(earlier)))
            elif need in by_people:
                what = f"{key} '{need}', which no submission passes: a person grades it, or it is a note"
                problems.add((*place, key), what, "this check would never be judged; name another one")
        earlier.add(check.id)
        if check.takes_share_of_whole and question_id:
            what = "a late penalty applies to the whole submission"
            problems.add((*place, "late"), what, "move the check to 'submission'")
        if check.needs_answer and not _has_answer(rubric, question_id):
            problems.add(
                place,
                f"'{check.kind}' needs an answer, but the question has no 'answer'",
                "add one",
            )


def _places(rubric: Rubric) -> list[tuple[Place, str, Check]]:
    """Return every check with its place in the file and the id of its question."""
    places: list[tuple[Place, str, Check]] = [
        (("submission", n), "", check) for n, check in enumerate(rubric.submission)
    ]
    for q, question in enumerate(rubric.questions):
        places += [(("questions", q, "checks", n), question.id, check) for n, check in enumerate(question.checks)]
    return places


def _has_answer(rubric: Rubric, question_id: str) -> bool:
    return any(question.id == question_id and question.answer is not None for question in rubric.questions)


def _named(rubric: Rubric) -> Rubric:
    """Give every check without an id one from its question and kind."""

    def named(check: Check, question: str, number: int) -> Check:
        fallback = "-".join(part for part in (question, check.kind.replace("_", "-"), str(number + 1)) if part)
        return check if check.id else check.model_copy(update={"id": fallback})

    submission = tuple(named(check, "", n) for n, check in enumerate(rubric.submission))
    questions = tuple(
        q.model_copy(update={"checks": tuple(named(check, q.id, n) for n, check in enumerate(q.checks))})
        for q in rubric.questions
    )
    return rubric.model_copy(update={"submission": submission, "questions": questions})


def parse_rubric(text: str, file: str, references: bool = False) -> Rubric:
    """Read a rubric from YAML text; with `references`, load each reference and call it once for each case.

    Raises:
        RubricError: with every mistake on a line of its own, as `file:line: place: what; what to try`.
    """
    data, problems = read_yaml(text, file, "a rubric is a mapping that starts with 'rubric: 1'")
    mistakes = problems.found
    kind_files, known = read_kinds(data, problems)
    submission = _with_checks(data, (), "submission", known, problems)
    questions = _questions(data.get("questions", []), known, problems)
    digest = hashlib.sha256(text.encode()).hexdigest()
    try:
        rubric = Rubric.model_validate({**data, "submission": (), "questions": ()})
    except ValidationError as error:
        problems.add_all(error, (), Rubric)
    else:
        rubric = rubric.model_copy(
            update={"submission": submission, "questions": questions, "name": Path(file).stem, "digest": digest}
        )
        rubric = _named(rubric)
        _check_names(rubric, problems)
        find_refused_modules(rubric.execute.modules, problems)
        files = read_course_files(rubric.execute.files, problems)
        sheet = read_course_files(rubric.sheet, problems, ("sheet",))
        update = {"course_files": files, "sheet_files": sheet, "kind_files": kind_files, "folder": problems.folder}
        rubric = rubric.model_copy(update=update)
        if not mistakes:
            _check_sums(rubric, problems)
        if references:
            find_missing_solution(rubric, problems)
        if references and not mistakes:
            for place, _, check in _places(rubric):
                find_mistake_in_reference(check, place, rubric.execute.seed, problems)
    problems.raise_all(file)
    return rubric


def read_rubric(path: Path, references: bool = False) -> Rubric:
    """Read the rubric at `path`; see `parse_rubric`.

    Raises:
        RubricError: the file cannot be read, or it has mistakes.
    """
    try:
        return parse_rubric(path.read_text(encoding="utf-8"), str(path), references)
    except OSError as error:
        raise RubricError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    except UnicodeDecodeError:
        raise RubricError(f"{path}: not UTF-8 text; save it as UTF-8") from None
