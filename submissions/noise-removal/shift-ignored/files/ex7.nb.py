# %% [markdown]
# # Noise removal with LSTMs

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
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.linear = nn.Linear(hidden_size + input_size, hidden_size * 4)
        self.sigmoid = nn.Sigmoid()
        self.tanh = nn.Tanh()

    def _init_hidden_state(self, batch_size):
        return (torch.zeros(batch_size, self.hidden_size), torch.zeros(batch_size, self.hidden_size))

    def update_internal_state(self, forget, c_prev, inp, candidate):
        # how much of the old memory stays, how much of the new one is written
        return self.sigmoid(forget) * c_prev + self.sigmoid(inp) * self.tanh(candidate)

    def update_hidden_state(self, c, output):
        return self.sigmoid(output) * self.tanh(c)

    def forward(self, x, hx=None):
        if hx is None:
            hx = self._init_hidden_state(x.shape[0])
        h, c = hx
        combined = torch.cat((h, x), dim=1)
        forget, inp, output, candidate = torch.split(self.linear(combined), self.hidden_size, dim=1)
        c_next = self.update_internal_state(forget, c, inp, candidate)
        h_next = self.update_hidden_state(c_next, output)
        return h_next, c_next

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
        super().__init__()
        self.shift = shift
        self.lstm1 = LSTM(1, hidden_size)
        self.lstm2 = LSTM(hidden_size, hidden_size)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        x, _ = self.lstm1(x)
        x, _ = self.lstm2(x)
        return self.linear(x)

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
