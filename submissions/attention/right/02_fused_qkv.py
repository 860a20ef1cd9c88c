import torch
from torch import nn


def causal_mask(n):
    idx = torch.arange(n)
    return idx[:, None] >= idx[None, :]


def padding_mask(lengths, n):
    return torch.stack([torch.arange(n) < int(length) for length in lengths])


def attention(q, k, v, mask=None):
    s = torch.einsum("...nd,...md->...nm", q, k) * q.shape[-1] ** -0.5
    if mask is not None:
        s = torch.where(mask, s, torch.tensor(float("-inf")))
    w = torch.softmax(s, -1)
    return torch.einsum("...nm,...me->...ne", w, v), w


class MultiHeadAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.h = heads
        self.to_qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x, mask=None):
        b, n, c = x.shape
        qkv = self.to_qkv(x).reshape(b, n, 3, self.h, c // self.h).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        if mask is not None:
            mask = mask.expand(b, n, n)[:, None]
        y = attention(q, k, v, mask)[0]
        return self.proj(y.transpose(1, 2).reshape(b, n, c))


class Block(nn.Module):
    def __init__(self, dim, heads, hidden, dropout=0.1):
        super().__init__()
        self.mlp = nn.Sequential(
            nn.LayerNorm(dim), nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim), nn.Dropout(dropout)
        )
        self.mha = MultiHeadAttention(dim, heads)
        self.pre = nn.LayerNorm(dim)
        self.do = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        x = x + self.do(self.mha(self.pre(x), mask=mask))
        return x + self.mlp(x)
