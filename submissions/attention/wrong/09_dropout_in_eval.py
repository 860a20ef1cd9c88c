import math

import torch
from torch import nn


def causal_mask(n):
    return ~torch.triu(torch.ones(n, n, dtype=torch.bool), diagonal=1)


def padding_mask(lengths, n):
    return torch.cumsum(torch.ones(len(lengths), n, dtype=torch.long), dim=1).le(lengths.view(-1, 1))


def attention(q, k, v, mask=None):
    """Softmax written out by hand."""
    scores = torch.einsum("...id,...jd->...ij", q, k) / math.sqrt(q.shape[-1])
    if mask is None:
        mask = torch.ones(scores.shape[-2:], dtype=torch.bool)
    scores = scores.masked_fill(mask.logical_not(), -torch.inf)
    scores = scores - scores.amax(dim=-1, keepdim=True)
    e = scores.exp()
    weights = e / e.sum(dim=-1, keepdim=True)
    return torch.einsum("...ij,...je->...ie", weights, v), weights


class MultiHeadAttention(nn.Module):
    """All projections are parameters of my own with the heads as an axis."""

    def __init__(self, dim, heads):
        super().__init__()
        size = dim // heads
        self.w = nn.Parameter(torch.randn(3, heads, dim, size) / math.sqrt(dim))
        self.b = nn.Parameter(torch.zeros(3, heads, size))
        self.w_out = nn.Parameter(torch.randn(heads, size, dim) / math.sqrt(dim))
        self.b_out = nn.Parameter(torch.zeros(dim))

    def forward(self, x, mask=None):
        q, k, v = torch.einsum("bnd,thde->tbhne", x, self.w) + self.b[:, None, :, None, :]
        if mask is not None and mask.ndim > 2:
            mask = mask[:, None, :, :]
        y, _ = attention(q, k, v, mask)
        return torch.einsum("bhne,hed->bnd", y, self.w_out) + self.b_out


class Norm(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(dim))
        self.shift = nn.Parameter(torch.zeros(dim))

    def forward(self, x):
        mean = x.mean(-1, keepdim=True)
        var = x.var(-1, keepdim=True, unbiased=False)
        return (x - mean) / torch.sqrt(var + 1e-5) * self.gain + self.shift


class Block(nn.Module):
    def __init__(self, dim, heads, hidden, dropout=0.1):
        super().__init__()
        self.n1, self.n2 = Norm(dim), Norm(dim)
        self.a = MultiHeadAttention(dim, heads)
        self.w1 = nn.Parameter(torch.randn(dim, hidden) / math.sqrt(dim))
        self.b1 = nn.Parameter(torch.zeros(hidden))
        self.w2 = nn.Parameter(torch.randn(hidden, dim) / math.sqrt(hidden))
        self.b2 = nn.Parameter(torch.zeros(dim))
        self.p = dropout

    def drop(self, x):
        return nn.functional.dropout(x, self.p)

    def forward(self, x, mask=None):
        x = x + self.drop(self.a(self.n1(x), mask))
        z = self.n2(x) @ self.w1 + self.b1
        z = 0.5 * z * (1 + torch.erf(z / math.sqrt(2)))
        return x + self.drop(z @ self.w2 + self.b2)
