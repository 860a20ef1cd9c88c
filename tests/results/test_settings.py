"""Settings of the desk: names are shown until somebody hides them, and who looked at a name is noted."""

from __future__ import annotations

from tests.results.rows import empty_tables


def test_names_are_shown_until_they_are_hidden() -> None:
    with empty_tables() as tables:
        found = [tables.settings.is_anonymous()]
        for hidden in (True, True, False):
            tables.settings.set_anonymous(hidden)
            found.append(tables.settings.is_anonymous())
        assert found == [False, True, True, False]


def test_the_latest_look_at_a_name_comes_first() -> None:
    with empty_tables() as tables:
        assert tables.settings.reveals() == []
        for name, by in (("A-d", "T"), ("B-d", "U")):
            tables.settings.add_reveal(name, by)
        assert [(one.submission, one.by) for one in tables.settings.reveals()] == [("B-d", "U"), ("A-d", "T")]
