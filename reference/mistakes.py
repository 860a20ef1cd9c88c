"""Common wrong models, used to name a mistake and never to fail one; the grader has a sentence for each key."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from reference.lstm import LSTM, LSTMCell, NoiseRemovalModel, State

Forward = Callable[..., object]


def _over_batch(lstm: LSTM, x: Tensor) -> Tensor:
    return lstm(x.transpose(0, 1))[0].transpose(0, 1)  # type: ignore[no-any-return]


def _pad(x: Tensor, front: int, end: int) -> Tensor:
    return nn.functional.pad(x, (0, 0, front, end))


def _padded_in_front(m: NoiseRemovalModel, x: Tensor) -> Tensor:
    hidden = m.first(_pad(x, m.shift, 0))[0]
    return m.linear(m.second(hidden[:, m.shift :])[0])  # type: ignore[no-any-return]


def _last_steps_dropped(m: NoiseRemovalModel, x: Tensor) -> Tensor:
    hidden = m.first(_pad(x, 0, m.shift))[0]
    return m.linear(m.second(hidden[:, : x.shape[1]])[0])  # type: ignore[no-any-return]


def _sliced_late(m: NoiseRemovalModel, x: Tensor) -> Tensor:
    hidden = m.second(m.first(_pad(x, 0, m.shift))[0])[0]
    return m.linear(hidden[:, m.shift :])  # type: ignore[no-any-return]


def _state_passed_on(m: NoiseRemovalModel, x: Tensor) -> Tensor:
    hidden, state = m.first(_pad(x, 0, m.shift))
    return m.linear(m.second(hidden[:, m.shift :], state)[0])  # type: ignore[no-any-return]


def _shift_ignored(m: NoiseRemovalModel, x: Tensor) -> Tensor:
    return m.linear(m.second(m.first(x)[0])[0])  # type: ignore[no-any-return]


def _batch_swapped(m: NoiseRemovalModel, x: Tensor) -> Tensor:
    hidden = _over_batch(m.first, _pad(x, 0, m.shift))
    return m.linear(_over_batch(m.second, hidden[:, m.shift :]))  # type: ignore[no-any-return]


def _hx_ignored(m: LSTM, x: Tensor, hx: State | None = None) -> tuple[Tensor, State]:
    return m(x)  # type: ignore[no-any-return]


def _hx_ignored_cell(m: LSTMCell, x: Tensor, hx: State | None = None) -> State:
    return m(x)  # type: ignore[no-any-return]


def _swapped_sequence(m: LSTM, x: Tensor, hx: State | None = None) -> Tensor:
    return _over_batch(m, x)


def _gates(cell: LSTMCell, x: Tensor, hx: State | None) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    h, c = hx if hx is not None else (x.new_zeros(len(x), cell.hidden_size),) * 2
    g, f, i, o = cell.linear(torch.cat((x, h), 1)).chunk(4, 1)
    return c, g, f, i, o


def _without(gate: str) -> Callable[[LSTMCell, Tensor, State | None], State]:
    def forward(cell: LSTMCell, x: Tensor, hx: State | None = None) -> State:
        c, g, f, i, o = _gates(cell, x, hx)
        f, i, o = (
            value if name == gate else torch.sigmoid(value)
            for name, value in (("forget", f), ("input", i), ("output", o))
        )
        c = f * c + i * (g if gate == "candidate" else torch.tanh(g))
        return o * (c if gate == "cell" else torch.tanh(c)), c

    return forward


def _sigmoid_candidate(cell: LSTMCell, x: Tensor, hx: State | None = None) -> State:
    c, g, f, i, o = _gates(cell, x, hx)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.sigmoid(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def _h_and_c_swapped(cell: LSTMCell, x: Tensor, hx: State | None = None) -> State:
    h, c = cell(x, hx)
    return c, h


MISTAKES: dict[type[nn.Module], dict[str, Forward]] = {
    NoiseRemovalModel: {
        "padded_in_front": _padded_in_front,
        "last_steps_dropped": _last_steps_dropped,
        "sliced_late": _sliced_late,
        "state_passed_on": _state_passed_on,
        "shift_ignored": _shift_ignored,
        "batch_swapped": _batch_swapped,
    },
    LSTM: {
        "hx_ignored": _hx_ignored,
        "sequence_swapped": _swapped_sequence,
    },
    LSTMCell: {
        "hx_ignored": _hx_ignored_cell,
        "no_sigmoid_forget": _without("forget"),
        "no_sigmoid_input": _without("input"),
        "no_sigmoid_output": _without("output"),
        "no_tanh_candidate": _without("candidate"),
        "no_tanh_cell": _without("cell"),
        "sigmoid_candidate": _sigmoid_candidate,
        "h_and_c_swapped": _h_and_c_swapped,
    },
}
