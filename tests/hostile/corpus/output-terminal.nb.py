# claim: Prints and raises terminal sequences: clearing, colours, titles, links, the clipboard, cursor moves, overwriting, reversed text, bells.
# runs: passed
# must_not_pass: cell-shapes, cell-output
# must_pass: model-shapes, model-output
# level: any
# category: output

# %%
evil = "\x1b[2J\x1b[1;1H\x1b]0;graded\x07\x1b]8;;file:///etc/hostname\x1b\\link\x1b]8;;\x1b\\\x1b]52;c;ZXZpbA==\x07\x1b[8mhidden\x1b[0m\x9b31mred\x1bc\x1b[?1049h\x1bP+q\x1b\\ failed\rpassed\x08\x08 \u202edessap\u2066 \u200b\u0000\x07"
print(evil)
for name in ("stdout", "stderr"):
    print(evil * 3, file=getattr(__import__("sys"), name))

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        raise ValueError(evil)


LSTMCell.__name__ = LSTMCell.__qualname__ = evil.replace("\0", "")

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
