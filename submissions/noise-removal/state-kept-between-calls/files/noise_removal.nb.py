# %% [markdown]
# # Exercise 7

# %%
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

# %% [markdown]
# ## LSTMCell

# %%
class LSTMCell(nn.Module):
    """LSTM cell, see the slides of lecture 9."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.W = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        B = x.shape[0]
        if hx is None:
            hx = (torch.zeros(B, self.hidden_size), torch.zeros(B, self.hidden_size))
        h_old, c_old = hx
        a = self.W(torch.cat([x, h_old], dim=1)).view(B, 4, self.hidden_size)
        g = torch.tanh(a[:, 0])
        f = torch.sigmoid(a[:, 1])
        i = torch.sigmoid(a[:, 2])
        o = torch.sigmoid(a[:, 3])
        c_new = f * c_old + i * g
        h_new = o * torch.tanh(c_new)
        return h_new, c_new

# %% [markdown]
# ## LSTM

# %%
class LSTM(nn.Module):
    """LSTM over a sequence. Remembers its state, so that long curves can be given in pieces."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)
        self.hx = None

    def forward(self, x, hx=None):
        if hx is None:
            hx = self.hx
        if hx is not None and hx[0].shape[0] != x.shape[0]:
            hx = None  # another batch size: start again
        outputs = []
        for t in range(x.shape[1]):
            hx = self.cell(x[:, t], hx)
            outputs.append(hx[0])
        self.hx = (hx[0].detach(), hx[1].detach())
        return torch.stack(outputs, dim=1), hx

# %% [markdown]
# ## Model

# %%
class NoiseRemovalModel(nn.Module):
    # we take nn.LSTM here, the exercise allows it and it is a lot faster
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.first = nn.LSTM(1, hidden_size, batch_first=True)
        self.second = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, 1)

    def forward(self, x):
        padded = F.pad(x, (0, 0, 0, self.shift), value=0.0)
        hidden, _ = self.first(padded)
        hidden, _ = self.second(hidden[:, self.shift:])
        return self.head(hidden)

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
