# %% [markdown]
# # Exercise sheet 11
#
# Emil Erfunden (1000206, emil.erfunden@stud.example.org)
#
# Fritz Fiktiv (1000207, fritz.fiktiv@stud.example.org)

# %% [markdown]
# # Exercise 11.1
#
# ## 11.1 1)
#
# RNN: the current output is a function of the current input and of the state, and the state sums up the past. CNN: the output is a function of a fixed window of the input, without a state. So the CNN is the model for spatial structure and the RNN the one for temporal structure.
#
# Reference: C. Olah, Understanding LSTM Networks, 2015, https://colah.github.io/posts/2015-08-Understanding-LSTMs/

# %% [markdown]
# ## 11.1 2)
#
# The problem is a long product of derivatives that are smaller than one. The early inputs get nearly no gradient. An LSTM keeps an additive memory, the cell state, and gates it, so the derivative along the memory is the forget gate alone. Yes, ResNets are related: they also add instead of replace.
#
# References: He et al., Deep Residual Learning, 2016; C. Olah, Understanding LSTM Networks, 2015

# %% [markdown]
# # Exercise 11.2
#
# ## 11.2 1)
#
# - **One to one**: Recognising a handwritten digit. The input is one image, the output one of ten classes.
# - **One to many**: Writing a caption for a photo. The input is the photo, the output a sequence of words.
# - **Many to one**: Rating a film review. The input is the sequence of words, the output a single sentiment.
# - **Many to many** (first kind): Translating a sentence. The whole input sentence is read before the output sentence is written.
# - **Many to many** (second kind): Tagging each word with its part of speech. Input and output have the same length.

# %% [markdown]
# ## 11.2 2)
#
# ```text
#         root: "not very good"
#          /            \
#      "not"         inner node
#                    /       \
#                "very"    "good"
# ```
#
# A recursive network follows a tree and not a chain. The leaves are vectors of words. In each inner node the same weights combine the vectors of the two children into one vector of the same size. The vector at the root stands for the whole sentence and can be classified.

# %% [markdown]
# ## 11.2 3 a)
#
# It is the Jacobian of one step of the recurrence:
#
# $$J_{k+1} = \frac{\partial h_{k+1}}{\partial h_k} = \operatorname{diag}(\sigma'(z_{k+1})) \, W$$

# %% [markdown]
# ## 11.2 3 b)
#
# The gradient can vanish or explode, because T - t factors are multiplied. The two factors are the norm of W and the size of the derivative of the activation, sigma'. If both are small the product goes to zero, if the norm of W is large enough it grows without a limit.

# %% [markdown]
# # Exercise 11.3

# %%
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

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
