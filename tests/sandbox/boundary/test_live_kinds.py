"""What the other side writes is read with bounds and known types only; `test_live_values.py` has what goes both ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.sandbox.boundary.worker_module import live_module

live: Any = live_module()


def _refuse(*_: Any) -> Any:
    raise live.BadLive("no object is known")


def read(value: Any, **arrays: Any) -> Any:
    side = live.Live("h", _refuse, _refuse, lambda key, tensor: tensor)
    side.begin(arrays)
    return side.read(value)


ONES = np.ones(2, dtype=np.float32)
NESTED: Any = 1
for _ in range(60):
    NESTED = {"tuple": [NESTED]}
BAD: dict[str, Any] = {
    "a list": [1],
    "empty": {},
    "unknown kind": {"pickle": "gASVAAAA"},
    "no text": {"bytes": 3},
    "no bytes": {"bytes": "zz"},
    "no number": {"int": "x"},
    "no complex number": {"complex": ["1"]},
    "no dtype": {"dtype": "load"},
    "no device": {"device": "nowhere"},
    "code": {"library": "builtins:eval"},
    "no list": {"tuple": "abc"},
    "no size": {"size": [0.5]},
    "no slice": {"slice": []},
    "unhashable": {"frozenset": [{"new": "c1", "kind": "list", "parts": []}]},
    "unhashable key": {"new": "c1", "kind": "dict", "pairs": [[{"new": "c2", "kind": "list", "parts": []}, 1]]},
    "no pairs": {"new": "c1", "kind": "dict", "pairs": [1]},
    "key of this side": {"new": "h1", "kind": "list", "parts": []},
    "unknown value": {"same": "c9"},
    "no array": {"new": "c1", "kind": "array", "numbers": "v9", "dtype": "float32"},
    "another dtype": {"new": "c1", "kind": "array", "numbers": "v0", "dtype": "float64"},
    "objects": {"new": "c1", "kind": "array", "numbers": "v0", "dtype": "object"},
    "several numbers": {"number": "v0", "dtype": "float32"},
    "no gradient": {
        "new": "c1", "kind": "tensor", "numbers": "v0", "dtype": "float32", "requires": True, "leaf": True, "gradient": 3,
    },
    "requires": {"new": "c1", "kind": "tensor", "numbers": "v0", "dtype": "float32", "requires": "yes", "leaf": True},
    "nested": NESTED,
}  # fmt: skip


@pytest.mark.parametrize("value", BAD.values(), ids=BAD)
def test_what_is_not_written_so_is_refused(value: Any) -> None:
    with pytest.raises(live.BadLive):
        read(value, v0=ONES)


def test_a_value_inside_itself_is_read() -> None:
    found = read({"new": "c1", "kind": "list", "parts": [{"same": "c1"}]})
    assert found[0] is found


def test_a_change_of_a_value_that_is_not_shared_is_refused() -> None:
    side = live.Live("h", _refuse, _refuse, lambda key, tensor: tensor)
    side.begin({})
    side.read({"new": "c1", "kind": "list", "parts": []})
    for change in (3, [3], [["c9", {"kind": "list", "parts": []}]], [["c1", {"kind": "dict", "pairs": []}]]):
        with pytest.raises(live.BadLive):
            side.change(change)
