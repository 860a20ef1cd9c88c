"""Numbers that programs print after a word."""

from __future__ import annotations

import math

import pytest

from grader.reading.printed_numbers import Printed, last_number_after


@pytest.mark.parametrize(
    ("text", "number", "percent"),
    [
        ("Test accuracy: 0.93", 0.93, False),
        ("accuracy 0.1\naccuracy 0.2\nThe accuracy is good", 0.2, False),
        ("Accuracy of the network on the 10000 test images: 54 %", 54, True),
        ("accuracy: tensor(0.9300, device='cuda:0')", 0.93, False),
        ("    accuracy                           0.93     10000", 0.93, False),
        ("{'accuracy': [0.93], 'loss': 0.1}", 0.93, False),
        ("Accuracy\n  93.4%\n", 93.4, True),
        ("accuracy = -1.5e-3.", -0.0015, False),
        ("accuracy=.5", 0.5, False),
        ("the accuracy is about 1,234", 1234, False),
        ("train accuracy: 0.1 - accuracy: 0.2 - loss: 3", 0.2, False),
        ("accuracy: 0.4\nval_accuracy: 0.5 accuracies: 3", 0.4, False),
        ("accuracy: 93 \\%", 93, True),
    ],
)
def test_the_last_number_after_the_word(text: str, number: float, percent: bool) -> None:
    assert last_number_after("accuracy", text) == Printed(number, percent)


def test_words_may_have_other_spaces_and_a_number_may_be_none() -> None:
    found = last_number_after("test loss", "Test   Loss: nan")
    assert found is not None
    assert math.isnan(found.number)


@pytest.mark.parametrize(
    "text", ["", "accuracy", "accuracy: v2", "0.9 accuracy", "accuracy\nnext 0.9", "accuracies 0.9"]
)
def test_no_number(text: str) -> None:
    assert last_number_after("accuracy", text) is None


@pytest.mark.parametrize(
    "text", ["12/20", "93,4 %", "of the 10 classes: 0.5", "(epoch 3): 0.7", "10-fold: 0.7", "of 5: 3 % and 4 %"]
)
def test_several_numbers_are_a_doubt(text: str) -> None:
    found = last_number_after("accuracy", f"accuracy {text}")
    assert found is not None
    assert not found.certain
