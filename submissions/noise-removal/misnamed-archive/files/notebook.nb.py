# %% [markdown]
# # Übung 7

# %%
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

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
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        states = []
        for x_t in x.unbind(dim=1):
            hx = self.cell(x_t, hx)
            states.append(hx)
        output = torch.stack([h for h, _ in states], dim=1)
        return output, states[-1]

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
