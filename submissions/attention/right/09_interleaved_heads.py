"""Here the features of the heads take turns: feature i belongs to head i % heads."""
import torch
from torch import nn


def causal_mask(n):
    return torch.full((n, n), True).tril()


def padding_mask(lengths, n):
    return lengths[:, None] > torch.arange(n, dtype=lengths.dtype)[None]


def attention(q, k, v, mask=None):
    a = (q.unsqueeze(-2) * k.unsqueeze(-3)).sum(-1) / q.shape[-1] ** 0.5
    if mask is not None:
        a = a.masked_fill(~mask, torch.finfo(a.dtype).min)
    a = a.softmax(-1)
    return (a.unsqueeze(-1) * v.unsqueeze(-3)).sum(-2), a


class MultiHeadAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, dim * 3)
        self.merge = nn.Linear(dim, dim)

    def forward(self, x, mask=None):
        qkv = self.qkv(x)
        qkv = qkv.unflatten(-1, (3, -1, self.heads))  # batch, n, three, size, heads
        q, k, v = qkv.permute(2, 0, 4, 1, 3)
        if mask is not None:
            mask = mask.unsqueeze(-3)
        y, _ = attention(q, k, v, mask)
        y = y.permute(0, 2, 3, 1).flatten(-2)
        return self.merge(y)


class Block(nn.Module):
    def __init__(self, dim, heads, hidden, dropout=0.1):
        super().__init__()
        self.rest = nn.Sequential(
            nn.LayerNorm(dim), nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim), nn.Dropout(dropout)
        )
        self.start = nn.LayerNorm(dim)
        self.mh = MultiHeadAttention(dim, heads)
        self.drop = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        middle = self.drop(self.mh(self.start(x), mask)).add(x)
        return self.rest(middle).add(middle)
