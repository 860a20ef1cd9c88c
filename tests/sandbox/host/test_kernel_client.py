"""The bounds that the grader adds to Jupyter's client."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from grader.sandbox.host.kernel_client import MAX_OUTPUT, Client, Manager


def message(kind: str, text: str) -> dict[str, Any]:
    content = {"name": "stdout", "text": text} if kind == "stream" else {"ename": "E", "evalue": text, "traceback": []}
    return {"msg_type": kind, "header": {"msg_type": kind}, "content": content, "parent_header": {}}


@pytest.fixture
def client() -> Client:
    made = Client(nbformat.v4.new_notebook())  # type: ignore[no-untyped-call]
    made.clear_before_next_output = False  # which the base class sets with the first cell
    return made


def test_output_beyond_the_bound_is_dropped_and_an_error_never(client: Client) -> None:
    outputs: list[Any] = []
    client.output(outputs, message("stream", "kept"), "", 0)
    client.output(outputs, message("stream", "x" * MAX_OUTPUT), "", 0)
    client.output(outputs, message("error", "shown"), "", 0)
    assert [output.output_type for output in outputs] == ["stream", "error"]
    assert outputs[0].text == "kept"


def test_the_reply_of_a_cell_is_kept_and_raises_nothing(client: Client) -> None:
    reply = {"content": {"status": "error", "ename": "E", "evalue": ""}}
    with pytest.raises(StopIteration):  # without a loop of its own, which would end that of other kernels
        client._check_raise_for_error(SimpleNamespace(metadata={}), 0, reply).send(None)
    assert client.reply == reply


def test_no_kernel_of_the_machine_is_looked_up() -> None:
    spec = Manager(kernel_name="python-of-somebody-else").kernel_spec
    assert spec.argv == ["in-process"]
    assert spec.metadata["kernel_provisioner"]["provisioner_name"] == "grader-sandbox"
