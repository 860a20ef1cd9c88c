"""The inputs of a call, as a rubric describes them, and the values that are drawn from them with a seed.

A list of sizes is an array of random numbers of that shape; a text is a size where it is one, and else itself;
numbers, true, false and null are themselves; a mapping with one of the words in `DRAWN` is explained there, and any
other mapping is a dictionary of inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from grader.asking.sizes import NoSize, number_of
from grader.asking.values import DTYPES, Held, Named, Seeded, Tensor
from grader.model import Array

MAX_NUMBERS = 4_000_000  # of one array
As = Literal["torch", "numpy"]


class BadInput(ValueError):
    """An input of a rubric that cannot be drawn. The text of the error says where and why."""


@dataclass(frozen=True)
class Drawing:
    """What inputs are drawn with: numbers for the names of sizes, a generator, and the library of the arrays."""

    sizes: Mapping[str, int]
    generator: np.random.Generator
    library: As = "torch"
    gradients: bool = False  # whether tensors of floats are leaves with a gradient
    of_reference: Callable[[str, Mapping[str, Any]], Any] | None = None  # calls a function of the reference's module
    place: tuple[str, ...] = field(default=())

    def draw(self, given: Any) -> Any:
        """Return the value of an input.

        Raises:
            BadInput: it cannot be drawn.
        """
        try:
            return self._draw(given)
        except NoSize as error:
            raise self._bad(str(error)) from None

    def _draw(self, given: Any) -> Any:
        if given is None or isinstance(given, (bool, int, float)):
            return given
        if isinstance(given, str):
            return self._text(given)
        if isinstance(given, list):
            return self._array(self.generator.standard_normal(self._shape(given)), {})
        if not isinstance(given, Mapping):
            raise self._bad(f"an input is a list, a number, a text or a mapping, found {type(given).__name__}")
        words = [word for word in given if word in DRAWN]
        if not words:
            return self._mapping(given, "an input")
        if unknown := sorted(set(map(str, given)) - {words[0], *DRAWN[words[0]].keys}):
            raise self._bad(f"'{unknown[0]}' is no key beside '{words[0]}'; known: {', '.join(DRAWN[words[0]].keys)}")
        return DRAWN[words[0]].draw(self, given[words[0]], given)

    def _mapping(self, parts: Any, word: str) -> dict[Any, Any]:
        if not isinstance(parts, Mapping):
            raise self._bad(f"{word} is a mapping of inputs")
        return {key: self._at(str(key)).draw(part) for key, part in parts.items()}

    def _text(self, given: str) -> Any:
        try:
            return number_of(given, self.sizes)
        except NoSize:
            return given

    def _bad(self, what: str) -> BadInput:
        return BadInput(f"{'.'.join(self.place)}: {what}" if self.place else what)

    def _at(self, name: str) -> Drawing:
        return Drawing(self.sizes, self.generator, self.library, self.gradients, self.of_reference, (*self.place, name))

    def _shape(self, given: Any) -> list[int]:
        if not isinstance(given, list) or not all(isinstance(part, (int, str)) for part in given):
            raise self._bad(f"a shape is a list of sizes, found {given!r}")
        shape = [number_of(part, self.sizes) for part in given]
        if any(length < 0 for length in shape) or np.prod(shape, dtype=float) > MAX_NUMBERS:
            raise self._bad(f"the shape {tuple(shape)} is negative or too large")
        return shape

    def _number(self, given: Any) -> float:
        if isinstance(given, (int, float)):
            return given
        if not isinstance(given, str):
            raise self._bad(f"expected a number, found {given!r}")
        return number_of(given, self.sizes)

    def _array(self, values: Array, keys: Mapping[str, Any]) -> Any:
        """Return numbers as a tensor or an array, of the dtype of `keys` or the usual one."""
        values = np.asarray(values)
        usual = {"f": "float32" if self.library == "torch" else "float64", "i": "int64", "b": "bool"}
        dtype = str(keys.get("dtype", usual.get(values.dtype.kind, str(values.dtype))))
        if dtype not in DTYPES or (dtype == "bfloat16" and self.library == "numpy"):
            raise self._bad(f"'{dtype}' is no number type")
        if values.dtype.kind == "f":
            values = values * self._number(keys.get("scale", 1)) + self._number(keys.get("shift", 0))
        made = np.ascontiguousarray(values, dtype="float32" if dtype == "bfloat16" else dtype).reshape(values.shape)
        if self.library == "numpy":
            return made
        return Tensor(made, dtype, self.gradients and made.dtype.kind == "f")


@dataclass(frozen=True)
class Word:
    """A word that a mapping begins with: the keys beside it, how it is drawn, and its line in the documentation."""

    draw: Callable[[Drawing, Any, Mapping[str, Any]], Any]
    keys: tuple[str, ...]
    about: str


def _normal(drawing: Drawing, shape: Any, keys: Mapping[str, Any]) -> Any:
    return drawing._array(drawing.generator.standard_normal(drawing._shape(shape)), keys)


def _uniform(drawing: Drawing, shape: Any, keys: Mapping[str, Any]) -> Any:
    low, high = drawing._number(keys.get("from", 0)), drawing._number(keys.get("below", 1))
    return drawing._array(drawing.generator.uniform(low, high, drawing._shape(shape)), keys)


def _positive(drawing: Drawing, shape: Any, keys: Mapping[str, Any]) -> Any:
    return drawing._array(np.abs(drawing.generator.standard_normal(drawing._shape(shape))) + 0.1, keys)


def _sorted(drawing: Drawing, shape: Any, keys: Mapping[str, Any]) -> Any:
    return drawing._array(np.sort(drawing.generator.standard_normal(drawing._shape(shape)), axis=-1), keys)


def _ints(drawing: Drawing, shape: Any, keys: Mapping[str, Any]) -> Any:
    low, below = int(drawing._number(keys.get("from", 0))), int(drawing._number(keys.get("below", 10)))
    if below <= low:
        raise drawing._bad(f"there is no whole number from {low} and below {below}")
    values = drawing.generator.integers(low, below, drawing._shape(shape))
    if "but" in keys:  # some of them are another number, such as an index that is ignored
        values = np.where(drawing.generator.random(values.shape) < 0.3, int(drawing._number(keys["but"])), values)
    return drawing._array(values, keys)


def _bools(drawing: Drawing, shape: Any, keys: Mapping[str, Any]) -> Any:
    chance = drawing._number(keys.get("chance", 0.5))
    return drawing._array(drawing.generator.random(drawing._shape(shape)) < chance, keys)


def _filled(value: float) -> Callable[[Drawing, Any, Mapping[str, Any]], Any]:
    def draw(drawing: Drawing, shape: Any, keys: Mapping[str, Any]) -> Any:
        return drawing._array(np.full(drawing._shape(shape), value), keys)

    return draw


def _mask(drawing: Drawing, kind: Any, keys: Mapping[str, Any]) -> Any:
    """Return a mask that is true where something counts, or with `true: hidden` where it is left out."""
    shape = drawing._shape(keys.get("shape"))
    if kind == "causal":
        if len(shape) < 2:
            raise drawing._bad("a causal mask has at least two axes")
        values = np.broadcast_to(np.tri(shape[-2], shape[-1], dtype=bool), shape)
    elif kind == "padding":
        lengths = drawing.generator.integers(1, shape[-1] + 1, [*shape[:-1][:1], *([1] * (len(shape) - 1))])
        values = np.broadcast_to(np.arange(shape[-1]) < lengths, shape)
    elif kind == "random":
        values = drawing.generator.random(shape) < 0.6
        values[..., 0] |= ~values.any(-1)  # a row without any would be a special case
    else:
        raise drawing._bad(f"'{kind}' is no mask; known: causal, padding, random")
    hidden = keys.get("true", "counts")
    if hidden not in ("counts", "hidden"):
        raise drawing._bad(f"true: '{hidden}' is not known; true in a mask means that it 'counts' or is 'hidden'")
    return drawing._array(~values if hidden == "hidden" else values, keys)


def _one_hot(drawing: Drawing, shape: Any, keys: Mapping[str, Any]) -> Any:
    *front, classes = drawing._shape(shape)
    values = np.eye(classes)[drawing.generator.integers(0, classes, front)]
    return drawing._array(values, keys)


def _choice(drawing: Drawing, choices: Any, keys: Mapping[str, Any]) -> Any:
    if not isinstance(choices, list) or not choices:
        raise drawing._bad("choice is a list of values")
    if "shape" not in keys:
        return drawing.draw(choices[int(drawing.generator.integers(len(choices)))])
    return drawing._array(
        np.asarray(choices)[drawing.generator.integers(0, len(choices), drawing._shape(keys["shape"]))], keys
    )


def _array_of(drawing: Drawing, values: Any, keys: Mapping[str, Any]) -> Any:
    try:
        array = np.array(values)
    except ValueError:
        raise drawing._bad("array is a list of numbers, nested to the same depth and lengths") from None
    if array.dtype.kind not in "fib":
        raise drawing._bad("array is a list of numbers")
    return drawing._array(array, keys)


def _members(kind: type) -> Callable[[Drawing, Any, Mapping[str, Any]], Any]:
    def draw(drawing: Drawing, parts: Any, keys: Mapping[str, Any]) -> Any:
        if not isinstance(parts, list):
            raise drawing._bad(f"{kind.__name__} is a list of inputs")
        return kind(drawing._at(str(number)).draw(part) for number, part in enumerate(parts))

    return draw


def _dict(drawing: Drawing, parts: Any, keys: Mapping[str, Any]) -> Any:
    return drawing._mapping(parts, "dict")


def path_of(path: Any) -> tuple[str | int, ...]:
    """Return a path such as `1.h` in parts; numbers are places in a list."""
    parts = str(path).split(".") if path not in (None, "") else []
    return tuple(int(part) if part.lstrip("-").isdigit() else part for part in parts)


def _of(drawing: Drawing, name: Any, keys: Mapping[str, Any]) -> Any:
    inputs = drawing._mapping(keys.get("given", {}), "given")
    if drawing.of_reference is None:
        return None
    found = drawing.of_reference(str(name), inputs)
    return at_path(found, path_of(keys.get("path")))


def _course(drawing: Drawing, name: Any, keys: Mapping[str, Any]) -> Named:
    return Named(str(name), drawing._mapping(keys["given"], "given") if "given" in keys else None)


def at_path(value: Any, path: Sequence[str | int]) -> Any:
    """Return the part of a value at a path.

    Raises:
        BadInput: there is none.
    """
    for number, part in enumerate(path):
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            raise BadInput(f"nothing is at {'.'.join(map(str, path[: number + 1]))}") from None
    return value


def _result(drawing: Drawing, number: Any, keys: Mapping[str, Any]) -> Any:
    if not isinstance(number, int):
        raise drawing._bad("result is the number of an earlier call, from 0")
    return Held(f"result{number}", path_of(keys.get("path")))


def _seed(library: str) -> Callable[[Drawing, Any, Mapping[str, Any]], Any]:
    def draw(drawing: Drawing, seed: Any, keys: Mapping[str, Any]) -> Any:
        return Seeded(int(drawing._number(seed)), library == "numpy")

    return draw


_MORE = ("dtype", "scale", "shift")
DRAWN: Mapping[str, Word] = {
    "normal": Word(_normal, _MORE, "random numbers of this shape, with mean 0 and deviation 1, as a list is"),
    "uniform": Word(_uniform, (*_MORE, "from", "below"), "random numbers of this shape, evenly `from` 0 and `below` 1"),
    "positive": Word(_positive, _MORE, "random numbers of this shape above 0.1"),
    "sorted": Word(_sorted, _MORE, "random numbers of this shape that rise along the last axis"),
    "ints": Word(_ints, ("dtype", "from", "below", "but"),
        "whole numbers `from` 0 and `below` 10; with `but`, a third are that number"),
    "bools": Word(_bools, ("dtype", "chance"), "true or false of this shape, true with this `chance`"),
    "ones": Word(_filled(1.0), _MORE, "ones of this shape"),
    "zeros": Word(_filled(0.0), _MORE, "zeros of this shape"),
    "mask": Word(_mask, ("dtype", "shape", "true"), "`causal`, `padding` or `random`; `true: counts` or `hidden`"),
    "one_hot": Word(_one_hot, _MORE, "of this shape, a single 1 along the last axis"),
    "choice": Word(_choice, ("dtype", "shape"), "one of these values, or an array of them of this `shape`"),
    "array": Word(_array_of, _MORE, "an array of these numbers"),
    "value": Word(lambda drawing, value, keys: value, (), "this value as it stands"),
    "list": Word(_members(list), (), "a list of inputs"),
    "tuple": Word(_members(tuple), (), "a tuple of inputs"),
    "dict": Word(_dict, (), "a dictionary of inputs, where one of its keys is a word of this list"),
    "of": Word(_of, ("given", "path"), "the result of another function of the reference, or its part at `path`"),
    "result": Word(_result, ("path",), "the result of an earlier call of this check, or its part at `path`"),
    "course": Word(_course, ("given",),
        "an object of a course's file, as module:name; with `given`, what it returns, made anew for each use"),
    "generator": Word(_seed("torch"), (), "a `torch.Generator` with this seed"),
    "rng": Word(_seed("numpy"), (), "a generator of NumPy with this seed"),
}  # fmt: skip


def table_of_words() -> str:
    """Return the words in Markdown, as a table."""
    lines = ["| input | keys beside it | meaning |", "|---|---|---|"]
    for name, word in DRAWN.items():
        lines.append(f"| `{name}` | {', '.join(f'`{key}`' for key in word.keys)} | {word.about} |")
    return "\n".join(lines)
