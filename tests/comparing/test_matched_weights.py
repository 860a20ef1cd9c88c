"""Weights in layouts that nobody listed are matched number by number, and nothing wrong passes by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.comparing import matched_weights
from grader.model import Status
from tests.checks.answering_worker import answered, reference_module, verdict_on, worker_namespace
from tests.helpers import make

REFERENCE = """
class Tagger(nn.Module):
    def __init__(self, words, dim, tags):
        super().__init__()
        self.table, self.lstm, self.out = nn.Embedding(words, dim), nn.LSTM(dim, dim), nn.Linear(dim, tags)
        self.norm = nn.LayerNorm(dim)
    def forward(self, ids):
        h, _ = self.lstm(self.table(ids))
        return self.out(self.norm(h))

class Heads(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(dim, dim) for _ in range(4))
    def forward(self, x):
        n, t, d = x.shape
        q, k, v = (f(x).view(n, t, 2, d // 2).transpose(1, 2) for f in (self.q, self.k, self.v))
        a = torch.softmax(q @ k.transpose(-1, -2) / (d // 2) ** 0.5, -1)
        return self.o((a @ v).transpose(1, 2).reshape(n, t, d))

class Net(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(1, channels, 3), nn.BatchNorm2d(channels)
    def forward(self, x):
        return torch.relu(self.norm(self.conv(x))).mean((2, 3))
"""
OWN_GATES = """
class Tagger(nn.Module):
    def __init__(self, words, dim, tags):
        super().__init__()
        self.w = nn.Parameter(torch.randn(2, dim, dim, 4))
        self.b = nn.Parameter(torch.randn(4, dim))
        self.words = nn.Parameter(torch.randn(dim, words))
        self.last = nn.Parameter(torch.randn(tags, dim + 1))
        self.stretch = nn.Parameter(torch.ones(2, dim))
    def forward(self, ids):
        h = c = torch.zeros(ids.shape[1], self.b.shape[1])
        found = []
        for step in ids:
            z = torch.einsum("nd,dhg->gnh", self.words.T[step], self.w[0]) + torch.einsum("nd,dhg->gnh", h, self.w[1])
            o, i, g, f = z + self.b[:, None]
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            found.append(h)
        h = torch.stack(found)
        y = (h - h.mean(-1, keepdim=True)) / (h.var(-1, unbiased=False, keepdim=True) + 1e-5) ** 0.5
        y = y * self.stretch[0] + self.stretch[1]
        return torch.cat([y, torch.ones_like(y[..., :1])], -1) @ self.last.T
"""
ALL_HEADS = """
class Heads(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.w = nn.Parameter(torch.randn(dim // 2, 2, dim, 3))
        self.b = nn.Parameter(torch.zeros(2, dim // 2, 3))
        self.end = nn.Parameter(torch.randn(2, dim // 2, dim))
        self.shift = nn.Parameter(torch.zeros(dim))
    def forward(self, x):
        q, k, v = (torch.einsum("ntd,chdp->pnhtc", x, self.w) + self.b.permute(2, 0, 1)[:, None, :, None]).unbind(0)
        a = (q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5).softmax(-1)
        return torch.einsum("nhtc,hcd->ntd", a @ v, self.end) + self.shift
"""
OWN_NORM = """
class Net(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.w, self.b = nn.Parameter(torch.randn(9, channels)), nn.Parameter(torch.zeros(1, channels, 1))
        self.both = nn.Parameter(torch.ones(channels, 2))
        self.register_buffer("mean", torch.zeros(channels)); self.register_buffer("var", torch.ones(channels))
    def forward(self, x):
        patches = nn.functional.unfold(x, 3)
        y = torch.einsum("npl,pc->ncl", patches, self.w) + self.b
        y = (y - self.mean[:, None]) / (self.var[:, None] + 1e-5).sqrt()
        return (y * self.both[:, :1] + self.both[:, 1:]).clamp(min=0).mean(-1)
"""
KEYS: dict[str, dict[str, Any]] = {
    "Tagger": {
        "init": {"words": "w", "dim": "d", "tags": 2},
        "given": {"ids": {"ints": ["t", "n"], "below": "w"}},
        "sizes": [{"w": 4, "d": 3, "t": 5, "n": 4}, {"w": 3, "d": 4, "t": 4, "n": 3}],
    },
    "Heads": {"init": {"dim": "d"}, "given": {"x": ["n", "t", "d"]}, "sizes": [{"n": 2, "t": 3, "d": 6}]},
    "Net": {"init": {"channels": 3}, "given": {"x": ["n", 1, 6, 5]}, "sizes": [{"n": 3}], "gradients": True},
}


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    reference_module(monkeypatch, "models", REFERENCE)
    return worker_namespace(monkeypatch, tmp_path)


def check_of(target: str) -> Any:
    return make("outputs", points=1, target=target, reference=f"models:{target}", **KEYS[target])


@pytest.mark.parametrize(("target", "source"), [("Tagger", OWN_GATES), ("Heads", ALL_HEADS), ("Net", OWN_NORM)])
def test_weights_in_a_layout_of_their_own_are_matched(target: str, source: str, student: dict[str, object]) -> None:
    verdict = verdict_on(check_of(target), student, source)
    assert verdict.status is Status.passed, str(verdict.message)


@pytest.mark.parametrize(
    ("target", "source", "right", "wrong"),
    [
        ("Tagger", OWN_GATES, "torch.sigmoid(o) * torch.tanh(c)", "torch.sigmoid(o) * c"),
        ("Tagger", OWN_GATES, "torch.tanh(g)", "torch.sigmoid(g)"),
        ("Tagger", OWN_GATES, "z + self.b[:, None]", "z"),
        ("Tagger", OWN_GATES, "found.append(h)", "found.append(c)"),
        ("Tagger", OWN_GATES, '"nd,dhg->gnh", h,', '"nd,dhg->gnh", h.detach() * 0.5,'),
        ("Tagger", OWN_GATES, "self.words.T[step]", "self.words.T[step - 1].tanh()"),
        ("Tagger", OWN_GATES, "* self.stretch[0]", ""),
        ("Heads", ALL_HEADS, " / q.shape[-1] ** 0.5", ""),
        ("Heads", ALL_HEADS, "a @ v", "a.transpose(-1, -2) @ v"),
        ("Heads", ALL_HEADS, "a @ v", "a @ k"),
        ("Heads", ALL_HEADS, ".softmax(-1)", ".softmax(1)"),
        ("Heads", ALL_HEADS, "hcd->ntd\", a @ v, self.end)", "hcd->ntd\", a @ v, self.end).relu()"),
        ("Net", OWN_NORM, "self.mean[:, None]", "y.mean()"),
        ("Net", OWN_NORM, "+ 1e-5", "+ 0.1"),
        ("Net", OWN_NORM, ".clamp(min=0)", ""),
        ("Net", OWN_NORM, "(self.var[:, None] + 1e-5).sqrt()", "(self.var[:, None] + 1e-5)"),
    ],
)  # fmt: skip
def test_nothing_wrong_passes_by_matching(
    target: str, source: str, right: str, wrong: str, student: dict[str, object]
) -> None:
    assert source.count(right) == 1 or right == "a @ v"
    verdict = verdict_on(check_of(target), student, source.replace(right, wrong))
    assert verdict.status in (Status.failed, Status.needs_review), str(verdict.message)


def test_the_search_ends_after_a_number_of_requests(
    student: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matched_weights, "MAX_ROUNDS", 8)
    check = check_of("Heads")
    state = answered(check, student, ALL_HEADS)
    assert check.judge(state).status is Status.needs_review
    assert len(state.evidence.outcomes) == 4 + 8  # the list of weights, random and equal ones; gradients
    monkeypatch.setattr(matched_weights, "MAX_NUMBERS", 10)
    check = check_of("Heads")  # one that remembers nothing
    state = answered(check, student, ALL_HEADS)
    assert (check.judge(state).status, len(state.evidence.outcomes)) == (Status.needs_review, 4)


MASKED = """
class Masked(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.mix = nn.Linear(dim, dim)
        self.register_buffer("mask", torch.tril(torch.ones(5, 5)))
    def forward(self, x):
        weights = (x @ self.mix(x).transpose(1, 2)).masked_fill(self.mask == 0, -1e9)
        return weights.softmax(-1) @ x
"""
FILTER = """
class Filter(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
    def forward(self, x):
        return nn.functional.conv2d(x, self.conv.weight, self.conv.bias)
"""
WEIGHTS_IN_PLACE: list[tuple[str, str, str, dict[str, Any]]] = [
    ("torch.tril", "torch.triu", MASKED, {"init": {"dim": 3}, "given": {"x": [2, 5, 3]}}),
    ("torch.tril(torch.ones(5, 5))", "torch.ones(5, 5)", MASKED, {"init": {"dim": 3}, "given": {"x": [2, 5, 3]}}),
    ("self.conv.weight,", "self.conv.weight.flip(2, 3),", FILTER, {"init": {}, "given": {"x": [2, 1, 5, 5]}}),
]


@pytest.mark.parametrize(("right", "wrong", "source", "keys"), WEIGHTS_IN_PLACE)
def test_constants_and_weights_in_their_own_places_are_no_matter_of_layout(
    right: str, wrong: str, source: str, keys: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reference_module(monkeypatch, "placed", source)
    target = source.split("(")[0].split()[1]
    check: Any = make("outputs", points=1, target=target, reference=f"placed:{target}", **keys)
    names = worker_namespace(monkeypatch, tmp_path)
    assert verdict_on(check, names, source).status is Status.passed
    assert source.count(right) == 1
    assert verdict_on(check, names, source.replace(right, wrong)).status in (Status.failed, Status.needs_review)
