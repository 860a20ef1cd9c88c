"""Files that a submission has to hold."""

from __future__ import annotations

from tests.helpers import context, make


def test_files_present() -> None:
    check = make("files_present", files=["*.ipynb", "feedback.md"])
    assert check.judge(context(files={"a/x.ipynb": b"", "a/feedback.md": b""})).status == "passed"
    assert "feedback.md" in str(check.judge(context(files={"x.ipynb": b""})).message)
