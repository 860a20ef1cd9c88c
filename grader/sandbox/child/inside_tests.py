"""Run one test of a course beside the student's code. A part of the worker.

Its source is executed in the names of the worker (see `boundary/worker_module.py`), so it imports nothing of `grader`.
The test runs in a fork, so that what it changes ends with it. What it says is this process's own word.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the files of the worker share their names (see `boundary/worker_module.py`)
    from grader.sandbox.child.exceptions import MAX_TEXT, Described, describe

MAX_REPLY_BYTES = 1 << 20
MAX_SAID = 600  # characters of a test's message


def run_inside(arguments: Mapping[str, Any], arrays: Mapping[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Run a test, and return its result; an exception at a student's own line is raised with its description."""
    import pytest  # noqa: F401 - loaded before the fork, and its absence is no result of the fork

    folder = tempfile.mkdtemp(prefix="inside-")
    try:
        _write_texts(folder, arguments["files"])
        reply = _in_fork(folder, arguments)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if "raised" in reply:
        raise Described(reply["raised"])
    return reply


def _write_texts(folder: str, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))


def _in_fork(folder: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a fork of this process says about the test; `ended` if it says nothing."""
    reads, writes = os.pipe()
    if child := os.fork():
        os.close(writes)
        with open(reads, "rb") as pipe:
            said = pipe.read(MAX_REPLY_BYTES)
        os.waitpid(child, 0)
        reply: dict[str, Any] = json.loads(said) if said else {"result": "ended"}
        return reply
    try:
        os.close(reads)
        result = _of_test(folder, arguments)
        with open(writes, "wb") as pipe:
            pipe.write(json.dumps(result).encode())
    finally:
        os._exit(0)


def _of_test(folder: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Run pytest in this process, and return the result of the one test."""
    import pytest

    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(nothing, descriptor)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    for name in arguments["modules"]:
        _find_module(name)
    file = os.path.join(folder, arguments["name"])
    sys.path.insert(0, os.path.dirname(file))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-p", "no:cacheprovider", "-p", "no:faulthandler", "-c", os.devnull, "-q", "--import-mode=importlib"]
    watching = _Watching(folder, arguments["place"], arguments["test"])
    pytest.main([*options, "--rootdir", folder, "--confcutdir", folder, file], plugins=[watching])
    return watching.reply


def _find_module(name: str) -> None:
    """Let the names of the notebook stand for a module that the submission does not have."""
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        part = ".".join(parts[:count])
        try:
            found = importlib.util.find_spec(part) is not None
        except (ImportError, AttributeError, ValueError):
            found = False
        if not found:
            sys.modules[part] = sys.modules["__main__"]


class _Watching:
    """A plugin for pytest that chooses one test and notes how it ends."""

    def __init__(self, folder: str, place: int, test: str) -> None:
        self._folder, self._place, self._test = folder + os.sep, place, test
        self.reply: dict[str, Any] = {"result": "not run"}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Leave the test of this place, if it has the name that it has outside."""
        chosen = items[self._place : self._place + 1]
        items[:] = [one for one in chosen if one.nodeid.partition("::")[2][:300] == self._test]

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note a phase that ends without an exception that counts."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self._add({"result": "skipped", "message": str(report.longrepr[-1])[:MAX_SAID]})
        elif report.failed and isinstance(report.longrepr, str):  # a test that was to fail has passed
            self._add({"result": "failed", "message": report.longrepr[:MAX_SAID]})
        elif report.when == "call" and not report.failed:
            self._add({"result": "passed"})

    def pytest_exception_interact(self, call: Any) -> None:
        """Note an exception, also one while the file is imported."""
        self._note(call.excinfo.value)

    def _add(self, reply: dict[str, Any]) -> None:
        """Let the first phase that does not pass count."""
        if self.reply["result"] in ("not run", "passed"):
            self.reply = reply

    def _note(self, error: BaseException) -> None:
        """Note an exception: at a student's own line, an assertion of the test, or neither."""
        import pytest

        described = describe(error)
        frames: Sequence[Any] = described["frames"]
        own = [frame for frame in frames if not frame[0].startswith(self._folder)]
        at_test = [frame for frame in frames if frame[0].startswith(self._folder)]
        if frames and frames[-1] in own and described["origin"] == "student":
            self._add({"result": "raised", "raised": {**described, "frames": own}})
            return
        asserted = isinstance(error, (AssertionError, pytest.fail.Exception))
        message = described["message"] if asserted else f"{described['type']}: {described['message']}"
        place = {"file": at_test[-1][0].removeprefix(self._folder), "line": at_test[-1][1]} if at_test else {}
        self._add({"result": "failed" if asserted else "error", "message": message[: min(MAX_SAID, MAX_TEXT)], **place})
