# %% [markdown]
# # Aufgabe 7
#
# Max Mustermann und Nora Nobody

# %%
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

# %% [markdown]
# ## LSTMCell

# %%
class LSTMCell(nn.Module):
    def __init__(self, input_size: int, hidden_size: int):
        super().__init__()
        self.hidden_size = hidden_size
        self.gates = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        h, c = hx if hx is not None else 2 * (x.new_zeros(len(x), self.hidden_size),)
        # same gate order as in the PyTorch docs: i, f, g, o
        i, f, g, o = self.gates(torch.cat([x, h], 1)).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c

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
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.erstes = LSTM(1, hidden_size)
        self.zweites = LSTM(hidden_size, hidden_size)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        # mit Nullen auffüllen
        nullen = torch.zeros(x.size(0), self.shift, 1)
        x = torch.cat([nullen, x], dim=1)
        h, _ = self.erstes(x)
        h = h[:, self.shift:]  # die ersten Schritte wegwerfen
        h, _ = self.zweites(h)
        return self.linear(h)

# %% [markdown]
# ## Experiment

# %%
# Daten: Summen aus ein bis drei Sinuskurven
def kurve(x):
    anzahl = np.random.randint(1, 4)
    amplituden = np.random.uniform(0, 2, anzahl)
    verschiebungen = np.random.uniform(-np.pi, np.pi, anzahl)
    frequenzen = np.random.uniform(0.1, 1, anzahl)
    y = np.zeros_like(x)
    for a, v, f in zip(amplituden, verschiebungen, frequenzen):
        y += a * np.sin(np.pi * f * x + v)
    return y


np.random.seed(42)
torch.manual_seed(42)
x_achse = np.linspace(0, 5, 80)
sauber = np.stack([kurve(x_achse) for _ in range(20)])
rauschen = np.random.normal(size=sauber.shape) * 0.05 * np.ptp(sauber, axis=1, keepdims=True)
verrauscht = sauber + rauschen

# %%
netz = NoiseRemovalModel(10, shift=10)
eingabe = torch.from_numpy(verrauscht).float()[:, :, None]
ziel = torch.from_numpy(sauber).float()[:, :, None]
optimierer = torch.optim.Adam(netz.parameters(), lr=0.01)
plan = torch.optim.lr_scheduler.CosineAnnealingLR(optimierer, T_max=2)
verlust = nn.MSELoss()

for epoche in range(2):  # hier nur kurz, für die Tabelle 100 und mehr
    for k in range(0, 20, 10):
        optimierer.zero_grad()
        fehler = verlust(netz(eingabe[k:k + 10]), ziel[k:k + 10])
        fehler.backward()
        optimierer.step()
    plan.step()
    print("Epoche", epoche, "Fehler", round(fehler.item(), 4))
