"""The last results of something that is wanted again and again."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np

from grader.comparing.recent_results import ByReplies, RecentResults, Replies
from grader.model import Outcome, Request


def test_what_is_kept_is_made_once_and_what_was_used_longest_ago_goes_first() -> None:
    made: list[str] = []
    kept: RecentResults[str] = RecentResults(2)

    def get(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key.upper()

        return kept.get(key, make)

    assert [get(key) for key in "abacab"] == ["A", "B", "A", "C", "A", "B"]
    assert made == ["a", "b", "c", "b"]


def test_a_failure_is_not_kept() -> None:
    kept: RecentResults[int] = RecentResults(2)

    def fail() -> int:
        raise ValueError

    for _ in range(2):
        try:
            kept.get("x", fail)
        except ValueError:
            continue
        raise AssertionError
    assert kept.get("x", lambda: 1) == 1


def test_another_process_begins_with_nothing() -> None:
    kept: RecentResults[object] = RecentResults(2)
    kept.get(lambda: None, lambda: lambda: None)  # neither can be sent
    sent: RecentResults[object] = pickle.loads(pickle.dumps(kept))
    assert sent.get("x", lambda: 1) == 1


FIRST, SECOND = Request("steps", {"steps": [1]}), Request("steps", {"steps": [2]})


class _Finder:
    """Adds up what is replied to two requests, the second of which is sent only after the first."""

    def __init__(self, most: int) -> None:
        self.known: ByReplies[float] = ByReplies(most)
        self.found = 0

    def sum(self, *values: float) -> float:
        known = dict(zip((FIRST.digest, SECOND.digest), map(_reply, values), strict=False))
        return self.known.get(lambda request: known.get(request.digest), self._find)

    def _find(self, replies: Replies) -> float:
        self.found += 1
        first = replies(FIRST)
        if first is None:
            return 0
        second = replies(SECOND)
        return float(first.arrays["a"].sum() + (second.arrays["a"].sum() if second is not None else 0))


def _reply(value: float) -> Outcome:
    return Outcome("ok", arrays={"a": np.array([value])})


def test_a_result_counts_again_while_all_that_was_read_is_the_same() -> None:
    finder = _Finder(most=3)
    assert [finder.sum(1, 2), finder.sum(1, 2), finder.found] == [3, 3, 1]
    assert [finder.sum(1, 3), finder.found] == [4, 2]  # another reply to the second request
    assert [finder.sum(1), finder.sum(1), finder.found] == [1, 1, 3]  # none yet
    assert [finder.sum(1, 2), finder.found] == [3, 3]


def test_the_results_that_were_found_longest_ago_go_first() -> None:
    finder = _Finder(most=2)
    for value in (1, 2, 3):
        finder.sum(value)
    assert [finder.sum(2), finder.sum(3), finder.found] == [2, 3, 3]
    assert [finder.sum(1), finder.found] == [1, 4]


def test_a_reply_is_the_same_only_if_all_of_it_is() -> None:
    usual = Outcome("ok", {"results": [1]}, {"a": np.zeros(2)})
    others = (
        replace(usual, status="raised"), replace(usual, value={"results": [2]}), replace(usual, arrays={"a": np.ones(2)}),
        replace(usual, arrays={"a": np.zeros(2, np.float32)}), replace(usual, arrays={"b": np.zeros(2)}),
        replace(usual, message="m"), replace(usual, limit="memory"),
    )  # fmt: skip
    assert usual.digest == replace(usual).digest
    assert len({usual.digest, *(one.digest for one in others)}) == 1 + len(others)
