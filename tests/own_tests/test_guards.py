"""Python's functions that look at an object without asking it refuse proxies, and do their work for other values."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.own_tests.asker import Asker, EndTest
from grader.own_tests.guards import guard
from tests.own_tests.direct import asker_of


@pytest.fixture
def asker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asker:
    return asker_of(monkeypatch, tmp_path, "class Net: pass")


def guarded() -> Any:
    module = ModuleType("tests_of_a_course")
    module.callable = "its own"  # type: ignore[attr-defined]
    guard(module)
    return module


@pytest.mark.parametrize("name", ["type", "id", "vars", "dir", "hash"])
def test_proxies_are_refused(asker: Asker, name: str) -> None:
    net = asker.get("Net")()
    with pytest.raises(EndTest):
        getattr(guarded(), name)(net)
    assert name in asker.trouble.unsupported


def test_other_values_are_not(asker: Asker) -> None:
    module = guarded()
    assert module.type(3) is int
    assert module.type == type  # noqa: E721 - as a test may write it
    assert isinstance(int, module.type)
    assert module.type("New", (), {}).__name__ == "New"
    assert module.type.__name__ == "type"
    assert {module.type: 1}[type] == 1
    assert module.hash(3) == hash(3)
    assert module.issubclass(bool, int)
    assert module.callable == "its own"
