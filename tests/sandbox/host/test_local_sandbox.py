"""The sandbox of this machine travels to worker processes, and gives its parts to everything that it starts."""

from __future__ import annotations

import pickle
from collections.abc import Sequence

import pytest

from grader.sandbox.boundary.policy import Level
from grader.sandbox.host import local_sandbox as local_sandbox_module
from grader.sandbox.host.local_sandbox import LocalSandbox
from grader.sandbox.limits import Isolation, Limits

SANDBOX = LocalSandbox(("EQUIVALENTS = {}", "RECIPES = {}"))
LIMITS = Limits(cpu_seconds=5, level="C")


def test_it_comes_out_of_a_pickle_as_it_was() -> None:
    found = pickle.loads(pickle.dumps(SANDBOX))
    assert found == SANDBOX
    assert found.parts == ("EQUIVALENTS = {}", "RECIPES = {}")
    assert LocalSandbox() != SANDBOX


def test_a_kernel_gets_files_limits_and_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    monkeypatch.setattr(local_sandbox_module, "open_kernel", lambda *values: given.extend(values))
    SANDBOX.open_kernel({"a.txt": b"x"}, LIMITS)
    assert given == [{"a.txt": b"x"}, LIMITS, SANDBOX.parts]


def test_a_definitions_process_gets_source_limits_and_parts_and_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    monkeypatch.setattr(local_sandbox_module, "DefinitionsProcess", lambda *values: given.extend(values))
    SANDBOX.definitions("class Model: pass", LIMITS, {})
    assert given == ["class Model: pass", LIMITS, SANDBOX.parts, {}]


@pytest.mark.parametrize("required", [None, "A", "C"])
def test_the_required_isolation_is_the_one_that_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, required: Level | None
) -> None:
    monkeypatch.setattr(local_sandbox_module, "choose", lambda level: Isolation("B", (str(level),)))
    assert SANDBOX.isolation(required) == Isolation("B", (str(required),))


def test_pages_are_drawn_at_the_level_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(pdf: bytes, numbers: Sequence[int], level: Level | None) -> list[str]:
        return [f"{pdf!r} {number} {level}" for number in numbers]

    monkeypatch.setattr(local_sandbox_module, "draw", draw)
    assert SANDBOX.draw_pages(b"pdf", [0, 2], "B") == ["b'pdf' 0 B", "b'pdf' 2 B"]


def test_pictures_are_drawn_anew_at_the_level_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def redraw(pictures: Sequence[bytes], level: Level | None) -> list[str]:
        return [f"{picture!r} {level}" for picture in pictures]

    monkeypatch.setattr(local_sandbox_module, "redraw", redraw)
    assert SANDBOX.redraw_pictures([b"one"], "C") == ["b'one' C"]
