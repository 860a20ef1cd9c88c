"""The form of a submission at a question: what is stored, and what a tutor typed, which comes back as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from starlette.datastructures import FormData

from grader.results import overrides
from grader.results.overrides import ReasonSource, StoredOverride
from grader.text import points as in_words


@dataclass(frozen=True)
class FormValues:
    """The fields of a form: points by check as text, the reason, the ticked comments, and the version it was made of.

    A version names the overrides that counted when the page was made; another one now means that somebody graded since.
    """

    points: Mapping[str, str]
    reason: str = ""
    chosen: frozenset[int] = frozenset()
    version: str = ""
    members: frozenset[str] | None = None  # of a form for several submissions; None selects all
    answers: Mapping[int, str] = field(default_factory=dict)  # to regrade requests, by their numbers

    def selects(self, name: str) -> bool:
        """Return whether a submission is selected."""
        return self.members is None or name in self.members


EMPTY = FormValues({})


def version_of(stored: Mapping[str, StoredOverride]) -> str:
    """Return the name of a state of overrides."""
    return overrides.version_of(one.id for one in stored.values())


def shown_source(stored: Mapping[str, StoredOverride]) -> ReasonSource:
    """Return the reason that the form shows: that of the latest override, as a form has one reason for all lines."""
    latest = max(stored.values(), key=lambda one: one.id, default=None)
    return latest.source if latest is not None else ReasonSource()


def stored_values(stored: Mapping[str, StoredOverride]) -> FormValues:
    """Return the form of a submission as it is stored."""
    source = shown_source(stored)
    return FormValues(
        {check: in_words(one.points) for check, one in stored.items()},
        source.own_reason,
        frozenset(source.comments),
        version_of(stored),
    )


def typed_values(form: FormData, version: str = "") -> FormValues:
    """Return the fields as they were typed, for a page that shows them again."""
    points = {key.removeprefix("points:"): str(value) for key, value in form.items() if key.startswith("points:")}
    chosen = frozenset(int(text) for text in map(str, form.getlist("comment")) if text.isdecimal())
    members = frozenset(map(str, form.getlist("member")))
    shown = version or str(form.get("version", ""))
    return FormValues(points, str(form.get("reason", "")), chosen, shown, members, answers_in(form))


def answers_in(form: FormData) -> dict[int, str]:
    """Return the answers to regrade requests that are not empty, by the numbers of the requests."""
    return {
        int(number): str(value)
        for key, value in form.items()
        if key.startswith("answer:") and (number := key.removeprefix("answer:")).isdecimal() and str(value).strip()
    }


def is_unchanged(points: Decimal, new: ReasonSource, old: StoredOverride, shown: ReasonSource) -> bool:
    """Return whether saving would repeat an override: a line that the tutor did not touch keeps its own reason."""
    return points == old.points and (new == shown or new == old.source)
