"""Who is who: names in several spellings, and members from several sources."""

from __future__ import annotations

import unicodedata

import pytest

from grader.model import PLATFORM, Member
from grader.model.people import KnownPerson, compatible, is_other_person, known_people, platform_key, same_name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jürgen Müller", "Juergen Mueller", True), ("Jürgen Müller", "Jurgen Muller", True),
        ("Kron, Ida", "Ida Kron", True), ("Ida_Kron", "ida kron", True), ("Zoë", unicodedata.normalize("NFD", "Zoë"), True),
        ("Seán O'Brien", "Sean OBrien", True), ("Anna-Lena Groß", "Anna Lena Gross", True), ("Łukasz", "Lukasz", True),
        ("Ida Kron", "Ida Kronos", False), ("Ida Kron", "Ole Brand", False), ("", "", False),
        ("Ida von der Kron", "Ida Kron", False),
    ],
)  # fmt: skip
def test_names_are_compared_as_people_write_them(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


def test_a_last_name_may_be_a_person_with_a_first_name() -> None:
    assert compatible("Kron", "Ida Kron")
    assert not compatible("Kron", "Ole Brand")


def on_platform(name: str, number: str = "5201") -> Member:
    return Member(name, source=PLATFORM, platform_id=platform_key("moodle", number))


FILE = Member("Kron", "2400017", source="file name")
TEXT = Member("Ida Kron", "2400017", "ida@uni.example", "a.md")
STEPS = Member("Training Steps", "100000", source="a.md")


@pytest.mark.parametrize(
    ("members", "people"),
    [
        ([FILE, TEXT, STEPS], [KnownPerson("Kron", "2400017", "ida@uni.example")]),
        ([on_platform("Ida Kron"), TEXT], [KnownPerson("Ida Kron", "2400017", "ida@uni.example", "moodle:5201")]),
        ([on_platform("Ida Kron"), FILE], [KnownPerson("Kron", "2400017", "", "moodle:5201")]),
        ([on_platform("Ole Brand"), TEXT], [KnownPerson("Ole Brand", "", "", "moodle:5201"), KnownPerson(TEXT.name, TEXT.student_id, TEXT.email)]),
        ([on_platform("Ida Kron")], [KnownPerson("Ida Kron", "", "", "moodle:5201")]),
        ([on_platform(""), TEXT], [KnownPerson("Ida Kron", "2400017", "ida@uni.example", "moodle:5201")]),
        (
            [Member("Kron", "1", source="file name"), Member("Brand", "2", source="file name"), on_platform("Team Ahorn")],
            [KnownPerson("Kron", "1", ""), KnownPerson("Brand", "2", "")],
        ),
        ([Member("Ida", email="i@x.org"), Member("Ida", email="i@x.org")], [KnownPerson("Ida", "", "i@x.org")]),
    ],
    ids=["text adds nobody", "by name", "by last name", "somebody else", "no id", "anonymous", "group", "no ids"],
)  # fmt: skip
def test_members_of_several_sources(members: list[Member], people: list[KnownPerson]) -> None:
    assert list(known_people(members)) == people


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        ("moodle:1", "moodle:2", True),
        ("moodle:1", "moodle:1", False),
        ("moodle:1", "canvas:2", False),
        ("", "moodle:2", False),
    ],
)
def test_two_numbers_of_one_platform_are_two_people(one: str, other: str, different: bool) -> None:
    assert is_other_person(one, other) is different
