import math

import torch
from torch import nn
import torch.nn.functional as F


def batches(tokens, length):
    n = (len(tokens) - 1) // length * length
    return tokens[:n].view(-1, length), tokens[1 : n + 1].view(-1, length)


class OnlyStates(nn.Module):
    """nn.GRU gives a pair, but Sequential needs one tensor."""

    def __init__(self, gru):
        super().__init__()
        self.inner = gru

    def forward(self, x):
        return self.inner(x)[0]


class LanguageModel(nn.Module):
    def __init__(self, vocab, dim, hidden):
        super().__init__()
        self.model = nn.Sequential(
            nn.Embedding(vocab, dim),
            OnlyStates(nn.GRU(dim, hidden, batch_first=True)),
            nn.Linear(hidden, vocab),
        )

    def forward(self, tokens):
        return self.model(tokens)


def loss(logits, targets):
    return F.nll_loss(F.log_softmax(logits, 2).flatten(0, 1), targets.flatten(0, 1))


def perplexity(loss_value):
    return math.pow(math.e, loss_value)


def generate(model, start, n):
    if n == 0:
        return start
    with torch.inference_mode():
        nxt = model(start.view(1, -1))[0, -1].argmax().view(1)
    return generate(model, torch.cat([start, nxt.clone()]), n - 1)
