"""`same_output` against models in many styles; the worker's own code answers, in this process and without a sandbox."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.checks.base import CheckContext
from grader.comparing.inside_parts import inside_parts
from grader.comparing.model_mistakes import MODEL_MISTAKES
from grader.model import Outcome
from grader.model.evidence import request_key
from grader.model.verdict import Verdict
from grader.sandbox.boundary.worker_module import worker as load_worker
from reference.mistakes import MISTAKES
from tests.helpers import context, shipped_check

worker: Any = load_worker()
HEAD = "import torch\nfrom torch import nn\n"
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
    """The namespace that the worker takes for the notebook's."""
    parts: dict[str, Any] = {}
    for text in inside_parts():
        exec(text, parts)
    monkeypatch.setattr(worker, "EQUIVALENTS", parts["EQUIVALENTS"])
    monkeypatch.chdir(tmp_path)  # the worker takes modules below the working directory for the submission's
    module = type(sys)("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    return vars(module)


def judged(check_id: str, namespace: dict[str, object], source: str) -> Verdict:
    exec(HEAD + source, namespace)
    check = shipped_check(check_id)
    outcomes: dict[str, Outcome] = {}
    state: CheckContext = context()
    while asked := [r for r in check.ask(state) if request_key(r) not in outcomes]:
        for request in asked:
            sent: dict[str, Any] = {}
            try:
                value = worker._ACTIONS[request.action](request.arguments, request.arrays, sent)
                outcomes[request_key(request)] = Outcome("ok", value, sent)
            except worker.Missing as error:
                outcomes[request_key(request)] = Outcome("missing", message=str(error))
            except Exception as error:
                outcomes[request_key(request)] = Outcome("raised", message=f"{type(error).__name__}: {error}")
        state = context(outcomes=outcomes)
    return check.judge(state)


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
    exec(HEAD + BASE.replace("g, f, i, o =", "i, f, g, o ="), student)
    check = shipped_check("cell-output")
    strict = check.model_copy(update={"gate_order": ["candidate", "forget", "input", "output"]})
    assert judged("cell-output", student, BASE.replace("g, f, i, o =", "i, f, g, o =")).status == "passed"
    state, outcomes = context(), {}
    while asked := strict.ask(state):
        for request in asked:
            sent: dict[str, Any] = {}
            value = worker._ACTIONS[request.action](request.arguments, request.arrays, sent)
            outcomes[request_key(request)] = Outcome("ok", value, sent)
        state = context(outcomes=outcomes)
    assert strict.judge(state).status == "failed"


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


def test_a_wrong_cell_does_not_cost_the_lstm(student: dict[str, object]) -> None:
    lstm = """
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
    verdict = judged("lstm-output", student, WRONG["no sigmoid on the forget gate"][0] + lstm)
    assert verdict.status == "passed"
    assert "Tested with torch's own LSTMCell" in str(verdict.message)
    grader_error = lstm.replace("range(x.shape[1])", "range(1, x.shape[1])")
    assert judged("lstm-output", student, BASE + grader_error).status == "failed"
