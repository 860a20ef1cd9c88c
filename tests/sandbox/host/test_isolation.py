"""The self-test of each isolation level."""

from __future__ import annotations

import os

import pytest

from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.isolation import self_test
from grader.sandbox.host.make_policy import throwaway_uid

pytestmark = pytest.mark.kernel


@pytest.mark.parametrize("level", ["A", "B"])
def test_each_level_passes_its_self_test_and_no_isolation_does_not(level: Level) -> None:
    closed = level == "B" and os.geteuid() == 0 and not throwaway_uid("B")  # only root may read the interpreter
    assert self_test(level) == (["as root it needs an interpreter that other users may read"] if closed else [])
    assert {"read a file outside", "reach TCP", "TCP was contacted", "something was written"} <= set(self_test("C"))
