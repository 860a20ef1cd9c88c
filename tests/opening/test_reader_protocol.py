"""The reply of a reader: whatever it says is a submission or an error."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest

from grader.opening.plain_values import to_plain
from grader.opening.reader_protocol import BadReplyError, read_reply, write_line, write_submission
from tests.opening.test_plain_values import SUBMISSION


def reply(*lines: Any, rest: bytes = b"") -> io.BytesIO:
    return io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines) + rest)


def done(sizes: Any, rest: bytes = b"") -> io.BytesIO:
    return reply(["done", {"submission": to_plain(SUBMISSION), "files": sizes}], rest=rest)


def test_a_submission_comes_back_with_its_files() -> None:
    submission = replace(SUBMISSION, files={"a.md": b"one", "b.bin": bytes(range(256)), "empty": b""})
    buffer = io.BytesIO()
    write_line(buffer, "reading", "a.md")
    write_submission(buffer, submission)
    buffer.seek(0)
    found = read_reply(buffer)
    assert found.submission == submission
    assert found.last_file == "a.md"


@pytest.mark.parametrize("rest", [b"", b'["done", {'], ids=["nothing", "half a line"])
def test_a_reader_that_ends_too_early_has_no_word_but_a_file(rest: bytes) -> None:
    found = read_reply(reply(["reading", "a.pdf"], rest=rest))
    assert (found.word, found.submission, found.last_file) == ("", None, "a.pdf")


@pytest.mark.parametrize(
    "file",
    [
        reply(["calls", "x"]),
        reply("done"),
        reply(["done"]),
        reply(["done", 1]),
        reply(["done", {"submission": {}, "files": []}]),
        io.BytesIO(b"\x80\x04\n"),
        io.BytesIO(b"[" * 100_000 + b"\n"),
        done([["../../.bashrc", 1]], b"x"),
        done([["/etc/cron.d/x", 1]], b"x"),
        done([[".exchange/ask-1.json", 1]], b"x"),
        done([["a.md", -1]], b"x"),
        done([["a.md", 5]], b"x"),
        done([["a.md", 1 << 60]], b"x"),
        done([["a.md", 1 << 27], ["b.md", 1 << 27], ["c.md", 1 << 27]], b"x"),
        done([["a", 0]] * 3000),
        done({"a.md": 1}, b"x"),
    ],
)
def test_another_reply_is_an_error(file: io.BytesIO) -> None:
    with pytest.raises(BadReplyError):
        read_reply(file)
