# %% [markdown]
# # LSTM for noise removal

# %%
import torch
import numpy as np
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

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
    def __init__(self, input_size: int, hidden_size: int):
        super().__init__()
        self.hidden_size = hidden_size
        self.cell = LSTMCell(input_size=input_size, hidden_size=hidden_size)

    def forward(self, x, hx=None):
        batch, seq, _ = x.shape
        out = x.new_zeros(batch, seq, self.hidden_size)
        for t in range(seq):
            h, c = self.cell(x[:, t], hx)
            hx = (h, c)
            out[:, t] = h
        return out, (h, c)

# %% [markdown]
# ## Model

# %%
class NoiseRemovalModel(nn.Module):

    def __init__(self, hidden_size, shift=10):
        super(NoiseRemovalModel, self).__init__()
        self.shift = shift
        self.pad = nn.ZeroPad2d((0, 0, 0, shift))
        self.lstm_1 = LSTM(input_size=1, hidden_size=hidden_size)
        self.lstm_2 = LSTM(input_size=hidden_size, hidden_size=hidden_size)
        self.out = nn.Linear(40, 1)

    def forward(self, x):
        x_padded = self.pad(x)
        out1, _ = self.lstm_1(x_padded)
        out1 = out1[:, self.shift:, :]
        out2, _ = self.lstm_2(out1)
        return self.out(out2)

# %% [markdown]
# ## Experiment

# %%
class NoisyCurves(Dataset):
    """Pairs of a noisy and a clean curve."""

    def __init__(self, amount, length=80):
        x = np.linspace(0, 5, length)
        clean = []
        for _ in range(amount):
            n = np.random.randint(1, 4)
            amp, off, freq = np.random.uniform(0, 2, n), np.random.uniform(-np.pi, np.pi, n), np.random.uniform(0.1, 1, n)
            clean.append((amp[:, None] * np.sin(np.pi * freq[:, None] * x + off[:, None])).sum(0))
        clean = np.stack(clean)
        noise = np.random.normal(0, 1, clean.shape) * 0.05 * np.ptp(clean, axis=1)[:, None]
        self.clean = torch.tensor(clean[..., None], dtype=torch.float32)
        self.noisy = torch.tensor((clean + noise)[..., None], dtype=torch.float32)

    def __len__(self):
        return len(self.clean)

    def __getitem__(self, index):
        return self.noisy[index], self.clean[index]


np.random.seed(42)
torch.manual_seed(42)
train_set = NoisyCurves(20)
val_set = NoisyCurves(10)

# %%
def noise_removed(model, data):
    with torch.no_grad():
        rest = (data.clean - model(data.noisy)).abs().sum()
    return max(0.0, 100 * (1 - rest / (data.clean - data.noisy).abs().sum()).item())


model = NoiseRemovalModel(hidden_size=40, shift=10)
loader = DataLoader(train_set, batch_size=10, shuffle=False)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2)
criterion = nn.MSELoss()
for epoch in range(2):
    for noisy, clean in loader:
        loss = criterion(model(noisy), clean)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    scheduler.step()
print("noise removed:", noise_removed(model, val_set), "%")
