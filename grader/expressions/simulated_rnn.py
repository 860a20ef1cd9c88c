"""A simulated RNN: every symbol of the assignment as a number, so that formulas are compared by value.

Hidden size 4 and input size 3 differ, so that U cannot be mistaken for W. There are three activations: tanh, sigmoid
and one that is not monotone, so that a formula that is right only under tanh is recognised. All values are float64
from a seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Value = NDArray[np.float64]

HIDDEN, INPUTS, STEPS, K = 4, 3, 6, 2
ACTIVATIONS = ("tanh", "sigmoid", "other")


@dataclass(frozen=True)
class World:
    """One draw of weights and inputs under one activation."""

    activation: str
    seed: int

    @cached_property
    def _torch(self) -> tuple[Callable[[Tensor], Tensor], list[Tensor], list[Tensor], dict[str, Tensor]]:
        import torch

        from reference.rnn import VanillaRNN, bumpy

        functions: dict[str, Callable[[Tensor], Tensor]] = {
            "tanh": torch.tanh,
            "sigmoid": torch.sigmoid,
            "other": bumpy,
        }
        generator = torch.Generator().manual_seed(self.seed)

        def draw(*shape: int) -> Tensor:
            return torch.randn(*shape, generator=generator, dtype=torch.float64)

        w, u, b = 0.6 * draw(HIDDEN, HIDDEN), draw(HIDDEN, INPUTS), 0.5 * draw(HIDDEN)
        inputs = draw(STEPS, INPUTS)
        cell = VanillaRNN(w, u, b, functions[self.activation])
        zs, hs = cell.run(torch.tanh(draw(HIDDEN)), inputs)
        return functions[self.activation], zs, hs, {"W": w, "U": u, "b": b, "x": inputs}

    def z(self, step: int) -> Value:
        """Return the pre-activation `(hidden,)` of a step from 1."""
        return self._step(self._torch[1], step, 1)

    def h(self, step: int) -> Value:
        """Return the state `(hidden,)` of a step from 0."""
        return self._step(self._torch[2], step, 0)

    def x(self, step: int) -> Value:
        """Return the input `(inputs,)` of a step from 1."""
        return np.asarray(self._torch[3]["x"][step - 1].numpy()) if 1 <= step <= STEPS else _outside(step)

    def weight(self, name: str) -> Value:
        """W `(hidden, hidden)`, U `(hidden, inputs)` or b `(hidden,)`."""
        return np.asarray(self._torch[3][name].numpy())

    @staticmethod
    def _step(values: list[Tensor], step: int, first: int) -> Value:
        return np.asarray(values[step].numpy()) if first <= step <= STEPS else _outside(step)

    def apply(self, at: Value, order: int, name: str = "") -> Value:
        """Return the activation's derivative of some order, elementwise at `at`, by automatic differentiation.

        A `name` of tanh or sigmoid means that function under every activation of the world.
        """
        point = np.array(at, dtype=np.float64, order="C")
        return _derivative(self, point.tobytes(), point.shape, order, name)

    def slope(self, step: int) -> Value:
        """`sigma'(z_step)` as a diagonal matrix."""
        return np.diag(self.apply(self.z(step), 1))

    def dh_dh(self, later: int, earlier: int) -> Value:
        """`dh_later / dh_earlier`, the product of the one-step Jacobians; a negative gap is zero."""
        result = np.eye(HIDDEN) if later >= earlier else np.zeros((HIDDEN, HIDDEN))
        for step in range(earlier + 1, later + 1):
            result = self.slope(step) @ self.weight("W") @ result
        return result

    def dh_dz(self, later: int, earlier: int) -> Value:
        """`dh_later / dz_earlier`."""
        return self.dh_dh(later, earlier) @ self.slope(earlier)


@lru_cache(maxsize=4096)  # a hundred wrong forms are compared at the same points
def _derivative(world: World, point: bytes, shape: tuple[int, ...], order: int, name: str) -> Value:
    import torch

    function = {"tanh": torch.tanh, "sigmoid": torch.sigmoid}.get(name, world._torch[0])
    at = torch.tensor(np.frombuffer(point).reshape(shape), requires_grad=True)
    result = function(at)
    for _ in range(order):
        (result,) = torch.autograd.grad(result.sum(), at, create_graph=True)
    found = np.array(result.detach().numpy())
    found.flags.writeable = False
    return found


def _outside(step: int) -> Value:
    raise IndexError(f"step {step} is outside the simulated sequence")


_world = lru_cache(maxsize=64)(World)  # with what it has drawn


def worlds(seed: int, activations: tuple[str, ...] = ACTIVATIONS, draws: int = 2) -> list[World]:
    """Return the worlds that a formula is evaluated in."""
    return [
        _world(name, seed + 1000 * draw + number) for number, name in enumerate(activations) for draw in range(draws)
    ]
