"""Parts of values by path, and objects of a course's file; the notation itself: `tests/asking/test_values.py`."""

from __future__ import annotations

from typing import Any

import pytest

from grader.sandbox.boundary.worker_module import worker as load_worker

worker: Any = load_worker()


class Thing:
    h = (1, 2)


@pytest.mark.parametrize(
    ("value", "path", "part"),
    [({"h": [3, 4]}, ["h", 1], 4), (Thing, ["h", 0], 1), ({0: "zero"}, [0], "zero"), (5, [], 5)],
)
def test_a_part_is_a_key_a_number_or_an_attribute(value: Any, path: list[Any], part: Any) -> None:
    assert worker.along(value, path) == part


def test_an_object_of_a_file_of_the_course() -> None:
    assert worker.read_typed({"named": "math:pi"}, {}, {}) == pytest.approx(3.14159, abs=1e-5)
    assert worker.read_typed({"named": "collections:OrderedDict.fromkeys"}, {}, {})("a") == {"a": None}
    with pytest.raises(ModuleNotFoundError):
        worker.read_typed({"named": "no_such_module:x"}, {}, {})
