"""Find a team, a question or a check by a part of its name, to jump there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from grader.desk.manual_grading import GradingDesk
from grader.model.message import Text, say
from grader.report.i18n import translated

MAX_FOUND = 20
TEAM, QUESTION, CHECK = say("Team"), say("Question"), say("Check")


@dataclass(frozen=True)
class Found:
    """One place: what it is, its title, the question of a check, and its address."""

    kind: Text
    title: str
    of: str
    address: str


def find(desk: GradingDesk, words: str, question: str = "") -> list[Found]:
    """Return the places whose names have all of `words`; teams lead to `question` if one is given."""
    sought = words.casefold().split()
    if not sought:
        return []
    places = [*_teams(desk, question), *_questions_and_checks(desk)]
    fit = [one for key, one in places if all(word in key for word in sought)]
    return sorted(fit, key=lambda one: not one.title.casefold().startswith(sought[0]))[:MAX_FOUND]


def _teams(desk: GradingDesk, question: str) -> Iterator[tuple[str, Found]]:
    with desk.records.reading() as tables:
        rows = tables.submissions.searched(desk.batch)
    for name, team, people in rows:
        called = translated(desk.shown.team(name, team), desk.language)
        reference = quote(desk.shown.address(name))
        address = f"/question/{quote(question)}/{reference}" if question else f"/team/{reference}"
        key = called if desk.shown.anonymous else f"{team} {people}"
        yield key.casefold(), Found(TEAM, called, "", address)


def _questions_and_checks(desk: GradingDesk) -> Iterator[tuple[str, Found]]:
    with desk.records.reading() as tables:
        titles = {one: translated(title, desk.language) for one, title in tables.questions.titles(desk.batch)}
        checks = tables.questions.checks(desk.batch)
    for question, title in titles.items():
        yield f"{question} {title}".casefold(), Found(QUESTION, title, "", f"/list/{quote(question)}")
    for question, check, text in checks:
        title, of = translated(text, desk.language), titles.get(question, question)
        address = f"/list/{quote(question)}?check={quote(check)}"
        yield f"{check} {title} {of}".casefold(), Found(CHECK, f"{title} ({check})", of, address)
