import torch
from torch import nn


def number(x):
    return 2 * x


def words(text):
    return text.split()


def tensor(x):
    return 2 * x


def array(x):
    return 2 * x


def refuses(x):
    if x < 0:
        raise ValueError("below zero")
    return x


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(2.0))

    def forward(self, x):
        return self.weight * x
