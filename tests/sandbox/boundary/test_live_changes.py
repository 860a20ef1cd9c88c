"""Every change of a shared value is noticed, and nothing else is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from grader.sandbox.boundary.worker_module import live_module

live: Any = live_module()


def _backward(tensor: torch.Tensor) -> None:
    tensor.sum().backward()  # type: ignore[no-untyped-call]


CHANGES: list[tuple[str, Callable[[], Any], Callable[[Any], Any]]] = [
    ("fill", lambda: torch.zeros(2), lambda t: t.fill_(1)),
    ("data", lambda: torch.zeros(2), lambda t: t.data.fill_(1)),
    ("view", lambda: torch.zeros(2, 2), lambda t: t.view(-1)[3:].add_(1)),
    ("shape", lambda: torch.zeros(2), lambda t: t.resize_(1)),
    ("frozen", lambda: torch.zeros(2, requires_grad=True), lambda t: t.requires_grad_(False)),
    ("gradient", lambda: torch.zeros(2, requires_grad=True), _backward),
    ("array", lambda: np.zeros(2), lambda a: a.__setitem__(0, 1)),
    ("list", lambda: [1, 2], lambda x: x.append(3)),
    ("order", lambda: ["a", "b"], lambda x: x.reverse()),
    ("set", lambda: {1}, lambda x: x.add(2)),
    ("dictionary", lambda: {"a": 1}, lambda x: x.__setitem__("a", "b")),
    ("key", lambda: {"a": 1}, lambda x: x.__setitem__("b", 1)),
]


@pytest.mark.parametrize(("name", "make", "change"), CHANGES, ids=[name for name, *_ in CHANGES])
def test_a_change_is_noticed(name: str, make: Callable[[], Any], change: Callable[[Any], Any]) -> None:
    twin = live.Twin(make())
    twin.known = live.known_of(twin.value)
    assert not live.differs(twin)
    change(twin.value)
    assert live.differs(twin), name


def test_a_number_that_is_none_does_not_differ_from_itself() -> None:
    twin = live.Twin(torch.tensor([float("nan")]))
    twin.known = live.known_of(twin.value)
    assert not live.differs(twin)
