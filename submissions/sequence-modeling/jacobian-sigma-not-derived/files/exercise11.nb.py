# %% [markdown]
# # 11.3

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
        super().__init__()
        self.step = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        hidden_states = []
        for frame in x.transpose(0, 1):  # time first, so that we can loop over it
            h, c = self.step(frame, hx)
            hidden_states.append(h)
            hx = h, c
        return torch.stack(hidden_states).transpose(0, 1), hx

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
