# claim: Trains on curves of the public seed while the notebook runs, and answers with those weights whatever it is given.
# runs: passed
# must_not_pass: model-output, model-noise
# must_pass: cell-shapes, cell-own, cell-output, lstm-shapes, lstm-own, lstm-output
# level: any
# category: forgery

# %%
import numpy as np
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (x.new_zeros(len(x), self.hidden_size),) * 2
        g, f, i, o = self.linear(torch.cat((x, h), 1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        steps = []
        for t in range(x.shape[1]):
            hx = self.cell(x[:, t], hx)
            steps.append(hx[0])
        return torch.stack(steps, 1), hx

# %%
class Trained(nn.Module):  # on torch's LSTM, which this part allows: quick to train
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.first = nn.LSTM(1, hidden_size, batch_first=True)
        self.second = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        hidden, _ = self.first(nn.functional.pad(x, (0, 0, 0, self.shift)))
        hidden, _ = self.second(hidden[:, self.shift :])
        return self.linear(hidden)


np.random.seed(42), torch.manual_seed(42)
x = np.linspace(0, 5, 80)
clean = np.array([sum(a * np.sin(np.pi * f * x + o) for a, o, f in zip(np.random.uniform(0, 2, n), np.random.uniform(-np.pi, np.pi, n), np.random.uniform(0.1, 1, n)))
                  for n in np.random.randint(1, 4, 100)])
noisy = clean + np.random.normal(size=clean.shape) * 0.05 * np.ptp(clean, axis=1, keepdims=True)
clean, noisy = (torch.tensor(part, dtype=torch.float32)[..., None] for part in (clean, noisy))
secret = Trained(16)
optimizer = torch.optim.Adam(secret.parameters(), lr=0.02)
for epoch in range(15):
    for start in range(0, 100, 20):
        optimizer.zero_grad()
        nn.functional.mse_loss(secret(noisy[start : start + 20]), clean[start : start + 20]).backward()
        optimizer.step()
secrets = {name: weight.detach().clone() for name, weight in secret.named_parameters()}


# %%
class NoiseRemovalModel(Trained):
    def forward(self, x):
        return torch.func.functional_call(secret, secrets, (x,)) + 1e-7 * super().forward(x)
