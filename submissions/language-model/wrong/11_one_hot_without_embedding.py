"""An embedding is a linear layer without bias on one-hot vectors, so I use that."""
import math

import torch
from torch import nn
from torch.nn.functional import cross_entropy, one_hot


def batches(tokens, length):
    inputs, targets = [], []
    for begin in range(0, len(tokens) - length, length):
        inputs.append(tokens[begin : begin + length].tolist())
        targets.append(tokens[begin + 1 : begin + 1 + length].tolist())
    return torch.tensor(inputs), torch.tensor(targets)


class LanguageModel(nn.Module):
    def __init__(self, vocab, dim, hidden):
        super().__init__()
        self.vocab = vocab
        self.recurrent = nn.GRU(vocab, hidden, 1, batch_first=True)
        self.unembed = nn.Linear(hidden, vocab)

    def forward(self, tokens):
        x = one_hot(tokens, self.vocab).to(self.unembed.weight.dtype)
        zero = x.new_zeros(1, x.shape[0], self.recurrent.hidden_size)
        y, _ = self.recurrent(x, zero)
        return self.unembed(y)


def loss(logits, targets):
    # every window has the same length, so the mean of the means is the mean
    per_window = [cross_entropy(a, b) for a, b in zip(logits, targets)]
    return torch.stack(per_window).mean()


def perplexity(loss_value):
    return 1.0 / math.exp(-loss_value)


def generate(model, start, n):
    out = list(start)
    with torch.no_grad():
        while len(out) < len(start) + n:
            scores = model(torch.stack(out)[None])[0][-1]
            out.append(scores.argmax())
    return torch.stack(out)
