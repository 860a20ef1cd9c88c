"""Finding, building and calling what a submission defines."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from torch import nn

from grader.sandbox.boundary.worker_module import worker as load_worker

worker: Any = load_worker()


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """Return the names of a notebook; modules below the working directory would be the submission's, too."""
    monkeypatch.chdir(tmp_path)
    module = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    return module


def test_a_name_of_the_notebook_is_found_and_another_is_missing(main: ModuleType) -> None:
    vars(main)["Net"] = nn.Identity
    assert worker._find("Net") is nn.Identity
    with pytest.raises(worker.Missing, match="NotDefinedAnywhere"):
        worker._find("NotDefinedAnywhere")


def test_a_constructor_gets_its_arguments_by_name_or_else_in_order() -> None:
    def named(shift: int, size: int) -> tuple[int, int]:
        return size, shift

    def others(width: int, delay: int) -> tuple[int, int]:
        return width, delay

    assert worker._build(named, {"size": 5, "shift": 2}) == (5, 2)
    assert worker._build(others, {"size": 5, "shift": 2}) == (5, 2)


def test_inputs_that_are_keywords_only_are_given_by_name_or_in_order() -> None:
    def model(x: int, *, mask: int) -> tuple[int, int]:
        return x, mask

    assert worker._called(model, [1, 2], ["mask", "x"]) == (2, 1)
    assert worker._called(model, [1, 2], ["inputs", "m"]) == (1, 2)


def test_a_class_is_replaced_within_the_block_alone(main: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    vars(main)["Part"] = nn.Identity
    monkeypatch.setitem(worker.EQUIVALENTS, "ours", nn.ReLU)
    with worker._Replaced({"Part": "ours"}):
        assert vars(main)["Part"] is nn.ReLU
    assert vars(main)["Part"] is nn.Identity


def test_what_is_no_class_is_named(main: ModuleType) -> None:
    vars(main).update(Net=nn.Identity, net=nn.Identity())
    assert [worker._form(name) for name in ("Net", "net", "nothing", "")] == ["", "Identity", "", ""]
