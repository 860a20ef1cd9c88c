import math
import torch
import torch.nn as nn
import torch.nn.functional as F


def causal_mask(n):
    return torch.tril(torch.ones(n, n)) == 1


def padding_mask(lengths, n):
    positions = torch.arange(n).unsqueeze(0).expand(len(lengths), n)
    return positions < lengths.unsqueeze(1)


def attention(q, k, v, mask=None):
    d_k = q.size(-1)
    scores = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(d_k)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, float("-inf"))
    weights = F.softmax(scores, dim=-1)
    output = torch.matmul(weights, v)
    return output, weights


class MultiHeadAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        assert dim % heads == 0
        self.dim = dim
        self.heads = heads
        self.d_k = dim // heads
        self.W_q = nn.Linear(dim, dim)
        self.W_k = nn.Linear(dim, dim)
        self.W_v = nn.Linear(dim, dim)
        self.W_o = nn.Linear(dim, dim)

    def forward(self, x, mask=None):
        batch, n, _ = x.shape
        q = self.W_q(x).view(batch, n, self.heads, self.d_k).transpose(1, 2)
        k = self.W_k(x).view(batch, n, self.heads, self.d_k).transpose(1, 2)
        v = self.W_v(x).view(batch, n, self.heads, self.d_k).transpose(1, 2)
        if mask is not None and mask.dim() == 3:
            mask = mask.unsqueeze(1)
        out, _ = attention(q, k, v, mask)
        out = out.transpose(1, 2).contiguous().view(batch, n, self.dim)
        return self.W_o(out)


class Block(nn.Module):
    def __init__(self, dim, heads, hidden, dropout=0.1):
        super().__init__()
        self.attn = MultiHeadAttention(dim, heads)
        self.ln1 = nn.LayerNorm(dim)
        self.ln2 = nn.LayerNorm(dim)
        self.fc1 = nn.Linear(dim, hidden)
        self.fc2 = nn.Linear(hidden, dim)
        self.drop1 = nn.Dropout(dropout)
        self.drop2 = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        a = self.attn(x, mask)
        x = self.ln1(x + self.drop1(a))
        f = self.fc2(F.gelu(self.fc1(x)))
        x = self.ln2(x + self.drop2(f))
        return x
