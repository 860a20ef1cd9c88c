"""Members in the head of a document: every ID, with the right name and the right email beside it, or none."""

from __future__ import annotations

import pytest

from grader.ingest.members_in_text import members_from_text, without_other_forms
from grader.model import Member

IDA, OLE = ("Ida Kron", "2400017"), ("Ole Brand", "2400018")
BOTH = [(*IDA, ""), (*OLE, "")]
WITH_EMAILS = [(*IDA, "ida@uni.example"), (*OLE, "ole@uni.example")]


def read(text: str, pattern: str = "") -> list[tuple[str, str, str]]:
    return [(one.name, one.student_id, one.email) for one in members_from_text(text, "a.md", pattern)]


@pytest.mark.parametrize(
    "text",
    [
        "Handed in by Ida Kron (2400017) and Ole Brand (2400018)",
        "Gruppe 4: Ida Kron 2400017, Ole Brand 2400018",
        "2400017 Ida Kron\n2400018 Ole Brand",
        "2400017: Ida Kron\n2400018: Ole Brand",
        "| Id | Name |\n|---|---|\n| 2400017 | Ida Kron |\n| 2400018 | Ole Brand |",
        "| Name | Ida Kron | Ole Brand |\n|---|---|---|\n| Id | 2400017 | 2400018 |",
        "Ida Kron, Ole Brand\nMatrikelnummern: 2400017, 2400018",
        "Kron, Ida (2400017)\nBrand, Ole (2400018)",
        "Ida Kron/2400017\nOle Brand/2400018",
        "Ida Kron, Matr.-Nr. 2400017\nOle Brand, Mat. 2400018",
        "Name: Ida Kron\nMatrikelnummer: 2400017\nName: Ole Brand\nMatrikelnummer: 2400018",
        "Deep Learning, Sheet 4, Ida Kron, 2400017\nDeep Learning Exercise 4 - Ole Brand 2400018",
        "Ida Kron, Login ik24kron, 2400017\nOle Brand 2400018 tel 0151234567",
    ],
)
def test_ids_with_their_names(text: str) -> None:
    assert read(text) == BOTH


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("Ida Kron, Ole Brand\n2400017, 2400018\nida@uni.example, ole@uni.example", WITH_EMAILS),
        ("Ida Kron 2400017 Mail: ida@uni.example Ole Brand 2400018 Mail: ole@uni.example", WITH_EMAILS),
        ("Mail ida@uni.example\nIda Kron 2400017\nMail ole@uni.example\nOle Brand 2400018", WITH_EMAILS),
        ("Ida Kron\n2400017\nida@uni.example\nOle Brand\n2400018\nole@uni.example", WITH_EMAILS),
        ("Ida Kron, 2400017\nida@uni.example\nOle Brand, 2400018", [WITH_EMAILS[0], BOTH[1]]),
        ("Ida Kron 2400017\nOle Brand 2400018 ole@uni.example", [BOTH[0], WITH_EMAILS[1]]),
        ("Ida Kron (mail: ida@uni.example), 2400017", WITH_EMAILS[:1]),
        ("Ida Kron, Ole Brand\n2400017, 2400018\nida@uni.example", BOTH),
    ],
    ids=["in order", "one line", "above", "below", "only the first", "only the last", "in brackets", "one for two"],
)
def test_emails_with_their_names(text: str, members: list[tuple[str, str, str]]) -> None:
    assert read(text) == members


@pytest.mark.parametrize(
    "name",
    [
        "Ida de la Cruz", "Omar al-Sayed", "Omar ibn Kron", "Ida von der Kron", "张伟", "Ida O'Kron", "Ida N. Kron",
        "Ida Maria Anna Elisabeth Sofia Kron", "Änne Größe-Probe",
    ],
)  # fmt: skip
def test_names_of_all_kinds(name: str) -> None:
    assert read(f"{name} 2400017") == [(name, "2400017", "")]
    assert read(f"Submitted by {name}, 2400017") == [(name, "2400017", "")]


@pytest.mark.parametrize(
    "text",
    [
        "Training Steps 100000\nDataset Size 1281167", "Accuracy after 100000 steps: see Table", "Kron, 20250115",
        "Code: https://example.org/1000101/x and 3.1415926", "Seed 1234567", "ida kron 2400017",
        "Version 2.2400017", "\n" * 45 + "Ida Kron 2400017", "see k2400017@uni.example",
    ],
)  # fmt: skip
def test_other_numbers_are_nobody(text: str) -> None:
    assert read(text) == []


def test_the_form_of_the_course_decides() -> None:
    assert read("ida kron 2400017", "[0-9]{7}") == [("ida kron", "2400017", "")]
    assert read("Ida Kron 240001", "[0-9]{7}") == []
    assert read("Training Steps 1000000", "[0-9]{7}") == []


def test_other_forms_than_the_known_ids_are_left_out() -> None:
    found = [Member("Ida Kron", "2400017"), Member("Some Thing", "100000"), Member("", "k2400018")]
    assert without_other_forms(found, ["2400099"]) == found[:1]
    assert without_other_forms(found, []) == found
