# %% [markdown]
# # Practical

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
    """A single LSTM step."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        if hx is None:
            hx = self._init_hidden_state(x)
        h_prev, c_prev = hx
        gates = self.linear(torch.cat((x, h_prev), dim=1))
        # order as recommended: candidate, forget, input, output
        candidate, forget, inp, output = torch.chunk(gates, 4, dim=1)
        c = self.update_internal_state(forget, c_prev, inp, candidate)
        h = self.update_hidden_state(c, output)
        return h, c

    def update_internal_state(self, forget, c_prev, inp, candidate):
        return torch.sigmoid(forget) * c_prev + torch.sigmoid(inp) * torch.tanh(candidate)

    def update_hidden_state(self, c, output):
        return torch.sigmoid(output) * torch.tanh(c)

    def _init_hidden_state(self, x):
        zeros = torch.zeros(x.shape[0], self.hidden_size, device=x.device, dtype=x.dtype)
        return zeros, zeros.clone()

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
    def __init__(self, hidden_size: int, shift: int = 10):
        super().__init__()
        self.shift = shift
        self.encoder = nn.LSTM(1, hidden_size, batch_first=True)
        self.decoder = nn.LSTM(hidden_size, hidden_size, batch_first=True)
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
