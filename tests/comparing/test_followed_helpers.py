"""A target that calls a wrong helper of the submission is judged apart from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.checks.base import Check
from grader.checks.outputs import Outputs
from tests.checks.answering_worker import reference_module, verdict_on, worker_namespace
from tests.helpers import make

REFERENCE = """
import numpy as np
def softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
def step(x, state, w):
    return np.tanh(w @ x + state), x.sum()
def run(xs, w):
    state, outputs = np.zeros((w.shape[0], xs.shape[-1])), []
    for x in xs:
        state, _ = step(x, state, w)
        outputs.append(state)
    return np.stack(outputs), softmax(state, axis=0)
"""
RIGHT_RUN = """
def run(xs, w):
    state = np.zeros((w.shape[0], xs.shape[2]))
    outputs = np.zeros((len(xs), *state.shape))
    for t in range(len(xs)):
        state = step(xs[t], state, w)[0]
        outputs[t] = state
    return outputs, softmax(state, axis=0)
"""
STEP = "def step(x, state, w):\n    return np.tanh(w @ x + state), x.sum()\n"
SOFTMAX = "def softmax(z, axis):\n    e = np.exp(z)\n    return e / e.sum(axis=axis, keepdims=True)\n"
RIGHT = STEP + SOFTMAX + RIGHT_RUN
OWN = "where it calls step, softmax of the submission"
CASES: dict[str, tuple[str, str, str]] = {  # the submission, and the status with a part of the message
    "all right": (RIGHT, "passed", "The results match the reference solution."),
    "a helper without its tanh": (RIGHT.replace("np.tanh(w @ x + state)", "w @ x + state"), "passed", OWN),
    "a wrong sum in another helper": (RIGHT.replace("e.sum(axis=axis", "e.max(axis=axis"), "passed", OWN),
    "the same mistake written out": (
        RIGHT.replace("state = step(xs[t], state, w)[0]", "state = w @ xs[t] + state").replace("np.tanh(", "1 * ("),
        "passed", OWN),
    "a wrong caller": (RIGHT.replace("outputs[t] = state", "outputs[0] = state"), "failed", "does not return"),
    "a wrong caller of a wrong helper": (
        RIGHT.replace("np.tanh(w @ x + state)", "w @ x + state").replace("outputs[t] = state", "outputs[0] = state"),
        "failed", "does not return"),
    "a helper that ignores what the caller passes wrongly": (
        RIGHT.replace("w @ x + state)", "w @ x)").replace("step(xs[t], state, w)", "step(xs[t], 0 * state, w)"),
        "needs_review", "apart from step"),
    "a helper that gives nothing": (RIGHT.replace("return np.tanh(w @ x + state), x.sum()", "pass"), "needs_review",
                                    "apart from step"),
    "a helper that raises": (RIGHT.replace("e = np.exp(z)", "raise KeyError(axis)"), "needs_review", "from softmax"),
    "a helper that is not there": (RIGHT_RUN.replace("step(xs[t], state, w)[0]", "w @ xs[t]").replace(
        "softmax(state, axis=0)", "state"), "failed", "does not return"),
}  # fmt: skip


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    reference_module(monkeypatch, "networks", REFERENCE)
    return worker_namespace(monkeypatch, tmp_path)


def check_of(**keys: Any) -> Check:
    given = {"xs": ["t", "i", "b"], "w": ["h", "i"]}
    sizes = [{"t": 3, "i": 4, "b": 2, "h": 5}, {"t": 1, "i": 2, "b": 2, "h": 2}]
    more = {"as": "numpy", "given": given, "sizes": sizes, "helpers": ["step", "softmax"], **keys}
    return make("outputs", points=2, target="run", reference="networks:run", **more)


@pytest.mark.parametrize(("source", "status", "words"), CASES.values(), ids=CASES)
def test_a_caller_is_judged_apart_from_its_helpers(
    student: dict[str, object], source: str, status: str, words: str
) -> None:
    verdict = verdict_on(check_of(), student, "import numpy as np\n" + source)
    assert (verdict.status.value, words in str(verdict.message)) == (status, True), verdict.message


def test_the_reference_has_its_own_helpers_afterwards(student: dict[str, object]) -> None:
    wrong = RIGHT.replace("np.tanh(w @ x + state)", "w @ x + state")
    assert verdict_on(check_of(), student, "import numpy as np\n" + wrong).status.value == "passed"
    assert verdict_on(check_of(helpers=[]), student, "import numpy as np\n" + wrong).status.value == "failed"


def test_what_cannot_be_followed_is_refused_with_the_rubric(student: dict[str, object]) -> None:
    assert "cannot be combined with gradients" in check_of(gradients=True).mistake_in_keys()
    no_helper = check_of(helpers=["stop"])
    assert isinstance(no_helper, Outputs)
    assert "it has no 'stop'; did you mean 'step'" in no_helper.mistake_in_reference(0)


CELLS = """
class Cell(nn.Module):
    def __init__(self, inputs, size):
        super().__init__()
        self.size = size
        self.x, self.h = nn.Linear(inputs, 2 * size), nn.Linear(size, 2 * size, bias=False)
    def forward(self, x, state):
        z, n = (self.x(x) + self.h(state)).chunk(2, -1)
        z = torch.sigmoid(z)
        return z * state + (1 - z) * torch.tanh(n)
class Tagger(nn.Module):
    def __init__(self, inputs, size, tags):
        super().__init__()
        self.cell, self.out = Cell(inputs, size), nn.Linear(size, tags)
    def forward(self, x):
        state = x.new_zeros(x.shape[1], self.cell.size)
        states = []
        for step in x:
            state = self.cell(step, state)
            states.append(state)
        return self.out(torch.stack(states))
"""
FUSED = CELLS.replace("self.x, self.h = nn.Linear(inputs, 2 * size), nn.Linear(size, 2 * size, bias=False)",
                      "self.both = nn.Linear(inputs + size, 2 * size)").replace(
    "(self.x(x) + self.h(state))", "self.both(torch.cat([x, state], -1))")  # fmt: skip
WRONG = ("torch.tanh(n)", "torch.sin(2 * n)")
CLASSES: dict[str, tuple[str, str, str]] = {
    "all right": (CELLS, "passed", "The results match the reference solution."),
    "a wrong class in a right one": (CELLS.replace(*WRONG), "passed", "where it calls Cell of the submission"),
    "the same with other weights": (FUSED.replace(*WRONG), "passed", "where it calls Cell of the submission"),
    "a wrong class with a wrong one in it": (
        CELLS.replace(*WRONG).replace("states.append(state)", "states.insert(0, state)"), "failed", "does not return"),
    "a right class in a wrong one": (
        CELLS.replace("states.append(state)", "states.insert(0, state)"), "failed", "does not return"),
    "a class whose results are never negative, and a ReLU after it": (
        CELLS.replace("torch.tanh(n)", "torch.relu(n)").replace("(step, state)", "(step, state).relu()"), "needs_review",
        "apart from Cell"),
    "a class that takes the absolute value, and a wrong input": (
        CELLS.replace("self.x(x)", "self.x(x.abs())").replace("(step, state)", "(step.abs(), state)"), "needs_review",
        "apart from Cell"),
    "a class that does not see the order of a batch": (
        CELLS.replace("self.x(x)", "self.x(x.mean(0, keepdim=True))").replace("self.cell(step,", "self.cell(step.flip(0),"),
        "needs_review", "apart from Cell"),
    "a class that ignores what is passed wrongly": (
        CELLS.replace("self.x(x) + self.h(state)", "self.x(x) + self.h(0 * state)").replace(
            "return z * state + (1 - z)", "return (1 - z)").replace("self.cell(step, state)", "self.cell(step, 0 * state)"),
        "needs_review", "apart from Cell"),
    "no class of this name": (
        CELLS.replace("Cell(", "Unit(").replace("torch.tanh(n)", "torch.relu(n)"), "failed", "does not return"),
    "a class that raises": (CELLS.replace("z = torch.sigmoid(z)", "raise KeyError(3)"), "failed", "KeyError"),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "inner", "status"), [(25, "tanh", "failed"), (25, "sin", "needs_review")])
def test_a_wrong_caller_of_many_steps_is_wrong_where_its_helper_is_right(
    student: dict[str, object], monkeypatch: pytest.MonkeyPatch, steps: int, inner: str, status: str
) -> None:
    reference_module(monkeypatch, "taggers", CELLS)
    keys = {"init": {"inputs": "i", "size": "d", "tags": 2}, "given": {"x": ["t", "n", "i"]}, "helpers": ["Cell"]}
    sizes = [{"t": steps, "n": 2, "i": 3, "d": 4}]
    check = make("outputs", points=2, target="Tagger", reference="taggers:Tagger", sizes=sizes, **keys)
    wrong = CELLS.replace("states.append(state)", "states.insert(0, state)").replace("tanh", inner)
    assert verdict_on(check, student, wrong).status == status


@pytest.mark.parametrize(("source", "status", "words"), CLASSES.values(), ids=CLASSES)
def test_a_class_is_judged_apart_from_the_classes_in_it(
    student: dict[str, object], monkeypatch: pytest.MonkeyPatch, source: str, status: str, words: str
) -> None:
    reference_module(monkeypatch, "taggers", CELLS)
    keys = {"init": {"inputs": "i", "size": "d", "tags": 2}, "given": {"x": ["t", "n", "i"]}, "helpers": ["Cell"]}
    sizes = [{"t": 3, "n": 2, "i": 2, "d": 6}, {"t": 2, "n": 3, "i": 3, "d": 5}]
    check: Check = make("outputs", points=2, target="Tagger", reference="taggers:Tagger", sizes=sizes, **keys)
    assert isinstance(check, Outputs)
    assert not check.mistake_in_keys()
    assert not check.mistake_in_reference(1)
    verdict = verdict_on(check, student, source)
    assert verdict.status == status, str(verdict.message)
    assert words in str(verdict.message)
