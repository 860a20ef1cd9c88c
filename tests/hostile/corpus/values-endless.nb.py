# claim: Returns objects whose length, iteration, items, keys, fields and slices never end, or end after a billion parts.
# rubric: functions
# runs: any
# must_not_pass: value-1, value-2, value-3, value-4, value-5, value-6, value-7, value-8, value-9, value-10, value-11, value-12, value-13, value-14, value-15, value-16, double
# must_pass: 
# level: any
# category: values

# %%
import dataclasses, itertools
from collections import OrderedDict, UserDict, namedtuple
from collections.abc import Mapping
import torch


class Endless(list):
    def __iter__(self):
        return iter(int, 1)

    def __len__(self):
        while True:
            pass


class Growing(dict):
    def items(self):
        return ((n, [n] * 1000) for n in itertools.count())

    def __len__(self):
        return 1 << 62


class Text(str):
    def __getitem__(self, part):
        while True:
            pass


class Fields(tuple):
    _fields = property(lambda self: itertools.count())


class Open(Mapping):
    def __getitem__(self, key):
        return self

    def __iter__(self):
        return itertools.repeat("a")

    def __len__(self):
        return 3


def wide():
    shared = [0] * 4000
    for _ in range(12):
        shared = [shared] * 4000
    return shared


def chained():
    chain = iter([])
    for _ in range(100_000):
        chain = itertools.chain(chain, [1])
    return chain


@dataclasses.dataclass
class Node:
    parts: list
    above: object


def tree():
    top = Node([], None)
    top.parts = [Node([], top) for _ in range(60)]
    return top


def value1(x):
    return Endless([1])


def value2(x):
    return [2 * x, Growing()]


def value3(x):
    return Text("value")


def value4(x):
    return Fields((1, 2))


def value5(x):
    return [2 * x, Open()]


def value6(x):
    return wide()


def value7(x):
    return chained()


def value8(x):
    return itertools.count()


def value9(x):
    return map(lambda n: map(str, itertools.count()), itertools.count())


def value10(x):
    return tree()


def value11(x):
    return namedtuple("Many", [f"field{n}" for n in range(20_000)])(*range(20_000))


def value12(x):
    return "x" * 10_000_000


def value13(x):
    return 1 << 50_000_000


def value14(x):
    return range(1 << 60)


def value15(x):
    return [["x" * 20_000] * 4000] * 4000


def value16(x):
    return {n: {m: 0 for m in range(4000)} for n in range(4000)}


def double(x):
    return Endless([2 * x])
