"""Embedding and input part of the gates per step, states collected in one tensor."""
from math import exp

import torch
from torch import Tensor, nn


def batches(tokens: Tensor, length: int) -> tuple[Tensor, Tensor]:
    usable = len(tokens) - 1 - (len(tokens) - 1) % length
    pairs = torch.stack((tokens[:usable], tokens[1 : usable + 1]))
    inputs, targets = pairs.view(2, -1, length)
    return inputs.int(), targets.int()


class GatedUnit(nn.Module):
    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.x_part = nn.Linear(dim, 3 * hidden)
        self.h_gates = nn.Linear(hidden, 2 * hidden)
        self.h_new = nn.Linear(hidden, hidden)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        xr, xz, xn = self.x_part(x).tensor_split(3, dim=-1)
        hr, hz = self.h_gates(h).tensor_split(2, dim=-1)
        reset, keep = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
        new = torch.tanh(xn + reset * self.h_new(h))
        return torch.lerp(new, h, keep)


class LanguageModel(nn.Module):
    def __init__(self, vocab: int, dim: int, hidden: int) -> None:
        super().__init__()
        self.lookup = nn.Embedding(num_embeddings=vocab, embedding_dim=dim)
        self.unit = GatedUnit(dim, hidden)
        self.scores = nn.Linear(hidden, vocab)
        self.register_buffer("first", torch.zeros(1, hidden))

    def forward(self, tokens: Tensor) -> Tensor:
        h = self.first.expand(tokens.shape[0], -1)
        states = []
        for column in tokens.T:
            h = self.unit(self.lookup(column), h)
            states.append(h.unsqueeze(1))
        return self.scores(torch.cat(states, dim=1))


def loss(logits: Tensor, targets: Tensor) -> Tensor:
    rows = logits.reshape(-1, logits.shape[-1])
    return nn.functional.nll_loss(rows.log_softmax(-1), targets.reshape(-1))


def perplexity(loss_value: float) -> float:
    return exp(loss_value)


def generate(model: nn.Module, start: Tensor, n: int) -> Tensor:
    tokens = start[None]
    for _ in range(n):
        logits = model(tokens).detach()
        tokens = torch.cat((tokens, logits[:, -1:].argmax(-1)), dim=1)
    return tokens.squeeze(0)
