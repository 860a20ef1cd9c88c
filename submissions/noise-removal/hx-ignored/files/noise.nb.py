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
        # start with an empty memory
        h = torch.zeros(batch_size, self.hidden_size)
        c = torch.zeros(batch_size, self.hidden_size)
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
