"""A proxy passes on what a test does, and refuses the rest, so that nothing is decided by a guess."""

from __future__ import annotations

import builtins
import copy
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from grader.own_tests.asker import Asker
from grader.own_tests.proxies import SubmissionModules, is_proxy
from grader.own_tests.trouble import EndTest
from tests.own_tests.direct import asker_of

SOURCE = """
class Vector:
    "A vector."
    def __init__(self, *parts): self.parts = list(parts)
    def __len__(self): return len(self.parts)
    def __getitem__(self, n): return self.parts[n]
    def __setitem__(self, n, part): self.parts[n] = part
    def __contains__(self, part): return part in self.parts
    def __iter__(self): return iter(self.parts)
    def __mul__(self, n): return Vector(*(part * n for part in self.parts))
    __rmul__ = __mul__
    def __str__(self): return "a vector"
    def __enter__(self): return self
    def __exit__(self, *error): self.parts.clear()
    def __eq__(self, other): return True
    def __bool__(self): return True
    __hash__ = None
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(1, 1)
def count():
    yield 1
    yield 2
"""


@pytest.fixture
def asker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asker:
    return asker_of(monkeypatch, tmp_path, SOURCE)


def test_what_a_test_does_is_passed_on(asker: Asker) -> None:
    vector = asker.get("Vector")(3, 4)
    assert len(vector) == 2
    assert vector[1] == 4
    assert vector[:1] == [3]
    assert list(vector) == [3, 4]
    assert 3 in vector
    assert 5 not in vector
    assert list(vector * 2) == list(2 * vector) == [6, 8]
    assert f"{vector}" == "a vector"
    vector[0] = 1
    vector.parts.append(5)
    vector.name = "v"
    assert (vector.parts, vector.name) == ([1, 4, 5], "v")
    with vector as same:
        assert same is vector
    assert len(vector) == 0
    assert asker.get("Vector").__name__ == "Vector"
    assert list(asker.get("count")()) == [1, 2]
    assert next(asker.get("count")()) == 1


def test_a_copy_is_another_object(asker: Asker) -> None:
    vector = asker.get("Vector")([1])
    shallow, deep = copy.copy(vector), copy.deepcopy(vector)
    vector[0].append(2)
    assert (shallow[0], deep[0]) == ([1, 2], [1])


def test_its_class_is_known(asker: Asker) -> None:
    net, kind = asker.get("Net")(), asker.get("Net")
    assert isinstance(net, nn.Module)
    assert isinstance(net, kind)
    assert isinstance(net.fc, nn.Linear)
    assert not isinstance(net, asker.get("Vector"))
    assert not isinstance(net, (int, torch.Tensor))


REFUSED: list[tuple[str, Callable[[Any, Any], Any]]] = [
    ("equal", lambda vector, net: vector == 3),
    ("equal from the left", lambda vector, net: vector == 3),
    ("not equal", lambda vector, net: vector != 3),
    ("less", lambda vector, net: vector < 3),
    ("true", lambda vector, net: bool(vector)),
    ("among numbers", lambda vector, net: vector in [1, 2]),
    ("torch", lambda vector, net: torch.relu(vector)),
    ("numpy", lambda vector, net: np.add(vector, 1)),
    ("as an array", lambda vector, net: np.asarray(vector)),
    ("plus a tensor", lambda vector, net: torch.ones(1) + vector),
    ("a class of a value", lambda vector, net: isinstance(3, net)),
    ("a subclass", lambda vector, net: issubclass(int, net)),
    ("its dictionary", lambda vector, net: vector.__dict__),
    ("a base class", lambda vector, net: builtins.type("Mine", (net,), {})),
]


@pytest.mark.parametrize(("name", "do"), REFUSED, ids=[name for name, _ in REFUSED])
def test_the_rest_is_refused(asker: Asker, name: str, do: Callable[[Any, Any], Any]) -> None:
    vector, net = asker.get("Vector")(3), asker.get("Net")
    with pytest.raises(EndTest):
        do(vector, net)
    assert asker.trouble.unsupported, name


@pytest.fixture
def modules(asker: Asker) -> Iterator[SubmissionModules]:
    found = SubmissionModules(("lib.models", "work"), asker)
    found.install()
    yield found
    sys.meta_path.remove(found)
    for name in ("lib", "lib.models", "work"):
        sys.modules.pop(name, None)


def test_modules_of_the_submission_are_imported_as_proxies(modules: SubmissionModules) -> None:
    models, work = importlib.import_module("lib.models"), importlib.import_module("work")
    assert is_proxy(models.Net)
    assert models.Net is work.Net
    assert sys.modules["lib"].models is models
    with pytest.raises(EndTest):
        models.Net = 3
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("lib.others.more")


def test_a_name_that_is_not_there_ends_the_test_that_uses_it(asker: Asker, modules: SubmissionModules) -> None:
    asker.collecting = True
    absent = importlib.import_module("work").Absent
    assert asker.trouble.ended is None
    asker.collecting = False
    assert asker.get("count") is not None
    with pytest.raises(EndTest):
        absent()
    assert asker.trouble.ended == 1


def test_pytest_may_look_for_its_own_attributes_while_it_collects(asker: Asker) -> None:
    net = asker.get("Net")
    asker.collecting, asker.folder = True, "/nowhere"
    before = asker.operations
    assert getattr(net, "pytestmark", None) is None
    assert getattr(net, "__test__", None) is None
    assert asker.operations == before
