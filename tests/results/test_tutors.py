"""Tutors: a name has one hash, the last one, and an unknown name has none."""

from __future__ import annotations

from tests.results.rows import empty_tables


def test_a_tutor_has_the_last_hash() -> None:
    with empty_tables() as tables:
        for name, password_hash in (("Tutor B", "1"), ("Tutor A", "2"), ("Tutor B", "3")):
            tables.tutors.put(name, password_hash)
        assert tables.tutors.names() == ["Tutor A", "Tutor B"]
        assert (tables.tutors.password_hash("Tutor A"), tables.tutors.password_hash("Tutor B")) == ("2", "3")


def test_an_unknown_name_has_no_hash() -> None:
    with empty_tables() as tables:
        tables.tutors.put("Tutor", "")
        assert tables.tutors.password_hash("tutor") is None
        assert tables.tutors.password_hash("Tutor") == ""
        assert tables.tutors.password_hash("' OR 1=1 --") is None
