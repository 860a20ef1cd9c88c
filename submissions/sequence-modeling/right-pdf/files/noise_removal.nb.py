# %% [markdown]
# # Exercise 11.3

# %%
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

# %% [markdown]
# ## LSTMCell

# %%
class LSTMCell(nn.Module):
    GATES = ("forget", "input", "candidate", "output")

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.gate = nn.ModuleDict({name: nn.Linear(input_size + hidden_size, hidden_size) for name in self.GATES})

    def forward(self, x, hx=None):
        h, c = self._init_hidden_state(x) if hx is None else hx
        both = torch.cat((x, h), dim=1)
        pre = {name: layer(both) for name, layer in self.gate.items()}
        c = self.update_internal_state(pre["forget"], c, pre["input"], pre["candidate"])
        return self.update_hidden_state(c, pre["output"]), c

    @staticmethod
    def update_internal_state(forget, c_prev, input, candidate):
        keep = torch.sigmoid(forget) * c_prev
        write = torch.sigmoid(input) * torch.tanh(candidate)
        return keep + write

    @staticmethod
    def update_hidden_state(c, output):
        return torch.sigmoid(output) * torch.tanh(c)

    def _init_hidden_state(self, x):
        return x.new_zeros(x.shape[0], self.hidden_size), x.new_zeros(x.shape[0], self.hidden_size)

# %% [markdown]
# ## LSTM

# %%
class LSTM(nn.Module):

    def __init__(self, input_size, hidden_size):
        super(LSTM, self).__init__()
        self.hidden_size = hidden_size
        self.lstm_cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        batch_size, seq_len, _ = x.size()
        if hx is None:
            h = torch.zeros(batch_size, self.hidden_size)
            c = torch.zeros(batch_size, self.hidden_size)
        else:
            h, c = hx
        hs = []
        for t in range(seq_len):
            h, c = self.lstm_cell(x[:, t, :], (h, c))
            hs.append(h)
        hs = torch.stack(hs, 1)
        return hs, (h, c)

# %% [markdown]
# ## Model

# %%
class NoiseRemovalModel(nn.Module):

    def __init__(self, hidden_size, shift=10):
        super(NoiseRemovalModel, self).__init__()
        self.shift = shift
        self.pad = nn.ZeroPad2d((0, 0, 0, shift))
        self.lstm_1 = nn.LSTM(1, hidden_size, batch_first=True)
        self.lstm_2 = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, 1)

    def forward(self, x):
        x_padded = self.pad(x)
        out1, _ = self.lstm_1(x_padded)
        out1 = out1[:, self.shift:, :]
        out2, _ = self.lstm_2(out1)
        return self.out(out2)

# %% [markdown]
# ## Experiment

# %%
CONFIG = {"hidden_size": 8, "shift": 10, "epochs": 2, "batch_size": 10, "lr": 0.01, "curves": 20}

def generate_data(count):
    t = np.linspace(0, 5, 80)
    data = np.zeros((count, 80))
    for row in data:
        for amp, off, freq in draw_sines():
            row += amp * np.sin(np.pi * freq * t + off)
    return data

def draw_sines():
    k = np.random.randint(1, 4)
    return list(zip(np.random.uniform(0, 2, k), np.random.uniform(-np.pi, np.pi, k), np.random.uniform(0.1, 1, k)))

def with_noise(data):
    sigma = 0.05 * (data.max(1) - data.min(1))
    return data + np.random.normal(size=data.shape) * sigma[:, np.newaxis]

# %%
def run_experiment(config):
    """One training, a fresh model every time; returns the share of noise that is gone."""
    torch.manual_seed(42)
    np.random.seed(42)
    model = NoiseRemovalModel(config["hidden_size"], config["shift"])
    clean = generate_data(config["curves"])
    noisy = with_noise(clean)
    x, y = (torch.tensor(a, dtype=torch.float32)[..., None] for a in (noisy, clean))
    optimizer = torch.optim.Adam(model.parameters(), lr=config["lr"])
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=config["epochs"])
    for _ in range(config["epochs"]):
        for start in range(0, len(x), config["batch_size"]):
            stop = start + config["batch_size"]
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x[start:stop]), y[start:stop]).backward()
            optimizer.step()
        scheduler.step()
    with torch.no_grad():
        return float(100 * (1 - (y - model(x)).abs().sum() / (y - x).abs().sum()))

print(run_experiment(CONFIG))
