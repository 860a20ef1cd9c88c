"""Configurations in words: absolute and relative numbers, both languages, and what is not read."""

from __future__ import annotations

import pytest

from grader.reading.configurations import Configuration, changes_in, read_phrase

INITIAL = {"hidden_size": 40.0, "shift": 10.0, "epochs": 100.0, "batch_size": 10.0, "learning_rate": 0.01}


@pytest.mark.parametrize(
    ("words", "configuration"),
    [
        ("Hidden size 80 and shift 5", {"hidden_size": 80, "shift": 5}),
        ("epochs: 300, lr = 0,001", {"epochs": 300, "learning_rate": 0.001}),
        ("h = 80", {"hidden_size": 80}),
        ("lr=1e-3", {"learning_rate": 0.001}),
        ("learning rate from 0.01 to 0.1", {"learning_rate": 0.1}),
        ("epochs 100 -> 200", {"epochs": 200}),
        ("Train for 300 epochs", {"epochs": 300}),
        ("Lernrate 0,001", {"learning_rate": 0.001}),
        ("Verschiebung von 10 auf 5", {"shift": 5}),
        ("200 Epochen", {"epochs": 200}),
        ("Batchgröße 5", {"batch_size": 5}),
    ],
)
def test_an_absolute_number(words: str, configuration: Configuration) -> None:
    assert read_phrase(words, INITIAL) == configuration


@pytest.mark.parametrize(
    ("words", "configuration"),
    [
        ("+100 epochs", {"epochs": 200}),
        ("shift +5", {"shift": 15}),
        ("shift −5", {"shift": 5}),
        ("-10 hidden units", {"hidden_size": 30}),
        ("epochs doubled", {"epochs": 200}),
        ("Epochen verdoppelt", {"epochs": 200}),
        ("hidden size is halved", {"hidden_size": 20}),
        ("batch size halbiert", {"batch_size": 5}),
    ],
)
def test_a_change_of_the_initial_number(words: str, configuration: Configuration) -> None:
    assert read_phrase(words, INITIAL) == configuration


@pytest.mark.parametrize(
    "words",
    ["Initial configuration", "default", "none", "No change", "unchanged", "Ausgangswerte", "given", "Hidden size 40"],
)
def test_a_row_without_a_change_is_the_initial_configuration(words: str) -> None:
    assert read_phrase(words, INITIAL) == {}


def test_a_parameter_that_stays_is_left_out_and_one_that_changes_is_not() -> None:
    assert read_phrase("Hidden size 40, shift 5", INITIAL) == {"shift": 5}
    assert read_phrase("initial configuration, 300 epochs", INITIAL) == {"epochs": 300}


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Dropout 0.5",
        "then 100 more epochs",
        "Dann 300 Epochen",
        "100 fewer epochs",
        "lr NaN",
        "many epochs",
        "3",
        "none of it",
    ],
)
def test_what_is_not_understood_is_not_read(words: str) -> None:
    assert read_phrase(words, INITIAL) is None


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        ({}, "initial"),
        ({"hidden_size": 20.0, "epochs": 200.0}, "hidden size 20, epochs 200"),
        ({"learning_rate": 0.001}, "learning rate 0.001"),
    ],
)
def test_a_configuration_in_words(configuration: Configuration, words: str) -> None:
    assert str(changes_in(configuration)) == words


def test_the_words_of_a_configuration_are_read_back() -> None:
    changed = {"hidden_size": 80.0, "shift": 5.0, "epochs": 300.0, "batch_size": 5.0, "learning_rate": 0.001}
    assert read_phrase(str(changes_in(changed)), INITIAL) == changed
