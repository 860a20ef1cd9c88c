"""A state of a random generator is taken only if it follows from the one before by drawing numbers, or from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from grader.sandbox.boundary.worker_module import live_module

live: Any = live_module()
DRAWS: list[tuple[str, Callable[[], Any]]] = [
    ("torch", lambda: None),
    ("torch", lambda: torch.rand(())),
    ("torch", lambda: torch.randn(17)),
    ("torch", lambda: torch.rand(624)),
    ("torch", lambda: torch.rand(100_000)),
    ("torch", lambda: torch.manual_seed(9)),
    ("torch", lambda: (torch.manual_seed(9), torch.rand(1000))),
    ("numpy", lambda: np.random.rand(3)),
    ("numpy", lambda: np.random.randn(2001)),
    ("python", random.random),
    ("python", lambda: random.gauss(0, 1)),
    ("python", lambda: [random.random() for _ in range(700)]),
]
FORGED: list[tuple[str, Callable[[], Any]]] = [
    ("numpy", lambda: np.random.seed(4)),
    ("numpy", lambda: live.set_state("numpy", (bytes(2496), (0, 0, 0.0)))),
    ("numpy", lambda: live.set_state("numpy", (live.state_of("numpy")[0], (624, 1, 100.0)))),
    ("python", lambda: random.seed(4)),
    ("python", lambda: random.setstate((3, (*[0] * 624, 0), None))),
    ("python", lambda: random.setstate((*random.getstate()[:2], float("nan")))),
]


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)


@pytest.mark.parametrize(("generator", "draw"), DRAWS)
def test_draws_and_seeds_of_torch_follow(generator: str, draw: Callable[[], Any]) -> None:
    before = live.state_of(generator)
    draw()
    assert live.follows(generator, before, live.state_of(generator))


@pytest.mark.parametrize(("generator", "set_it"), FORGED)
def test_another_state_does_not_follow(generator: str, set_it: Callable[[], Any]) -> None:
    before = live.state_of(generator)
    set_it()
    assert not live.follows(generator, before, live.state_of(generator))


def test_a_state_that_goes_back_does_not_follow() -> None:
    before = live.state_of("numpy")
    np.random.rand(5)
    assert not live.follows("numpy", live.state_of("numpy"), before)


def test_a_forged_state_of_torch_does_not_follow() -> None:
    before = live.state_of("torch")
    data = bytearray(before[0])
    data[24 : 24 + 8 * 624] = bytes(8 * 624)
    assert not live.follows("torch", before, (bytes(data), ()))
    waiting = bytearray(before[0])
    waiting[5016:5024] = np.float64(50).tobytes()
    assert not live.follows("torch", before, (bytes(waiting), ()))


@pytest.mark.parametrize("generator", ["torch", "numpy", "python"])
def test_a_state_is_set_again(generator: str) -> None:
    state = live.state_of(generator)
    torch.rand(3), np.random.rand(3), random.random()
    data, rest = live.read_state(generator, np.frombuffer(state[0], np.uint8), list(state[1]))
    live.set_state(generator, (data, rest))
    assert live.state_of(generator) == state


@pytest.mark.parametrize(
    ("generator", "data", "rest"),
    [
        ("torch", np.zeros(10, dtype=np.uint8), []),
        ("numpy", np.zeros(2496, dtype=np.uint8), [700, 0, 0.0]),
        ("numpy", np.zeros(2496, dtype=np.uint8), [-1, 0, 0.0]),
        ("numpy", np.zeros(2496, dtype=np.uint8), ["1", 0, 0.0]),
        ("numpy", np.zeros(2496, dtype=np.float64), [1, 0, 0.0]),
        ("python", np.zeros(2496, dtype=np.uint8), [1]),
        ("python", None, [1, None]),
    ],
)
def test_what_is_no_state_is_refused(generator: str, data: Any, rest: list[Any]) -> None:
    with pytest.raises(live.BadLive):
        live.read_state(generator, data, rest)
