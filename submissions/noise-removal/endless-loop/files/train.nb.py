# %% [markdown]
# # Noise removal
#
# Olga Ohnegleichen, Paul Phantasie

# %%
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

# %% [markdown]
# ## LSTMCell

# %%
class LSTMCell(nn.Module):
    def __init__(self, input_size: int, hidden_size: int):
        super().__init__()
        self.hidden_size = hidden_size
        self.gates = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        h, c = hx if hx is not None else 2 * (x.new_zeros(len(x), self.hidden_size),)
        # same gate order as in the PyTorch docs: i, f, g, o
        i, f, g, o = self.gates(torch.cat([x, h], 1)).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c

# %% [markdown]
# ## LSTM

# %%
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        states = []
        for x_t in x.unbind(dim=1):
            hx = self.cell(x_t, hx)
            states.append(hx)
        output = torch.stack([h for h, _ in states], dim=1)
        return output, states[-1]

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
# train until (nearly) all of the noise is gone
torch.manual_seed(42)
model = NoiseRemovalModel(8)
clean = generate_data(20)
x, y = (torch.tensor(a, dtype=torch.float32)[..., None] for a in (with_noise(clean), clean))
optimizer = torch.optim.Adam(model.parameters(), lr=CONFIG["lr"])
removed = 0.0
while removed < 99.9:
    optimizer.zero_grad()
    output = model(x)
    ((output - y) ** 2).mean().backward()
    optimizer.step()
    removed = float(100 * (1 - (y - output.detach()).abs().sum() / (y - x).abs().sum()))

# %%
print("removed", removed)
