"""Find each question's answer in the written parts, by its number and by its likely words.

A document is split at its labels ("Exercise 11.2", "## 3)", "a)", "Q. 4"). The section with the question's number is
chosen or, if a team numbers differently, the section that fits the words best. An ambiguous choice gets a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from grader.cpu_budget import BudgetUsedError, cpu_budget
from grader.ingest.answer_labels import with_plain_labels
from grader.ingest.answer_sections import MAX_ANSWER, Section, sections
from grader.ingest.answer_text import without_sheet
from grader.ingest.assignment_text import doubt_about, is_the_assignment, only_asks
from grader.ingest.code_prose import prose_in
from grader.ingest.course_sheet import sheet_lines
from grader.ingest.documents import clean
from grader.ingest.unlabelled_answers import best_by_words, by_file_name, by_titles, paragraphs
from grader.model import NOTHING, Answer, Cell, Document, Submission, Text, say
from grader.rubric.schema import AnswerPlace, Rubric

MAX_CPU_SECONDS = 60
MIN_SHARE = 0.3  # of a question's words, in a section that has not its number
MIN_SHARE_IN_CODE = 0.5


def _wanted(number: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in re.split(r"[.\s]+", number) if part)


def _number_fit(section: tuple[str, ...], wanted: tuple[str, ...]) -> float:
    """Return 3 for the same number, 2.5 under a heading, 2 in an assignment with another number, 1 for its end."""
    if section == wanted:
        return 3
    if len(section) == len(wanted) > 1 and section[1:] == wanted[1:]:
        return 2
    if len(section) > len(wanted) and section[-len(wanted) :] == wanted:
        return 2.5  # under a heading of its own, such as "Exercise 7"
    if len(wanted) > 1 and len(section) < len(wanted) and section == wanted[-len(section) :]:
        return 1
    return 0


def _word_fit(section: Section, words: Sequence[str]) -> float:
    """Return the share of the expected words that occur in the section, whole words, in any case."""
    if not words:
        return 0
    text = f"{section.heading} {section.text[:3000]}".lower()
    return sum(bool(re.search(rf"(?<!\w){re.escape(word.lower())}", text)) for word in words) / len(words)


def _best(place: AnswerPlace, found: Sequence[Section]) -> tuple[Section | None, Text]:
    """Return the section with the answer, and a doubt if it could be another one."""
    scored = []
    for section in found:
        fits = [_number_fit(section.path, _wanted(n)) for n in place.number]
        number = max(fits) - 0.5 * fits.index(max(fits)) if max(fits) else 0  # the rubric names the likeliest first
        words = _word_fit(section, place.words)
        scored.append((number + 4 * words, number, words, section))
    scored.sort(key=lambda entry: -entry[0])
    if not scored or (scored[0][1] == 0 and scored[0][2] < 0.3) or (place.words and scored[0][2] == 0):
        return None, NOTHING
    score, number, words, best = scored[0]
    inner = [
        entry
        for entry in scored[1:]
        if entry[1] >= 2.5 and number >= 2.5 and _inside(entry[3], best) and len(entry[3].path) > len(best.path)
    ]
    if inner and inner[0][2] >= 0.6 * words:  # "1" is a chapter, and "1.1" in it is the answer
        score, number, words, best = inner[0]
    best = _longest_of_one_label(best, found)
    close = [s for other, _, w, s in scored[1:] if score - other < 0.35 and w >= words - 0.1 and not _inside(s, best)]
    if best.doubt:
        return best, say("{place}: {doubt}", place=best.where, doubt=best.doubt)
    if number <= 1 and not close:
        return best, _closest(place, best)
    if close:
        best = replace(best, nearby=close[0].text)
        return best, say("Two places could be the answer: {first}; {second}.", first=best.where, second=close[0].where)
    return best, NOTHING


def _longest_of_one_label(best: Section, found: Sequence[Section]) -> Section:
    """Return the longest section with the label of the best one and all of its text: a table of contents has less."""
    whole = [one for one in found if one.path == best.path and best.text and best.text in one.text]
    return max([best, *whole], key=lambda one: len(one.text))


def _inside(one: Section, other: Section) -> bool:
    return one.text in other.text or other.text in one.text


def find_answers(submission: Submission, rubric: Rubric) -> dict[str, Answer]:
    """Return the answers that were found, by the ids of the rubric's questions; all in doubt if that takes too long."""
    try:
        with cpu_budget(MAX_CPU_SECONDS):
            return _find_answers(submission, rubric)
    except BudgetUsedError:
        doubt = say("Searching the documents for the answers took too long.")
        return {one.id: Answer("", "", doubt) for one in rubric.questions if one.answer is not None}


def _find_answers(submission: Submission, rubric: Rubric) -> dict[str, Answer]:
    """Return the answers by question; the assignment's own text is one only where there is no other, with a doubt."""
    parts = _Parts.of(submission, rubric)
    answers: dict[str, Answer] = {}
    taken: dict[str, str] = {}
    for question in rubric.questions:
        if question.answer is None:
            continue
        section, doubt = parts.answer_to(question.answer)
        if section is not None and not doubt and section.where in taken:
            doubt = say("The same place, {place}, was also found for another question.", place=section.where)
            other = taken[section.where]
            answers[other] = replace(answers[other], doubt=doubt)
        if section is not None:
            answers[question.id] = Answer(clean(section.text), section.where, doubt, clean(section.nearby))
            taken.setdefault(section.where, question.id)
    return answers


@dataclass
class _Parts:
    """The documents of the team, the sections of these and of the assignment's text, and the cells of code."""

    own: Sequence[Document]
    found: Sequence[Section]
    in_sheets: Sequence[Section]
    cells: Sequence[Cell]
    numbers: Sequence[str]
    only_question: bool

    @classmethod
    def of(cls, submission: Submission, rubric: Rubric) -> _Parts:
        numbers = [number for question in rubric.questions if question.answer for number in question.answer.number]
        sheet = sheet_lines(rubric.sheet_files)
        whole = [document for document in submission.documents if document.readable]
        sheets = [document for document in whole if is_the_assignment(document)]
        own = [document for document in whole if document not in sheets]
        cells = (*submission.cells, *submission.other_modules)
        found = _sections(own, numbers, sheet)
        own = [replace(one, text=without_sheet(one.text, sheet)) for one in own]
        return cls(own, found, _sections(sheets, numbers, sheet), cells, numbers, len(rubric.questions) == 1)

    def answer_to(self, place: AnswerPlace) -> tuple[Section | None, Text]:
        """Return the section with the answer to a question and a doubt about it; None if nothing is near to one."""
        section, doubt = _best(place, self.found)
        if section is None and self.in_sheets:
            section, _ = _best(place, self.in_sheets)
            doubt = doubt_about(section.where) if section is not None else NOTHING
        if section is None and self.only_question and len(self.own) == 1 and not self.found:
            whole = self.own[0]
            return Section((), "", whole.text[:MAX_ANSWER], whole.path), NOTHING
        if section is None:
            return self._without_label(place)
        return section, doubt_about(section.where) if not doubt and only_asks(section.text) else doubt

    def _without_label(self, place: AnswerPlace) -> tuple[Section | None, Text]:
        """Return what may be the answer though no label in a document says so, always with a doubt."""
        named = [one for number in place.number for one in by_file_name(self.own, _wanted(number))]
        section = named[0] if named else self._by_words(place, list(by_titles(self.own)), MIN_SHARE)
        if section is not None:
            return section, _closest(place, section)
        prose = prose_in(self.cells)
        section, _ = _best(place, _sections(prose, self.numbers))
        section = section or self._by_words(place, list(paragraphs(prose)), MIN_SHARE_IN_CODE)
        if section is None:
            return None, NOTHING
        return section, say("{place}: this stands in the code, and may not be the answer.", place=section.where)

    def _by_words(self, place: AnswerPlace, sections: Sequence[Section], least: float) -> Section | None:
        return best_by_words(sections, [_word_fit(one, place.words) for one in sections], least)


def _sections(documents: Sequence[Document], numbers: Sequence[str], sheet: Collection[str] = ()) -> list[Section]:
    texts = (replace(one, text=with_plain_labels(one.text, numbers)) for one in documents)
    return [section for one in texts for section in sections(one, sheet)]


def _closest(place: AnswerPlace, section: Section) -> Text:
    return say(
        "No answer is numbered {number}; the closest match is {place}.", number=place.number[0], place=section.where
    )
