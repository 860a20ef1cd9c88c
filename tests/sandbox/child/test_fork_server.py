"""The process that is forked loads large modules for the first submission that needs them, and once."""

from __future__ import annotations

from functools import partial

import pytest

from grader.grading.loaded_first import _WORDS
from grader.sandbox.child import fork_server


def test_large_modules_are_loaded_once_and_only_where_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(fork_server, "_freeze", lambda: done.append("freeze"))
    for name in fork_server.LARGE:
        monkeypatch.setitem(fork_server.LARGE, name, partial(done.append, name))
    loaded = fork_server.Loaded()
    loaded.load(())
    assert done == []
    loaded.load(("torch.optim",))
    loaded.load(("matplotlib.pyplot", "torch.optim"))
    loaded.load(("torch.optim",))
    assert done == ["torch.optim", "freeze", "matplotlib.pyplot", "freeze"]


def test_every_module_that_code_can_name_can_be_loaded() -> None:
    assert set(_WORDS) == set(fork_server.LARGE)
