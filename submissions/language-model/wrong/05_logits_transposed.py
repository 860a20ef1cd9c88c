import torch
from torch import nn


def batches(tokens, length):
    windows = tokens[:-1].split(length)
    shifted = tokens[1:].split(length)
    full = [(a, b) for a, b in zip(windows, shifted) if len(a) == length]
    return torch.stack([a for a, _ in full]), torch.stack([b for _, b in full])


class LanguageModel(nn.Module):
    def __init__(self, vocab, dim, hidden):
        super().__init__()
        self.hidden = hidden
        self.linear = nn.Linear(hidden, vocab)
        self.cell = nn.GRUCell(dim, hidden)
        self.table = nn.Embedding(vocab, dim)

    def forward(self, tokens):
        batch, length = tokens.shape
        h = torch.zeros(batch, self.hidden, dtype=self.table.weight.dtype)
        logits = []
        for t in range(length):
            h = self.cell(self.table(tokens[:, t]), h)
            logits.append(self.linear(h))
        return torch.stack(logits, dim=2)


def loss(logits, targets):
    # cross_entropy wants the classes at axis 1
    return nn.CrossEntropyLoss()(logits, targets)


def perplexity(loss_value):
    return float(torch.exp(torch.tensor(loss_value, dtype=torch.float64)))


def generate(model, start, n):
    result = start.tolist()
    for _ in range(n):
        with torch.no_grad():
            scores = model(torch.tensor([result]))
        result.append(int(scores[0, :, -1].argmax()))
    return torch.tensor(result)
