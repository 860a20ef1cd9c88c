"""Requests, and the keys of their replies."""

from __future__ import annotations

import numpy as np

from grader.model import Request
from grader.model.evidence import request_key


def test_requests_are_addressed_by_all_that_they_say() -> None:
    one = Request("call", {"a": 1}, {"x": np.zeros(3)})
    assert request_key(one) == request_key(Request("call", {"a": 1}, {"x": np.zeros(3)}))
    others = [
        Request("train", {"a": 1}, {"x": np.zeros(3)}),
        Request("call", {"a": 2}, {"x": np.zeros(3)}),
        Request("call", {"a": 1}, {"x": np.ones(3)}),
        Request("call", {"a": 1}, {"x": np.zeros((3, 1))}),
    ]
    assert len({request_key(r) for r in [one, *others]}) == 5
