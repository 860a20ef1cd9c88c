"""One matrix per projection, all stored in a ParameterDict, computed with F.linear."""
import torch
import torch.nn.functional as F
from torch import nn


def causal_mask(n: int):
    i, j = torch.meshgrid(torch.arange(n), torch.arange(n), indexing="ij")
    return i >= j


def padding_mask(lengths, n: int):
    return torch.logical_and(torch.arange(n)[None] >= 0, torch.arange(n)[None] <= lengths[:, None] - 1)


def attention(q, k, v, mask=None):
    scores = torch.einsum("...qd,...kd->...qk", q, k) / torch.sqrt(torch.tensor(float(q.shape[-1])))
    if mask is not None:
        scores = torch.where(mask, scores, torch.zeros_like(scores))
    weights = torch.exp(scores - torch.logsumexp(scores, dim=-1, keepdim=True))
    return torch.einsum("...qk,...kd->...qd", weights, v), weights


class MultiHeadAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.dim, self.heads = dim, heads
        self.weights = nn.ParameterDict({k: torch.empty(dim, dim) for k in "qkvo"})
        self.biases = nn.ParameterDict({k: torch.zeros(dim) for k in "qkvo"})
        for w in self.weights.values():
            nn.init.xavier_uniform_(w)

    def project(self, x, name):
        return F.linear(x, self.weights[name], self.biases[name])

    def forward(self, x, mask=None):
        b, n, _ = x.shape
        q, k, v = (torch.stack(self.project(x, c).split(self.dim // self.heads, dim=-1), dim=1) for c in "qkv")
        if mask is not None:
            mask = mask.view(-1, 1, n, n)
        out, _ = attention(q, k, v, mask)
        return self.project(torch.cat(out.unbind(1), dim=-1), "o")


class Block(nn.Module):
    def __init__(self, dim, heads, hidden, dropout=0.1):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(2, dim))
        self.beta = nn.Parameter(torch.zeros(2, dim))
        self.attend = MultiHeadAttention(dim, heads)
        self.fc = nn.ModuleList([nn.Linear(hidden, dim), nn.Linear(dim, hidden)][::-1])
        self.dropout = nn.Dropout(dropout)

    def norm(self, x, i):
        return F.layer_norm(x, (x.shape[-1],), self.gamma[i], self.beta[i])

    def feedforward(self, x):
        return self.fc[1](F.gelu(self.fc[0](x)))

    def forward(self, x, mask=None):
        for i, part in enumerate((lambda z: self.attend(z, mask), self.feedforward)):
            x = x + self.dropout(part(self.norm(x, i)))
        return x
