# claim: Returns subclasses of numbers, texts and containers with methods of their own, and objects that pose as another class.
# rubric: functions
# runs: any
# must_not_pass: value-1, value-2, value-3, value-4, value-5, value-6, value-7, value-8, value-9, value-10, value-11, value-12, value-13, value-14, value-15, value-16, double
# must_pass: 
# level: any
# category: values

# %%
import dataclasses
from collections import namedtuple
import torch


class Posing:
    def __init__(self, kind):
        self.kind = kind

    @property
    def __class__(self):
        return self.kind


class Number(int):
    def __abs__(self):
        raise SystemExit(0)

    def __lt__(self, other):
        return True


class Hex(int):
    def __abs__(self):
        return 1 << 60

    def bit_length(self):
        return 1

    def __index__(self):
        return 1 << 100_000


class Half(float):
    def __float__(self):
        raise KeyboardInterrupt

    def __repr__(self):
        return "nan" * 1_000_000


class Text(str):
    def __getitem__(self, part):
        return {"tensor": "v0", "dtype": "float32"}


class Other(str):
    def __getitem__(self, part):
        return "value"

    def __str__(self):
        return "value"


class Named(type):
    __name__ = property(lambda cls: 5)


class Strange(metaclass=Named):
    pass


class Long(type):
    __name__ = property(lambda cls: "x" * 200 + chr(0xD800) * 200)


class Longer(metaclass=Long):
    pass


class Fields(tuple):
    _fields = (1, None, "a")
    a = property(lambda self: self)


class Attributes:
    __dataclass_fields__ = {"a": 5}


class Raising(dict):
    def items(self):
        raise GeneratorExit

    def __hash__(self):
        return 1


class Slots(dict):
    def items(self):
        return iter([(Raising(a=1), 1), ("x", 2), 5])


def value1(x):
    return Posing(int)


def value2(x):
    return Posing(torch.Tensor)


def value3(x):
    return Posing(dict)


def value4(x):
    return [Number(5), Number(7)]


def value5(x):
    return Hex(5)


def value6(x):
    return Half(0.5)


def value7(x):
    return Text("value")


def value8(x):
    return [2 * x, {"sum": x.sum(), "name": Other("wrong"), 3: [7, 0.5, None]}]


def value9(x):
    return Strange()


def value10(x):
    return Longer()


def value11(x):
    return Fields((1, 2, 3))


def value12(x):
    return Attributes()


def value13(x):
    return [2 * x, Raising()]


def value14(x):
    return Slots()


def value15(x):
    return {chr(0xD800): chr(0xDFFF), chr(27) + "[2J": chr(0x202E), "x" * 30_000: Posing(str)}


def value16(x):
    return Posing(tuple)


def double(x):
    return Posing(list)
