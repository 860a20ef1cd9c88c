"""Messages go through two pipes; what is no message, or does not come, is an error."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest

from grader.own_tests.wire import Wire, WireClosed


@pytest.fixture
def ends() -> Iterator[tuple[Wire, Wire]]:
    first, second = os.pipe(), os.pipe()
    one, other = Wire(first[0], second[1]), Wire(second[0], first[1])
    yield one, other
    for end in (*first, *second):
        try:
            os.close(end)
        except OSError:
            continue


def test_a_message_arrives_with_its_arrays(ends: tuple[Wire, Wire]) -> None:
    one, other = ends
    one.send({"what": "ü"}, {"a": np.arange(3)})
    one.send({"what": 2})
    message, arrays = other.receive(5)
    assert message == {"what": "ü"}
    assert arrays["a"].tolist() == [0, 1, 2]
    assert other.receive(5) == ({"what": 2}, {})


def test_a_message_that_does_not_come_in_time(ends: tuple[Wire, Wire]) -> None:
    with pytest.raises(WireClosed, match="in time"):
        ends[0].receive(0.01)


def test_an_end_that_is_closed(ends: tuple[Wire, Wire]) -> None:
    one, other = ends
    one.close()
    with pytest.raises(WireClosed, match="ended"):
        other.receive(5)
    with pytest.raises(WireClosed):
        other.send({})


def test_what_is_no_message_is_refused(ends: tuple[Wire, Wire]) -> None:
    one, other = ends
    os.write(one._sends, b"999999999999 3\n")
    with pytest.raises(WireClosed, match="another form"):
        other.receive(5)
