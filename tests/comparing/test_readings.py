"""The order and the number of the ways to read parameters."""

from __future__ import annotations

import itertools
import time

import pytest

from grader.comparing import readings
from grader.comparing.readings import TooManyReadings, layouts, missing_units, partitions
from grader.comparing.weights import Unit


def linear(prefix: str, inputs: int = 3, outputs: int = 3, biased: bool = True) -> Unit:
    return Unit(f"{prefix}.", "linear", inputs, outputs, biased)


def parameters(*names: str, inputs: int = 3, outputs: int = 3) -> list[tuple[str, tuple[int, ...]]]:
    return [
        (f"{name}.{part}", shape) for name in names for part, shape in (("w", (outputs, inputs)), ("b", (outputs,)))
    ]


def owners(units: list[Unit], given: list[tuple[str, tuple[int, ...]]]) -> list[list[str]]:
    """Return for each assignment the owner of the weights of each unit, in the order of `units`."""
    found = []
    for parts in partitions(units, given):
        by_unit = {part.unit: part.over_both[0].rpartition(".")[0] for part in parts}
        found.append([by_unit[unit] for unit in units])
    return found


def test_names_come_first_then_the_order_of_creation_and_nothing_is_repeated() -> None:
    units = [linear("a"), linear("b"), linear("c")]
    assert owners(units, parameters("b", "a", "c"))[0] == ["a", "b", "c"]
    assert owners(units, parameters("x", "y", "z"))[0] == ["x", "y", "z"]
    every = list(layouts(units, parameters("x", "y", "z")))
    assert len(every) == len(set(every)) == 6 * 8


def test_all_transposed_comes_before_a_mixture() -> None:
    units = [linear(name) for name in "abcde"]
    flags = [[part.transposed for part in parts] for parts in partitions(units, parameters(*"abcde"))]
    assert flags.index([True] * 5) == 120
    assert [True, False, False, False, False] in flags[240:]


def test_a_layer_less_is_found_at_once_among_many() -> None:
    units = [linear(str(number)) for number in range(14)]
    begun = time.process_time()
    assert not list(layouts(units, parameters(*map(str, range(13)))))
    assert missing_units(units, parameters(*map(str, range(13)))) == [units[0]]
    assert missing_units(units, parameters("x", inputs=5)) is None
    assert time.process_time() - begun < 10


def test_a_search_that_is_too_large_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MAX_STATES", 5)
    units = [linear(str(number)) for number in range(9)]
    with pytest.raises(TooManyReadings):
        next(layouts(units, parameters(*map(str, range(9)))))


def test_the_first_of_very_many_readings_is_there_at_once() -> None:
    units = [linear(str(number)) for number in range(40)]
    begun = time.process_time()
    assert len(list(itertools.islice(layouts(units, parameters(*map(str, range(40)))), 50))) == 50
    assert time.process_time() - begun < 10


def test_a_bias_belongs_to_a_biased_unit_only() -> None:
    assert not list(layouts([linear("a", biased=False)], parameters("a")))
    assert list(layouts([linear("a", biased=False)], [("a.w", (3, 3))]))


@pytest.mark.parametrize("shape", [(3,), (1, 3), (3, 1)])
def test_a_bias_may_have_an_axis_of_length_one(shape: tuple[int, ...]) -> None:
    [layout] = layouts([linear("a", inputs=2)], [("w", (3, 2)), ("b", shape)])
    assert layout.parts[0].biases == ("b",)


def test_other_layers_fit_only_the_same_shapes_in_order() -> None:
    norm = Unit("norm.", "other", layer="LayerNorm", parameters=(("weight", (4,)), ("bias", (4,))))
    [layout] = layouts([norm], [("g", (4,)), ("h", (4,))])
    assert (layout.parts[0].over_both, layout.proves) == (("g", "h"), False)
    assert not list(layouts([norm], [("g", (4,)), ("h", (3,))]))


@pytest.mark.parametrize(
    ("given", "fits"),
    [(parameters("x", "y"), True), (parameters("x", "y", inputs=4), False), (parameters("x"), False)],
    ids=["same", "another shape", "one less"],
)
def test_a_layout_at_another_size(given: list[tuple[str, tuple[int, ...]]], fits: bool) -> None:
    units = [linear("a"), linear("b")]
    layout = next(layouts(units, parameters("x", "y")))
    assert (layout.at(units, given) is not None) == fits
