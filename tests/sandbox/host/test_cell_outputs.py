"""The outputs of a cell as plain values."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest

from grader.model import Raised
from grader.sandbox.host.cell_outputs import MAX_ERROR, MAX_TEXT, error_of, run_record, text_of


def cell(*outputs: dict[str, Any]) -> Any:
    return nbformat.NotebookNode(outputs=[nbformat.from_dict(output) for output in outputs])  # type: ignore[no-untyped-call]


ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": []}


@pytest.mark.parametrize(
    ("outputs", "reply", "expected"),
    [
        ([ERROR], None, Raised("ValueError", "bad")),
        ([], {"content": {"status": "error", "ename": "KeyError", "evalue": "k"}}, Raised("KeyError", "k")),
        ([], {"content": {"status": "ok"}}, None),
        ([], {"content": "not a mapping"}, None),
        ([], None, None),
    ],
)
def test_the_exception_is_that_of_the_outputs_or_of_the_reply(
    outputs: list[dict[str, Any]], reply: Any, expected: Raised | None
) -> None:
    assert error_of(cell(*outputs), reply) == expected


def test_a_message_of_any_length_is_cut() -> None:
    raised = error_of(cell({**ERROR, "ename": "E" * 500, "evalue": "v" * 5000}), None)
    assert raised is not None
    assert (len(raised.type), len(raised.message)) == (100, MAX_ERROR)


def test_printed_text_and_results_are_one_text_whose_end_is_kept() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "a" * MAX_TEXT}
    result = {"output_type": "execute_result", "data": {"text/plain": "42"}, "metadata": {}, "execution_count": 1}
    text = text_of(cell(stream, result))
    assert len(text) == MAX_TEXT
    assert text.endswith("a42\n")


def test_a_process_that_never_started_used_nothing() -> None:
    record = run_record("SG", None, 0.0, "memory")
    assert (record["time"], record["max-rss"], record["status"], record["killed"]) == (0.0, 0, "SG", "memory")
