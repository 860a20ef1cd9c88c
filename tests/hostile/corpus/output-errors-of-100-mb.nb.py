# claim: Raises errors with a text of 10 and of 100 MB, with 200 causes in a chain, and with tracebacks of very long lines.
# runs: failed
# must_not_pass: cell-shapes, cell-output, lstm-shapes, lstm-output
# must_pass: model-shapes, model-output
# level: any
# category: output

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        raise ValueError("x" * 10_000_000)


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        error = ValueError("last")
        for number in range(200):
            error.__cause__, error = None, type("E" * 3000, (ValueError,), {})(str(number) * 1000)
        raise error


# %%
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
error = None
for number in range(200):
    following = ValueError("y" * 1000)
    following.__cause__, error = error, following
raise error

# %%
raise ValueError("x" * 100_000_000)
