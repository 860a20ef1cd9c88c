"""How each kind of shared value is written, read and compared; see `live_values.py`, which is run in the same names."""

from __future__ import annotations

import collections
import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

if TYPE_CHECKING:  # the files are run in the same names (see `worker_module.py`)
    from grader.sandbox.boundary.library_names import library_object
    from grader.sandbox.boundary.live_changes import as_numbers, can_be_kept, kept_strides
    from grader.sandbox.boundary.live_values import Live

MAX_TEXT_LETTERS = 200_000
_DICTS = {kind.__name__: kind for kind in (dict, collections.OrderedDict, collections.Counter)}
NUMBER_TYPES = frozenset(
    (
        *("float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64"),
        *("uint8", "uint16", "uint32", "uint64", "bool", "complex64", "complex128"),
    )
)


class BadLive(Exception):
    """A message that the other side does not write."""


class TooLarge(Exception):
    """A value that is too large, or nested too deeply, to be sent."""


def dtype_name(dtype: torch.dtype) -> str:
    """Return the name of a type of numbers, such as `float32`."""
    return str(dtype).removeprefix("torch.")


def text_of(value: Any) -> str:
    """Return a text of the message.

    Raises:
        BadLive: it is none.
    """
    if not isinstance(value, str) or len(value) > MAX_TEXT_LETTERS:
        raise BadLive("no text")
    return value


def _parts(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadLive("no list")
    return value


def _write_number(live: Live, value: Any, depth: int) -> Any:
    if isinstance(value, int):
        if abs(value) < 1 << 53:
            return value
        if value.bit_length() > 4096:
            raise TooLarge("a number of too many digits")
        return {"int": hex(value)}
    return value if math.isfinite(value) else {"float": repr(value)}


def _write_text(live: Live, value: str, depth: int) -> Any:
    if len(value) > MAX_TEXT_LETTERS:
        raise TooLarge("a text of too many letters")
    return value


def _write_several(kind: str) -> Callable[[Live, Any, int], Any]:
    return lambda live, value, depth: {kind: [live.write(part, depth) for part in value]}


WRITERS: dict[type, Callable[[Live, Any, int], Any]] = {
    type(None): lambda live, value, depth: None,
    bool: lambda live, value, depth: value,
    str: _write_text,
    int: _write_number,
    float: _write_number,
    complex: lambda live, value, depth: {"complex": [repr(value.real), repr(value.imag)]},
    bytes: lambda live, value, depth: {"bytes": _write_text(live, value.hex(), depth)},
    tuple: _write_several("tuple"),
    frozenset: _write_several("frozenset"),
    torch.Size: _write_several("size"),
    slice: lambda live, value, depth: {"slice": [live.write(p, depth) for p in (value.start, value.stop, value.step)]},
    range: lambda live, value, depth: {"range": [value.start, value.stop, value.step]},
    type(Ellipsis): lambda live, value, depth: {"ellipsis": 0},
    torch.dtype: lambda live, value, depth: {"dtype": dtype_name(value)},
    torch.device: lambda live, value, depth: {"device": str(value)},
}


def _tensor_content(live: Live, value: torch.Tensor, depth: int) -> dict[str, Any]:
    gradient = live.write(value.grad, depth) if value.is_leaf and value.grad is not None else None
    return {
        "kind": "parameter" if isinstance(value, nn.Parameter) else "tensor",
        "numbers": live.send(as_numbers(value)),
        "dtype": dtype_name(value.dtype),
        "requires": value.requires_grad,
        "leaf": value.is_leaf,
        "gradient": gradient,
        "strides": kept_strides(value),
    }


def _array_content(live: Live, value: Any, depth: int) -> dict[str, Any]:
    return {"kind": "array", "numbers": live.send(value), "dtype": value.dtype.name}


def _dict_content(live: Live, value: dict[Any, Any], depth: int) -> dict[str, Any]:
    pairs = [[live.write(key, depth), live.write(part, depth)] for key, part in value.items()]
    return {"kind": type(value).__name__, "pairs": pairs}


def _list_content(kind: str) -> Callable[[Live, Any, int], dict[str, Any]]:
    return lambda live, value, depth: {"kind": kind, "parts": [live.write(part, depth) for part in value]}


CONTENTS: dict[type, Callable[[Live, Any, int], dict[str, Any]]] = {
    torch.Tensor: _tensor_content,
    nn.Parameter: _tensor_content,
    np.ndarray: _array_content,
    list: _list_content("list"),
    set: _list_content("set"),
    **dict.fromkeys(_DICTS.values(), _dict_content),
}
KIND_OF: dict[type, str] = {
    torch.Tensor: "tensor",
    nn.Parameter: "parameter",
    np.ndarray: "array",
    list: "list",
    set: "set",
    **{kind: name for name, kind in _DICTS.items()},
}


def read_numbers(live: Live, described: Mapping[str, Any]) -> torch.Tensor:
    """Return a new tensor with the numbers that were sent."""
    dtype = described.get("dtype")
    numbers = torch.tensor(live.numbers(described.get("numbers"), dtype), dtype=getattr(torch, str(dtype)))
    if (strides := described.get("strides")) is None:
        return numbers
    shape = list(numbers.shape)
    whole = isinstance(strides, list) and all(type(stride) is int and stride >= 0 for stride in strides)
    if not whole or len(strides) != len(shape) or not can_be_kept(shape, strides):
        raise BadLive("strides of another form")
    return torch.empty_strided(shape, strides, dtype=numbers.dtype).copy_(numbers)


def _made_array(live: Live, described: Mapping[str, Any]) -> Any:
    return np.array(live.numbers(described.get("numbers"), described.get("dtype")), order="C")


MADE: dict[Any, Callable[[Live, Mapping[str, Any]], Any]] = {
    "tensor": read_numbers,
    "parameter": lambda live, described: nn.Parameter(read_numbers(live, described), requires_grad=False),
    "array": _made_array,
    "list": lambda live, described: [],
    "set": lambda live, described: set(),
    "dict": lambda live, described: {},
    "OrderedDict": lambda live, described: collections.OrderedDict(),
    "Counter": lambda live, described: collections.Counter(),
}


def _fill_tensor(live: Live, value: torch.Tensor, described: Mapping[str, Any], depth: int) -> None:
    numbers = read_numbers(live, described)
    if numbers.dtype != value.dtype or numbers.shape != value.shape:
        value.data = numbers
    else:
        value.data.copy_(numbers)
    if not value.is_leaf:
        return
    requires = described.get("requires")
    if not isinstance(requires, bool) or (requires and not (value.is_floating_point() or value.is_complex())):
        raise BadLive("a tensor of another form")
    value.requires_grad_(requires)
    gradient = live.read(described.get("gradient"), depth)
    if gradient is not None and (not isinstance(gradient, torch.Tensor) or gradient.shape != value.shape):
        raise BadLive("a gradient of another form")
    value.grad = gradient


def _fill_array(live: Live, value: Any, described: Mapping[str, Any], depth: int) -> None:
    numbers = live.numbers(described.get("numbers"), described.get("dtype"))
    if numbers.shape != value.shape or numbers.dtype != value.dtype:
        raise BadLive("an array that has changed its shape")
    np.copyto(value, numbers)


def _fill_list(live: Live, value: list[Any], described: Mapping[str, Any], depth: int) -> None:
    value[:] = [live.read(part, depth) for part in _parts(described.get("parts"))]


def _fill_set(live: Live, value: set[Any], described: Mapping[str, Any], depth: int) -> None:
    parts = [live.read(part, depth) for part in _parts(described.get("parts"))]
    value.clear()
    value.update(map(_hashable, parts))


def _fill_dict(live: Live, value: dict[Any, Any], described: Mapping[str, Any], depth: int) -> None:
    pairs = _parts(described.get("pairs"))
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise BadLive("no pairs")
    read = [(_hashable(live.read(key, depth)), live.read(part, depth)) for key, part in pairs]
    value.clear()
    for (
        key,
        part,
    ) in read:  # `update` of a Counter would add, and that of a dictionary loses the order of an OrderedDict
        value[key] = part


def _hashable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        raise BadLive("a key that cannot be one") from None
    return value


FILL: dict[type, Callable[[Live, Any, Mapping[str, Any], int], None]] = {
    torch.Tensor: _fill_tensor,
    nn.Parameter: _fill_tensor,
    np.ndarray: _fill_array,
    list: _fill_list,
    set: _fill_set,
    **dict.fromkeys(_DICTS.values(), _fill_dict),
}


def _read_number(kind: Callable[[Any], Any]) -> Callable[[Live, Any, Any, int], Any]:
    def read(live: Live, content: Any, described: Any, depth: int) -> Any:
        try:
            return kind(content)
        except (TypeError, ValueError, IndexError, AttributeError, OverflowError, RuntimeError):
            raise BadLive("a number of another form") from None

    return read


def _read_several(kind: Callable[[Iterator[Any]], Any]) -> Callable[[Live, Any, Any, int], Any]:
    def read(live: Live, content: Any, described: Any, depth: int) -> Any:
        parts = [live.read(part, depth) for part in _parts(content)]
        try:
            return kind(iter(parts))
        except TypeError:
            raise BadLive("parts of another form") from None

    return read


def _read_scalar(live: Live, content: Any, described: Any, depth: int) -> Any:
    array = live.numbers(content, described.get("dtype"))
    if array.shape:
        raise BadLive("a number of another form")
    return array[()]


def _read_dtype(name: Any) -> torch.dtype:
    found = getattr(torch, text_of(name), None)
    if not isinstance(found, torch.dtype):
        raise TypeError
    return found


READERS: dict[str, Callable[[Live, Any, Any, int], Any]] = {
    "int": _read_number(lambda content: int(text_of(content)[:1100], 16)),
    "float": _read_number(float),
    "complex": _read_number(lambda parts: complex(float(parts[0]), float(parts[1]))),
    "bytes": _read_number(bytes.fromhex),
    "range": _read_number(lambda parts: range(*map(int, parts))),
    "ellipsis": lambda live, content, described, depth: ...,
    "dtype": _read_number(_read_dtype),
    "library": _read_number(library_object),
    "device": _read_number(lambda name: torch.device(text_of(name))),
    "number": _read_scalar,
    "tuple": _read_several(tuple),
    "frozenset": _read_several(frozenset),
    "size": _read_several(torch.Size),
    "slice": _read_several(lambda parts: slice(*parts)),
}
