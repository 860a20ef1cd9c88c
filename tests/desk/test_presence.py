"""Who looks at what: other browsers at the same submission, until they have been silent for a while."""

from __future__ import annotations

from grader.desk.presence import SECONDS, Presence


class Clock:
    """A time that a test sets."""

    at = 100.0

    def __call__(self) -> float:
        return self.at


def test_others_at_the_same_submission_are_named_until_they_leave() -> None:
    clock = Clock()
    presence = Presence(clock)
    presence.look("one", "A", "q", "x")
    presence.look("two", "B", "q", "x")
    presence.look("three", "C", "q", "y")
    assert presence.others("one", "q", "x") == ["B"]
    assert presence.others("three", "q", "y") == []
    assert presence.by_question() == {"q": ["A", "B", "C"]}
    presence.look("two", "B", "p", "x")
    assert presence.others("one", "q", "x") == []
    clock.at += SECONDS
    presence.look("one", "A", "q", "x")
    assert presence.by_question() == {"q": ["A", "C"], "p": ["B"]}
    clock.at += 1
    assert presence.by_question() == {"q": ["A"]}


def test_a_tutor_with_two_browsers_knows_of_the_other_one() -> None:
    presence = Presence(Clock())
    presence.look("one", "A", "q", "x")
    presence.look("two", "A", "q", "x")
    assert presence.others("one", "q", "x") == ["A"]
