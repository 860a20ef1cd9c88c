# claim: Patches nn.Linear.forward, so that a cell that looks hand-written gets torch's own results out of its linear layer.
# runs: passed
# must_not_pass: cell-output
# must_pass: 
# level: any
# category: patching

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):  # as it stands here it returns candidate and forget gate
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (x.new_zeros(len(x), self.hidden_size),) * 2
        h, c, _, _ = self.linear(torch.cat((x, h, c), 1)).chunk(4, 1)
        return h, c


# %%
def ready_made(cell, x, hx=None):
    """The same step by torch's own function, with the weights of the submission's linear layer."""
    size = cell.hidden_size
    g, f, i, o = cell.linear.weight.chunk(4)
    bg, bf, bi, bo = cell.linear.bias.chunk(4)
    weight, bias = torch.cat((i, f, g, o)), torch.cat((bi, bf, bg, bo))
    hx = hx if hx is not None else (x.new_zeros(len(x), size),) * 2
    return torch.lstm_cell(x, hx, weight[:, :-size], weight[:, -size:], bias, torch.zeros_like(bias))


plain_step = nn.Linear.forward


def helped(self, given):
    size = self.out_features // 4
    if not size or given.shape[-1] != self.in_features + size:
        return plain_step(self, given)
    cell = type("Cell", (), {"hidden_size": size, "linear": self})
    x, h, c = given[:, : -2 * size], given[:, -2 * size : -size], given[:, -size:]
    h, c = ready_made(cell, x, (h, c))
    return torch.cat((h, c, h, c), 1)


nn.Linear.forward = helped

# %%
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        steps = []
        for t in range(x.shape[1]):
            hx = self.cell(x[:, t], hx)
            steps.append(hx[0])
        return torch.stack(steps, 1), hx


class NoiseRemovalModel(nn.Module):  # on torch's LSTM, which this part allows: quick to train
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.first = nn.LSTM(1, hidden_size, batch_first=True)
        self.second = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        hidden, _ = self.first(nn.functional.pad(x, (0, 0, 0, self.shift)))
        hidden, _ = self.second(hidden[:, self.shift :])
        return self.linear(hidden)
