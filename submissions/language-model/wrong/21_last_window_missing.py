import math
import torch
import torch.nn as nn
import torch.nn.functional as F


def batches(tokens, length):
    count = len(tokens) // length - 1
    inputs = torch.zeros(count, length, dtype=torch.int64)
    targets = torch.zeros(count, length, dtype=torch.int64)
    for i in range(count):
        begin = i * length
        inputs[i] = tokens[begin : begin + length]
        targets[i] = tokens[begin + 1 : begin + length + 1]
    return inputs, targets


class LanguageModel(nn.Module):
    def __init__(self, vocab, dim, hidden):
        super().__init__()
        self.emb = nn.Embedding(vocab, dim)
        self.rnn = nn.GRU(dim, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, vocab)

    def forward(self, tokens):
        x = self.emb(tokens)
        out, h = self.rnn(x)
        return self.fc(out)


def loss(logits, targets):
    vocab = logits.shape[-1]
    return F.cross_entropy(logits.reshape(-1, vocab), targets.reshape(-1))


def perplexity(loss_value):
    return math.exp(loss_value)


def generate(model, start, n):
    model.eval()
    tokens = start.clone()
    with torch.no_grad():
        for i in range(n):
            logits = model(tokens.unsqueeze(0))
            next_token = torch.argmax(logits[0, -1, :])
            tokens = torch.cat([tokens, next_token.unsqueeze(0)])
    return tokens
