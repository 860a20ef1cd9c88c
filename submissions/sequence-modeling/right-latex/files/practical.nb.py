# %% [markdown]
# # 11.3 Practical

# %%
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

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
    """Runs the cell over a sequence."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        # x: (batch, seq, input)
        outputs = []
        for t in range(x.shape[1]):
            hx = self.cell(x[:, t, :], hx)
            outputs.append(hx[0])
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
def make_curves(n, length=80):
    x = np.linspace(0, 5, length)
    curves = []
    for _ in range(n):
        k = np.random.randint(1, 4)
        a = np.random.uniform(0, 2, k)
        o = np.random.uniform(-np.pi, np.pi, k)
        f = np.random.uniform(0.1, 1, k)
        curves.append(sum(a[j] * np.sin(np.pi * f[j] * x + o[j]) for j in range(k)))
    return np.array(curves)


def add_noise(curves):
    size = 0.05 * (curves.max(axis=1) - curves.min(axis=1))
    return curves + size[:, None] * np.random.randn(*curves.shape)


torch.manual_seed(42)
np.random.seed(42)
model = NoiseRemovalModel(hidden_size=8)
clean = make_curves(20)
noisy = add_noise(clean)

# %%
def train(model, noisy, clean, epochs, lr=0.01, batch_size=10):
    x = torch.tensor(noisy, dtype=torch.float32).unsqueeze(-1)
    y = torch.tensor(clean, dtype=torch.float32).unsqueeze(-1)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    for epoch in range(epochs):
        for i in range(0, len(x), batch_size):
            optimizer.zero_grad()
            loss = F.mse_loss(model(x[i:i + batch_size]), y[i:i + batch_size])
            loss.backward()
            optimizer.step()
        scheduler.step()
        print(f"epoch {epoch}: loss {loss.item():.4f}")


# only two epochs here, the long runs for the table were done on the pool computers
train(model, noisy, clean, epochs=2)
