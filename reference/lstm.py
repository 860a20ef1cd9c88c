"""The LSTM part of the noise-removal exercise: a cell, a layer and the shifted many-to-many model.

The equations are those of Hochreiter and Schmidhuber (1997) with a forget gate (Gers et al., 2000), as
`torch.nn.LSTM` documents them, with one bias instead of two.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

State = tuple[Tensor, Tensor]


class LSTMCell(nn.Module):
    """One step of an LSTM: `(batch, input)` and a state to the next `(h, c)`, each `(batch, hidden)`.

    One linear map of `cat(x, h)` gives candidate, forget, input and output, in this order.
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x: Tensor, hx: State | None = None) -> State:
        """Return the next `(h, c)`; `hx=None` means zeros."""
        h, c = hx if hx is not None else self._init_hidden_state(x)
        candidate, forget, write, output = self.linear(torch.cat((x, h), dim=1)).chunk(4, dim=1)
        c = self.update_internal_state(forget, c, write, candidate)
        return self.update_hidden_state(c, output), c

    def _init_hidden_state(self, x: Tensor) -> State:
        zeros = x.new_zeros(x.shape[0], self.hidden_size)
        return zeros, zeros

    @staticmethod
    def update_internal_state(forget: Tensor, c_prev: Tensor, write: Tensor, candidate: Tensor) -> Tensor:
        """`c = sigmoid(f) * c_prev + sigmoid(i) * tanh(g)`; all `(batch, hidden)`, gates before activation."""
        return torch.sigmoid(forget) * c_prev + torch.sigmoid(write) * torch.tanh(candidate)

    @staticmethod
    def update_hidden_state(c: Tensor, output: Tensor) -> Tensor:
        """`h = sigmoid(o) * tanh(c)`; both `(batch, hidden)`."""
        return torch.sigmoid(output) * torch.tanh(c)


class LSTM(nn.Module):
    """An LSTM over a sequence: `(batch, seq, input)` to `(batch, seq, hidden)` and the last `(h, c)`."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x: Tensor, hx: State | None = None) -> tuple[Tensor, State]:
        """Run the cell over the second axis of `x`, from `hx` or from zeros; all steps in one call of torch.

        Raises:
            ValueError: the sequence is empty.
        """
        if x.shape[1] == 0:
            raise ValueError("the sequence is empty")
        h, c = hx if hx is not None else self.cell._init_hidden_state(x[:, 0])
        output, h, c = torch.lstm(x, (h[None], c[None]), self.fused_weights(), True, 1, 0.0, False, False, True)
        return output, (h[0], c[0])

    def fused_weights(self) -> list[Tensor]:
        """Return the cell's weights in torch's order: input, forget, candidate, output; x and h apart; two biases."""
        candidate, forget, write, output = self.cell.linear.weight.chunk(4)
        weight = torch.cat((write, forget, candidate, output))
        candidate, forget, write, output = self.cell.linear.bias.chunk(4)
        bias = torch.cat((write, forget, candidate, output))
        inputs = weight.shape[1] - self.cell.hidden_size
        return [weight[:, :inputs], weight[:, inputs:], bias, torch.zeros_like(bias)]

    def step_by_step(self, x: Tensor, hx: State | None = None) -> tuple[Tensor, State]:
        """Return the same outputs as the exercise computes them: one call of the cell for each step."""
        steps: list[Tensor] = []
        for t in range(x.shape[1]):
            hx = self.cell(x[:, t], hx)
            steps.append(hx[0])
        if hx is None:
            raise ValueError("the sequence is empty")
        return torch.stack(steps, dim=1), hx


class NoiseRemovalModel(nn.Module):
    """Clean a noisy curve: `(batch, seq, 1)` to `(batch, seq, 1)`; the output at t depends on inputs up to t + shift.

    Zeros are padded at the end, and the first `shift` steps are dropped between the two LSTMs.
    """

    def __init__(self, hidden_size: int, shift: int = 10) -> None:
        super().__init__()
        self.shift = shift
        self.first = LSTM(1, hidden_size)
        self.second = LSTM(hidden_size, hidden_size)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the denoised curves, `(batch, seq, 1)`."""
        padded = nn.functional.pad(x, (0, 0, 0, self.shift))
        hidden, _ = self.first(padded)
        hidden, _ = self.second(hidden[:, self.shift :])
        cleaned: Tensor = self.linear(hidden)
        return cleaned


class FusedNoiseRemovalModel(nn.Module):
    """A `NoiseRemovalModel` on `torch.nn.LSTM`, its weights in torch's gate order: the same numbers, trained faster.

    torch adds a second bias to each LSTM; it stays zero and is not trained.
    """

    def __init__(self, model: NoiseRemovalModel) -> None:
        super().__init__()
        self.shift = model.shift
        self.first = _torch_lstm(model.first)
        self.second = _torch_lstm(model.second)
        self.linear = model.linear

    def forward(self, x: Tensor) -> Tensor:
        """Return the denoised curves, `(batch, seq, 1)`."""
        hidden, _ = self.first(nn.functional.pad(x, (0, 0, 0, self.shift)))
        hidden, _ = self.second(hidden[:, self.shift :])
        cleaned: Tensor = self.linear(hidden)
        return cleaned


def _torch_lstm(own: LSTM) -> nn.LSTM:
    hidden = own.cell.hidden_size
    made = nn.LSTM(own.cell.linear.in_features - hidden, hidden, batch_first=True)
    parameters: list[nn.Parameter] = list(made.parameters())  # over x, over h, and the two biases
    with torch.no_grad():
        for parameter, value in zip(parameters, own.fused_weights(), strict=True):
            parameter.copy_(value)
    parameters[-1].requires_grad = False
    return made
