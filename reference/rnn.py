"""The vanilla RNN of the sequence-modelling sheet and its Jacobians, by automatic differentiation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Activation = Callable[[Tensor], Tensor]


def bumpy(z: Tensor) -> Tensor:
    """A smooth activation that is neither monotone nor odd, so that its derivative changes sign and is not even.

    With a monotone one, an answer with |sigma'| would equal one with sigma'; with an odd one, that with sigma'(-z).
    """
    return torch.sin(2.5 * z + 0.4) + 0.3 * z


@dataclass(frozen=True)
class VanillaRNN:
    """`z_t = W h_{t-1} + U x_t + b`, `h_t = sigma(z_t)`; W `(hidden, hidden)`, U `(hidden, input)`, b `(hidden,)`."""

    W: Tensor
    U: Tensor
    b: Tensor
    activation: Activation = torch.tanh

    def z(self, h: Tensor, x: Tensor) -> Tensor:
        """Return the pre-activation `(hidden,)` for the previous state `h` and the input `x` `(input,)`."""
        return self.W @ h + self.U @ x + self.b

    def run(self, h: Tensor, inputs: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Return all z and all h for `inputs` `(steps, input)`; the lists start at step 0, where z is not defined."""
        zs, hs = [torch.full_like(h, torch.nan)], [h]
        for x in inputs:
            zs.append(self.z(hs[-1], x))
            hs.append(self.activation(zs[-1]))
        return zs, hs

    def dh_dz(self, z: Tensor) -> Tensor:
        """Return `dh/dz` `(hidden, hidden)` at the pre-activation `z`: the J of the sheet's inequality (1)."""
        return torch.func.jacrev(self.activation)(z)  # type: ignore[no-any-return]

    def dh_dh(self, h: Tensor, x: Tensor) -> Tensor:
        """Return the one-step Jacobian `dh_{k+1}/dh_k` `(hidden, hidden)`, which has W inside."""
        return torch.func.jacrev(lambda state: self.activation(self.z(state, x)))(h)  # type: ignore[no-any-return]


def bound_violated_with_w_inside(seed: int, hidden: int = 4, norm: float = 0.5) -> tuple[float, float]:
    """Return both sides of inequality (1) for one step where J is taken as `dh_{k+1}/dh_k`; the left one is larger.

    The spectral norm of W is `norm` < 1, and the gradient lies along the top left singular vector of `D W`:
    a gradient drawn at random would often show nothing.
    """
    if not 0 < norm < 1:
        raise ValueError("the counterexample needs a spectral norm of W between 0 and 1")
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    w = draw(hidden, hidden)
    w = norm * w / torch.linalg.matrix_norm(w, 2)
    cell = VanillaRNN(w, draw(hidden, 3), draw(hidden))
    jacobian = cell.dh_dh(torch.tanh(draw(hidden)), draw(3))
    gradient = torch.linalg.svd(jacobian)[0][:, 0]
    left = torch.linalg.vector_norm(jacobian.T @ gradient)
    right = torch.linalg.vector_norm(gradient) * norm * torch.linalg.matrix_norm(jacobian, 2)
    return float(left), float(right)
