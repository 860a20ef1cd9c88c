import torch
from torch import nn


def causal_mask(n):
    return torch.ones(n, n, dtype=torch.bool).triu().T


def padding_mask(lengths, n):
    return torch.arange(1, n + 1) <= lengths[:, None]


def attention(q, k, v, mask=None):
    q = q / q.shape[-1] ** 0.5
    scores = q @ k.transpose(-1, -2)
    if mask is not None:
        scores = scores + torch.log(mask.to(scores.dtype))  # log(1) = 0 and log(0) = -inf
    p = torch.log_softmax(scores, dim=-1).exp()
    return p @ v, p


class MultiHeadAttention(nn.Module):
    """Puts the heads into the batch axis."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.projections = nn.ModuleList([nn.Linear(dim, dim) for _ in range(4)])

    def fold(self, t):
        b, n, d = t.shape
        t = t.view(b, n, self.heads, d // self.heads).transpose(1, 2)
        return t.reshape(b * self.heads, n, d // self.heads)

    def forward(self, x, mask=None):
        b, n, d = x.shape
        q, k, v = [self.fold(layer(x)) for layer in self.projections[:3]]
        if mask is not None and mask.dim() == 3:
            mask = mask.repeat_interleave(self.heads, dim=0)
        y, _ = attention(q, k, v, mask)
        y = y.view(b, self.heads, n, -1).transpose(1, 2).reshape(b, n, d)
        return self.projections[3](y)


class Residual(nn.Module):
    def __init__(self, dim, inner, dropout):
        super().__init__()
        self.inner = inner
        self.norm = nn.LayerNorm(dim)
        self.drop = nn.Dropout(dropout)

    def forward(self, x, *more):
        return x + self.drop(self.inner(self.norm(x), *more))


class Block(nn.Module):
    def __init__(self, dim, heads, hidden, dropout=0.1):
        super().__init__()
        ff = nn.Sequential(nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim))
        self.second = Residual(dim, ff, dropout)
        self.first = Residual(dim, MultiHeadAttention(dim, heads), dropout)

    def forward(self, x, mask=None):
        return self.second(self.first(x, mask))
