# %% [markdown]
# # Exercise 7: noise removal

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
# how large is the noise of each curve?
example = np.sin(np.linspace(0, 5, 80))
noise_level = 0.05 * (example.max() - example.min())
plot_curve(example, noise_level)

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
