"""Inputs as a rubric describes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.asking.given import DRAWN, BadInput, Drawing, at_path, path_of
from grader.asking.values import Held, Named, Seeded, Tensor

SIZES = {"n": 3, "t": 4, "v": 5}


def drawn(given: Any, **more: Any) -> Any:
    return Drawing(SIZES, np.random.Generator(np.random.PCG64(1)), **more).draw(given)


def test_plain_values_sizes_and_texts() -> None:
    given = {"a": 1, "b": 0.5, "c": None, "d": "n", "e": "2 * n + 1", "f": "relu", "g": True, "h": {"value": "n"}}
    assert drawn(given) == {"a": 1, "b": 0.5, "c": None, "d": 3, "e": 7, "f": "relu", "g": True, "h": "n"}


def test_arrays_are_of_the_library_that_is_asked_for() -> None:
    tensor, array = drawn(["n", "t - 1"]), drawn(["n", "t - 1"], library="numpy")
    assert isinstance(tensor, Tensor)
    assert (tensor.dtype, tensor.array.shape, str(tensor.array.dtype)) == ("float32", (3, 3), "float32")
    assert (array.shape, array.dtype) == ((3, 3), "float64")
    assert drawn([]).array.shape == ()
    assert drawn(["n"], gradients=True).grad
    assert not drawn({"ints": ["n"]}, gradients=True).grad


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        ({"uniform": ["n", 50], "from": 2, "below": 3}, lambda a: (a >= 2).all() and (a < 3).all()),
        ({"positive": [200]}, lambda a: (a > 0).all()),
        ({"sorted": ["n", 20]}, lambda a: (np.diff(a) >= 0).all()),
        ({"ints": [300], "below": "v"}, lambda a: set(a.tolist()) == {0, 1, 2, 3, 4}),
        ({"ints": [300], "from": 1, "below": 3, "but": -100}, lambda a: set(a.tolist()) == {-100, 1, 2}),
        ({"bools": [400], "chance": 0.25}, lambda a: a.dtype == bool and 0.1 < a.mean() < 0.4),
        ({"ones": ["n"]}, lambda a: a.tolist() == [1, 1, 1]),
        ({"zeros": ["n"], "dtype": "int64"}, lambda a: a.dtype == np.int64),
        ({"mask": "causal", "shape": ["n", "n"]}, lambda a: a.tolist() == np.tri(3, dtype=bool).tolist()),
        ({"mask": "causal", "shape": ["n", "n"], "true": "hidden"}, lambda a: not a.diagonal().any() and a[0, 1]),
        ({"mask": "padding", "shape": ["n", "t"]}, lambda a: a[:, 0].all() and (np.diff(a.astype(int)) <= 0).all()),
        ({"mask": "random", "shape": [40, "t"]}, lambda a: a.any(-1).all() and not a.all()),
        ({"one_hot": ["n", "v"]}, lambda a: (a.sum(-1) == 1).all() and a.max() == 1),
        ({"choice": [2, 7], "shape": [50]}, lambda a: set(a.tolist()) == {2, 7}),
        ({"array": [[1, 2], [3, 4]], "dtype": "float64"}, lambda a: a.tolist() == [[1, 2], [3, 4]]),
        ({"normal": [500], "scale": 10, "shift": 100}, lambda a: 95 < a.mean() < 105 and 8 < a.std() < 12),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_what_the_words_draw(given: dict[str, Any], holds: Any) -> None:
    assert holds(drawn(given).array)


def test_lists_tuples_and_dictionaries_of_inputs() -> None:
    found = drawn({"list": [["n"], {"tuple": [1, "v"]}, {"dict": {"mask": 2}}]})
    assert (found[0].array.shape, found[1:]) == ((3,), [(1, 5), {"mask": 2}])


def test_objects_that_the_student_gets_by_name() -> None:
    found = drawn(
        {"a": {"course": "course:step"}, "b": {"generator": 7}, "c": {"rng": "n"}, "d": {"result": 0, "path": "1.h"}}
    )
    assert found == {"a": Named("course:step"), "b": Seeded(7), "c": Seeded(3, True), "d": Held("result0", (1, "h"))}


def test_a_result_of_the_reference_is_an_input() -> None:
    calls: list[tuple[str, Any]] = []

    def call(name: str, given: Any) -> Any:
        calls.append((name, given))
        return [10, {"cache": 11}]

    assert drawn({"of": "forward", "path": "1.cache", "given": {"k": "n"}}, of_reference=call) == 11
    assert calls == [("forward", {"k": 3})]
    assert drawn({"of": "forward"}) is None


def test_the_same_seed_gives_the_same_inputs() -> None:
    assert drawn(["n"]).array.tolist() == drawn(["n"]).array.tolist()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"x": ["n", "k"]}, "x: there is no number for k"),
        ({"x": {"ints": ["n"], "max": 3}}, "x: 'max' is no key beside 'ints'; known: dtype, from, below, but"),
        ({"x": {"ints": "n"}}, "x: a shape is a list of sizes, found 'n'"),
        ({"x": {"ints": ["n"], "from": 5, "below": 5}}, "there is no whole number from 5 and below 5"),
        ({"x": {"mask": "diagonal", "shape": ["n", "n"]}}, "'diagonal' is no mask; known: causal, padding, random"),
        ({"x": {"mask": "causal"}}, "a shape is a list of sizes, found None"),
        ({"x": {"mask": "causal", "shape": ["n"]}}, "at least two axes"),
        ({"x": {"mask": "causal", "shape": ["n", "n"], "true": "on"}}, "true: 'on' is not known"),
        ({"x": {"normal": ["n"], "dtype": "text"}}, "'text' is no number type"),
        ({"x": ["n - 9"]}, "is negative or too large"),
        ({"x": ["1000 * 1000 * 1000"]}, "is negative or too large"),
        ({"x": {"choice": []}}, "choice is a list of values"),
        ({"x": {"array": [[1], [1, 2]]}}, "nested to the same depth"),
        ({"x": {"array": ["a"]}}, "a list of numbers"),
        ({"x": {"list": 3}}, "list is a list of inputs"),
        ({"x": {"dict": 3}}, "dict is a mapping of inputs"),
        ({"x": {"of": "f", "given": [3]}}, "given is a mapping of inputs"),
        ({"x": {"course": "m:f", "given": 3}}, "given is a mapping of inputs"),
        ({"x": {"result": "a"}}, "the number of an earlier call"),
        ({"x": {1}}, "found set"),
    ],
    ids=lambda value: str(value)[:50],
)  # fmt: skip
def test_an_input_that_cannot_be_drawn_says_where_and_why(given: Any, words: str) -> None:
    with pytest.raises(BadInput) as error:
        drawn(given)
    assert words in str(error.value)


def test_paths() -> None:
    assert (path_of("1.h"), path_of(None), path_of(""), path_of("-1")) == ((1, "h"), (), (), (-1,))
    assert at_path({"a": [1, 2]}, ("a", 1)) == 2
    with pytest.raises(BadInput, match=r"nothing is at a\.5"):
        at_path({"a": [1, 2]}, ("a", 5))


def test_every_word_is_explained() -> None:
    assert all(word.about for word in DRAWN.values())
