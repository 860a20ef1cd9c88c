"""The GRU written with own parameters, one matrix per gate."""
import numpy as np
import torch
from torch import nn


def batches(tokens, length):
    count = (tokens.numel() - 1) // length
    index = torch.arange(count)[:, None] * length + torch.arange(length)[None, :]
    return tokens[index], tokens[index + 1]


class Gate(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.w = nn.Parameter(torch.randn(hidden, dim) * 0.1)
        self.u = nn.Parameter(torch.randn(hidden, hidden) * 0.1)
        self.b = nn.Parameter(torch.zeros(hidden))
        self.c = nn.Parameter(torch.zeros(hidden))

    def parts(self, x, h):
        return torch.einsum("bd,hd->bh", x, self.w) + self.b, torch.einsum("bk,hk->bh", h, self.u) + self.c


class LanguageModel(nn.Module):
    def __init__(self, vocab, dim, hidden):
        super().__init__()
        self.vectors = nn.Parameter(torch.randn(vocab, dim))
        self.update, self.reset, self.new = Gate(dim, hidden), Gate(dim, hidden), Gate(dim, hidden)
        self.head_w = nn.Parameter(torch.randn(vocab, hidden) / hidden**0.5)
        self.head_b = nn.Parameter(torch.zeros(vocab))

    def forward(self, tokens):
        x = self.vectors[tokens]
        h = x.new_zeros(len(tokens), self.head_w.shape[1])
        states = []
        for x_t in x.unbind(1):
            z = sum(self.update.parts(x_t, h)).sigmoid()
            r = sum(self.reset.parts(x_t, h)).sigmoid()
            a, b = self.new.parts(x_t, h)
            candidate = torch.tanh(a + r * b)
            h = z * h + (1 - z) * candidate
            states.append(h)
        return torch.einsum("tbh,vh->btv", torch.stack(states), self.head_w) + self.head_b


def loss(logits, targets):
    log_p = logits.log_softmax(dim=-1)
    picked = log_p.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    return -picked.mean()


def perplexity(loss_value):
    return float(np.exp(loss_value))


def generate(model, start, n):
    k = start.shape[0]
    tokens = torch.zeros(k + n, dtype=torch.int64)
    tokens[:k] = start
    for i in range(k, k + n):
        tokens[i] = model(tokens[None, :i])[0, -1].max(dim=0).indices
    return tokens
