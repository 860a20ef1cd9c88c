import math
import torch
from torch import nn

VERBOSE = False
print("attention sheet loaded")


def causal_mask(n):
    return torch.tensor([[j <= i for j in range(n)] for i in range(n)], dtype=torch.bool)


def padding_mask(lengths, n):
    rows = [[j < l for j in range(n)] for l in lengths.tolist()]
    return torch.tensor(rows, dtype=torch.bool)


def attention(q, k, v, mask=None):
    scores = torch.matmul(q, torch.transpose(k, -2, -1))
    scores = scores * (1.0 / math.sqrt(q.shape[-1]))
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e9)
    weights = torch.softmax(scores, dim=-2)
    if VERBOSE:
        print("weights", weights.shape)
    return torch.matmul(weights, v), weights


class MultiHeadAttention(nn.Module):
    def __init__(self, dim, heads):
        super(MultiHeadAttention, self).__init__()
        self.heads = heads
        self.size = dim // heads
        self.lin_q = nn.Linear(dim, dim, bias=True)
        self.lin_k = nn.Linear(dim, dim, bias=True)
        self.lin_v = nn.Linear(dim, dim, bias=True)
        self.lin_o = nn.Linear(dim, dim, bias=True)

    def forward(self, x, mask=None):
        Q, K, V = self.lin_q(x), self.lin_k(x), self.lin_v(x)
        result = torch.empty_like(x)
        for h in range(self.heads):
            cut = slice(h * self.size, (h + 1) * self.size)
            o, w = attention(Q[:, :, cut], K[:, :, cut], V[:, :, cut], mask)
            result[:, :, cut] = o
        return self.lin_o(result)


class Block(nn.Module):
    def __init__(self, dim, heads, hidden, dropout=0.1):
        super(Block, self).__init__()
        self.part1 = nn.ModuleList([nn.LayerNorm(dim), MultiHeadAttention(dim, heads), nn.Dropout(dropout)])
        self.part2 = nn.ModuleList(
            [nn.LayerNorm(dim), nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim), nn.Dropout(dropout)]
        )

    def forward(self, x, mask=None):
        y = x
        for layer in self.part1:
            y = layer(y, mask) if isinstance(layer, MultiHeadAttention) else layer(y)
        x = x + y
        y = x
        for layer in self.part2:
            y = layer(y)
        if VERBOSE:
            print("block", y.shape)
        return x + y
