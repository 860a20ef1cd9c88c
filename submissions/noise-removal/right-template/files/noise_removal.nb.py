# %% [markdown]
# # Noise removal
#
# Anna Muster (1000101), Ben Beispiel (1000102)

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

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
# ## Echo

# %%
class Echo(nn.Module):
    """Returns each bit of a sequence one step later."""

    def __init__(self):
        super().__init__()
        self.lstm = LSTM(1, 12)
        self.linear = nn.Linear(12, 1)

    def forward(self, x):
        return self.linear(self.lstm(x)[0])


torch.manual_seed(42)
echo = Echo()
echo_optimizer = torch.optim.Adam(echo.parameters(), lr=0.05)
for step in range(60):
    bits = torch.randint(0, 2, (32, 9, 1)).float()
    echo_optimizer.zero_grad()
    F.binary_cross_entropy_with_logits(echo(bits)[:, 1:], bits[:, :-1]).backward()
    echo_optimizer.step()
with torch.no_grad():
    bits = torch.randint(0, 2, (200, 9, 1)).float()
    right = (echo(bits)[:, 1:] > 0) == (bits[:, :-1] > 0.5)
print(f"echo accuracy: {right.float().mean().item():.3f}")

# %% [markdown]
# ## Model

# %%
class NoiseRemovalModel(nn.Module):
    """Two LSTMs and a linear layer; the output is shifted against the input."""

    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.lstm1 = LSTM(1, hidden_size)
        self.lstm2 = LSTM(hidden_size, hidden_size)
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
figure, axes = plt.subplots(2, 3, figsize=(10, 5), sharex=True)
for curve, (ax, one, other) in enumerate(zip(axes.flat, clean, noisy)):
    ax.plot(one, label="clean")
    ax.plot(other, ".", label="noisy")
    ax.set_title(f"curve {curve + 1}")
axes[0, 0].legend()
plt.show()

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
