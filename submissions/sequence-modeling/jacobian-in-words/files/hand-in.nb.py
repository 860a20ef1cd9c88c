# %% [markdown]
# # Noise removal

# %%
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

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

    def __init__(self, hidden_size, shift=10):
        super(NoiseRemovalModel, self).__init__()
        self.shift = shift
        self.pad = nn.ZeroPad2d((0, 0, 0, shift))
        self.lstm_1 = nn.LSTM(1, hidden_size, batch_first=True)
        self.lstm_2 = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, 1)

    def forward(self, x):
        x_padded = self.pad(x)
        out1, _ = self.lstm_1(x_padded)
        out1 = out1[:, self.shift:, :]
        out2, _ = self.lstm_2(out1)
        return self.out(out2)

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
