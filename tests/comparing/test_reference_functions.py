"""A course's reference: where it is found, how it is called, and what its results are as typed values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from grader.asking.values import Held, Named, Opaque, Record, Seeded, Tensor
from grader.comparing.reference_functions import Reference, mistake_in_name, seed_all, typed, usual_settings
from grader.comparing.reference_outputs import ReferenceFault

SOLUTION = """
from tools import factor
from dataclasses import dataclass
@dataclass
class Pair:
    a: int
    b: int
def times(x, y=1):
    return x * y * factor
class Net:
    def __init__(self, n):
        self.n = n
    def forward(self, x):
        return self.n + x
def later():
    import more
    return more.value
def pair():
    return Pair(1, 2)
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "solution.py").write_text(SOLUTION)
    (tmp_path / "tools.py").write_text("factor = 3\n")
    (tmp_path / "more.py").write_text("value = 4\n")
    return str(tmp_path)


def test_a_file_beside_the_rubric_goes_before_an_installed_module(folder: str) -> None:
    assert Reference("solution:times", folder).file == f"{folder}/solution.py"
    assert Reference("math:sqrt", folder).file == ""
    assert Reference("math:sqrt", folder).call_function("sqrt", {"x": 9}) == 3
    assert Reference("solution:pair", folder).call_function("pair", {}) == Record("Pair", (("a", 1), ("b", 2)))


def test_two_courses_may_have_a_solution_each(folder: str, tmp_path: Path) -> None:
    (other := tmp_path / "other").mkdir()
    (other / "solution.py").write_text("def times(x, y):\n    return 0\n")
    assert Reference("solution:times", folder).call_function("times", {"x": 2}) == 6
    assert Reference("solution:times", str(other)).call_function("times", {"x": 2, "y": 5}) == 0


@pytest.mark.parametrize(
    ("given", "result"), [({"x": 2, "y": 5}, 30), ({"y": 5, "x": 2}, 30), ({"left": 2, "right": 4}, 24)]
)
def test_it_is_called_by_name_and_otherwise_in_order(given: dict[str, Any], result: int, folder: str) -> None:
    assert Reference("solution:times", folder).call_function("times", given) == result


def test_it_may_import_what_is_beside_it_when_it_is_called(folder: str) -> None:
    assert Reference("solution:later", folder).call_function("later", {}) == 4


@pytest.mark.parametrize("name", ["solution:nothing", "nothing:times", "solution:Net.decode"])
def test_what_is_not_there_is_the_references_fault(name: str, folder: str) -> None:
    with pytest.raises(ReferenceFault):
        Reference(name, folder).get()


@pytest.mark.parametrize(
    ("name", "right"),
    [("a:b", True), ("a.b:C.d", True), ("a", False), ("a:", False), ("a:b.c.d", False), ("a/b.py:c", False)],
)
def test_the_form_of_its_name(name: str, right: bool) -> None:
    assert (mistake_in_name(name) == "") is right


def test_typed_values_become_objects(folder: str) -> None:
    reference = Reference("solution:times", folder)
    tensor = reference.real(Tensor(np.ones(2, np.float32), "bfloat16", True), {})
    assert (tensor.dtype, tensor.requires_grad) == (torch.bfloat16, True)
    assert reference.real({"a": [(1, Held("result0", ("h",)))]}, {"result0": {"h": 5}}) == {"a": [(1, 5)]}
    assert reference.real(Named("tools:factor"), {}) == 3
    assert reference.real(Seeded(4), {}).initial_seed() == 4
    assert reference.real(Record("Pair", (("a", 1), ("b", 2))), {}) == (1, 2)
    array = np.zeros(2)
    reference.real(array, {})[0] = 1
    assert array[0] == 0


def test_objects_become_typed_values() -> None:
    found = typed(
        {"t": torch.ones(2, dtype=torch.bfloat16), "n": np.float64(2), "s": {2, 1}, "r": range(2), "o": object()}
    )
    assert (found["t"].dtype, found["t"].array.dtype) == ("bfloat16", np.float32)
    assert (found["n"], found["r"], found["o"]) == (2.0, [0, 1], Opaque("object"))
    assert found["s"] == Record("set", (("0", 1), ("1", 2)))


def test_the_random_state_is_left_as_it_was() -> None:
    torch.manual_seed(1)
    before = torch.rand(1)
    torch.manual_seed(1)
    with usual_settings():
        seed_all(7)
        torch.rand(5)
    assert torch.equal(torch.rand(1), before)
