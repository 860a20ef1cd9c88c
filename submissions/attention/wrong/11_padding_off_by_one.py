import math

import torch
from torch import Tensor, nn


def causal_mask(n: int) -> Tensor:
    """True where the column is not after the row."""
    return torch.ones(n, n, dtype=torch.bool).tril()


def padding_mask(lengths: Tensor, n: int) -> Tensor:
    """True at the real positions of each example."""
    return torch.arange(n, device=lengths.device)[None, :] <= lengths[:, None]


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Scaled dot-product attention: output and weights."""
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = scores.softmax(dim=-1)
    return weights @ v, weights


class MultiHeadAttention(nn.Module):
    """Self-attention with several heads."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(dim, dim)
        self.key = nn.Linear(dim, dim)
        self.value = nn.Linear(dim, dim)
        self.out = nn.Linear(dim, dim)

    def _split(self, x: Tensor) -> Tensor:
        batch, n, dim = x.shape
        return x.reshape(batch, n, self.heads, dim // self.heads).transpose(1, 2)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Attend from every position of x to the positions that the mask allows."""
        if mask is not None and mask.dim() == 3:
            mask = mask.unsqueeze(1)
        q, k, v = self._split(self.query(x)), self._split(self.key(x)), self._split(self.value(x))
        output, _ = attention(q, k, v, mask)
        result: Tensor = self.out(output.transpose(1, 2).flatten(2))
        return result


class Block(nn.Module):
    """Pre-norm transformer block."""

    def __init__(self, dim: int, heads: int, hidden: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.attention = MultiHeadAttention(dim, heads)
        self.norm2 = nn.LayerNorm(dim)
        self.feedforward = nn.Sequential(nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Two sublayers with norm first and a residual connection each."""
        x = x + self.dropout(self.attention(self.norm1(x), mask))
        result: Tensor = x + self.dropout(self.feedforward(self.norm2(x)))
        return result
