"""Objects with weights: right in any layout, wrong whatever the layout, or not known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.model import Status
from tests.checks.answering_worker import reference_module, verdict_on, worker_namespace
from tests.helpers import make

REFERENCE = """
class Head(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.q, self.k, self.v = nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, dim)
    def forward(self, x, mask):
        y = self.norm(x)
        scores = self.q(y) @ self.k(y).transpose(1, 2) / x.shape[-1] ** 0.5
        return x + torch.softmax(scores.masked_fill(~mask, -1e9), -1) @ self.v(y)
    def scores(self, x):
        return self.q(x).sum(-1)
"""
HEAD = REFERENCE.replace("self.q, self.k, self.v = nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, dim)",
                         "self.all = nn.Linear(dim, 3 * dim)").replace(
    "y = self.norm(x)", "y = self.norm(x)\n        v, k, q = self.all(y).chunk(3, -1)")  # fmt: skip
FUSED = HEAD.replace("self.q(y)", "q").replace("self.k(y)", "k").replace("self.v(y)", "v")
KEYS: dict[str, Any] = {
    "points": 2,
    "target": "Head",
    "reference": "heads:Head",
    "init": {"dim": "d"},
    "given": {"x": ["n", "t", "d"], "mask": {"mask": "causal", "shape": ["t", "t"]}},
    "sizes": [{"n": 2, "t": 3, "d": 4}, {"n": 1, "t": 2, "d": 3}],
    "gradients": True,
}


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    reference_module(monkeypatch, "heads", REFERENCE)
    return worker_namespace(monkeypatch, tmp_path)


@pytest.mark.parametrize(
    ("source", "status", "words"),
    [
        (REFERENCE, "passed", "Results and gradients match"),
        (FUSED, "passed", "Results and gradients match"),
        (FUSED.replace("/ x.shape[-1] ** 0.5", ""), "failed", "differs from the expected values"),
        (FUSED.replace("~mask", "mask"), "failed", "differs"),
        (FUSED.replace("scores.masked_fill(~mask, -1e9)", "scores"), "failed", "differs"),
        (FUSED.replace("x + torch", "torch"), "failed", "differs"),
        (FUSED.replace(", -1) @ v", ", 1) @ v"), "failed", "differs"),
        (FUSED.replace("y = self.norm(x)", "y = self.norm(x.detach())"), "failed", "the gradients differ"),
        (FUSED.replace("return x +", "return None and x +"), "failed", "is None"),
        (FUSED.replace("super().__init__()", "super().__init__(); self.more = nn.Linear(2, 2)").replace("x + torch", "torch"),
         "needs_review", "could not be mapped"),
        ("class Head:\n    def __init__(self, dim): pass\n    def __call__(self, x, mask): return x", "needs_review",
         "is no torch module"),
        (REFERENCE.replace("class Head", "class Tail"), "failed", "not defined"),
        (REFERENCE.replace("(self, dim)", "(self)"), "failed", "takes 1 positional argument"),
        (FUSED.replace("return x +", "return y.nothing + x +"), "failed", "AttributeError"),
    ],
    ids=["the same", "fused", "no scale", "mask inverted", "mask ignored", "no residual", "wrong axis", "detached", "nothing",
         "more weights", "no module", "not there", "another signature", "an exception"],
)  # fmt: skip
def test_weights_in_any_layout_and_wrong_results_in_each(
    source: str, status: str, words: str, student: dict[str, object]
) -> None:
    verdict = verdict_on(make("outputs", **KEYS), student, source)
    assert verdict.status == status, str(verdict.message)
    assert words in str(verdict.message)


def test_a_method_of_an_object_with_weights(student: dict[str, object]) -> None:
    keys = {**KEYS, "target": "Head.scores", "reference": "heads:Head.scores", "given": {"x": ["n", "d"]}}
    right = REFERENCE.replace("self.q(x).sum(-1)", "torch.einsum('nd->n', self.q(x))")
    assert verdict_on(make("outputs", **keys), student, right).status == Status.passed
    wrong = REFERENCE.replace("self.q(x).sum(-1)", "self.q(x).mean(-1)")
    assert verdict_on(make("outputs", **keys), student, wrong).status == Status.failed


def test_dropout_counts_in_training_mode_alike_with_a_seed(
    student: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "class Noisy(nn.Module):\n    def forward(self, x):\n        return nn.functional.dropout(x, 0.5, %s)\n"
    reference_module(monkeypatch, "heads", source % "self.training")
    keys = {
        "points": 1,
        "target": "Noisy",
        "reference": "heads:Noisy",
        "init": {},
        "given": {"x": ["n"]},
        "sizes": [{"n": 50}],
    }
    always = source % "True"
    assert verdict_on(make("outputs", **keys), student, always).status == Status.failed
    assert verdict_on(make("outputs", **keys, mode="train"), student, always).status == Status.passed


def test_gradients_of_a_class_that_gets_whole_numbers(
    student: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
class Words(nn.Module):
    def __init__(self, v):
        super().__init__()
        self.table = nn.Embedding(v, 3)
    def forward(self, ids):
        return self.table(ids).sum(1)
"""
    reference_module(monkeypatch, "heads", source)
    keys = {"points": 1, "target": "Words", "reference": "heads:Words", "init": {"v": "v"}, "sizes": [{"n": 2, "v": 5}]}
    check: Any = make("outputs", **keys, given={"ids": {"ints": ["n", 4], "below": "v"}}, gradients=True)
    assert check.mistake_in_reference(1) == ""
    assert verdict_on(check, student, source).status == Status.passed
    wrong = verdict_on(check, student, source.replace("self.table(ids)", "self.table(ids).detach()"))
    assert (wrong.status, "no gradient leads" in str(wrong.message)) == (Status.failed, True)


def test_equal_numbers_of_another_shape_are_another_reply(student: dict[str, object]) -> None:
    check = make("outputs", **{**KEYS, "gradients": False})
    assert verdict_on(check, student, FUSED).status == Status.passed
    wrong = verdict_on(check, student, FUSED.replace("return x + torch", "return x[:, None] + torch"))
    assert (wrong.status, "has the shape" in str(wrong.message)) == (Status.failed, True)


PADDED = """
class Words(nn.Module):
    def __init__(self, v):
        super().__init__()
        self.table, self.out = nn.Embedding(v, 3, padding_idx=1), nn.Linear(3, v)
    def forward(self, ids):
        return self.out(self.table(ids).sum(1))
"""
MASKED = PADDED.replace(", padding_idx=1", "").replace(
    "self.table(ids).sum(1)", "(self.table(ids) * (ids != 1)[..., None]).sum(1)"
)
TURNED = MASKED.replace("nn.Embedding(v, 3)", "nn.Parameter(torch.randn(3, v))").replace(
    "self.table(ids)", "self.table.T[ids]"
)


@pytest.mark.parametrize(
    ("source", "status"),
    [
        (PADDED, "passed"),
        (MASKED, "passed"),
        (TURNED, "passed"),
        (MASKED.replace("ids != 1", "ids != 2"), "failed"),
        (TURNED.replace("ids != 1", "ids != 2"), "failed"),
        (PADDED.replace(".sum(1)", ".mean(1)"), "failed"),
    ],
    ids=["padding_idx", "a mask", "a mask and its own layout", "another word", "another word, own layout", "mean"],
)
def test_padding_of_an_embedding_may_be_known_by_a_mask(
    source: str, status: str, student: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    reference_module(monkeypatch, "heads", PADDED)
    keys = {"points": 1, "target": "Words", "reference": "heads:Words", "init": {"v": "v"}, "sizes": [{"n": 4, "v": 5}]}
    check = make("outputs", **keys, given={"ids": {"ints": ["n", 6], "below": "v"}}, gradients=True)
    assert verdict_on(check, student, source).status == status
