"""The format `moodle`: the downloaded grading worksheet with grades and feedback filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from markupsafe import escape

from grader.errors import GraderError
from grader.exports.export_format import Export, Format, Inputs
from grader.exports.moodle_matching import Matched, matched
from grader.exports.per_member import Person
from grader.lists.moodle_worksheet import Worksheet
from grader.model.grade import SUBMISSION_PART
from grader.text import counted, plain, points

LOCKED = ("no", "nein")


def _make(inputs: Inputs) -> Export:
    """Fill in the worksheet; Moodle rejects all grades if one is above the maximum.

    Raises:
        GraderError: the worksheet cannot be used, or a total is above its maximum.
    """
    found = matched(inputs)
    worksheet = found.worksheet
    if "grade" not in worksheet.columns:
        raise GraderError(f"{worksheet.place}:1: no column for grades; name it with --column grade=HEADING")
    comma = _comma(worksheet)
    values: dict[tuple[int, int], str] = {}
    changes, warnings = [], list(found.warnings)
    still_open = 0
    for line, person in found.people.items():
        if person.total is None:
            still_open += 1
            continue
        _check_maximum(worksheet, line, person, inputs.options.maximum)
        grade = points(person.total).replace(".", "," if comma else ".")
        values[line, worksheet.columns["grade"]] = grade
        before = worksheet.value(line, "grade")
        if worksheet.value(line, "changeable").casefold() in LOCKED:
            warnings.append(f"line {line + 1}, {person.words}: the grade is locked in Moodle; it will ignore the line")
        changes.append(f"line {line + 1}, {person.words}: {before or 'nothing'} -> {grade}" + _why(person))
        values |= _feedback(found, line, person, inputs.options.replace_feedback, warnings)
    warnings += _other_measure(worksheet, found.people.values())
    if still_open:
        warnings.append(f"{counted(still_open, 'member')} without a total, unchanged: some checks need review")
    changed = worksheet.sheet.changed(values).to_bytes()
    return Export((("worksheet.csv", changed),), tuple(changes), tuple(warnings), doubts=found.doubts)


def _why(person: Person) -> str:
    return f" ({person.reason})" if person.reason else ""


def _feedback(
    found: Matched, line: int, person: Person, replace: bool, warnings: list[str]
) -> Mapping[tuple[int, int], str]:
    """Return the feedback cell; a tutor's own feedback stays."""
    worksheet = found.worksheet
    if "feedback" not in worksheet.columns:
        return {}
    text = feedback(person)
    before = worksheet.value(line, "feedback")
    if before and before != text and not replace:
        warnings.append(
            f"line {line + 1}, {person.words}: existing feedback is not changed; use --replace-feedback to replace it"
        )
        return {}
    return {(line, worksheet.columns["feedback"]): text}


def feedback(person: Person) -> str:
    """Return the points by question as a short list in HTML."""
    row = person.row
    items = [
        f"<li>{escape(plain(q.title))}: {points(q.earned)} / {points(q.points)}</li>"
        for q in row.questions
        if q.id != SUBMISSION_PART and q.points
    ]
    items += [
        f"<li>{escape(plain(check.title))}: {points(check.earned)}</li>"
        for check in row.checks
        if check.question == SUBMISSION_PART and check.earned
    ]
    reason = f"<p>{escape(plain(person.reason))}</p>" if person.reason else ""
    return f"<p>{points(person.total)} / {points(row.points)}</p><ul>{''.join(items)}</ul>{reason}"


def _comma(worksheet: Worksheet) -> bool:
    """Return whether numbers have a decimal comma: as in the worksheet, or by its language if it has no numbers."""
    numbers = [worksheet.value(n, column) for n in worksheet.sheet.numbers for column in ("grade", "maximum")]
    if any("," in number for number in numbers):
        return True
    return not any("." in number for number in numbers) and "bewertung" in (
        head.casefold() for head in worksheet.sheet.head
    )


def _other_measure(worksheet: Worksheet, people: Iterable[Person]) -> list[str]:
    """Return a warning if Moodle's maximum is above the rubric's, so that full points would be only a part of it."""
    highest = max((_number(worksheet.value(line, "maximum")) for line in worksheet.sheet.numbers), default=Decimal(0))
    points_there = max((person.row.points for person in people), default=highest)
    if highest <= points_there:
        return []
    return [f"Moodle's maximum is {points(highest)} and the rubric has {points(points_there)} points; not converted"]


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return Decimal(0)


def _check_maximum(worksheet: Worksheet, line: int, person: Person, given: Decimal | None) -> None:
    text = worksheet.value(line, "maximum").replace(",", ".")
    try:
        maximum = given if given is not None else Decimal(text) if text else None
    except InvalidOperation:
        raise GraderError(f"{worksheet.place}:{line + 1}: not a maximum: {text!r}; give --maximum") from None
    if maximum is not None and person.total is not None and person.total > maximum:
        raise GraderError(
            f"{worksheet.place}:{line + 1}: {person.words} has {points(person.total)} points and Moodle's maximum is "
            f"{points(maximum)}; Moodle would silently ignore the line; raise the maximum there first"
        )


FORMAT = Format("moodle", "Moodle grading worksheet with grades and feedback filled in.", _make, ("worksheet",))
