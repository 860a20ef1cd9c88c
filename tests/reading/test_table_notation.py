"""Tables in HTML, CSV, on their side, in lists and in sentences are read as rows; what only looks like one is not."""

from __future__ import annotations

import pytest

from grader.reading.claims import read_claims
from grader.reading.table_notation import as_rows, in_sentences

INITIAL = {"hidden_size": 40.0, "shift": 10.0, "epochs": 100.0, "batch_size": 10.0, "learning_rate": 0.01}
WANTED = [({}, 57.4), ({"hidden_size": 60}, 58.3), ({"epochs": 200}, 59.1)]

HTML = (
    "<table><tr><th>Configuration</th><th>Noise&nbsp;removed (%)</th></tr><tr><td>initial</td><td>57.4</td></tr>\n"
    "<tr><td><b>Hidden size 60</b></td><td>58.3</td></tr><tr><td>200 epochs</td><td>59.1</td></tr></table>"
)
CSV = "hidden_size,epochs,percent_removed\n40,100,57.4\n60,100,58.3\n40,200,59.1"
TURNED = "| Hidden size | 40 | 60 | 40 |\n|---|---|---|---|\n| Epochs | 100 | 100 | 200 |\n| Noise removed (%) | 57.4 | 58.3 | 59.1 |"
BELOW = "Hidden size\nEpochs\nNoise removed (%)\n40\n100\n57.4\n60\n100\n58.3\n40\n200\n59.1"
LIST = "Noise removed in percent:\n- base: 57.4\n- `hidden_size=60`: 58.3\n- 200 epochs: 59.1"
ARROWS = "1. (default) -> 57.4 % noise removed\n2. hidden_size=60 -> 58.3 % noise removed\n3. 200 epochs -> 59.1 %"
BULLETS = "* initial: 57.4 % removed\n* hidden size 60 - 58.3 % removed\n* epochs 200: 59.1 % removed"
BESIDE = (
    "| Parameter | Value | Noise removed |\n|---|---|---|\n| initial | - | 57.4 % |\n"
    "| hidden size | 60 | 58.3 % |\n| epochs | 200 | 59.1 % |"
)
IN_WORDS = (
    "| Config | Result |\n|---|---|\n| base | removes 57.4 % of the noise |\n"
    "| hidden 60 | removes 58.3 % of the noise |\n| 200 epochs | removes 59.1 % of the noise |"
)
LETTERS = (
    "| Run | Change | removed (%) |\n|---|---|---|\n| A | none | 57.4 |\n"
    "| B | hidden size 40 → 60 | 58.3 |\n| C | epochs 100 → 200 | 59.1 |"
)
ONE_LINE = "initial: 57.4 %, hidden size 60: 58.3 %, 200 epochs: 59.1 %"
SENTENCES = (
    "With the initial configuration 57.4 % of the noise is removed. With a hidden size of 60 it is 58.3 %, "
    "with 200 epochs it is 59.1 %."
)
LEGEND = "H = hidden size, E = epochs\n\n| H | E | removed % |\n|---|---|---|\n| 40 | 100 | 57.4 |\n| 60 | 100 | 58.3 |\n| 40 | 200 | 59.1 |"
NUMBERED = "|  | hidden | epochs | % removed |\n|---|---|---|---|\n| 1 | 40 | 100 | 57.4 |\n| 2 | 60 | 100 | 58.3 |\n| 3 | 40 | 200 | 59.1 |"
DASHES = "| hidden | epochs | % removed |\n|---|---|---|\n| - | - | 57.4 |\n| 60 | - | 58.3 |\n| - | 200 | 59.1 |"
LEFT = "| setting | noise left | noise removed |\n|---|---|---|\n| initial | 42.6 % | 57.4 % |\n| hidden 60 | 41.7 % | 58.3 % |\n| 200 epochs | 40.9 % | 59.1 % |"


NOTATIONS = {
    "HTML": HTML,
    "CSV": CSV,
    "on its side": TURNED,
    "cells below each other": BELOW,
    "a list": LIST,
    "arrows": ARROWS,
    "one line": ONE_LINE,
    "sentences": SENTENCES,
    "a legend": LEGEND,
    "numbered rows": NUMBERED,
    "dashes": DASHES,
    "noise left": LEFT,
    "bullets": BULLETS,
    "values beside parameters": BESIDE,
    "figures in words": IN_WORDS,
    "letters for runs": LETTERS,
}


@pytest.mark.parametrize("text", NOTATIONS.values(), ids=NOTATIONS)
def test_a_table_is_read_in_every_notation(text: str) -> None:
    claims, unread = read_claims(text, INITIAL)
    assert not unread
    assert [(claim.configuration, claim.percent) for claim in claims] == WANTED


@pytest.mark.parametrize(
    "text",
    [
        "57,4 of the noise, 58,3 of the noise, 59,1 of the noise",
        "| Hidden size | 40 | 60 |\n|---|---|---|\n| Loss | 57.4 | 58.3 |",
        "base: 57.4\nhidden size 60: 58.3",
        "Our results:\n- base: 57.4\n- hidden size 60: 58.3",
        "a, b, percent\n1, 2, 3",
    ],
    ids=["decimal commas", "losses", "no list", "no percent", "no parameters"],
)
def test_what_is_no_such_table_stays_as_it_is(text: str) -> None:
    assert as_rows(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "With 200 epochs it is 59.1 %.",
        "With 200 epochs it is 59.1 % or 58.3 %. With a shift of 5 it is 57 %. With a hidden size of 60 it is 58 %.",
        "With 200 epochs it is 59.1 %. We like it at 57 %. With a hidden size of 60 it is 58 %.",
        "With 200 epochs it is 59.1 %. With a shift of 5 the error is 57 %. With a hidden size of 60 it is 58 %.",
        "With 200 epochs it is 59.1 %. Then a shift of 5 gives 57 %. With a hidden size of 60 it is 58 %.",
    ],
    ids=["one", "two in a clause", "no configuration", "an error", "one after the other"],
)
def test_sentences_are_rows_only_if_each_percentage_has_a_configuration(text: str) -> None:
    assert in_sentences(text, INITIAL) == []


def test_noise_removed_and_left_have_to_be_all_of_it() -> None:
    claims, unread = read_claims(LEFT.replace("41.7 %", "48.0 %"), INITIAL)
    assert (len(claims), unread) == (2, ["| hidden 60 | 48.0 % | 58.3 % |"])


@pytest.mark.parametrize("sign", ["~", "≈ ", "about ", "ca. "])
def test_a_figure_that_is_a_guess_is_not_read(sign: str) -> None:
    claims, unread = read_claims(DASHES.replace("58.3", f"{sign}58.3"), INITIAL)
    assert (len(claims), len(unread)) == (2, 1)


def test_an_unnamed_column_that_does_not_count_the_rows_is_not_ignored() -> None:
    claims, unread = read_claims(NUMBERED.replace("| 2 |", "| 60 |"), INITIAL)
    assert (len(claims), len(unread)) == (1, 2)
