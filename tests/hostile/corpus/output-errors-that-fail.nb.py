# claim: Raises errors whose text cannot be had: __str__ raises, returns no text, hangs, ends the process, or asks for the error again.
# runs: needs_review
# must_not_pass: cell-shapes, cell-output, lstm-shapes, lstm-output, model-shapes, model-output, model-noise
# must_pass: 
# level: any
# category: output
# idle: 0.5

# %%
import time
import torch
from torch import nn


class Mute(Exception):
    def __str__(self):
        raise Mute()

    __repr__ = __str__


class Numbered(Exception):
    def __str__(self):
        return 7


class Slow(Exception):
    def __str__(self):
        time.sleep(60)
        return "slow"


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        raise Mute


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        raise Numbered


class NoiseRemovalModel(nn.Module):
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        raise Slow


# %%
raise Mute

# %%
print("a cell after it")
