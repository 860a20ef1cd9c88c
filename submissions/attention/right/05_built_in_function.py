import torch
import torch.nn.functional as F
from torch import nn


def causal_mask(n: int) -> torch.Tensor:
    return torch.ones((n, n)).tril().bool()


def padding_mask(lengths: torch.Tensor, n: int) -> torch.Tensor:
    return lengths.unsqueeze(-1).gt(torch.arange(n))


def attention(q, k, v, mask=None):
    output = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    # the function does not hand out the weights: attend to an identity to see them
    eye = torch.eye(k.shape[-2], dtype=q.dtype).expand(*k.shape[:-1], k.shape[-2])
    weights = F.scaled_dot_product_attention(q, k, eye, attn_mask=mask)
    return output, weights


class MultiHeadAttention(nn.Module):
    def __init__(self, dim: int, heads: int):
        super().__init__()
        self.num_heads = heads
        self.in_proj = nn.Linear(dim, dim * 3)
        self.out_proj = nn.Linear(dim, dim)

    def forward(self, x, mask=None):
        parts = self.in_proj(x).chunk(3, dim=-1)
        q, k, v = (p.unflatten(-1, (self.num_heads, -1)).transpose(1, 2) for p in parts)
        if mask is not None:
            while mask.dim() < 4:
                mask = mask.unsqueeze(-3)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.out_proj(y.transpose(1, 2).flatten(start_dim=2))


class Block(nn.Module):
    def __init__(self, dim, heads, hidden, dropout=0.1):
        super().__init__()
        self.layers = nn.ModuleDict(
            {
                "ff_norm": nn.LayerNorm(dim),
                "ff_in": nn.Linear(dim, hidden),
                "ff_out": nn.Linear(hidden, dim),
                "att_norm": nn.LayerNorm(dim),
                "att": MultiHeadAttention(dim, heads),
            }
        )
        self.rate = dropout

    def forward(self, x, mask=None):
        layers = self.layers
        y = layers["att"](layers["att_norm"](x), mask)
        x = x + F.dropout(y, self.rate, self.training)
        y = layers["ff_out"](F.gelu(layers["ff_in"](layers["ff_norm"](x))))
        return x + F.dropout(y, self.rate, self.training)
