"""The kinds that look at code: static ones on sources, the others on evidence made in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from grader.checks.base import CheckContext
from grader.checks.model_check import CallingCheck
from grader.comparing.symbolic_shapes import symbolic
from grader.model import CellRun, Notice, NoticeCode, Outcome, Place, Request, Status
from grader.model.evidence import request_key
from tests.helpers import context, make

FORBIDDEN = ["torch.nn.LSTM", "torch.nn.LSTMCell", "torch.lstm"]


def own(*cells: str, **keys: Any) -> Any:
    return make("must_not_use", target="LSTM", names=FORBIDDEN, **keys).judge(context(cells=cells))


@pytest.mark.parametrize(
    "cell",
    [
        "import torch\nclass LSTM(torch.nn.Module):\n  def __init__(self): self.x = torch.nn.LSTM(1, 2)",
        "from torch import nn\nclass LSTM(nn.LSTM): pass",
        "import torch.nn as n\nclass LSTM:\n  def f(self): return n.LSTM(1, 2)",
        "from torch.nn import LSTM as L\nclass LSTM:\n  x = L",
        "from torch.nn import *\nR = LSTMCell\nclass LSTM:\n  x = R",
        "from torch import nn\ndef make(): return nn.LSTM(1, 1)\nclass LSTM:\n  def __init__(self): self.x = make()",
        "from torch import nn\nclass Helper(nn.Module):\n  def __init__(self): self.x = nn.LSTM(1, 1)\nclass LSTM(Helper): pass",
        "from torch import nn\nclass LSTM:\n  def f(self): return getattr(nn, 'LSTM')(1, 1)",
        "class LSTM:\n  def f(self):\n    from torch.nn import LSTM as inner\n    return inner(1, 1)",
        "import torch\n%matplotlib inline\nclass LSTM:\n  f = torch.lstm",
        "from torch import nn\nclass LSTM:\n  def __init__(self): self.x = nn.modules.rnn.LSTMCell(1, 1)",
        "from torch.nn.modules.rnn import LSTMCell as C\nclass LSTM:\n  def __init__(self): self.x = C(1, 1)",
        "import torch\nm = torch.nn\nclass LSTM:\n  def __init__(self): self.x = m.LSTMCell(1, 1)",
        "from torch import nn\nA, C = 1, nn.LSTMCell\nclass LSTM:\n  def __init__(self): self.x = C(1, 1)",
        "from torch import nn\nC: type = nn.LSTMCell\nclass LSTM:\n  def __init__(self): self.x = C(1, 1)",
        "from torch import nn\nif 0:\n  C = 1\nelse:\n  C = nn.LSTMCell\nclass LSTM:\n  def f(self): return C(1, 1)",
        "from torch import nn\nclass LSTM:\n  def __init__(self): self.x = nn.RNNBase('LSTM', 1, 1)",
        "import torch\nclass LSTM:\n  def f(self, *a): return torch._VF.lstm(*a)",
    ],
)
def test_a_wrapped_layer_is_found(cell: str) -> None:
    assert own(cell).status == "failed"


@pytest.mark.parametrize(
    "cell",
    [
        "from torch import nn\nclass LSTMCell(nn.Module): pass\nclass LSTM(nn.Module):\n  def __init__(self): self.c = LSTMCell()",
        "from torch import nn\nclass LSTM(nn.Module):\n  '''not nn.LSTM'''\n  x = nn.Linear(1, 1)",
        "from torch import nn\nclass Other:\n  x = nn.LSTM\nclass LSTM(nn.Module): pass",
        "from torch import nn\nclass LSTM(nn.LSTM): pass\nclass LSTM(nn.Module): pass",
        "from torch import nn\nclass LSTM(nn.Module):\n  def forward(self, x):\n    out = self.cell(x)\n    return out\n"
        "cell = nn.LSTMCell(1, 1)\nout = nn.LSTM(1, 1)(x)[0]",
    ],
    ids=["own cell", "docstring", "elsewhere", "last definition counts", "names of other cells"],
)
def test_an_own_layer_passes(cell: str) -> None:
    assert own(cell).status == "passed"


@pytest.mark.parametrize(
    "code",
    [
        "eval('nn.' + name)",
        "getattr(nn, name)",
        "__import__('torch')",
        "vars(nn)['L' + 'STM']",
        "__import__('operator').attrgetter('LS' + 'TM')(nn)",
        "nn.Module.__subclasses__()",
        "nn.__getattribute__('LS' + 'TM')",
    ],
)
def test_a_hidden_way_waits(code: str) -> None:
    assert own(f"from torch import nn\nname = 'x'\nclass LSTM:\n  def f(self): return {code}").status == "needs_review"


def test_a_class_changed_from_outside_is_read_with_the_change() -> None:
    changed = "from torch import nn\nLSTM.forward = lambda s, x: nn.LSTM(1, 1)(x)"
    assert own("class LSTM: pass", changed).status == "failed"
    assert own("class LSTM: pass", "LSTM.forward = lambda s, x: x").status == "passed"


def test_modules_beside_the_notebook_are_read() -> None:
    files = {"helper.py": b"from torch import nn\nclass Inner(nn.LSTMCell): pass\nclass LSTM(nn.Module): pass"}
    check = make("must_not_use", target="LSTM", names=FORBIDDEN)
    wrapped = "from helper import Inner\nclass LSTM:\n  def __init__(self): self.x = Inner(1, 1)"
    assert check.judge(context(cells=[wrapped], files=files)).status == "failed"
    assert check.judge(context(cells=["import helper as h\nLSTM = h.LSTM"], files=files)).status == "passed"


def test_what_the_environment_or_time_explains_waits() -> None:
    check = make("shapes", **SHAPES)
    assert isinstance(check, CallingCheck)
    missing = {request_key(request): Outcome("missing") for request in check.ask(context())}
    cells = ["import seaborn", "class Model: pass"]
    error = [
        CellRun(1, "error", "ModuleNotFoundError: No module named 'seaborn'"),
        CellRun(2, "error", "NameError: nn"),
    ]
    assert check.judge(context(cells=cells, runs=error, outcomes=missing)).status == "needs_review"
    late = [CellRun(1, "ok"), CellRun(2, "timeout", "stopped after 20 seconds")]
    assert check.judge(context(cells=cells, runs=late, outcomes=missing)).status == "needs_review"
    damaged = Notice(NoticeCode.damaged, "a.zip is damaged", "", True)
    assert check.judge(context(cells=["x = 1"], notices=[damaged], outcomes=missing)).status == "needs_review"
    assert check.judge(context(cells=["x = 1"], runs=[CellRun(1, "ok")], outcomes=missing)).status == "failed"
    unasked = {key: Outcome("out_of_time") for key in missing}
    assert check.judge(context(cells=cells, outcomes=unasked)).status == "needs_review"


def test_a_missing_class_fails_and_an_unparsed_cell_waits() -> None:
    assert own("x = 1").status == "failed"
    assert own("class LSTM(:").status == "needs_review"


def test_parts_with_their_own_check_are_not_followed() -> None:
    cell = (
        "from torch import nn\nclass LSTMCell(nn.LSTMCell): pass\nclass LSTM(nn.Module):\n  def f(s): s.x = LSTMCell()"
    )
    assert own(cell).status == "failed"
    assert own(cell, apart=["LSTMCell"]).status == "passed"
    fetched = "class LSTM(nn.Module):\n  whole = LSTMCell.whole\n  def f(s): s.x = LSTMCell()"
    assert own(cell, fetched, apart=["LSTMCell"]).status == "needs_review"


@pytest.mark.parametrize(
    ("runs", "status"),
    [
        ([CellRun(1, "ok")], "passed"),
        ([CellRun(1, "error", "ValueError: x")], "failed"),
        ([CellRun(1, "timeout", "stopped after 20 seconds")], "failed"),
        ([CellRun(1, "died", "the Python process ended")], "failed"),
        ([CellRun(1, "error", "ModuleNotFoundError: No module named 'seaborn'")], "needs_review"),
        ([CellRun(1, "error", "AttributeError: module 'numpy' has no attribute 'float'")], "needs_review"),
    ],
    ids=["ok", "error", "timeout", "died", "missing module", "old name"],
)
def test_notebook_runs(runs: list[CellRun], status: str) -> None:
    assert make("notebook_runs").judge(context(cells=["x = 1"], runs=runs)).status == status


def test_the_first_cell_that_stopped_is_the_place_of_the_finding() -> None:
    runs = [CellRun(1, "ok"), CellRun(2, "error", "ValueError: x"), CellRun(3, "not run")]
    verdict = make("notebook_runs").judge(context(cells=["a", "b", "c"], runs=runs))
    assert verdict.place == Place("notebook", cell=2)
    assert str(verdict.message) == "2 of 3 cells did not run to the end. notebook, cell 2: ValueError: x."
    assert [str(quote.title) for quote in verdict.details] == ["notebook, cell 2", "notebook, cell 3"]


def test_a_forbidden_use_and_a_doubt_have_a_place() -> None:
    wrapped = own("from torch import nn", "class LSTM:\n  def f(self):\n    return nn.LSTM(1, 2)")
    assert wrapped.place == Place("notebook", 3, 2)
    assert str(wrapped.message) == (
        "LSTM must be written by hand, but it uses torch.nn.LSTM (notebook, cell 2, line 3)."
    )
    hidden = own("from torch import nn", "class LSTM:\n  x = eval('nn.LSTM')")
    assert hidden.place == Place("notebook", None, 2)
    imported = own("from torch.nn import LSTM")
    assert str(imported.message) == "LSTM must be written by hand, but it is torch.nn.LSTM."


def test_a_cell_that_was_not_run_to_the_end_is_the_place_of_a_missing_class() -> None:
    check = make("shapes", **SHAPES)
    missing = {request_key(request): Outcome("missing") for request in check.ask(context())}
    late = [CellRun(1, "ok"), CellRun(2, "timeout", "stopped after 20 seconds")]
    verdict = check.judge(context(cells=["import torch", "class Model: pass"], runs=late, outcomes=missing))
    assert verdict.place == Place("notebook", cell=2)
    assert "It is defined in notebook, cell 2, which did not run to the end" in str(verdict.message)


def test_no_code_fails() -> None:
    assert make("notebook_runs").judge(context()).status == "failed"


SHAPES: dict[str, Any] = {
    "target": "Model",
    "init": {"hidden_size": "hidden"},
    "calls": [{"x": ["batch", "seq", 1]}],
    "returns": {"y": ["batch", "seq", 1]},
    "sizes": [{"batch": 4, "seq": 9, "hidden": 5}, {"batch": 1, "seq": 7, "hidden": 3}],
}


def answered(check: CallingCheck, outcomes: Sequence[Outcome]) -> CheckContext:
    """Evidence in which the check's first requests were answered so."""
    asked = check.ask(context())
    return context(outcomes={request_key(r): o for r, o in zip(asked, outcomes, strict=True)})


def returned(*shapes: Sequence[int], layers: Sequence[dict[str, Any]] = ()) -> Outcome:
    outputs = [[str(n), list(shape)] for n, shape in enumerate(shapes)]
    return Outcome("ok", {"cases": [{"parameters": [], "calls": [{"outputs": outputs, "layers": list(layers)}]}]})


@pytest.mark.parametrize(
    ("outcomes", "status", "word"),
    [
        ([returned([4, 9, 1]), returned([1, 7, 1])], "passed", "(batch, seq, 1)"),
        ([returned([4, 9, 1]), returned([1, 8, 1])], "failed", "(1, 8, 1)"),
        ([returned([9, 4, 1]), returned([7, 1, 1])], "failed", "(9, 4, 1)"),
        ([returned([4, 9]), returned([1, 7])], "failed", "(4, 9)"),
        ([returned([4, 9, 1], [1]), returned([1, 7, 1], [1])], "failed", "2 tensors"),
        ([returned(), returned()], "failed", "0 tensors"),
        ([Outcome("raised", message="ValueError: no"), returned([1, 7, 1])], "failed", "ValueError: no"),
        ([Outcome("raised", message="ImportError: no"), returned([1, 7, 1])], "needs_review", "ImportError"),
        ([Outcome("timeout"), returned([1, 7, 1])], "failed", "time limit"),
        ([Outcome("died"), returned([1, 7, 1])], "failed", "process ended"),
        ([Outcome("missing"), Outcome("missing")], "failed", "not defined"),
        ([Outcome("not_asked"), Outcome("not_asked")], "error", "could not be tested"),
    ],
    ids=["right", "hard-coded length", "swapped axes", "squeezed", "tuple", "nothing", "raised", "environment", "timeout",
         "died", "missing", "error"],
)  # fmt: skip
def test_shapes(outcomes: list[Outcome], status: str, word: str) -> None:
    check = make("shapes", **SHAPES)
    assert isinstance(check, CallingCheck)
    verdict = check.judge(answered(check, outcomes))
    assert verdict.status == status
    assert word in str(verdict.message)


def test_an_error_comes_with_code_that_reproduces_it() -> None:
    check = make("shapes", **SHAPES)
    assert isinstance(check, CallingCheck)
    verdict = check.judge(answered(check, [Outcome("raised", message="ValueError: no"), returned([1, 7, 1])]))
    assert str(verdict.message) == "Model (batch 4, seq 9, hidden 5) stopped with an error: ValueError: no"
    assert str(verdict.hint) == "To reproduce: Model(5)(torch.rand(4, 9, 1))"
    nested = make("shapes", **{**SHAPES, "calls": [{"x": ["batch", 1], "hx": [["batch", "hidden"], ["batch", 2]]}]})
    assert isinstance(nested, CallingCheck)
    [case, _] = nested.cases(42)
    assert nested.example_of(case) == "Model(5)(torch.rand(4, 1), (torch.rand(4, 5), torch.rand(4, 2)))"
    assert str(case.label) == "batch 4, seq 9, hidden 5 with hx"


def test_swapped_axes_get_the_hint() -> None:
    check = make("shapes", **SHAPES)
    assert isinstance(check, CallingCheck)
    assert "batch_first" in str(check.judge(answered(check, [returned([9, 4, 1]), returned([7, 1, 1])])).hint)


def test_the_trace_is_named_by_symbols() -> None:
    check = make("shapes", **SHAPES)
    assert isinstance(check, CallingCheck)
    layers = [
        [{"layer": "first", "type": "LSTM", "in": [[b, s + 1, 1]], "out": [[b, s + 1, h]], "times": 1}]
        for b, s, h in ((4, 9, 5), (1, 7, 3))
    ]
    verdict = check.judge(
        answered(check, [returned([4, 9, 1], layers=layers[0]), returned([1, 7, 1], layers=layers[1])])
    )
    assert verdict.details[0].stages[0].shape == "(batch, seq + 1, 1) → (batch, seq + 1, hidden)"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("observed", "name"),
    [
        ([[20, 90, 6], [1, 20, 5]], "(batch, seq + shift, hidden)"),
        ([[20, 70, 6], [1, 14, 5]], "(batch, seq - shift, hidden)"),
        ([[20, 24], [1, 20]], "(batch, 4*hidden)"),
        ([[40, 80], [40, 17]], "(40, seq)"),
        ([[3, 80], [8, 17]], "(3/8, seq)"),
    ],
)
def test_symbolic_shapes(observed: list[list[int]], name: str) -> None:
    sizes = [{"batch": 20, "seq": 80, "shift": 10, "hidden": 6}, {"batch": 1, "seq": 17, "shift": 3, "hidden": 5}]
    assert symbolic(observed, sizes) == name


NOISE: dict[str, Any] = {
    "target": "Model",
    "training": {"epochs": 10, "curves": 20, "held_back": 12},
    "full_at": 50,
    "none_at": 20,
}


def trained(share: float, trained: bool = True, spoil: float | None = None) -> Any:
    """The verdict on a model that removes `share` of the noise; the clean curves are taken from the check itself."""
    check = make("noise_removed", **NOISE)
    data = check._data(42)  # type: ignore[attr-defined]
    output = share * data.hidden_clean + (1 - share) * data.hidden_noisy
    if spoil is not None:
        output[3, 3] = spoil
    state = context()
    outcomes: dict[str, Outcome] = {}
    while asked := check.ask(state):
        for request in asked:
            assert not any(np.array_equal(array, data.hidden_clean) for array in request.arrays.values())
            arrays = {"probe": output[..., None], "losses": np.array([1.0, 0.5])}
            outcomes[request_key(request)] = Outcome("ok", {"trained": [["w", trained]]}, arrays)
        state = context(outcomes=outcomes)
    return check.judge(state), len(outcomes)


@pytest.mark.parametrize(
    ("share", "status", "credit"),
    [(0.9, "passed", 1), (0.5001, "passed", 1), (0.35, "failed", 0.49), (0.1, "failed", 0), (-7, "failed", 0)],
)
def test_noise_removed(share: float, status: str, credit: float) -> None:
    verdict, _ = trained(share)
    assert verdict.status == status
    assert float(verdict.credit) == pytest.approx(credit, abs=0.011)


def test_training_stops_once_the_verdict_cannot_change() -> None:
    assert trained(0.9)[1] == 1
    assert trained(0.3)[1] == 2


def test_nan_and_unused_weights_do_not_pass() -> None:
    assert trained(0.9, spoil=float("nan"))[0].status == "failed"
    assert str(trained(0.9, trained=False)[0].message) == "Training does not change these weights: w."


def test_a_reply_of_another_shape_does_not_pass() -> None:
    check = make("noise_removed", **NOISE)
    (request,) = check.ask(context())
    reply = Outcome("ok", {"trained": []}, {"probe": np.zeros((3, 3)), "losses": np.zeros(1)})
    state = context(outcomes={request_key(request): reply})
    assert check.judge(state).status == Status.failed


def test_requests_are_addressed_by_all_that_they_say() -> None:
    one = Request("call", {"a": 1}, {"x": np.zeros(3)})
    assert request_key(one) == request_key(Request("call", {"a": 1}, {"x": np.zeros(3)}))
    others = [
        Request("train", {"a": 1}, {"x": np.zeros(3)}),
        Request("call", {"a": 2}, {"x": np.zeros(3)}),
        Request("call", {"a": 1}, {"x": np.ones(3)}),
        Request("call", {"a": 1}, {"x": np.zeros((3, 1))}),
    ]
    assert len({request_key(r) for r in [one, *others]}) == 5


def test_a_forbidden_layer_forbids_its_family_and_not_its_neighbours() -> None:
    """`Bilinear` stands in the module of `Linear` and is no relation of it; `LSTM` and `GRU` are both of `RNNBase`."""
    linear = "from torch import nn\nclass LSTM(nn.Module):\n    def __init__(self): self.a = nn.Linear(1, 1)"
    allowed = make("must_not_use", target="LSTM", names=["torch.nn.Bilinear"]).judge(context(cells=[linear]))
    assert allowed.status == "passed", allowed.message
    wrapped = "from torch import nn\nclass LSTM(nn.GRU):\n    pass"
    found = make("must_not_use", target="LSTM", names=["torch.nn.LSTM"]).judge(context(cells=[wrapped]))
    assert found.status == "failed"
