# claim: Prints and raises lone surrogates, NUL and characters that no encoding writes, which must not break the report.
# runs: failed
# must_not_pass: cell-shapes, cell-output, lstm-shapes, lstm-output
# must_pass: model-shapes, model-output
# level: any
# category: output

# %%
import torch
from torch import nn

odd = "\ud800 \udfff \x00 \ufffe \uffff \U0010ffff \udc80 \x85 \u2028"
for text in (odd, "\ud83d", odd.encode("utf-8", "surrogatepass").decode("utf-8", "replace")):
    try:
        print(text)
    except UnicodeError as error:
        print("cannot be printed:", type(error).__name__)


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        raise ValueError(odd)


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.register_parameter(odd, nn.Parameter(torch.zeros(1)))
        self.add_module("\ud800", nn.Identity())

    def forward(self, x, hx=None):
        for module in self.children():
            module(x)
        return {odd: x, "\ud800": x}


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
raise ValueError(odd)
