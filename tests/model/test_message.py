"""Messages: the plural that fits, values translated with their sentence, and words of others left as they stand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.model.message import NOTHING, Message, all_of, say, say_number, sentences, shortened, templates

GERMAN = {"{n} word": "{n} Wort", "{n} words": "{n} Wörter", "at most {limit}": "höchstens {limit}", "red": "rot"}


def german(template: str, plural: str, number: int) -> str:
    chosen = plural if plural and number != 1 else template
    return GERMAN.get(chosen, chosen)


@pytest.mark.parametrize(("number", "shown"), [(0, "0 words"), (1, "1 word"), (2, "2 words"), (-1, "-1 words")])
def test_only_one_is_singular(number: int, shown: str) -> None:
    assert str(say_number("{n} word", "{n} words", number)) == shown


def test_a_message_without_a_plural_is_the_same_for_any_number() -> None:
    assert str(Message("fine", number=3)) == "fine"


def test_values_that_are_messages_are_translated_with_the_sentence() -> None:
    message = sentences(say("at most {limit}", limit=say_number("{n} word", "{n} words", 2)), say("red"))
    assert message.put(german) == "höchstens 2 Wörter rot"
    assert str(message) == "at most 2 words red"


def test_each_message_of_a_list_is_translated_and_a_text_is_not() -> None:
    assert say("{colours}", colours=[say("red"), "red", 3]).put(german) == "rot, red, 3"


def test_braces_are_shown_as_they_stand_in_a_template_without_values_and_in_values() -> None:
    assert str(say("a set {1, 2}")) == "a set {1, 2}"
    assert str(say("{formula} is wrong", formula="x_{k+1} {0}")) == "x_{k+1} {0} is wrong"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (3, 3),
        (True, "True"),
        (Decimal("0.50"), "0.50"),
        (None, "None"),
        (float("nan"), "nan"),
        (["a", 1.5], ("a", "1.5")),
    ],
    ids=["a number", "a truth value", "points", "nothing", "not a number", "a list"],
)
def test_a_value_is_a_text_a_whole_number_or_a_message(value: object, kept: object) -> None:
    found = say("{value}", value=value).values["value"]
    assert (found, type(found)) == (kept, type(kept))


def test_nothing_is_false_and_words_are_true() -> None:
    assert not NOTHING
    assert str(NOTHING) == ""
    assert say("{a}", a="")


def test_sentences_leave_out_empty_ones() -> None:
    assert str(sentences(say("One."), NOTHING, "", "Two.")) == "One. Two."
    assert sentences(NOTHING, "") == NOTHING
    assert sentences(NOTHING, say("One.")) == say("One.")


def test_a_single_text_becomes_a_message_that_is_not_translated() -> None:
    assert sentences("red").put(german) == "red"


@pytest.mark.parametrize(
    ("texts", "shown"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_ends_with_and(texts: list[str], shown: str) -> None:
    assert str(all_of(texts)) == shown


def test_a_text_that_fits_stays_a_message_and_a_longer_one_is_cut() -> None:
    message = say_number("{n} word", "{n} words", 10)
    assert shortened(message, 8) is message
    assert shortened(message, 7) == "10 word"
    assert shortened("abc", 0) == ""


def test_equal_messages_are_found_again_in_a_set() -> None:
    assert len({say("{a}", a=1), say("{a}", a=1), say("{a}", a=2)}) == 2


def test_the_templates_of_a_text_do_not_depend_on_its_values() -> None:
    one, other = (sentences(say("Found {n}.", n=n), say("It is {what}.", what=say("late"))) for n in (1, 2))
    assert templates(one) == templates(other) == ("{part_0} {part_1}", "Found {n}.", "It is {what}.", "late")
    assert templates("as it is") == ("as it is",)
    assert templates(say("{parts}", parts=[say("a"), say("b")])) == ("{parts}", "a", "b")
