"""Hypothesis draws the same examples in each run, and no deadline fails a test; see also `test_session.py`."""

from __future__ import annotations

from hypothesis import settings

from grader.own_tests.pytest_process import _settle_hypothesis


def test_hypothesis_knows_no_deadline_and_no_chance() -> None:
    before = settings.get_current_profile_name()
    try:
        _settle_hypothesis()
        assert settings().deadline is None
        assert settings().derandomize
        assert settings().database is None
    finally:
        settings.load_profile(before)
