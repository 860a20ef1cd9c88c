"""The process that forks readers: a reader is confined before it looks into a submission, and bounded."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from grader.ingest.discover import Source
from grader.opening.reader_client import read_confined
from grader.opening.reader_protocol import ReadRequest
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.isolation import _canaries, self_test
from grader.sandbox.host.make_policy import throwaway_uid

pytestmark = pytest.mark.kernel

# What a reader would do that a file has taken over: it acts where the file is unpacked, after everything was opened.
TAKEN_OVER = """
import json, os, socket, sys
from grader.ingest.unpacked import Unpacked
from grader.sandbox.child.probe import probes

class source:
    @staticmethod
    def begin():
        attempts = probes(json.loads(TARGETS))
        return lambda: Unpacked({"said": json.dumps(attack(attempts)).encode()})

def attack(attempts):
    through = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        through.append(name)
    return through
"""


class TakenOver:
    """Unpickles as the source that `code` defines; a test may pickle what it likes, a submission pickles nothing."""

    def __init__(self, code: str) -> None:
        self.code = f"(lambda names: (exec({code!r}, names), names['source'])[1])({{}})"

    def __reduce__(self) -> Any:
        return eval, (self.code,)


def said(code: str, level: Level) -> Any:
    source: Any = TakenOver(code)
    reply = read_confined(ReadRequest(source, only_unpack=True), level)
    assert reply.submission is not None, reply
    return json.loads(reply.submission.files["said"])


def test_a_reader_that_was_taken_over_reaches_nothing(tmp_path: Path) -> None:
    every: tuple[Level, ...] = ("A", "B")
    levels = [level for level in every if not self_test(level)]
    assert levels
    for level in levels:
        (tmp_path / level).mkdir()
        with _canaries(tmp_path / level) as (targets, contacted):
            assert said(f"TARGETS = {json.dumps(targets)!r}{TAKEN_OVER}", level) == []
            assert contacted() == []


def test_the_same_without_isolation_succeeds(tmp_path: Path) -> None:
    with _canaries(tmp_path) as (targets, contacted):
        through = said(f"TARGETS = {json.dumps(targets)!r}{TAKEN_OVER}", "C")
        assert {"read a file outside", "reach TCP", "signal the grader"} <= set(through)
        assert "something was written" in contacted()


SEEN = """
import json, os, sys
from grader.ingest.unpacked import Unpacked

class source:
    @staticmethod
    def begin():
        return lambda: Unpacked({"said": json.dumps([sorted(os.environ), sorted(sys.modules)]).encode()})
"""


def test_a_reader_has_neither_the_environment_nor_the_reference_in_its_memory() -> None:
    environment, modules = said(SEEN, "A" if not self_test("A") else "C")
    assert "GRADER_TEST_SECRET" not in environment
    forbidden = ("reference", "grader.rubric", "grader.checks", "grader.comparing", "torch")
    assert [name for name in modules if name.startswith(forbidden)] == []


ENDLESS = """
import os, time
from grader.ingest.unpacked import Unpacked

class source:
    @staticmethod
    def begin():
        return attack
"""


@pytest.mark.parametrize(
    "act",
    [
        "    return b'x' * (3 << 30)",
        "    os.kill(os.getpid(), 9)",
        "    [os.write(n, b'[\"reading\", \"x\"]\\n' + b'y' * 70000) for n in range(3, 20) if n in open_pipes()]",
        "    while True:\n        if os.fork() == 0: break",
    ],
    ids=["memory", "dies", "floods", "forks"],
)
def test_a_reader_that_exceeds_a_limit_or_dies_says_nothing(act: str) -> None:
    pipes = "\ndef open_pipes():\n    return [int(n) for n in os.listdir('/proc/self/fd') if 'pipe' in link(n)]\n"
    link = "def link(n):\n    try: return os.readlink('/proc/self/fd/' + n)\n    except OSError: return ''\n"
    source: Any = TakenOver(f"{ENDLESS}{pipes}{link}\ndef attack():\n{act}\n    return 5\n")
    reply = read_confined(ReadRequest(source, only_unpack=True), None)
    assert reply.submission is None
    assert reply.word in ("", "memory", "failed")


def test_a_file_that_cannot_be_read_is_said_in_words(tmp_path: Path) -> None:
    reply = read_confined(ReadRequest(Source("a.zip", tmp_path / "a.zip")), None)
    assert reply.word == "user"
    assert "a.zip: cannot be read: No such file or directory" in str(reply.value)


def test_as_root_a_reader_has_another_user() -> None:
    if os.geteuid() != 0 or not throwaway_uid("A"):
        pytest.skip("not root")
    user = SEEN.replace("[sorted(os.environ), sorted(sys.modules)]", "os.geteuid()")
    assert said(user, "A") > 1000
