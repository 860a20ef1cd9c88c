"""A course's own references: what they cannot compare, or what is wrong with them, never fails a submission."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks.base import Check
from grader.comparing.model_calls import largest_gap
from tests.checks.answering_worker import reference_module, verdict_on, worker_namespace
from tests.helpers import make

NETS = """
class Small(nn.Module):
    def __init__(self, width, hidden=7):
        super().__init__()
        self.a, self.b = nn.Linear(width, hidden), nn.Linear(hidden, 2)
    def forward(self, x):
        return self.b(torch.tanh(self.a(x)))
class Tower(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(5))
    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x
class Tied(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = nn.Linear(width, width)
        self.register_buffer("scale", torch.full((width,), 3.0))
    def forward(self, x):
        return self.a(x) * self.scale
class RandomBuffer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = nn.Linear(width, width)
        self.register_buffer("scale", torch.randn(width))
    def forward(self, x):
        return self.a(x) * self.scale
class Dropped(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = nn.Linear(width, width)
    def forward(self, x):
        return self.a(nn.functional.dropout(x, 0.5, self.training))
class BatchNormed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a, self.norm = nn.Linear(width, width), nn.BatchNorm1d(width)
    def forward(self, x):
        return self.norm(self.a(x))
class LayerNormed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a, self.norm = nn.Linear(width, width), nn.LayerNorm(width)
    def forward(self, x):
        return self.norm(self.a(x))
class Words(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = nn.Embedding(5, width)
    def forward(self, ids):
        return self.table(ids)
class Gru(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gru = nn.GRU(width, width)
    def forward(self, x):
        return self.gru(x)[0]
class Positions(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a, self.shift = nn.Linear(width, width), nn.Parameter(torch.zeros(16, width))
    def forward(self, x):
        return self.a(x) + self.shift[: len(x)]
class Unbiased(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = nn.Linear(width, width, bias=False)
    def forward(self, x):
        return self.a(x)
class Raising(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = nn.Linear(width, width)
    def forward(self, x):
        if len(x) == 1:
            raise ValueError("one row is too few")
        return self.a(x)
"""


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    reference_module(monkeypatch, "course_nets", NETS)
    return worker_namespace(monkeypatch, tmp_path)


def check_of(name: str, calls: list[dict[str, Any]] | None = None, **keys: Any) -> Check:
    shape = {"init": {"width": "w"}, "calls": calls or [{"x": ["n", "w"]}], "sizes": [{"n": 2, "w": 6}]}
    return make("same_output", target=name, reference=f"course_nets:{name}", points=1, **{**shape, **keys})


RIGHT = ["Small", "Tower", "Tied", "Dropped", "LayerNormed", "Gru", "Positions", "Unbiased"]


@pytest.mark.parametrize("name", RIGHT)
def test_the_reference_itself_passes(name: str, student: dict[str, object]) -> None:
    verdict = verdict_on(check_of(name), student, NETS)
    assert verdict.status == "passed", verdict.message


def test_a_buffer_of_another_value_is_a_mistake(student: dict[str, object]) -> None:
    assert verdict_on(check_of("Tied"), student, NETS.replace("3.0", "2.0")).status == "failed"


def test_a_sequence_stays_as_long_as_the_rubric_says(student: dict[str, object]) -> None:
    check = check_of("Positions", [{"x": ["s", "n", "w"]}], sizes=[{"n": 6, "s": 4, "w": 6}])
    assert [case.arrays["x"].shape for case in check.cases(42)] == [(4, 6, 6)]  # type: ignore[attr-defined]
    curves = check_of("Positions", [{"x": ["s", "n", "w"]}], sizes=[{"n": 6, "s": 4, "w": 6}], also_curves=True)
    assert [case.arrays["x"].shape for case in curves.cases(42)] == [(4, 6, 6), (4, 80, 6)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "layer"), [("BatchNormed", "BatchNorm1d"), ("RandomBuffer", "scale")], ids=["running values", "random"]
)
def test_a_layer_that_cannot_be_compared_needs_review(name: str, layer: str, student: dict[str, object]) -> None:
    verdict = verdict_on(check_of(name), student, NETS)
    assert verdict.status == "needs_review"
    assert str(verdict.message).startswith("This kind cannot compare")
    assert layer in str(verdict.message)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("Gru", ("self.gru(x)[0]", "self.gru(x)[0] * 2")),
        ("LayerNormed", ("nn.LayerNorm(width)", "nn.Linear(width, width)")),
    ],
    ids=["other outputs", "other parameters"],
)
def test_a_difference_in_another_layer_is_no_proof(
    name: str, change: tuple[str, str], student: dict[str, object]
) -> None:
    verdict = verdict_on(check_of(name), student, NETS.replace(*change))
    assert verdict.status == "needs_review"


@pytest.mark.parametrize("name", ["Words", "Raising"])
def test_a_reference_that_raises_is_a_fault_of_the_rubric(name: str, student: dict[str, object]) -> None:
    check = check_of(name, sizes=[{"n": 2, "w": 6}, {"n": 1, "w": 6}])
    verdict = verdict_on(check, student, NETS.replace('raise ValueError("one row is too few")', "pass"))
    assert verdict.status == "needs_review", verdict.message
    assert "reference" in str(verdict.message)
    assert verdict.credit == 0


def test_a_reference_that_does_not_load_is_a_fault_of_the_rubric(student: dict[str, object]) -> None:
    check = make(
        "same_output",
        target="Small",
        reference="course_netz:Small",
        init={"width": "w"},
        calls=[{"x": ["n", "w"]}],
        sizes=[{"n": 2, "w": 3}],
    )
    verdict = verdict_on(check, student, NETS)
    assert verdict.status == "needs_review"
    assert "course_netz" in str(verdict.message)


def test_init_is_given_by_name(student: dict[str, object]) -> None:
    turned = check_of("Small", init={"hidden": "h", "width": "w"}, sizes=[{"n": 2, "w": 3, "h": 5}])
    assert verdict_on(turned, student, NETS).status == "passed"
    other_names = NETS.replace("width, hidden=7", "size_in, size_hidden").replace(
        "nn.Linear(width, hidden), nn.Linear(hidden, 2)", "nn.Linear(size_in, size_hidden), nn.Linear(size_hidden, 2)"
    )
    verdict = verdict_on(turned, student, other_names)
    assert verdict.status == "passed", verdict.message


BY_HAND = """
class Tower(nn.Module):
    def __init__(self, width):
        super().__init__()
        for n in {order}:
            setattr(self, f"w{{n}}", nn.Parameter(torch.randn(width, width)))
            setattr(self, f"b{{n}}", nn.Parameter(torch.randn({bias})))
    def forward(self, x):
        for n in range(5):
            x = torch.relu(x @ getattr(self, f"w{{n}}") + getattr(self, f"b{{n}}"))
        return x
"""


@pytest.mark.parametrize("bias", ["width", "1, width"])
@pytest.mark.parametrize("order", ["range(5)", "(1, 0, 2, 4, 3)"], ids=["in order", "in another order"])
def test_equal_layers_pass_in_any_order(order: str, bias: str, student: dict[str, object]) -> None:
    verdict = verdict_on(check_of("Tower"), student, BY_HAND.format(order=order, bias=bias))
    assert verdict.status == "passed", verdict.message


def test_names_go_before_the_order_of_creation(student: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    many = NETS.replace("range(5)", "range(12)")
    reference_module(monkeypatch, "course_nets", many)
    backwards = many.replace(
        "self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(12))",
        "self.layers = nn.ModuleDict({str(n): nn.Linear(width, width) for n in reversed(range(12))})",
    ).replace("for layer in self.layers:", "for layer in (self.layers[str(n)] for n in range(12)):")
    begun = time.process_time()
    assert verdict_on(check_of("Tower"), student, backwards).status == "passed"
    assert time.process_time() - begun < 20


@pytest.mark.parametrize(
    ("layers", "change", "status"),
    [
        (5, ("torch.relu", "torch.tanh"), "failed"),
        (8, ("torch.relu", "torch.tanh"), "needs_review"),
        (8, ("range(8)", "range(7)"), "failed"),
    ],
    ids=["another function", "too many readings", "a layer less"],
)
def test_a_wrong_tower_is_judged_in_bounded_time(
    layers: int, change: tuple[str, str], status: str, student: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    nets = NETS.replace("range(5)", f"range({layers})")
    reference_module(monkeypatch, "course_nets", nets)
    begun = time.process_time()
    verdict = verdict_on(check_of("Tower"), student, nets.replace(*change))
    assert time.process_time() - begun < 20
    assert verdict.status == status
    assert ("more ways to read" in str(verdict.message)) == (status == "needs_review")


def test_outputs_of_another_shape_name_the_shapes(student: dict[str, object]) -> None:
    check = check_of("Small", sizes=[{"n": 3, "w": 6}])
    verdict = verdict_on(
        check, student, NETS.replace("self.b(torch.tanh(self.a(x)))", "self.b(torch.tanh(self.a(x))).T")
    )
    assert verdict.status == "failed"
    assert "(2, 3)" in str(verdict.message)
    assert "(3, 2)" in str(verdict.message)
    assert "inf" not in str(verdict.message)


def test_parameters_that_fit_at_one_size_only_need_review(student: dict[str, object]) -> None:
    check = check_of("Small", sizes=[{"n": 3, "w": 6}, {"n": 2, "w": 4}])
    fixed = """
class Small(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a, self.b = nn.Linear(6, 7), nn.Linear(7, 2)
    def forward(self, x):
        x = nn.functional.pad(x, (0, 6 - x.shape[1]))
        return self.b(torch.tanh(self.a(x)))
"""
    verdict = verdict_on(check, student, fixed)
    assert verdict.status == "needs_review"
    assert "could not be mapped" in str(verdict.message)


PLAIN = """
class Small:
    def __init__(self, width):
        self.net = nn.Sequential(nn.Linear(width, 7), nn.Tanh(), nn.Linear(7, 2))
    def parameters(self):
        return self.net.parameters()
    def __call__(self, x):
        return self.net(x)
"""
LATE = """
class Small(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = None
    def forward(self, x):
        if self.net is None:
            self.net = nn.Sequential(nn.Linear(x.shape[1], 7), nn.Tanh(), nn.Linear(7, 2))
        return self.net(x)
"""


def test_a_class_that_is_no_module_needs_review(student: dict[str, object]) -> None:
    verdict = verdict_on(check_of("Small"), student, PLAIN)
    assert (verdict.status, "is no torch module" in str(verdict.message)) == ("needs_review", True)


def test_layers_that_are_made_in_the_first_call_are_compared(student: dict[str, object]) -> None:
    assert verdict_on(check_of("Small"), student, LATE).status == "passed"
    wrong = LATE.replace("Tanh", "ReLU")
    assert "differs from the reference" in str(verdict_on(check_of("Small"), student, wrong).message)


def test_a_result_without_tensors_needs_review(student: dict[str, object]) -> None:
    numbers = NETS.replace("self.b(torch.tanh(self.a(x)))", "self.b(torch.tanh(self.a(x))).detach().numpy()")
    assert verdict_on(check_of("Small"), student, numbers).status == "needs_review"


@pytest.mark.parametrize("bias", ["4 * h", "1, 4 * h", "4 * h, 1"])
def test_a_bias_with_an_axis_of_length_one_is_a_bias(bias: str, student: dict[str, object]) -> None:
    cell = f"""
class LSTMCell(nn.Module):
    def __init__(self, i, h):
        super().__init__()
        self.h = h
        self.weight = nn.Parameter(torch.randn(4 * h, i + h))
        self.bias = nn.Parameter(torch.randn({bias}))
    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (torch.zeros(len(x), self.h),) * 2
        g, f, i, o = (torch.cat((x, h), 1) @ self.weight.T + self.bias.reshape(-1)).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
"""
    sizes = [{"n": 4, "i": 3, "h": 5}, {"n": 1, "i": 1, "h": 2}]
    calls = [{"x": ["n", "i"]}]
    for each in (sizes, sizes[::-1]):
        check = make(
            "same_output",
            target="LSTMCell",
            reference="reference.lstm:LSTMCell",
            init={"input_size": "i", "hidden_size": "h"},
            calls=calls,
            sizes=each,
        )
        verdict = verdict_on(check, student, cell)
        assert verdict.status == "passed", verdict.message


@pytest.mark.parametrize(
    ("found", "expected", "gap"),
    [
        ([-np.inf, 1], [-np.inf, 1], 0), ([np.nan, 1], [np.nan, 1.5], 0.5), ([np.inf], [-np.inf], np.inf),
        ([np.inf], [1], np.inf), ([1, 2], [1], np.inf), ([], [], 0),
    ],
    ids=["a masked score", "no number in both", "another infinity", "one is finite", "another shape", "nothing"],
)  # fmt: skip
def test_the_same_infinity_is_no_difference(found: list[float], expected: list[float], gap: float) -> None:
    assert largest_gap(np.array(found, float), np.array(expected, float)) == gap
