"""A few cases of each kind of the fuzzer, and that it notices what it looks for."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable

import pytest

from tests.fuzz import run
from tests.fuzz.readers import READERS
from tests.fuzz.run import case, failures


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", READERS)
def test_some_cases_end_as_they_should(kind: str) -> None:
    assert list(failures(kind, 7, range(25))) == []


def test_a_case_can_be_made_again_and_differs_from_others() -> None:
    assert case("zips", 1, 2) == case("zips", 1, 2)
    assert len({case("zips", seed, number) for seed in range(5) for number in range(5)}) > 20


def loop(data: bytes) -> None:
    while True:
        pass


def fail(data: bytes) -> None:
    raise IndexError(len(data))


@pytest.mark.parametrize(("read", "words"), [(loop, "CPU seconds"), (fail, "IndexError")])
def test_a_loop_and_an_exception_are_failures(
    read: Callable[[bytes], object], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = dataclasses.replace(READERS["zips"], read=read, samples=list)
    monkeypatch.setitem(READERS, "zips", reader)
    monkeypatch.setattr(run, "MAX_SECONDS", 0.05)
    monkeypatch.setattr(run, "changed", lambda *_: b"x")
    monkeypatch.setattr(random.Random, "choice", lambda *_: b"x")
    assert words in next(failures("zips", 0, range(1))).what
