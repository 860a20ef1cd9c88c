"""Wrong models that students really submit, with the sentence that helps; used to name a mistake, not to fail."""

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


def _state_handed_on(m: NoiseRemovalModel, x: Tensor) -> Tensor:
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


def _h_and_c_exchanged(cell: LSTMCell, x: Tensor, hx: State | None = None) -> State:
    h, c = cell(x, hx)
    return c, h


MISTAKES: dict[type[nn.Module], dict[str, Forward]] = {
    NoiseRemovalModel: {
        "The zeros are padded in front of the curve; they belong at its end.": _padded_in_front,
        "The last shift steps are dropped after the first LSTM; drop the first ones.": _last_steps_dropped,
        "The first shift steps are dropped after the second LSTM; drop them between the two.": _sliced_late,
        "The last state of the first LSTM is handed to the second, which should start from zeros.": _state_handed_on,
        "The shift has no effect: pad shift zeros at the end and drop the first shift steps.": _shift_ignored,
        "The LSTM runs over the batch instead of the sequence: torch's LSTM needs batch_first=True.": _batch_swapped,
    },
    LSTM: {
        "A given state hx is ignored; start from it instead of from zeros.": _hx_ignored,
        "The LSTM runs over the batch instead of the sequence (batch_first).": _swapped_sequence,
    },
    LSTMCell: {
        "A given state hx is ignored; start from it instead of from zeros.": _hx_ignored_cell,
        "The forget gate has no sigmoid.": _without("forget"),
        "The input gate has no sigmoid.": _without("input"),
        "The output gate has no sigmoid.": _without("output"),
        "The candidate has no tanh.": _without("candidate"),
        "The cell state goes into h without tanh.": _without("cell"),
        "The candidate has a sigmoid where a tanh belongs.": _sigmoid_candidate,
        "h and c are returned in the wrong order.": _h_and_c_exchanged,
    },
}
