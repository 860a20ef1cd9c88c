import math

import torch
from torch import nn
import torch.nn.functional as F

from corpus import VOCAB, decode, encode, make_tokens


class Windows:
    """Cuts a text into pieces."""

    def __init__(self, tokens, length):
        self.tokens = tokens
        self.length = length

    def __len__(self):
        return (len(self.tokens) - 1) // self.length

    def __getitem__(self, i):
        if i >= len(self):
            raise IndexError(i)
        a = i * self.length
        return self.tokens[a : a + self.length], self.tokens[a + 1 : a + self.length + 1]


def batches(tokens, length):
    x, y = zip(*Windows(tokens, length))
    return torch.stack(x), torch.stack(y)


class Decoder(nn.Module):
    def __init__(self, hidden, vocab):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(hidden, vocab) * hidden**-0.5)
        self.bias = nn.Parameter(torch.zeros(vocab))

    def forward(self, h):
        return h.matmul(self.weight).add(self.bias)


class LanguageModel(nn.Module):
    def __init__(self, vocab, dim, hidden):
        super().__init__()
        layers = {"in": nn.Embedding(vocab, dim), "mid": nn.LSTM(dim, hidden, batch_first=True), "end": Decoder(hidden, vocab)}
        self.layers = nn.ModuleDict(layers)
        count = sum(p.numel() for p in self.parameters())
        print(f"model with {count} parameters")

    def forward(self, tokens):
        embedded = self.layers["in"](tokens)
        states = self.layers["mid"](embedded)[0]
        return self.layers["end"](states)


def loss(logits, targets):
    b, t, v = logits.size()
    each = F.cross_entropy(logits.contiguous().view(b * t, v), targets.contiguous().view(b * t), reduction="none")
    return each.sum() / (b * t)


def perplexity(loss_value):
    return math.exp(float(loss_value))


def generate(model, start, n):
    was_training = model.training
    model.train(False)
    text = start.clone()
    for _ in range(n):
        probabilities = F.softmax(model(text[None]).detach()[0, -1], dim=0)
        text = torch.hstack([text, torch.argmax(probabilities)])
    model.train(was_training)
    return text


if __name__ == "__main__":
    net = LanguageModel(VOCAB, 16, 64)
    xs, ys = batches(make_tokens(300, 0), 40)
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for epoch in range(5):
        for x, y in zip(xs.split(16), ys.split(16)):
            opt.zero_grad()
            value = loss(net(x), y)
            value.backward()
            opt.step()
        print(epoch, perplexity(value.item()), decode(generate(net, encode("the "), 30)))
