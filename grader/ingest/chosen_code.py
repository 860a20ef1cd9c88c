"""A tutor's choices of the code that counts, given to the submissions that they are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from grader.ingest.open_submission import names_in_lists
from grader.ingest.source import Source
from grader.lists.code_choices import CodeChoice, choice_of


def with_choices(sources: Iterable[Source], choices: Mapping[str, CodeChoice]) -> list[Source]:
    """Return the submissions, each with the choice that is for it, by number, file or team."""
    return [replace(one, choice=choice_of(names_in_lists(one), choices)) for one in sources]


def without_submission(choices: Mapping[str, CodeChoice], sources: Iterable[Source]) -> list[str]:
    """Return place and team of the choices that are for none of the submissions, which have their choice already."""
    used = {one.choice.place for one in sources if one.choice is not None}
    return [f"{one.place}: {one.team}" for one in choices.values() if one.place not in used]
