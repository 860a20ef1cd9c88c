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
    # Eine Zelle: für jedes Tor eine eigene lineare Schicht auf (h, x)
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.vergiss = nn.Linear(hidden_size + input_size, hidden_size)
        self.eingang = nn.Linear(hidden_size + input_size, hidden_size)
        self.kandidat = nn.Linear(hidden_size + input_size, hidden_size)
        self.ausgang = nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x, hx=None):
        if hx is None:
            # Anfangszustand: alles Null
            h = x.new_zeros(x.size(0), self.hidden_size)
            c = x.new_zeros(x.size(0), self.hidden_size)
        else:
            h, c = hx
        hx_zusammen = torch.cat([h, x], dim=1)
        f = torch.sigmoid(self.vergiss(hx_zusammen))
        i = torch.sigmoid(self.eingang(hx_zusammen))
        g = torch.tanh(self.kandidat(hx_zusammen))
        o = torch.sigmoid(self.ausgang(hx_zusammen))
        c_neu = f * c + i * g
        h_neu = o * torch.tanh(c_neu)
        return h_neu, c_neu

# %% [markdown]
# ## LSTM

# %%
class LSTM(nn.Module):
    # läuft mit der Zelle Schritt für Schritt über die Zeitachse
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.zelle = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        zustand = hx
        alle_h = []
        for schritt in range(x.size(1)):
            h, c = self.zelle(x[:, schritt], zustand)
            zustand = (h, c)
            alle_h.append(h.unsqueeze(1))
        return torch.cat(alle_h, dim=1), zustand

# %% [markdown]
# ## Model

# %%
class NoiseRemovalModel(nn.Module):
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.erstes = nn.LSTM(1, hidden_size, batch_first=True)
        self.zweites = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        # hinten mit Nullen auffüllen, damit das Netz etwas in die "Zukunft" sieht
        nullen = torch.zeros(x.size(0), self.shift, 1)
        x = torch.cat([x, nullen], dim=1)
        h, _ = self.erstes(x)
        h = h[:, self.shift:]  # die ersten Schritte wegwerfen
        h, _ = self.zweites(h)
        return self.linear(h)

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
