"""Properties of results that have no single right answer: each one holds, and each one is broken once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.checks.base import Check
from grader.grading.read_definitions import definitions_of
from grader.model import Table
from grader.rubric.load import parse_rubric
from tests.checks.answering_worker import verdict_on, worker_namespace
from tests.helpers import context, make


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    return worker_namespace(monkeypatch, tmp_path)


GIVEN: dict[str, Any] = {
    "given": {"x": ["n", "d"], "mask": {"mask": "padding", "shape": ["n", "d"]}},
    "sizes": [{"n": 4, "d": 6}, {"n": 1, "d": 1}, {"n": 2, "d": 3}],
}
X = {"given": {"x": ["n", "d"]}, "sizes": [{"n": 4, "d": 6}, {"n": 2, "d": 3}]}


def check_of(*holds: dict[str, Any], **keys: Any) -> Check:
    check = make("properties", points=2, target=keys.pop("target", "f"), holds=list(holds), **{**X, **keys})
    assert check.mistake_in_keys() == ""
    return check


# a property, a function that has it, one that has not, what is said of it, and a word of the hint
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str, str, str]] = {
    "type": ({"type": "list"}, X, "return x.tolist()", "return x", "is of the type tensor of float32; expected is list", ""),
    "type, a whole number": ({"type": "int"}, X, "return 3", "return True", "is of the type bool; expected is int", ""),
    "shape": ({"shape": ["d", "2 * n - 1"]}, X, "return torch.zeros(x.shape[1], 2 * len(x) - 1)",
              "return torch.zeros(2 * len(x) - 1, x.shape[1])", "(7, 6); expected is (6, 7)", "another order"),
    "shape of a list": ({"shape": ["n"]}, X, "return [0.0] * len(x)", "return None", "is None; expected are numbers", ""),
    "dtype": ({"dtype": "float64"}, X, "return x.double(), x.double()", "return x.double(), x",
              "numbers of the type float32; expected is float64", ""),
    "finite": ({"finite": True}, X, "return {'a': x}", "return {'a': x / (x > 0)}", "that are not finite, of 24", "division"),
    "range": ({"range": [0, 1]}, X, "return x.sigmoid()", "return 2 + 3 * x.sigmoid().round()",
              "numbers from 2 to 5; expected is 0 to 1", ""),
    "range, one bound": ({"range": [None, 0.5]}, X, "return x.clamp(max=0.5)", "return x.mean() * 0 + 2",
                         "has the number 2; expected is at most 0.5", ""),
    "range, not a number": ({"range": [0, None]}, X, "return x.abs()", "return x.abs() * float('nan')", "not finite", ""),
    "sum": ({"sum": {"axis": -1, "is": 1}}, X, "return x.softmax(-1)", "return x.softmax(0)",
            "has sums along axis -1 between", "The sums along axis 0 are right."),
    "sum of all": ({"sum": {"axis": None, "is": 0}}, X, "return x - x.mean()", "return x * 0 + 1",
                   "has the sum 24; expected is 0", ""),
    "symmetric": ({"symmetric": [-1, -2]}, X, "return x @ x.T", "return x @ x.T + torch.arange(len(x))",
                  "is not symmetric in the axes -1, -2: 12 of 16 numbers differ from the opposite ones by up to 3", ""),
    "symmetric, not square": ({"symmetric": [0, 1]}, X, "return x.T @ x", "return x", "(4, 6), which cannot be symmetric", ""),
    "monotone": ({"monotone": {"axis": 0, "direction": "up"}}, X, "return x.abs().cumsum(0)", "return -x.abs().cumsum(0)",
                 "does not rise along axis 0 at 18 of 18 steps", "opposite"),
    "monotone, strict": ({"monotone": {"direction": "down", "strict": True}}, X, "return -torch.arange(5)",
                         "return torch.zeros(5)", "does not fall along axis -1 at 4 of 4 steps", ""),
    "no such axis": ({"sum": {"axis": 1, "is": 1}}, X, "return x.softmax(1)", "return x[0]", "(6,), which has no axis 1", ""),
    "deterministic": ({"deterministic": True}, X, "return x + torch.randn_like(x)",
                      "import numpy as np\n    return x + float(np.random.default_rng().normal())",
                      "changes when it is called again with the same inputs and the same seed", "generator"),
    "deterministic, a state": ({"deterministic": True}, X, "return x", "c.append(1)\n    return x * len(c)", "changes when", "state"),
    "random": ({"random": True}, X, "return x + torch.randn_like(x)", "torch.manual_seed(3)\n    return torch.randn_like(x)",
               "the same with 8 other seeds", "seed"),
    "random, a generator": ({"random": True}, {**X, "given": {"x": ["n", "d"], "g": {"generator": 3}}},
                            "return torch.randn(3, generator=g)", "return torch.randn(3, generator=torch.Generator().manual_seed(1))",
                            "the same with 8 other seeds", "seed"),
    "seeded": ({"seeded": True}, {**X, "given": {"x": ["n", "d"], "g": {"generator": 3}}},
               "return x + torch.randn(x.shape, generator=g)", "return x + torch.randn(x.shape)",
               "depends on the state of the random generators", "without the given seed"),
    "differs_when": ({"differs_when": {"mask": {"zeros": ["n", "d"], "dtype": "bool"}}}, GIVEN, "return x * mask", "return x * 2",
                     "The input mask is ignored: the result is the same with another value.", "use it"),
    "same_when": ({"same_when": {"x": {"behind": "mask"}}}, GIVEN, "return (x * mask).sum(-1)", "return x.sum(-1)",
                  "Other values of x change the result", "left out"),
    "permutes": ({"permutes": {"inputs": ["x", "mask"]}}, GIVEN, "return (x * mask).sum(-1)",
                 "return (x * mask).cumsum(0)", "With another order of x, mask, the result is not the same", "reshape"),
    "permutes, a list": ({"permutes": {"inputs": ["x"]}}, X, "return [row.tolist() for row in x]", "return x.reshape(-1).tolist()",
                         "is a list of 24 parts; expected are 4 entries along axis 0", ""),
    "permutes nothing": ({"permutes": {"inputs": ["x"], "axis": 1, "result_axis": None}}, X, "return x.max(-1)[0]",
                         "return x[:, 0]", "With another order of x", ""),
    "idempotent": ({"idempotent": True}, X, "return x.clamp(0, 1)", "return x / 2", "f of its own result is another result", ""),
    "inverse_of": ({"inverse_of": "g"}, X, "return x * 2", "return x * 3", "g of the result of f is not the input", ""),
    "a part": ({"sum": {"axis": -1, "is": 1}, "of": "1.p"}, X, "return x, {'p': x.softmax(-1)}", "return x, {'p': 2 * x.softmax(-1)}",
               "Part 1.p of the result has sums along axis -1 between 2 and 2; expected is 1.", ""),
    "a part that is not there": ({"finite": True, "of": "p"}, X, "return {'p': x}", "return {'q': x}", "Part p of the result is missing", ""),
}  # fmt: skip
MORE = "c = []\ndef g(y):\n    return y / 2\n"


def function(body: str, *names: str) -> str:
    return f"{MORE}def f({', '.join(names or ('x',))}):\n    {body}\n"


@pytest.mark.parametrize("name", CASES)
def test_a_result_with_the_property_passes(name: str, student: dict[str, object]) -> None:
    holds, keys, right, *_ = CASES[name]
    verdict = verdict_on(check_of(holds, **keys), student, function(right, *keys["given"]))
    assert verdict.status == "passed", str(verdict.message)


@pytest.mark.parametrize("name", CASES)
def test_a_result_without_it_fails_and_says_what_was_found(name: str, student: dict[str, object]) -> None:
    holds, keys, _, wrong, words, hint = CASES[name]
    verdict = verdict_on(check_of(holds, **keys), student, function(wrong, *keys["given"]))
    assert (verdict.status, verdict.credit) == ("failed", Decimal(0)), str(verdict.message)
    assert words in str(verdict.message)
    assert f"does not have the property {next(key for key in holds)}" in str(verdict.message)
    assert hint in str(verdict.hint)


def test_each_property_has_its_share_and_the_sizes_are_named(student: dict[str, object]) -> None:
    holds = ({"shape": ["n", "d"]}, {"sum": {"axis": -1, "is": 1}}, {"range": [0, 1]}, {"finite": True})
    verdict = verdict_on(check_of(*holds), student, function("return x.softmax(-1) * (1 if len(x) > 2 else 3)"))
    assert (verdict.status, verdict.credit) == ("failed", Decimal("0.5"))
    assert str(verdict.message).startswith("f (n 2, d 3) does not have the property sum.")
    assert str(verdict.message).endswith("These properties hold: shape, finite.")
    [table] = verdict.details
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == ["sum", "range"]


@pytest.mark.parametrize(
    ("holds", "body", "words"),
    [
        ({"type": "list"}, "return object()", "which cannot be compared"),
        ({"range": [0, 1]}, "return [x.sigmoid(), object()]", "which cannot be compared"),
        ({"finite": True, "of": "p"}, "return object()", "which cannot be compared"),
        ({"dtype": "float32"}, "return 0.5", "whose number type is not known"),
        ({"range": [0, 1]}, "return x + 1j", "complex numbers"),
        ({"same_when": {"x": [3, 3]}}, "import os\n    return x * 0 + int.from_bytes(os.urandom(4), 'big')", "called again"),
        ({"differs_when": {"x": [3, 3]}}, "return x.sum() * 1e-9", "no more than the rounding"),
        ({"deterministic": True}, "return object()", "deterministic. The result is of the type object, which"),
        ({"idempotent": True}, "return object()", "which cannot be compared"),
        ({"same_when": {"x": {"value": 1}}}, "if torch.is_tensor(x): return x.sum()\n    raise RuntimeError('No CUDA GPUs are available')", "GPU"),
    ],
    ids=["an object", "an object in a list", "part of an object", "a number", "complex", "random", "rounding", "called again", "its own result",
         "a device"],
)  # fmt: skip
def test_what_is_not_known_needs_review(
    holds: dict[str, Any], body: str, words: str, student: dict[str, object]
) -> None:
    verdict = verdict_on(check_of(holds, {"finite": True}), student, function(body))
    assert verdict.status == "needs_review", str(verdict.message)
    assert words in str(verdict.message)


def test_an_exception_in_a_further_call_costs_its_property_only(student: dict[str, object]) -> None:
    check = check_of({"finite": True}, {"differs_when": {"x": None}})
    verdict = verdict_on(check, student, function("return x.sum()"))
    assert (verdict.status, verdict.credit, verdict.cause) == ("failed", Decimal("0.5"), "raised_in_student_code")
    assert "AttributeError" in str(verdict.message)


def test_a_missing_or_raising_function_is_blamed_as_ever(student: dict[str, object]) -> None:
    assert "f is not defined" in str(verdict_on(check_of({"finite": True}), student, "def h(x): pass").message)
    verdict = verdict_on(check_of({"finite": True}), student, function("return x.nothing"))
    assert (verdict.status, verdict.cause) == ("failed", "raised_in_student_code")
    missing = verdict_on(check_of({"inverse_of": "encode"}), student, function("return x"))
    assert (missing.status, "encode is not defined" in str(missing.message)) == ("failed", True)


def test_a_change_that_changes_nothing_is_a_fault_of_the_rubric(student: dict[str, object]) -> None:
    keys = {"given": {"x": {"ones": ["n"]}}, "sizes": [{"n": 1}]}
    for holds in ({"differs_when": {"x": {"ones": ["n"]}}}, {"permutes": {"inputs": ["x"]}}):
        verdict = verdict_on(check_of(holds, **keys), student, function("return x"))
        assert (verdict.status, verdict.cause) == ("needs_review", "rubric_fault")


def test_an_input_without_effect_at_one_size_is_not_ignored(student: dict[str, object]) -> None:
    check = check_of({"differs_when": {"x": ["n", "d"]}}, sizes=[{"n": 1, "d": 1}, {"n": 2, "d": 2}])
    assert verdict_on(check, student, function("return x.softmax(-1)")).status == "passed"


def test_methods_of_one_object(student: dict[str, object]) -> None:
    source = (
        "class Scaler:\n    def __init__(self, by):\n        self.by = by\n    def forth(self, x):\n        return x * self.by\n"
        "    def back(self, x):\n        return x / self.by\n"
    )
    holds = ({"inverse_of": "Scaler.forth"}, {"deterministic": True}, {"permutes": {"inputs": ["x"]}})
    check = check_of(*holds, target="Scaler.back", init={"by": 3})
    assert verdict_on(check, student, source).status == "passed"
    verdict = verdict_on(check, student, source.replace("x / self.by", "x * self.by"))
    assert (verdict.status, round(verdict.credit, 2)) == ("failed", Decimal("0.67"))
    assert "Scaler.forth of the result of Scaler.back is not the input" in str(verdict.message)
    assert "Your values are 9 times the expected ones" in str(verdict.hint)


def test_an_object_is_random_only_through_its_call(student: dict[str, object]) -> None:
    check = check_of({"random": True}, target="Net", init={"d": "d"})
    net = "class Net(nn.Module):\n    def __init__(self, d):\n        super().__init__()\n        self.l = nn.Linear(d, 2)\n"
    verdict = verdict_on(check, student, net + "    def forward(self, x):\n        return self.l(x)")
    assert verdict.status == "failed", str(verdict.message)
    noisy = net + "    def forward(self, x):\n        return self.l(x) + torch.rand(1)"
    assert verdict_on(check, student, noisy).status == "passed"


def test_the_other_function_of_an_inverse_is_among_the_definitions() -> None:
    check = check_of({"inverse_of": "encode"}, target="decode")
    assert check.called_names == ("decode", "encode")
    submission = context(cells=["def decode(x):\n    return x\ndef encode(x):\n    return x\n"]).submission
    rubric = parse_rubric(RUBRIC % "inverse_of: encode", "rubric.yaml")
    assert definitions_of(submission, rubric).targets == {"decode", "encode"}


RUBRIC = """\
rubric: 1
title: T
points: 1
questions:
  - id: q
    title: Q
    points: 1
    checks:
      - kind: properties
        points: 1
        target: decode
        given: {x: [n]}
        sizes: [{n: 2}]
        holds:
          - {%s}
"""


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("finite: true, type: int", r"rubric.yaml:15: .*holds\[1\]: .*exactly one property; here type, finite"),
        ("of: '0'", "exactly one property; here none"),
        ("fintie: true", r"rubric.yaml:15: .*unknown key; did you mean 'finite'\?"),
        ("sum: {axis: 0, iss: 1}", "did you mean 'is'"),
        ("type: lists", "input should be 'list'"),
        ("dtype: float", "'float' is no number type"),
        ("shape: [n, k]", "there is no number for k"),
        ("range: [1, 0]", "below the second"),
        ("differs_when: {y: 1}", "y: it is not in 'given'"),
        ("differs_when: {x: {of: encode}}", "'of' needs a reference"),
        ("same_when: {x: {behind: mask}}", "'behind' names a mask"),
        ("permutes: {inputs: [x], axis: 1}", "no axis 1"),
        ("inverse_of: 'a b'", "not the name of a function"),
    ],
)
def test_mistakes_in_entries_are_clear(entry: str, words: str) -> None:
    with pytest.raises(Exception, match=words):
        parse_rubric(RUBRIC % entry, "rubric.yaml")
