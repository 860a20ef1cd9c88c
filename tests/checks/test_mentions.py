"""Concepts that an answer mentions, as a note."""

from __future__ import annotations

from tests.helpers import context, make


def test_mentions_is_a_note_with_highlights() -> None:
    verdict = make("mentions", concepts={"gates": ["gate", "LSTM"], "clipping": ["clip"]}).judge(
        context("The gates of an LSTM.")
    )
    assert verdict.status == "passed"
    assert str(verdict.message) == "Named: gates. Not found: clipping."
    assert verdict.details[0].highlights == ("gate", "LSTM")  # type: ignore[union-attr]
