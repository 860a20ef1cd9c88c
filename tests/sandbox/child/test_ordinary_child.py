"""The ordinary kernel's limits, where the system has them; a whole run is tested with its host."""

from __future__ import annotations

import builtins
import resource
from typing import Any

import pytest

from grader.sandbox.boundary.policy import Policy
from grader.sandbox.child import ordinary_child

POLICY = Policy("C", "/w", "/p", "", cpu_seconds=77, file_bytes=1000)


def test_cpu_time_and_sizes_of_files_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "getrlimit", lambda which: (5, 50))
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    ordinary_child.limit(POLICY)
    assert limits == {resource.RLIMIT_CPU: (50, 50), resource.RLIMIT_FSIZE: (50, 50)}


def test_a_system_without_limits_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    import_, asked = builtins.__import__, []

    def without_resource(name: str, *rest: Any, **named: Any) -> Any:
        if name == "resource":
            asked.append(name)
            raise ModuleNotFoundError(name=name)
        return import_(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_resource)
    ordinary_child.limit(POLICY)
    assert asked == ["resource"]
