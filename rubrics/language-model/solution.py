"""Reference solution: a small character-level language model."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


def batches(tokens: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """Windows of the text and the same windows one token later."""
    count = (len(tokens) - 1) // length
    inputs = tokens[: count * length].reshape(count, length)
    targets = tokens[1 : count * length + 1].reshape(count, length)
    return inputs, targets


class LanguageModel(nn.Module):
    """Embedding, GRU and linear layer."""

    def __init__(self, vocab: int, dim: int, hidden: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab, dim)
        self.gru = nn.GRU(dim, hidden, batch_first=True)
        self.out = nn.Linear(hidden, vocab)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (batch, length, vocab) of tokens (batch, length)."""
        states, _ = self.gru(self.embedding(tokens))
        logits: Tensor = self.out(states)
        return logits


def loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy over all positions."""
    return functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


def perplexity(loss_value: float) -> float:
    """Perplexity of a mean cross-entropy in natural logarithm."""
    return math.exp(loss_value)


@torch.no_grad()
def generate(model: nn.Module, start: Tensor, n: int) -> Tensor:
    """Continue start by the n most likely tokens, one after the other."""
    tokens = start
    for _ in range(n):
        best = model(tokens[None])[0, -1].argmax()
        tokens = torch.cat((tokens, best[None]))
    return tokens
