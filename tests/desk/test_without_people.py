"""Texts without people: names in every spelling, and words of the subject that are names as well stay."""

from __future__ import annotations

import pytest

from grader.desk.without_people import without_people
from grader.model.people import KnownPerson

PEOPLE = [
    KnownPerson("Änne Größe-Probe", "k1000103", "a@stud.example.org", "moodle:77"),
    KnownPerson("Muster, Anna", "", "anmu12@x.example.org", "gitlab:a.muster"),
    KnownPerson("Li O'Neil", "", ""),
]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Aenne Groesse, and again A\u0308nne", "[name], and again [name]"),
        ("see anna_muster_model.py or AnnaMuster", "see [name]_model.py or [name]"),
        ("Probe wrote it, not O'Neil or ONeil", "[name] wrote it, not [name] or [name]"),
        ("a.muster and anmu12", "[name] and [name]"),
        ("s7654321 in id_7654321.zip", "[number] in id_[number].zip"),
        ("anna (at) mail.example.org", "[email]"),
        ("Deep_Divers and the deep divers, but deep nets", "[name] and the [name], but deep nets"),
        ("I, Anna, think so", "I, [name], think so"),
        ("von Änne Größe-Probe (1000103)", "von [name] ([number])"),
        ("ÄNNE wrote to anna.b+c@mail.example.org.", "[name] wrote to [email]."),
        ("k1000103 and 7654321", "[name] and [number]"),
        ("0.1234567 and 12345 and 1234567.5", "0.1234567 and 12345 and 1234567.5"),
        ("Annabel is another word", "Annabel is another word"),
    ],
    ids=[
        "another spelling",
        "names of files",
        "half of a name",
        "logins",
        "an id in a word",
        "mail in words",
        "a team",
        "a name",
        "name and number",
        "mail",
        "an id",
        "numbers of an answer",
        "part of a word",
    ],
)
def test_people_are_left_out(text: str, left: str) -> None:
    assert without_people(text, PEOPLE, ["Deep Divers", "it"]) == left


FIELD = [
    KnownPerson("Max Beispiel", "", "mean@x.example.org"),
    KnownPerson("Adam Will", "", ""),
    KnownPerson("Norm Gates", "", ""),
]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The max of `max(x, 0)`; Max pooling keeps it.", "The max of `max(x, 0)`; Max pooling keeps it."),
        ("We took Adam, as it will converge.", "We took Adam, as it will converge."),
        ("Max Beispiel and Will, Adam wrote it", "[name] and [name] wrote it"),
        ("Beispiel wrote it", "[name] wrote it"),
        ("$\\max_i |w_i|$ and $$norm(w) = 1$$", "$\\max_i |w_i|$ and $$norm(w) = 1$$"),
        ("```python\nnorm = w.norm()\n# by Norm Gates\n```", "```python\nnorm = w.norm()\n# by [name]\n```"),
        ("`gates = w@x.T + mean(x)`", "`gates = w@x.T + mean(x)`"),
        ("nn.max(norm) of the gates", "nn.max(norm) of the [name]"),
        ("see `max_beispiel.py` and `MaxBeispiel`", "see `[name].py` and `[name]`"),
        ("`# ask max@x.example.org`", "`# ask [email]`"),
        ("`id = 1000103`", "`id = [number]`"),
    ],
    ids=[
        "code and the field", "an optimizer", "whole names", "half of a name", "formulas", "a fence", "a product", "a call",
        "whole names in code", "an address in code", "a number in code",
    ],
)  # fmt: skip
def test_words_of_the_subject_stay_in_code_and_formulas(text: str, left: str) -> None:
    assert without_people(text, FIELD) == left
