# %% [markdown]
# # Exercise 7
#
# Rita Robinsonade, 1000138

# %%
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# %% [markdown]
# ## LSTMCell

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
