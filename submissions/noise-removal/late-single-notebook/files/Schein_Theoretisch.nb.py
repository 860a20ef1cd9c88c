# %% [markdown]
# # Exercise 7
#
# - Stella Schein, matriculation number 1000139
# - Theo Theoretisch, matriculation number 1000140

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
    """Two LSTMs and a linear layer; the output is shifted against the input."""

    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.lstm1 = nn.LSTM(1, hidden_size, batch_first=True)
        self.lstm2 = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        x = F.pad(x, (0, 0, 0, self.shift))  # zeros at the end of the curve
        x, _ = self.lstm1(x)
        x = x[:, self.shift:, :]
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

# %% [markdown]
# ## Question 1: What do CNNs and RNNs have in common, and where do they differ?
#
# Both kinds of nets assume that the same pattern can show up at more than one position, so one detector is enough for all of them. For a CNN a position is a place in the image, for an RNN it is a moment in the sequence. A further difference is the memory, only recurrent nets have it.

# %% [markdown]
# ## Question 2: What helps against vanishing and exploding gradients?
#
# The product of many Jacobians is the problem, so either make the factors close to one (orthogonal initialization, gated cells like the LSTM) or limit the result (clipping). Skip connections over several steps make the product shorter.

# %% [markdown]
# ## Question 3: Which design pattern does the model follow, and which shapes does the tensor take?
#
# Shifted many-to-many, because input and output have the same length and the future values are useful for smoothing.
#
# | layer | shape |
# |---|---|
# | input | (batch, seq_len, 1) |
# | padding | (batch, seq_len + shift, 1) |
# | first LSTM | (batch, seq_len + shift, hidden_size) |
# | slice | (batch, seq_len, hidden_size) |
# | second LSTM | (batch, seq_len, hidden_size) |
# | linear | (batch, seq_len, 1) |

# %% [markdown]
# ## Question 4: Hyperparameter configurations
#
# | Name | Hidden | Shift | Epochs | Batch | Removed |
# |---|---|---|---|---|---|
# | initial configuration | 40 | 10 | 100 | 10 | 57.43% |
# | 200 epochs | 40 | 10 | 200 | 10 | 59.54% |
# | hidden size 20 | 20 | 10 | 100 | 10 | 53.92% |
# | hidden size 60 | 60 | 10 | 100 | 10 | 58.01% |
# | shift 3 | 40 | 3 | 100 | 10 | 56.37% |
