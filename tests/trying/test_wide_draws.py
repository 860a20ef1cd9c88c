"""Draws beyond those of the rubric: others than its own, the same each time, and only what the reference can answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader.checks import Check
from grader.trying.wide_draws import wide_draws
from tests.helpers import make

MODULE = """\
import torch


def shifted(x, mask, by=1.0, twice=False):
    assert x.shape[0] < 4
    return (x + by * (2 if twice else 1)) * mask
"""


def check(folder: Path, **keys: Any) -> Check:
    (folder / "solution.py").write_text(MODULE)
    given = {"x": ["n", "m"], "mask": {"mask": "padding", "shape": ["n", "m"]}}
    keys = {"target": "shifted", "reference": "solution:shifted", "given": given, "sizes": [{"n": 2, "m": 3}]} | keys
    made = make("outputs", **keys)
    return type(made).model_validate(
        made.model_dump(by_alias=True, exclude_unset=True), context={"folder": str(folder)}
    )


def draws(folder: Path, **keys: Any) -> list[dict[str, Any]]:
    return [one.model_dump() for one in wide_draws(check(folder, **keys), str(folder), 42)]


def test_the_draws_are_the_same_each_time(tmp_path: Path) -> None:
    assert draws(tmp_path) == draws(tmp_path) != []


def test_other_sizes_are_drawn_and_those_that_the_reference_refuses_are_left_out(tmp_path: Path) -> None:
    sizes = [one["sizes"][0] for one in draws(tmp_path)]
    assert len({tuple(one.items()) for one in sizes}) > 2
    assert max(one["n"] for one in sizes) < 4


def test_masks_become_random_and_numbers_larger(tmp_path: Path) -> None:
    found = draws(tmp_path)
    assert {"mask": "random", "shape": ["n", "m"]} in [one["given"]["mask"] for one in found]
    assert {"normal": ["n", "m"], "scale": 4} in [one["given"]["x"] for one in found]


def test_parameters_with_a_default_are_given_or_left_out(tmp_path: Path) -> None:
    assert [one["given"]["twice"] for one in draws(tmp_path) if "twice" in one["given"]] == [True]
    given = {"x": ["n", "m"], "mask": {"mask": "random", "shape": ["n", "m"]}, "by": 2.0}
    assert any("by" not in one["given"] for one in draws(tmp_path, given=given))


def test_gradients_are_compared_once(tmp_path: Path) -> None:
    assert sum(one["gradients"] for one in draws(tmp_path)) == 1


def test_a_kind_without_a_reference_has_no_draws(tmp_path: Path) -> None:
    assert wide_draws(make("word_limit", most=3), str(tmp_path), 42) == []
