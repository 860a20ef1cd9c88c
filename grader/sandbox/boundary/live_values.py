"""Values that two processes share while one calls the other: what one of them changes, the other sees.

A tensor, an array, a list, a dictionary or a set that is sent has a twin on the other side. Before each message, the
sender compares its own with what both knew, and sends what has changed. Other objects stay where they are, and the
other side gets a key. Both sides run this code: the worker beside a student's code, and the process of a course's own
tests. So it imports nothing of `grader`, and what it reads is bounded and of known types; nothing is unpickled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:  # both files are run in the same names (see `worker_module.py`)
    from grader.sandbox.boundary.library_names import library_name
    from grader.sandbox.boundary.live_changes import differs, known_of
    from grader.sandbox.boundary.live_kinds import (
        CONTENTS,
        FILL,
        KIND_OF,
        MADE,
        NUMBER_TYPES,
        READERS,
        WRITERS,
        BadLive,
        TooLarge,
        dtype_name,
        text_of,
    )

MAX_NESTED = 40
MAX_PARTS = 100_000  # of one message
MAX_SENT_BYTES = 48 << 20  # of all arrays of one message


class Twin:
    """A value that exists on both sides, and what both knew of it last."""

    def __init__(self, value: Any) -> None:
        self.value: Any = value
        self.known: Any = None


class Live:
    """The shared values of one side. `side` begins the keys that this side gives."""

    def __init__(
        self,
        side: str,
        export: Callable[[Any], Any],
        held: Callable[[str, Mapping[str, Any]], Any],
        joined: Callable[[str, torch.Tensor], torch.Tensor],
    ) -> None:
        """Start without values: `export` writes an object that stays here, `held` reads one of the other side.

        `joined` gets the key and the numbers of a tensor that has a gradient and is no leaf on the other side.
        """
        self.side, self.export, self.held, self.joined = side, export, held, joined
        self.twins: dict[str, Twin] = {}
        self.keys: dict[int, str] = {}  # by the identity of a value, which lives as long as its twin
        self.count = 0
        self.arrays: dict[str, Any] = {}
        self._bytes = self._parts = 0

    def begin(self, arrays: dict[str, Any]) -> None:
        """Begin to write or to read a message with these arrays."""
        self.arrays, self._bytes, self._parts = arrays, 0, 0

    def drop(self, key: str) -> None:
        """Forget a value that the other side does not hold any more."""
        twin = self.twins.pop(key, None)
        if twin is not None:
            self.keys.pop(id(twin.value), None)

    def add(self, value: Any, key: str = "") -> str:
        """Give a value a key, or the key of the other side."""
        if not key:
            self.count += 1
            key = f"{self.side}{self.count}"
        self.twins[key] = Twin(value)
        self.keys[id(value)] = key
        return key

    def write(self, value: Any, depth: int = 0) -> Any:
        """Return a value as JSON; the numbers of tensors and arrays are added to the arrays of the message.

        Raises:
            TooLarge: the message would be too large.
        """
        self._parts += 1
        if depth > MAX_NESTED or self._parts > MAX_PARTS:
            raise TooLarge("a value of too many parts")
        if type(value) in WRITERS:
            return WRITERS[type(value)](self, value, depth + 1)
        if id(value) in self.keys:
            return {"same": self.keys[id(value)]}
        if type(value) in CONTENTS and self._can_be_sent(value):
            key = self.add(value)
            return {"new": key, **self._content(value, depth + 1)}
        if isinstance(value, np.generic) and value.dtype.name in NUMBER_TYPES:
            return {"number": self.send(np.asarray(value)), "dtype": value.dtype.name}
        if (name := library_name(value)) is not None:
            return {"library": name}
        return self.export(value)

    def _can_be_sent(self, value: Any) -> bool:
        if isinstance(value, torch.Tensor):
            usual = value.device.type == "cpu" and value.layout == torch.strided and not value.is_quantized
            return usual and dtype_name(value.dtype) in NUMBER_TYPES
        return not isinstance(value, np.ndarray) or value.dtype.name in NUMBER_TYPES

    def _content(self, value: Any, depth: int) -> dict[str, Any]:
        """Return what a value holds as JSON, and note it as known to both sides."""
        self.twins[self.keys[id(value)]].known = known_of(value)
        return CONTENTS[type(value)](self, value, depth)

    def send(self, array: Any) -> str:
        self._bytes += array.nbytes
        if self._bytes > MAX_SENT_BYTES:
            raise TooLarge("more numbers than can be sent")
        key = f"v{len(self.arrays)}"
        self.arrays[key] = np.array(array, order="C")
        return key

    def changes(self) -> list[list[Any]]:
        """Return what this side has changed since the last message, with keys."""
        changed = [key for key, twin in self.twins.items() if twin.known is not None and differs(twin)]
        return [[key, self._content(self.twins[key].value, 1)] for key in changed]

    def read(self, value: Any, depth: int = 0) -> Any:
        """Return the value that the other side wrote.

        Raises:
            BadLive: it is not written so.
        """
        self._parts += 1
        if depth > MAX_NESTED or self._parts > MAX_PARTS:
            raise BadLive("it has too many parts")
        if type(value) in (type(None), bool, str, int, float):
            return value
        if not isinstance(value, dict) or not value:
            raise BadLive("a value of another form")
        kind = next(iter(value))
        if kind == "object":
            return self.held(text_of(value[kind]), value)
        if kind == "same":
            return self._twin(value[kind]).value
        if kind == "new":
            return self._new(text_of(value[kind]), value, depth)
        if kind not in READERS:
            raise BadLive(f"a value of the kind {kind[:40]}")
        return READERS[kind](self, value[kind], value, depth + 1)

    def _twin(self, key: Any) -> Twin:
        twin = self.twins.get(key) if isinstance(key, str) else None
        if twin is None:
            raise BadLive("a value that was not sent")
        return twin

    def _new(self, key: str, described: Mapping[str, Any], depth: int) -> Any:
        kind = described.get("kind")
        if key in self.twins or key.startswith(self.side) or kind not in MADE:
            raise BadLive("a new value of another form")
        made = MADE[kind](self, described)
        if isinstance(made, torch.Tensor) and described.get("requires") is True and not described.get("leaf"):
            made = self.joined(key, made)
        self.add(made, key)
        self._fill(made, described, depth)
        return made

    def _fill(self, value: Any, described: Mapping[str, Any], depth: int) -> None:
        """Give a value the content that the other side sent."""
        FILL[type(value)](self, value, described, depth + 1)
        self._twin(self.keys[id(value)]).known = known_of(value)

    def change(self, changes: Any) -> None:
        """Change what the other side has changed.

        Raises:
            BadLive: it is written in another way.
        """
        if not isinstance(changes, list):
            raise BadLive("no list of changes")
        for change in changes:
            if not isinstance(change, list) or len(change) != 2 or not isinstance(change[1], dict):
                raise BadLive("a change of another form")
            value = self._twin(change[0]).value
            if change[1].get("kind") != KIND_OF[type(value)]:
                raise BadLive("a change of another kind")
            self._fill(value, change[1], 0)

    def numbers(self, key: Any, dtype: Any) -> Any:
        """Return an array of the message.

        Raises:
            BadLive: it was not sent, or is of another type.
        """
        array = self.arrays.get(key) if isinstance(key, str) else None
        if array is None or dtype not in NUMBER_TYPES:
            raise BadLive("an array that was not sent")
        if array.dtype.name != ("float32" if dtype == "bfloat16" else dtype):
            raise BadLive("an array of another type than it says")
        return array
