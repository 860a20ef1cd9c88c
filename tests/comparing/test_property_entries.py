"""Entries of `holds`: each names one property, and the documentation has all of them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from grader.comparing.property_entries import Property, table_of_properties, words_of_earlier_results


def test_the_table_has_every_property_with_an_example_that_is_right() -> None:
    lines = table_of_properties().splitlines()[2:]
    examples = [yaml.safe_load(line.split("`")[1].replace("...", "1")) for line in lines]
    names = [Property.model_validate(example).name for example in examples]
    assert names == [name for name in Property.model_fields if name != "of"]


@pytest.mark.parametrize(
    "entry", [{}, {"of": "0"}, {"finite": True, "type": "int"}, {"finite": False}, {"same_when": {}}], ids=str
)
def test_an_entry_has_exactly_one_property(entry: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Property.model_validate(entry)


def test_the_words_name_the_part() -> None:
    assert str(Property.model_validate({"finite": True, "of": "1.h"}).in_words()) == "finite of part 1.h"
    assert Property.model_validate({"finite": True}).in_words() == "finite"


@pytest.mark.parametrize(
    ("described", "word"),
    [
        ({"x": {"of": "f", "path": "1"}}, "of"),
        ({"x": [{"list": [{"result": 0}]}]}, "result"),
        ({"x": {"result": 0, "more": 1}}, ""),
        ({"x": ["n"], "y": None}, ""),
    ],
    ids=str,
)
def test_results_of_a_reference_or_an_earlier_call_are_found(described: Any, word: str) -> None:
    assert words_of_earlier_results(described) == word
