"""All gates in one matrix, embedding and output with functions."""
import math

import torch
import torch.nn.functional as F
from torch import nn


def batches(tokens: torch.Tensor, length: int):
    windows = tokens.unfold(0, length + 1, 1)  # overlap by one token
    return windows[:, :-1].contiguous(), windows[:, 1:].contiguous()


class LanguageModel(nn.Module):
    def __init__(self, vocab: int, dim: int, hidden: int):
        super().__init__()
        scale = 1 / math.sqrt(hidden)
        self.params = nn.ParameterDict(
            {
                "E": torch.randn(vocab, dim),
                "W": torch.empty(dim, 3 * hidden).uniform_(-scale, scale),
                "U": torch.empty(hidden, 3 * hidden).uniform_(-scale, scale),
                "bw": torch.empty(3 * hidden).uniform_(-scale, scale),
                "bu": torch.empty(3 * hidden).uniform_(-scale, scale),
                "V": torch.empty(hidden, vocab).uniform_(-scale, scale),
                "bv": torch.zeros(vocab),
            }
        )

    def step(self, wx, h):
        p = self.params
        wz, wr, wn = wx.chunk(3, dim=-1)  # order of the gates: update, reset, new
        uz, ur, un = (h @ p["U"] + p["bu"]).chunk(3, dim=-1)
        z = torch.sigmoid(wz + uz)
        n = torch.tanh(wn + torch.sigmoid(wr + ur) * un)
        return n + z * (h - n)

    def forward(self, tokens):
        p = self.params
        wx = F.embedding(tokens, p["E"]) @ p["W"] + p["bw"]
        h = wx.new_zeros(tokens.shape[0], p["U"].shape[0])
        out = wx.new_empty(*tokens.shape, p["bv"].shape[0])
        for t in range(tokens.shape[1]):
            h = self.step(wx[:, t], h)
            out[:, t] = F.linear(h, p["V"].T, p["bv"])
        return out


def loss(logits, targets):
    one_hot = F.one_hot(targets, logits.shape[-1]).to(logits.dtype)
    return (torch.logsumexp(logits, -1) - (logits * one_hot).sum(-1)).mean()


def perplexity(loss_value: float) -> float:
    return 2.0 ** (loss_value / math.log(2.0))


def generate(model, start, n):
    buffer = [start]
    for _ in range(n):
        context = torch.cat(buffer)
        with torch.no_grad():
            last = model(context[None, :])[:, -1, :]
        buffer.append(torch.topk(last, k=1).indices[0])
    return torch.cat(buffer)
