"""Operations on objects of the submission give real values, and both sides see what either of them changes."""

from __future__ import annotations

import contextlib
import random
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from grader.model import Outcome
from grader.own_tests.asker import Asker
from grader.own_tests.proxies import is_proxy
from grader.own_tests.trouble import EndTest
from tests.own_tests.direct import asker_of, wire_of

SOURCE = """
import random, warnings
LIMIT = 3
TABLE = {"a": [1, 2]}
def same(x): return x
def kept(x, box=[]):
    box.append(x)
    return len(box)
def sort(x): x.sort()
def fill(x): x[:] = 7
def drawn(): return torch.rand(3), np.random.rand(2), random.random()
def reseeded(): np.random.seed(5)
def seeded(): torch.manual_seed(5); return torch.rand(1)
def grad_mode(): return torch.is_grad_enabled()
def warns(): warnings.warn("old", DeprecationWarning)
class Mine(ValueError): pass
def raises(kind): raise {"value": ValueError("v"), "key": KeyError("k"), "own": Mine("m")}[kind]
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1)
        self.calls = []
    def forward(self, x):
        self.calls.append(len(x))
        return self.fc(x)
def train(net):
    with torch.no_grad():
        for p in net.parameters(): p.add_(1.0)
def learn(net):
    net(torch.ones(1, 2)).sum().backward()
def of_tensor(x): return (x * x).sum()
def strides_of(x): return x.stride()
def transposed(n): return torch.arange(4).reshape(2, 2).t()
"""


@pytest.fixture
def asker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asker:
    return asker_of(monkeypatch, tmp_path, SOURCE)


VALUES: list[Any] = [
    None, True, 3, -(1 << 70), 0.5, float("inf"), 1 + 2j, "text", b"bytes", (1, (2, "x")), [1, [2]], {"a": 1, 2: None},
    {1, 2}, frozenset([3]), slice(1, None, 2), range(3), torch.float16, torch.device("cpu"), torch.Size([2, 3]),
    OrderedDict(b=1, a=2), Counter("aab"), np.float32(1.5), np.int64(4), nn.ReLU, torch.relu, nn.functional.relu, np.tanh, ValueError,
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: getattr(value, "__name__", None) or str(value))
def test_a_value_goes_there_and_comes_back_as_it_was(asker: Asker, value: Any) -> None:
    back = asker.get("same")(value)
    assert type(back) is type(value)
    assert back == value
    assert repr(back) == repr(value)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "int8", "bool", "complex64"])
def test_a_tensor_keeps_its_type(asker: Asker, dtype: str) -> None:
    found = asker.get("kept")(torch.ones(2, dtype=getattr(torch, dtype)))
    assert found == 1
    made = asker.ask("special", name="getattr", args=(asker.get("Net")().fc, "weight"), kwargs={})
    assert type(made) is nn.Parameter
    assert made.requires_grad


def test_the_same_object_comes_back_as_the_same(asker: Asker) -> None:
    x = torch.ones(2)
    assert asker.get("same")(x) is x
    net = asker.get("Net")()
    assert asker.get("same")(net) is net
    assert net.fc is net.fc
    assert net.fc.weight is net.fc.weight


def test_a_change_there_shows_here(asker: Asker) -> None:
    values, array, tensor = [3, 1, 2], np.zeros(2), torch.zeros(2)
    asker.get("sort")(values)
    asker.get("fill")(array)
    asker.get("fill")(tensor)
    assert values == [1, 2, 3]
    assert array.tolist() == [7, 7]
    assert tensor.tolist() == [7, 7]
    net = asker.get("Net")()
    weight, before = net.fc.weight, net.fc.weight.detach().clone()
    asker.get("train")(net)
    torch.testing.assert_close(weight.detach(), before + 1)


def test_a_change_here_shows_there(asker: Asker) -> None:
    net = asker.get("Net")()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.fill_(2.0)
    assert net(torch.ones(1, 2)).item() == 6.0
    net.fc.weight.data = torch.zeros(1, 2)
    assert net(torch.ones(1, 2)).item() == 2.0
    net.calls.append(9)
    net(torch.ones(4, 2))
    assert net.calls == [1, 1, 9, 4]
    asker.get("TABLE")["a"].append(3)
    assert asker.get("TABLE") == {"a": [1, 2, 3]}


def test_the_mode_of_gradients_is_the_same(asker: Asker) -> None:
    assert asker.get("grad_mode")() is True
    with torch.no_grad():
        assert asker.get("grad_mode")() is False
        assert not asker.get("Net")()(torch.ones(1, 2)).requires_grad
    assert asker.get("Net")()(torch.ones(1, 2)).requires_grad


def _draw() -> tuple[torch.Tensor, Any, float]:
    return torch.rand(3), np.random.rand(2), random.random()


def test_a_seed_here_holds_there_and_the_draws_go_on(asker: Asker) -> None:
    def draws(first: Callable[[], Any]) -> list[Any]:
        torch.manual_seed(1)
        np.random.seed(1)
        random.seed(1)
        parts = [*first(), *_draw()]
        return [part.tolist() if hasattr(part, "tolist") else part for part in parts]

    assert draws(asker.get("drawn")) == draws(_draw)


def test_a_generator_that_the_submission_sets_ends_the_test(asker: Asker) -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    assert torch.equal(asker.get("seeded")(), expected), "a seed of torch can be followed"
    with pytest.raises(EndTest):
        asker.get("reseeded")()
    assert "random generator" in asker.trouble.unsupported


@pytest.mark.parametrize(
    ("kind", "error", "exact"), [("value", ValueError, True), ("key", KeyError, True), ("own", ValueError, False)]
)
def test_an_exception_is_raised_again_here(asker: Asker, kind: str, error: type[Exception], exact: bool) -> None:
    with pytest.raises(error) as caught:
        asker.get("raises")(kind)
    assert caught.value.grader_exact is exact  # type: ignore[attr-defined]
    assert asker.trouble.operations == [asker.operations]


def test_a_warning_is_given_again_here(asker: Asker) -> None:
    with pytest.warns(DeprecationWarning, match="old"):
        asker.get("warns")()


def test_what_cannot_be_sent_ends_the_test_even_if_it_is_caught(asker: Asker) -> None:
    same = asker.get("same")
    with pytest.raises(EndTest):
        same(lambda: 1)
    assert "function is given" in asker.trouble.unsupported
    assert asker.trouble.place[1] > 0
    with pytest.raises(EndTest):
        same(1)
    asker.begin_test()
    assert same(1) == 1


def test_an_operation_without_a_result_ends_the_test_and_the_next_one_begins_again(asker: Asker) -> None:
    same, net = asker.get("same"), asker.get("Net")()
    wire_of(asker).next = Outcome("cpu_time", allowed=5)
    with pytest.raises(EndTest):
        same(1)
    assert asker.trouble.ended == asker.operations
    asker.begin_test()
    assert same(2) == 2, "a name is got again"
    with pytest.raises(EndTest):
        net.fc  # noqa: B018 - the object was in the process that has ended
    assert asker.trouble.ended == 0


def test_a_reply_of_another_form_ends_the_test(asker: Asker) -> None:
    same = asker.get("same")
    wire_of(asker).next = Outcome("ok", {"result": {"new": "h1", "kind": "list", "parts": []}})
    with pytest.raises(EndTest):
        same(1)
    assert "cannot be read" in asker.trouble.unsupported


def test_values_that_nobody_holds_are_dropped(asker: Asker) -> None:
    same = asker.get("same")
    for number in range(20):
        same([number])
    assert len(asker.values.twins) < 6
    for _ in range(10):
        same(torch.ones(1))
    assert len(asker.values.twins) > 10, "a tensor may be held by a view"
    asker.begin_test()
    same(1)
    assert len(asker.values.twins) < 6


def test_a_change_through_a_view_shows_there(asker: Asker) -> None:
    net = asker.get("Net")()
    view = net.fc.weight.detach().view(-1)
    asker.get("same")(1)
    view[0] = 5.0
    asker.get("same")(2)
    assert net.fc.weight[0, 0].item() == 5.0


def test_an_object_is_a_proxy_and_a_number_is_none(asker: Asker) -> None:
    assert is_proxy(asker.get("Net"))
    assert asker.get("LIMIT") == 3


def test_a_thread_of_the_test_ends_it_without_a_message(asker: Asker) -> None:
    thread = threading.Thread(target=_quietly, args=(asker,))
    before = len(wire_of(asker).sent)
    thread.start()
    thread.join()
    assert "in a thread of the test" in asker.trouble.unsupported
    assert len(wire_of(asker).sent) == before
    with pytest.raises(EndTest):
        asker.get("Net")


def _quietly(asker: Asker) -> None:
    with contextlib.suppress(EndTest):
        asker.get("Net")


@pytest.mark.parametrize(
    ("value", "strides"),
    [
        (torch.arange(6.0).reshape(2, 3).t(), (1, 3)),
        (torch.arange(12.0).reshape(2, 6)[:, ::2], (6, 2)),
        (torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1), (1, 12, 4)),
        (torch.ones(3, 1).expand(3, 4), (4, 1)),
        (torch.arange(400.0).reshape(20, 20)[:, 0], (1,)),
    ],
    ids=["transposed", "every second", "permuted", "one number in several places", "far apart"],
)
def test_strides_are_the_same_on_both_sides(asker: Asker, value: torch.Tensor, strides: tuple[int, ...]) -> None:
    assert asker.get("strides_of")(value) == strides
    back = asker.get("same")(value.clone(memory_format=torch.preserve_format))
    assert torch.equal(back, value)
    made = asker.get("transposed")(3)
    assert (made.stride(), made.is_contiguous(), made.tolist()) == ((1, 2), False, [[0, 2], [1, 3]])
