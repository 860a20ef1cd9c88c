# claim: Fails wherever a grader may look at a class: signature, attribute access, names, representation, instance checks.
# runs: any
# must_not_pass: cell-shapes, cell-output
# must_pass: model-shapes, model-output
# level: any
# category: forgery

# %%
import torch
from torch import nn


class Failing(type):
    def __getattribute__(self, name):
        if name in ("__signature__", "__text_signature__", "__wrapped__", "__doc__", "__module__", "__qualname__"):
            raise SystemError("not to be looked at")
        return type.__getattribute__(self, name)

    def __instancecheck__(self, other):
        raise SystemError("no instance")

    def __repr__(self):
        raise SystemError("no name")


class LSTMCell(nn.Module, metaclass=Failing):
    def __init__(self, input_size, hidden_size):
        raise SystemError("no object")


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
