# claim: Runs, defines and displays source with lone surrogates that it makes itself, and sends one back in a payload, so that no reply can be packed.
# runs: any
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output
# level: any
# category: archive

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (x.new_zeros(len(x), self.hidden_size),) * 2
        g, f, i, o = self.linear(torch.cat((x, h), 1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


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

# %%
ip = get_ipython()
try:
    print(ip.run_cell("odd = '\ud800'").success)
except BaseException as error:
    print(type(error).__name__)
try:
    ip.run_cell("\ud800 = 1")
except BaseException as error:
    print(type(error).__name__)
try:
    ip.set_next_input("x = '\ud800'")
    ip.payload_manager.write_payload({"source": "page", "data": {"text/plain": "\ud800"}, "start": 0})
except BaseException as error:
    print(type(error).__name__)
