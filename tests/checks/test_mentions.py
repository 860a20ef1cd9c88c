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


def test_the_name_of_a_picture_or_the_address_of_a_link_mentions_nothing() -> None:
    check = make("mentions", concepts={"gates": ["gate", "LSTM"]})
    for text in ("![lstm](lstm.png)", "See [this page](https://example.org/lstm).", "https://example.org/lstm"):
        assert str(check.judge(context(text)).message) == "Not found: gates."
    assert str(check.judge(context("See [the LSTM](https://example.org/a).")).message) == "Named: gates."
