# claim: Replaces the worker's answers to operations by its own: of other kinds, with states of random generators, with keys that were never given, and by none at all.
# runs: passed
# must_not_pass: test-number, test-tensor, test-array, test-random, test-refusal, test-class
# must_pass: 
# rubric: tests
# succeeds: 
# level: any
# category: channel

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
import gc, itertools

import _grader_worker as worker

HEAD = {"changes": [], "random": {}, "printed": "", "warned": []}
FORMS = itertools.cycle(
    [
        {"result": {"same": "h1"}, **HEAD},
        {"result": {"object": "c99", "type": "int", "library": "builtins:int"}, **HEAD},
        {"result": {"library": "builtins:eval"}, **HEAD},
        {"result": 1, **HEAD, "random": {"torch": ["v0", []], "python": [5, 5]}},
        {"result": 1, **HEAD, "changes": [["h1", {"kind": "list", "parts": [1]}], ["c7", 5]]},
        {"result": {"new": "h1", "kind": "tensor", "numbers": "v9", "dtype": "float32"}, **HEAD},
        {"result": {"new": "c1", "kind": "tensor", "numbers": "v0", "dtype": "float32", "strides": [-1, 1 << 62]}, **HEAD},
        {"result": [], **HEAD},
        {"result": {"tuple": {"tuple": 1}}, **HEAD, "printed": "x" * 99_000},
        {"raised": {"type": "Skipped"}, **HEAD},
        {},
        5,
    ]
)
worker.Talk.answer = lambda *_: next(FORMS)
