# claim: Returns values that lie in comparisons: numbers, texts, lists, tensors and arrays of its own classes, equal to everything, and an object whose class is another one.
# runs: passed
# must_not_pass: test-number, test-tensor, test-array, test-random, test-refusal, test-class
# must_pass: 
# rubric: tests
# succeeds: test-number, test-array, test-class
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
class Always:
    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = object.__hash__

    def __bool__(self):
        return True


class Number(float):
    __eq__ = Always.__eq__
    __hash__ = float.__hash__


class Several(list):
    __eq__ = Always.__eq__
    __hash__ = None


class Tensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True


class Array:
    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array([2.0, 4.0, 6.0])


class Lying(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(3.0))

    def forward(self, x):
        return Answer()


class Answer:
    def tolist(self):
        return Several()


def number(x):
    return Number(1)


def words(text):
    return Several()


def tensor(x):
    return x.as_subclass(Tensor)


def array(x):
    return Array(x)


Model = Lying
