"""Typed values go to the worker and back, and nothing else is read."""

from __future__ import annotations

import math
from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

from grader.asking.values import BadValue, Held, Opaque, Record, Seeded, Tensor, read_value, write_value
from grader.model import Array
from grader.sandbox.boundary.worker_module import worker as load_worker

worker: Any = load_worker()
Pair = namedtuple("Pair", "h c")


@dataclass
class Result:
    loss: float
    steps: int


def inside(value: Any, held: dict[str, Any] | None = None) -> Any:
    """Return the object that the worker makes of a value."""
    arrays: dict[str, Array] = {}
    return worker.read_typed(write_value(value, arrays), arrays, {} if held is None else held)


def back(value: Any) -> Any:
    """Return what the grader reads of an object that the worker sends."""
    sent: dict[str, Any] = {}
    return read_value(worker.Typed(sent).write(value), sent)


@pytest.mark.parametrize(
    "value",
    [None, True, 3, -(1 << 70), 0.5, math.inf, "text", [1, [2.5]], (1, "a"), {"W": 1, 2: [3]}, {1, 2}, {("a", 1): 2}],
)
def test_plain_values_arrive_as_they_are(value: Any) -> None:
    found = inside(value)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int64", "uint8", "bool", "complex64"])
def test_arrays_and_tensors_keep_their_type_both_ways(dtype: str) -> None:
    array = np.array([[0, 1, 1]]).astype(dtype)
    assert inside(array).dtype == dtype
    tensor = inside(Tensor(array, dtype))
    assert tensor.dtype == getattr(torch, dtype)
    assert back(inside(array)).dtype == dtype
    found = back(tensor)
    assert (found.dtype, found.grad, found.array.tolist()) == (dtype, False, array.tolist())


def test_bfloat16_has_no_array_of_its_own() -> None:
    found = back(inside(Tensor(np.array([1.5], np.float32), "bfloat16")))
    assert (found.dtype, found.array.dtype, found.array.tolist()) == ("bfloat16", "float32", [1.5])


def test_a_leaf_is_noted_and_given_as_a_copy() -> None:
    held: dict[str, Any] = {}
    tensor = inside(Tensor(np.array([1, 2], np.float32), "float32", grad=True), held)
    tensor.mul_(2)
    assert [leaf.tolist() for leaf in held["leaves"]] == [[1, 2]]
    assert back(tensor).grad


def test_generators_and_held_objects() -> None:
    assert inside(Seeded(3)).initial_seed() == 3
    assert inside(Seeded(3, numpy=True)).integers(9) == np.random.default_rng(3).integers(9)
    assert inside(Held("result0", ("h", 1)), {"result0": {"h": [4, 5]}}) == 5


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (Pair(1, 2), Record("Pair", (("h", 1), ("c", 2)))),
        (Result(0.5, 3), Record("Result", (("loss", 0.5), ("steps", 3)))),
        ({2, 1}, Record("set", (("0", 1), ("1", 2)))),
        ((n * n for n in range(3)), [0, 1, 4]),
        (np.float32(0.5), 0.5),
        (complex(1, -2), complex(1, -2)),
        (1 << 70, 1 << 70),
        (object(), Opaque("object")),
        (torch.nn.Linear, Opaque("type")),
        (np.array(["a"]), Opaque("an array of <U1")),
        (torch.Size([2, 3]), (2, 3)),
    ],
    ids=["named tuple", "dataclass", "set", "generator", "number", "complex", "large", "object", "class", "texts", "size"],
)  # fmt: skip
def test_what_comes_back_of_other_objects(value: Any, found: Any) -> None:
    assert back(value) == found


def test_what_never_ends_is_cut() -> None:
    nested: list[Any] = []
    nested.append(nested)
    assert "nested too deeply" in repr(back(nested))
    assert len(back(iter_forever())) == worker.MAX_ITEMS
    shared: list[Any] = [0] * 1000
    for _ in range(12):
        shared = [shared] * 1000
    assert "too many parts" in repr(back(shared))
    assert back(np.zeros(worker.MAX_BYTES + 8, np.uint8)) == Opaque("an array of uint8")


@pytest.mark.parametrize(
    "value",
    ["x" * 20_001, [0] * 4001, dict.fromkeys(range(4001), 0), namedtuple("Many", [f"f{n}" for n in range(65)])(*range(65)),
     np.zeros(1, np.longdouble), np.timedelta64(5, "D"), torch.empty(2, device="meta"), torch.zeros(1).expand(1 << 45),
     np.broadcast_to(np.zeros(1), (1 << 45,))],
    ids=["text", "list", "dictionary", "fields", "long double", "time", "meta", "expanded", "broadcast"],
)  # fmt: skip
def test_what_is_not_sent_whole_cannot_be_compared(value: Any) -> None:
    assert isinstance(back(value), Opaque)


def test_arrays_of_another_byte_order_and_subclasses_are_read_by_their_own_values() -> None:
    class Text(str):
        def __getitem__(self, _: Any) -> str:
            return "right"

    assert back(np.arange(3, dtype=">i4")).dtype == np.int32
    assert back(np.arange(3, dtype=">i4")).tolist() == [0, 1, 2]
    assert back(Text("wrong")) == "wrong"


def iter_forever() -> Any:
    return (0 for _ in iter(int, 1))


@pytest.mark.parametrize(
    "value",
    [
        {},
        [1],
        {"tensor": "v0", "dtype": "float32"},
        {"array": 3, "dtype": "float32"},
        {"tensor": "here", "dtype": "object"},
        {"dict": [[1]]},
        {"dict": 5},
        {"record": "R", "fields": None},
        {"int": "z"},
        {"int": "1" * 5000},
        {"float": []},
        {"complex": ["1"]},
        {"eval": "1"},
        {"list": {"list": []}},
    ],
    ids=str,
)
def test_a_value_of_another_form_is_refused(value: Any) -> None:
    with pytest.raises(BadValue):
        read_value(value, {"here": np.zeros(1)})


@pytest.mark.parametrize(
    "value",
    [
        {"array": "here", "dtype": ["float64"]},
        {"array": "here", "dtype": "float32"},
        {"list": [{"array": "here", "dtype": "float64"}] * 2},
    ],
    ids=["no name of a type", "another type", "one array twice"],
)
def test_an_array_is_in_one_place_and_of_the_type_that_it_says(value: Any) -> None:
    with pytest.raises(BadValue):
        read_value(value, {"here": np.zeros(1)})


@pytest.mark.parametrize(
    "pairs",
    [
        [["a", 1], ["a", 2]],
        [[1, 1], [True, 2]],
        [[math.nan, 1]],
        [[{"list": []}, 1]],
        [[{"tuple": [1, {"dict": []}]}, 1]],
    ],
    ids=["twice", "equal", "nan", "list", "tuple"],
)
def test_a_mapping_whose_keys_look_alike_is_not_compared(pairs: Any) -> None:
    assert isinstance(read_value({"dict": pairs}, {}), Opaque)


def test_parts_of_a_set_have_the_order_of_their_numbers() -> None:
    assert back({10.0, 2.0, 1}) == Record("set", (("0", 1), ("1", 2.0), ("2", 10.0)))
    assert back({(2, "b"), (10, "a")}) == back({(10, "a"), (2, "b")})
    deep: Any = {"set": ["x" * 1000]}
    for _ in range(18):
        deep = {"set": [deep]}
    assert len(repr(read_value(deep, {}))) < 3000


def test_a_value_with_too_many_parts_is_refused() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = {"list": [deep]}
    with pytest.raises(BadValue):
        read_value(deep, {})
    with pytest.raises(BadValue):
        read_value({"list": [1] * 60_000}, {})
    with pytest.raises(TypeError, match="object cannot be sent"):
        write_value(object(), {})
