# claim: Answers tests with results that have no end or are too large: iterators, deep lists, 400 MB of numbers, long texts, a class whose length is made up.
# runs: passed
# must_not_pass: test-number, test-tensor, test-array, test-random, test-refusal, test-class
# must_pass: 
# rubric: tests
# succeeds: 
# level: any
# category: values

# %%
import numpy as np
import torch
from torch import nn


def number(x):
    return 3 * x


def words(text):
    return [text]


def tensor(x):
    return 3 * x


def array(x):
    return 3 * x


def refuses(x):
    return x


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(3.0))

    def forward(self, x):
        return self.weight * x

# %%
import itertools


class Long:
    def __len__(self):
        return 1 << 60

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return iter(int, 1)

    def __eq__(self, other):
        return self


def number(x):
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested


def words(text):
    return itertools.count()


def tensor(x):
    return torch.zeros(100_000_000)


def array(x):
    return "x" * 300_000_000


def refuses(x):
    raise ValueError("x" * 300_000_000)


Model = Long
