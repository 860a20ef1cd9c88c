"""Functions, methods and objects against the reference, with typed inputs."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.checks.base import Check
from grader.rubric.load import parse_rubric
from tests.checks.answering_worker import reference_module, verdict_on, worker_namespace
from tests.helpers import make

REFERENCE = """
import numpy as np
def scaled(x, by=2.0):
    return x * by, x.sum(-1)
def lookup(ids, table, mask):
    return (table[ids] * mask[..., None]).sum(1)
def forward(x, p):
    h = np.tanh(p["W"] @ x)
    return h, (x, h, p)
def backward(dh, cache):
    x, h, p = cache
    return {"dW": (dh * (1 - h * h)) @ x.T, "dx": p["W"].T @ (dh * (1 - h * h))}
def noisy(x):
    return x + torch.randn_like(x)
def step(params, state):
    return [p + 1 for p in params], {"t": state.get("t", 0) + 1}
class Schedule:
    def __init__(self, base, warmup):
        self.base, self.warmup = base, warmup
    def at(self, step):
        return self.base * min(1.0, (step + 1) / self.warmup)
"""


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    reference_module(monkeypatch, "functions", REFERENCE)
    return worker_namespace(monkeypatch, tmp_path)


def check_of(target: str, **keys: Any) -> Check:
    return make("outputs", points=2, target=target, reference=f"functions:{target}", **keys)


SCALED: dict[str, Any] = {"given": {"x": ["n", "d"]}, "sizes": [{"n": 2, "d": 3}, {"n": 1, "d": 1}, {"n": 3, "d": 3}]}
CELL: dict[str, Any] = {
    "as": "numpy",
    "given": {
        "dh": ["h", "m"],
        "cache": {"of": "forward", "path": "1", "given": {"x": ["i", "m"], "p": {"W": ["h", "i"]}}},
    },
    "sizes": [{"h": 4, "i": 3, "m": 2}, {"h": 2, "i": 2, "m": 1}],
    "returns": {"dW": "dW", "dx": "dx"},
}
STEPS: dict[str, Any] = {
    "given": {"params": {"list": [["n"]]}, "state": {"dict": {}}},
    "then": [{"given": {"params": {"result": 0, "path": "0"}, "state": {"result": 0, "path": "1"}}}],
    "sizes": [{"n": 3}],
    "unchanged": True,
}
RIGHT: dict[str, tuple[str, dict[str, Any]]] = {
    "scaled": ("def scaled(x, by=2.0):\n    total = 0\n    for part in x.unbind(-1): total = total + part\n"
               "    return [by * x, total]", SCALED),
    "another name": ("def scaled(inputs):\n    return 2 * inputs, torch.einsum('nd->n', inputs)", SCALED),
    "gradients": ("def scaled(x):\n    return x + x, x.sum(1)", {**SCALED, "gradients": True}),
    "whole numbers and a mask": (
        "def lookup(ids, table, mask):\n    return torch.nn.functional.embedding(ids, table).mul(mask.unsqueeze(2)).sum(1)",
        {"given": {"ids": {"ints": ["n", "t"], "below": "v"}, "table": ["v", "d"],
                                    "mask": {"mask": "padding", "shape": ["n", "t"]}},
         "sizes": [{"n": 2, "t": 4, "v": 5, "d": 3}]}),
    "a dictionary of arrays": (
        "import numpy as np\ndef backward(dh, cache):\n    x, h, p = cache\n    d = dh * (1 - h ** 2)\n"
        "    return dict(dx=np.einsum('hi,hm->im', p['W'], d), dW=np.outer(d, x) if d.ndim == 1 else d @ x.T)", CELL),
    "random numbers with a seed": ("def noisy(x):\n    return torch.randn_like(x) + x", SCALED),
    "results of earlier calls": (
        "def step(params, state):\n    return tuple(1 + p for p in params), {**state, 't': state.get('t', 0) + 1}", STEPS),
}  # fmt: skip
WRONG: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "a factor": ("def scaled(x):\n    return x, x.sum(-1)", SCALED, "Part 0 of the result differs", "0.5 times"),
    "wrong for one size": ("def scaled(x):\n    return x * 2, x.sum(0)[: len(x)] if len(x) == x.shape[1] else x.sum(1)",
                           SCALED, "(n 3, d 3)", "The results match for n 2, d 3."),
    "only one result": ("def scaled(x):\n    return x * 2", SCALED, "The result is an array of the shape (2, 3)", ""),
    "nothing": ("def scaled(x):\n    x * 2", SCALED, "The result is None; expected is a list of 2 parts", ""),
    "an axis too many": ("def scaled(x):\n    return x * 2, x.sum(-1, keepdim=True)", SCALED, "has the shape (2, 1)",
                         "axes of length 1"),
    "no gradient": ("def scaled(x):\n    return x.detach() * 2, x.detach().sum(-1)", {**SCALED, "gradients": True},
                    "no gradient leads from them", "detach"),
    "another gradient": ("def scaled(x):\n    return x * 2, x.detach().sum(-1)", {**SCALED, "gradients": True},
                         "the gradients differ", "detach"),
    "a state is kept": ("n = 0\ndef scaled(x):\n    global n\n    n += 1\n    return x * 2, x.sum(-1) * n", SCALED,
                        "Part 1", "called again"),
    "a mask that is ignored": ("def lookup(ids, table, mask):\n    return table[ids].sum(1)", RIGHT["whole numbers and a mask"][1],
                               "differs", ""),
    "a mask that is inverted": ("def lookup(ids, table, mask):\n    return (table[ids] * ~mask[..., None]).sum(1)",
                                RIGHT["whole numbers and a mask"][1], "differs", ""),
    "an input is changed": ("def step(params, state):\n    state['t'] = state.get('t', 0) + 1\n"
                            "    return [p + 1 for p in params], state", STEPS, "step changes its input state.", ""),
    "an exception": ("def scaled(x):\n    return x.nothing", SCALED, "AttributeError", "To reproduce: scaled(x=torch.randn(2, 3))"),
    "another signature": ("def scaled(x, y):\n    return x, y", SCALED, "missing 1 required positional argument", ""),
    "not there": ("def scale(x):\n    return x", SCALED, "scaled is not defined", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_right_work_in_any_dress_passes(name: str, student: dict[str, object]) -> None:
    source, keys = RIGHT[name]
    target = source.partition("def ")[2].partition("(")[0]
    verdict = verdict_on(check_of(target, **keys), student, source)
    assert verdict.status == "passed", str(verdict.message)


@pytest.mark.parametrize("name", WRONG)
def test_wrong_work_fails_and_says_what(name: str, student: dict[str, object]) -> None:
    source, keys, words, hint = WRONG[name]
    target = "scaled" if name == "not there" else source.partition("def ")[2].partition("(")[0]
    verdict = verdict_on(check_of(target, **keys), student, source)
    assert verdict.status == "failed", str(verdict.message)
    assert words in str(verdict.message)
    assert hint in str(verdict.hint)


def test_each_part_of_the_result_has_its_share(student: dict[str, object]) -> None:
    source = RIGHT["a dictionary of arrays"][0].replace("'hi,hm->im', p['W']", "'hi,hm->im', 2 * p['W']")
    verdict = verdict_on(check_of("backward", **CELL), student, source)
    assert (verdict.status, verdict.credit) == ("failed", Decimal("0.5"))
    assert "Part dx of the result" in str(verdict.message)
    assert "These parts match: dW." in str(verdict.message)
    left_out = source.replace("dx=", "dy=")
    assert verdict_on(check_of("backward", **CELL), student, left_out).credit == Decimal("0.5")


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("class Schedule:\n    def __init__(self, b, w):\n        self.f = lambda s: b * min(1, (s + 1) / w)\n"
         "    def at(self, step):\n        return torch.tensor(self.f(step))", "passed"),
        ("class Schedule:\n    def __init__(self, base, warmup):\n        self.b, self.w = base, warmup\n"
         "    def at(self, step):\n        return self.b * min(1, step / self.w)", "failed"),
        ("class Schedule:\n    def __init__(self, base, warmup):\n        pass\n", "failed"),
    ],
    ids=["right", "wrong", "no such method"],
)  # fmt: skip
def test_a_method_of_an_object(source: str, status: str, student: dict[str, object]) -> None:
    check = make(
        "outputs",
        points=1,
        target="Schedule.at",
        reference="functions:Schedule.at",
        init={"base": 0.5, "warmup": "w"},
        given={"step": 0},
        then=[{"given": {"step": 5}}, {"given": {"step": 2}}],
        sizes=[{"w": 4}],
    )
    assert verdict_on(check, student, source).status == status


@pytest.mark.parametrize("types", ["alike", "same"])
def test_another_type_counts_where_the_rubric_says_so(types: str, student: dict[str, object]) -> None:
    source = "def scaled(x):\n    return (2 * x).tolist(), x.sum(-1)"
    assert verdict_on(check_of("scaled", **SCALED, types=types), student, source).status == (
        "passed" if types == "alike" else "failed"
    )


def test_a_value_that_cannot_be_compared_needs_review(student: dict[str, object]) -> None:
    verdict = verdict_on(check_of("scaled", **SCALED), student, "def scaled(x):\n    return object(), x.sum(-1)")
    assert verdict.status == "needs_review"


@pytest.mark.parametrize(
    ("target", "keys"),
    [("scaled", {"given": {"x": "text"}}), ("nothing", SCALED)],
    ids=["it raises", "it is not there"],
)
def test_a_reference_that_does_not_work_is_a_fault_of_the_rubric(
    target: str, keys: dict[str, Any], student: dict[str, object]
) -> None:
    check: Any = check_of(target, **keys)
    verdict = verdict_on(check, student, f"def {target}(x):\n    raise ValueError")
    assert (verdict.status, verdict.cause) == ("needs_review", "rubric_fault")
    assert check.mistake_in_reference(1)


RUBRIC = """\
rubric: 1
title: T
points: 1
questions:
  - id: q
    title: Q
    points: 1
    checks:
      - {kind: outputs, points: 1, target: double, reference: "solution:double", given: {x: %s}, sizes: [{n: 2}]}
"""


def test_a_reference_beside_the_rubric_is_found_and_a_mistake_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "solution.py").write_text("def double(x):\n    return 2 * x\n")
    file = str(tmp_path / "rubric.yaml")
    [question] = parse_rubric(RUBRIC % "[n]", file, references=True).questions
    assert question.checks[0].target_name == "double"
    with pytest.raises(Exception, match=r"rubric.yaml:9: .*x: there is no number for k"):
        parse_rubric(RUBRIC % "[k]", file)
    (tmp_path / "solution.py").write_text("def double(x):\n    return object()\n")
    with pytest.raises(Exception, match=r"rubric.yaml:9: .*returns a object"):
        parse_rubric(RUBRIC % "[n]", file, references=True)
