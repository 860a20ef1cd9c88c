# %%
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

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
