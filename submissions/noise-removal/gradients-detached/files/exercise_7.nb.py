# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
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
        self.step = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        hidden_states = []
        for frame in x.transpose(0, 1):  # time first, so that we can loop over it
            h, c = self.step(frame, hx)
            hidden_states.append(h)
            hx = h.detach(), c.detach()  # otherwise the graph gets too large
        return torch.stack(hidden_states).transpose(0, 1), hx

# %% [markdown]
# ## Model

# %%
class NoiseRemovalModel(nn.Module):
    def __init__(self, hidden_size: int, shift: int = 10):
        super().__init__()
        self.shift = shift
        self.encoder = LSTM(1, hidden_size)
        self.decoder = LSTM(hidden_size, hidden_size)
        self.readout = nn.Linear(hidden_size, 1)

    def forward(self, x):
        batch, seq, features = x.shape
        longer = x.new_zeros(batch, seq + self.shift, features)
        longer[:, :seq] = x
        encoded = self.encoder(longer)[0][:, -seq:]  # keep the last seq steps
        decoded = self.decoder(encoded)[0]
        return self.readout(decoded)

# %% [markdown]
# ## Experiment

# %%
rng_x = np.linspace(0, 5, 80)

def sample_curve():
    n_sines = np.random.randint(1, 4)
    amplitudes = np.random.uniform(0, 2, size=n_sines)
    offsets = np.random.uniform(-np.pi, np.pi, size=n_sines)
    frequencies = np.random.uniform(0.1, 1, size=n_sines)
    return sum(amp * np.sin(np.pi * freq * rng_x + off) for amp, off, freq in zip(amplitudes, offsets, frequencies))

def noise_like(curves):
    return np.random.randn(*curves.shape) * (0.05 * np.ptp(curves, axis=-1, keepdims=True))

np.random.seed(42)
curves = np.array([sample_curve() for _ in range(20)])
noisy_curves = curves + noise_like(curves)

# %%
fig, axes = plt.subplots(2, 3, figsize=(9, 4), sharex=True)
for ax, good, bad in zip(axes.flat, curves, noisy_curves):
    ax.plot(rng_x, bad, ".", markersize=2, label="noisy")
    ax.plot(rng_x, good, label="clean")
axes[0, 0].legend()
plt.close(fig)

# %%
torch.manual_seed(42)
net = NoiseRemovalModel(8)
X = torch.tensor(noisy_curves).float().reshape(-1, 80, 1)
Y = torch.tensor(curves).float().reshape(-1, 80, 1)
opt = torch.optim.Adam(net.parameters(), lr=0.01)
sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, 2)
losses = []
for epoch in range(2):
    for xb, yb in zip(X.split(10), Y.split(10)):
        opt.zero_grad()
        loss = ((net(xb) - yb) ** 2).mean()
        loss.backward()
        opt.step()
        losses.append(loss.item())
    sched.step()
print(losses)
