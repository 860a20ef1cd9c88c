"""Shapes in other notations become tuples; what explains names or denies a shape is no shape."""

from __future__ import annotations

import pytest

from grader.reading.shape_notation import as_tuples, defined_letters, is_time_first

DIMENSIONS = {
    "batch": ["n", "batch_size"],
    "seq": ["l", "sequence_length"],
    "shift": ["s"],
    "hidden": ["h", "hidden_size"],
}


@pytest.mark.parametrize(
    ("text", "tuples"),
    [
        ('"input": ["batch", "seq + shift", 1]', '"input": [batch,seq + shift, 1]'),
        ("(N; T; 1)", "(N, T, 1)"),
        ("[B T 1] and [B T+S 1]", "(B, T, 1) and (B, T+S, 1)"),
        ("( B , T + shift ,\n1 )", "( B , T + shift , 1 )"),
        ("assert x.shape == (N, L, 1)  # input", "input: (N, L, 1)"),
        ("(N, L, 1) (N = batch size, L = length)", "(N, L, 1)  "),
        ("As (B, length, features): (B, T, 1)", "As  : (B, T, 1)"),
        ("T' = T + shift, padding (B, T', 1)", "T' = T + shift, padding (B, T + shift, 1)"),
        ("both the slice and the second LSTM have (N, L, H)", "slice (N, L, H), second LSTM (N, L, H)"),
        ("Slice and LSTM 2 both end in (N, L, H)", "Slice (N, L, H), LSTM 2 (N, L, H)"),
        (
            "`(N, L, H)` after slicing and after the second LSTM.",
            "(N, L, H) after slicing, (N, L, H) after the second LSTM.",
        ),
        ("not (B, T, H) but (B, T+S, H)", " (B, T+S, H)"),
        ("(B, T+S, H) - not (B, T, H), the zeros are there -, then", "(B, T+S, H), then"),
        ("Padded input: (N, L, 1)", "padded: (N, L, 1)"),
        ("(N, L, H), and the last states with (N, H) are thrown away.", "(N, L, H) ."),
    ],
)
def test_a_shape_becomes_a_tuple(text: str, tuples: str) -> None:
    assert " ".join(as_tuples(text).split()).replace(" ,", ",") == " ".join(tuples.split()).replace(" ,", ",")


@pytest.mark.parametrize(
    "text",
    [
        "(N, L, 1), (N, L + shift, 1)",
        "see [figure one here]",
        "(B, T, H) - not (B, T, H), sorry -",
        "only the last states with (N, H) are kept",
        "the last states are thrown",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert as_tuples(text) == text


def test_a_legend_says_which_axis_is_first() -> None:
    assert is_time_first("all tuples are (time, batch, features)")
    assert not is_time_first("all tuples are (batch, time, features)")
    assert not is_time_first("(T, B, 1)")


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Let m be the batch size and k the hidden size", {"m": "batch", "k": "hidden"}),
        ("n the number of samples", {"n": "seq"}),
        ("L = sequence length, s = shift", {"l": "seq", "s": "shift"}),
        ("the first s time steps", {}),
        ("k is a letter", {}),
    ],
)
def test_letters_mean_what_the_answer_says(text: str, letters: dict[str, str]) -> None:
    assert defined_letters(text, DIMENSIONS) == letters
