import torch
import torch.nn as nn


def causal_mask(n):
    mask = torch.zeros((n, n), dtype=torch.bool)
    for i in range(n):
        mask[i, : i + 1] = True
    return mask


def padding_mask(lengths, n):
    mask = torch.zeros(lengths.shape[0], n, dtype=torch.bool)
    for i, l in enumerate(lengths.tolist()):
        mask[i, :l] = True
    return mask


def attention(q, k, v, mask=None):
    logits = q.matmul(k.mT).div(k.size(-1) ** 0.5)
    if mask is not None:
        bias = torch.zeros(mask.shape)
        bias[~mask] = float("-inf")
        logits = logits + bias
    probs = nn.Softmax(dim=-1)(logits)
    return probs.matmul(v), probs


class Head(nn.Module):
    """One attention head with its own three projections."""

    def __init__(self, dim, size):
        super().__init__()
        self.k = nn.Linear(dim, size)
        self.q = nn.Linear(dim, size)
        self.v = nn.Linear(dim, size)

    def forward(self, x, mask):
        return attention(self.q(x), self.k(x), self.v(x))[0]


class MultiHeadAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.all_heads = nn.ModuleList(Head(dim, dim // heads) for _ in range(heads))
        self.mix = nn.Linear(dim, dim)

    def forward(self, x, mask=None):
        return self.mix(torch.cat([head(x, mask) for head in self.all_heads], dim=-1))


class FeedForward(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.up = nn.Linear(dim, hidden)
        self.act = nn.GELU()
        self.down = nn.Linear(hidden, dim)

    def forward(self, x):
        return self.down(self.act(self.up(x)))


class Block(nn.Module):
    def __init__(self, dim, heads, hidden, dropout=0.1):
        super().__init__()
        self.sa = MultiHeadAttention(dim, heads)
        self.ffwd = FeedForward(dim, hidden)
        self.norm_sa = nn.LayerNorm(dim)
        self.norm_ff = nn.LayerNorm(dim)
        self.dropout = nn.Dropout(p=dropout)

    def forward(self, x, mask=None):
        x = x + self.dropout(self.sa(self.norm_sa(x), mask))
        x = x + self.dropout(self.ffwd(self.norm_ff(x)))
        return x
