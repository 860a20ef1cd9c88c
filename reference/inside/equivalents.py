"""Classes of torch with the interface of an exercise, to replace a wrong part."""

from __future__ import annotations

from typing import Any

from torch import nn


class EquivalentLSTMCell(nn.Module):
    """`torch.nn.LSTMCell` as the exercise's cell: `(batch, input)` and `(h, c)` or None to the next `(h, c)`."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.hidden_size, self.input_size = hidden_size, input_size
        self.cell = nn.LSTMCell(input_size, hidden_size)

    def forward(self, x: Any, hx: Any = None) -> Any:
        """Return the next `(h, c)`, each `(batch, hidden)`."""
        return self.cell(x, hx)


class EquivalentLSTM(nn.Module):
    """`torch.nn.LSTM` as the exercise's layer: `(batch, seq, input)` to the outputs and the last `(h, c)`."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.hidden_size, self.input_size = hidden_size, input_size
        self.lstm = nn.LSTM(input_size, hidden_size, batch_first=True)

    def forward(self, x: Any, hx: Any = None) -> Any:
        """Return `(batch, seq, hidden)` and `(h, c)`, each `(batch, hidden)`."""
        state = None if hx is None else tuple(part[None] for part in hx)
        output, (h, c) = self.lstm(x, state)
        return output, (h[0], c[0])


EQUIVALENTS: dict[str, type[nn.Module]] = {"lstm_cell": EquivalentLSTMCell, "lstm": EquivalentLSTM}
