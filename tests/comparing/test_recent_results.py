"""The last results of something that is wanted again and again."""

from __future__ import annotations

import pickle

from grader.comparing.recent_results import RecentResults


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
