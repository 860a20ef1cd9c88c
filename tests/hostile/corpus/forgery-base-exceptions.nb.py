# claim: Raises what is no Exception when it is called: KeyboardInterrupt, SystemExit, GeneratorExit, cancelled, its own kind.
# runs: passed
# must_not_pass: cell-shapes, cell-output, lstm-shapes, lstm-output, model-shapes, model-output, model-noise
# must_pass: 
# level: any
# category: forgery

# %%
import asyncio
import torch
from torch import nn


class Own(BaseException):
    pass


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        raise (KeyboardInterrupt if len(x) > 1 else Own)("stop the grader")


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        raise SystemExit(0) if len(x) > 1 else GeneratorExit


class NoiseRemovalModel(nn.Module):
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        raise BaseExceptionGroup("several", [asyncio.CancelledError(), StopIteration(3), SystemExit(0)])
