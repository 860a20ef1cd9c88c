"""`same_output` against models in many styles; the worker's own code answers, in this process and without a sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from grader.comparing.model_mistakes import MODEL_MISTAKES
from grader.model import Finding, Status
from grader.model.verdict import Verdict
from reference.mistakes import MISTAKES
from tests.checks.answering_worker import verdict_on, worker_namespace
from tests.helpers import make, shipped_check

STYLES = {
    "separate gates": """
class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.n = hidden_size
        self.f = nn.Linear(input_size + hidden_size, hidden_size)
        self.i = nn.Linear(input_size + hidden_size, hidden_size)
        self.o = nn.Linear(input_size + hidden_size, hidden_size)
        self.g = nn.Linear(input_size + hidden_size, hidden_size)
    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (torch.zeros(len(x), self.n),) * 2
        a = torch.cat((h, x), 1)
        c = self.f(a).sigmoid() * c + self.i(a).sigmoid() * self.g(a).tanh()
        return self.o(a).sigmoid() * c.tanh(), c
""",
    "x and h apart": """
class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.n = hidden_size
        self.x = nn.Linear(input_size, 4 * hidden_size)
        self.h = nn.Linear(hidden_size, 4 * hidden_size, bias=False)
    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (torch.zeros(len(x), self.n),) * 2
        i, f, g, o = (self.x(x) + self.h(h)).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
""",
    "raw parameters": """
class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.n = hidden_size
        self.w = nn.Parameter(torch.randn(input_size + hidden_size, 4 * hidden_size))
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))
    def forward(self, x, state=None):
        h, c = state if state is not None else (torch.zeros(len(x), self.n),) * 2
        o, i, f, g = (torch.cat((x, h), 1) @ self.w + self.b).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
""",
    "torch's own": "class LSTMCell(nn.LSTMCell): pass\n",
}
BASE = """
class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.n = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)
    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (torch.zeros(len(x), self.n),) * 2
        g, f, i, o = self.linear(torch.cat((x, h), 1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
"""
WRONG = {
    "no sigmoid on the forget gate": (BASE.replace("torch.sigmoid(f)", "f"), "forget gate has no sigmoid"),
    "hx ignored": (BASE.replace("hx if hx is not None else ", ""), "hx is ignored"),
    "h and c exchanged": (BASE.replace("torch.tanh(c), c", "torch.tanh(c), c").replace(
        "return torch.sigmoid(o) * torch.tanh(c), c", "return c, torch.sigmoid(o) * torch.tanh(c)"), "wrong order"),
    "input gate is one minus forget": (BASE.replace("torch.sigmoid(i)", "(1 - torch.sigmoid(f))"), "differs from the reference"),
    "gradient cut": (BASE.replace("* c +", "* c.detach() +"), "gradients"),
    "in place": (BASE.replace("torch.sigmoid(o) * torch.tanh(c), c", "torch.sigmoid(o).mul_(torch.tanh(c)).clamp_(-9, 9), c")
                 .replace("torch.sigmoid(f) * c", "torch.sigmoid(f).mul_(1) * c").replace(
                     "c = torch", "t = torch.tanh(g); u = t * t; t.zero_(); c = 0 * u + torch").replace(
                         "* torch.tanh(g)", "* torch.tanh(g)"), "gradient"),
    "state kept": (BASE.replace("else (torch.zeros(len(x), self.n),) * 2", "else getattr(self, 's', (torch.zeros(len(x), self.n),) * 2)")
                   .replace("return torch", "self.s = (c.detach(), c.detach())\n        return torch"), "when it is called again"),
    "rows of the batch mixed": (BASE.replace("torch.tanh(g)", "torch.tanh(g).mean(0, keepdim=True)"), "differs from the reference"),
    "NaN": (BASE.replace("torch.tanh(c), c", "torch.tanh(c) * float('nan'), c"), "differs from the reference"),
    "a gate is missing": (BASE.replace("4 * hidden_size", "3 * hidden_size").replace("g, f, i, o =", "g, f, i =").replace(
        "chunk(4, 1)", "chunk(3, 1); o = i"), "could not be mapped"),
    "no weights": ("class LSTMCell(nn.Module):\n    def __init__(self, a, b):\n        super().__init__(); self.n = b\n"
                   "    def forward(self, x, hx=None):\n        return torch.zeros(len(x), self.n), torch.zeros(len(x), self.n)\n",
                   "has no weights"),
}  # fmt: skip


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    return worker_namespace(monkeypatch, tmp_path)


def judged(check_id: str, namespace: dict[str, object], source: str, **given: Any) -> Verdict:
    return verdict_on(shipped_check(check_id), namespace, source, **given)


@pytest.mark.parametrize("source", [BASE, *STYLES.values()], ids=["recommended", *STYLES])
def test_every_way_to_write_a_cell_passes(source: str, student: dict[str, object]) -> None:
    verdict = judged("cell-output", student, source)
    assert verdict.status == "passed", verdict.message


@pytest.mark.parametrize(("source", "word"), WRONG.values(), ids=WRONG)
def test_wrong_cells_do_not_pass_and_are_named(source: str, word: str, student: dict[str, object]) -> None:
    verdict = judged("cell-output", student, source)
    assert verdict.status in ("failed", "needs_review")
    assert word in str(verdict.message)


def test_an_unknown_mistake_names_an_input_that_matches_and_one_that_does_not(student: dict[str, object]) -> None:
    halved = BASE.replace("h, c = hx if", "h, c = (hx[0] / 2, hx[1]) if")
    verdict = judged("cell-output", student, halved)
    assert verdict.status == "failed"
    right, _, wrong = str(verdict.hint).removesuffix(".").partition(" and differ for ")
    assert right.startswith("The outputs match for ")
    assert "with hx" not in right
    assert wrong.endswith("with hx")


def test_every_known_mistake_has_a_sentence() -> None:
    keys = {key for mistakes in MISTAKES.values() for key in mistakes}
    assert keys == MODEL_MISTAKES.keys()


def test_gate_order_may_be_required(student: dict[str, object]) -> None:
    check = shipped_check("cell-output")
    strict = check.model_copy(update={"gate_order": ["candidate", "forget", "input", "output"]})
    assert judged("cell-output", student, BASE.replace("g, f, i, o =", "i, f, g, o =")).status == "passed"
    assert verdict_on(strict, student, BASE.replace("g, f, i, o =", "i, f, g, o =")).status == "failed"


MODEL = """
class NoiseRemovalModel(nn.Module):
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.lin = nn.Linear(hidden_size, 1)
        self.a = nn.LSTM(1, hidden_size, batch_first=True)
        self.b = nn.LSTM(hidden_size, hidden_size, batch_first=True)
    def forward(self, x):
        x = torch.cat((x, torch.zeros(len(x), self.shift, 1)), 1)
        y, s = self.a(x)
        return self.lin(self.b(y[:, self.shift:])[0])
"""


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("batch_first=True", "batch_first=False"), "batch_first=True"),
        (("(x, torch.zeros(len(x), self.shift, 1))", "(torch.zeros(len(x), self.shift, 1), x)"), "in front"),
        (("y[:, self.shift:]", "y[:, :-self.shift]"), "drop the first ones"),
        (("self.b(y[:, self.shift:])[0]", "self.b(y)[0][:, self.shift:]"), "between the two"),
        (("y[:, self.shift:])", "y[:, self.shift:], s)"), "passed to the second"),
        (("        self.b = nn.LSTM(hidden_size, hidden_size, batch_first=True)\n", "        self.b = lambda v: (v, 0)\n"),
         "has no weights for an LSTM from"),
    ],
    ids=["batch first", "front", "last steps", "late slice", "state handed on", "second left out"],
)  # fmt: skip
def test_wrong_models_are_named(change: tuple[str, str], word: str, student: dict[str, object]) -> None:
    assert change[0] in MODEL
    verdict = judged("model-output", student, MODEL.replace(*change))
    assert verdict.status == "failed"
    assert word in str(verdict.message)


def test_a_model_on_torchs_lstm_passes_whatever_the_order_of_its_parts(student: dict[str, object]) -> None:
    torch.manual_seed(0)
    assert judged("model-output", student, MODEL).status == "passed"


LSTM = """
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)
    def forward(self, x, hx=None):
        out = []
        for t in range(x.shape[1]):
            hx = self.cell(x[:, t], hx); out.append(hx[0])
        return torch.stack(out, 1), hx
"""


def test_a_wrong_cell_does_not_cost_the_lstm(student: dict[str, object]) -> None:
    verdict = judged("lstm-output", student, WRONG["no sigmoid on the forget gate"][0] + LSTM)
    assert verdict.status == "passed"
    assert "Tested with torch's own LSTMCell." in str(verdict.message)
    grader_error = LSTM.replace("range(x.shape[1])", "range(1, x.shape[1])")
    assert judged("lstm-output", student, BASE + grader_error).status == "failed"


def about_cell(kind: str, status: Status, own_work_of: str = "") -> Finding:
    return Finding(kind, kind, "cell", kind, status, "", target="LSTMCell", own_work_of=own_work_of)


@pytest.mark.parametrize(
    ("findings", "cells", "sentence"),
    [
        (
            [about_cell("output", Status.failed)],
            ["class LSTMCell: pass"],
            "torch's own LSTMCell, because yours did not pass.",
        ),
        ([about_cell("output", Status.needs_review)], [], "torch's own LSTMCell, because yours is not graded yet."),
        ([about_cell("output", Status.error)], [], "torch's own LSTMCell, because yours is not graded yet."),
        ([about_cell("own", Status.failed, "LSTMCell")], [], "LSTMCell, because yours is not written by hand."),
        ([about_cell("own", Status.failed, "LSTMCell")], ["class Cell: pass"], "because none is named LSTMCell."),
        ([], [], "Tested with torch's own LSTMCell."),
        ([], ["from cells import LSTMCell"], "Tested with torch's own LSTMCell."),
        ([], ["LSTMCell = Cell"], "Tested with torch's own LSTMCell."),
    ],
    ids=[
        "wrong",
        "needs review",
        "grader error",
        "not its own",
        "another name",
        "nothing known",
        "imported",
        "assigned",
    ],
)
def test_the_reason_for_a_replacement_is_the_true_one(
    findings: list[Finding], cells: list[str], sentence: str, student: dict[str, object]
) -> None:
    given = {"findings": {finding.check: finding for finding in findings}, "cells": cells}
    verdict = judged("lstm-output", student, WRONG["no sigmoid on the forget gate"][0] + LSTM, **given)
    assert verdict.status == "passed"
    assert str(verdict.message).endswith(sentence)
    assert verdict.exchanged == (() if "none is named" in sentence else ("LSTMCell",))


@pytest.mark.parametrize("reference", ["reference.lstm", "reference.lstm:LSTM.forward", "reference lstm:LSTM", ""])
def test_a_reference_is_a_module_and_a_class(reference: str) -> None:
    keys = {"target": "M", "calls": [{"x": ["n", "i"]}], "sizes": [{"n": 2, "i": 3}], "reference": reference}
    assert make("same_output", **keys).mistake_in_keys().startswith("reference must be module:Class")


def test_curves_need_an_input_of_three_axes() -> None:
    keys = {"target": "M", "reference": "m:M", "calls": [{"x": ["n", "i"]}], "sizes": [{"n": 2, "i": 3}]}
    assert make("same_output", **keys).mistake_in_keys() == ""
    assert make("same_output", **keys, also_curves=True).mistake_in_keys().startswith("also_curves needs")


def test_a_lazy_layer_has_its_weights_before_they_are_sent(student: dict[str, object]) -> None:
    lazy = BASE.replace("nn.Linear(input_size + hidden_size, 4 * hidden_size)", "nn.LazyLinear(4 * hidden_size)")
    assert lazy != BASE
    assert judged("cell-output", student, lazy).status == "passed"


def test_inputs_that_are_taken_by_keyword_only(student: dict[str, object]) -> None:
    keywords = BASE.replace("def forward(self, x, hx=None)", "def forward(self, *, x, hx=None)")
    assert keywords != BASE
    assert judged("cell-output", student, keywords).status == "passed"
