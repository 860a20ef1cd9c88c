# %% [markdown]
# # Übung 7: Rauschen entfernen
#
# Zoë Müller-Example, Cem Ö. Sample, Paula Platzhalter

# %%
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

# %% [markdown]
# ## Die Zelle

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
# ## Die Schicht

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
# ## Das Modell

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
# ## Training

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
