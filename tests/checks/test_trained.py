"""A model of the submission is trained, by its own function or the grader's loop, and judged on unseen data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.checks.base import Check
from grader.model import Status
from tests.checks.answering_worker import answered, reference_module, verdict_on, worker_namespace
from tests.helpers import make

DATA = """
def points(n, seed):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(n, 2, generator=generator)
    return inputs, (inputs[:, 0] > inputs[:, 1]).long()
def broken(n, seed):
    raise ValueError("no data")
def single(n, seed):
    return torch.zeros(n)
"""
MODEL = """
class Model(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, 2))
    def forward(self, x):
        return self.net(x)
"""
TRAIN = """
def fit(model, x, y, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
"""
OWN = {
    "train": "fit",
    "given": {"model": {"result": "model"}, "x": {"result": "inputs"}, "y": {"result": "targets"}, "epochs": 30},
}


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    reference_module(monkeypatch, "made", DATA)
    return worker_namespace(monkeypatch, tmp_path)


def check(**keys: Any) -> Check:
    whole = {"target": "Model", "init": {"hidden": 8}, "data": "made:points", "at_least": 0.9, **keys}
    return make("trained", points=1, examples={"train": 128, "test": 200}, loop={"lr": 0.05, "epochs": 6}, **whole)


@pytest.mark.parametrize(
    ("source", "keys", "status"),
    [
        (MODEL, {}, "passed"),
        (MODEL + TRAIN, OWN, "passed"),
        (MODEL, {"metric": "cross_entropy", "at_least": None, "at_most": 0.4}, "passed"),
        (MODEL.replace("self.net(x)", "self.net(x.detach() * 0)"), {}, "failed"),
        (MODEL + TRAIN.replace("optimizer.step()", "pass"), OWN, "failed"),
        (MODEL + TRAIN.replace("lr=0.05", "lr=0.0"), OWN, "failed"),
        (MODEL + TRAIN.replace("model(x), y", "model(x), 1 - y"), OWN, "failed"),
        (MODEL, OWN, "failed"),
        (MODEL.replace("return self.net(x)", "return self.net(x)[:, 0]"), OWN, "failed"),
        (MODEL.replace("return self.net(x)", "return self.net(x)[..., None] if not self.training else self.net(x)"), {},
         "needs_review"),
    ],
    ids=["the grader's loop", "its own function", "another metric", "inputs ignored", "no step", "no rate",
         "wrong targets", "no function", "an exception", "another shape"],
)  # fmt: skip
def test_the_metric_on_unseen_data_decides(
    source: str, keys: dict[str, Any], status: str, student: dict[str, object]
) -> None:
    verdict = verdict_on(check(**keys), student, source)
    assert verdict.status == status, str(verdict.message)


REFERENCE = {"model": "course:Model", "train": "course:fit"}


@pytest.mark.parametrize(
    ("epochs", "status"), [(30, "passed"), (1, "failed")], ids=["as the reference", "far below its spread"]
)
def test_a_threshold_may_come_from_the_spread_of_the_reference(
    epochs: int, status: str, student: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    reference_module(monkeypatch, "course", MODEL + TRAIN)
    one: Any = check(**OWN, at_least={"runs": 3, "deviations": 3}, reference=REFERENCE)
    assert one.mistake_in_keys() == one.mistake_in_reference(1) == ""
    assert 0.7 < one._threshold("at_least") < 1
    verdict = verdict_on(one, student, MODEL + TRAIN.replace("range(epochs)", f"range({epochs})"))
    assert verdict.status == status, str(verdict.message)


def test_a_reference_that_cannot_be_trained_is_a_fault_of_the_rubric(
    student: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    reference_module(monkeypatch, "course", MODEL + "def fit(model, x, y, epochs):\n    raise ValueError('no step')\n")
    one: Any = check(**OWN, at_least={"runs": 3}, reference=REFERENCE)
    assert "no step" in one.mistake_in_reference(1)
    verdict = verdict_on(one, student, MODEL + TRAIN)
    assert (verdict.status, verdict.cause) == (Status.needs_review, "rubric_fault")


def test_the_mode_in_which_the_model_is_left_may_count(student: dict[str, object]) -> None:
    one = check(**OWN, left_in="eval")
    verdict = verdict_on(one, student, MODEL + TRAIN)
    assert verdict.status == "failed"
    assert "fit leaves the model in another mode than it should." in str(verdict.message)
    assert verdict_on(one, student, MODEL + TRAIN + "    model.eval()\n").status == "passed"


def test_the_targets_of_the_test_are_not_sent(student: dict[str, object]) -> None:
    one: Any = check()
    request, wanted = one._request()
    assert wanted.array.shape == (200,)
    assert not any(array.shape == wanted.array.shape for array in request.arrays.values())
    assert {array.shape for array in request.arrays.values()} == {(128, 2), (128,), (200, 2)}


def test_the_sentence_names_metric_and_threshold(student: dict[str, object]) -> None:
    message = str(verdict_on(check(at_least=1.01), student, MODEL).message)
    assert message.startswith("After training, accuracy on unseen data is 0.9")
    assert message.endswith("at least 1.01 is required.")


def test_the_function_that_trains_is_a_target_too(student: dict[str, object]) -> None:
    assert check(**OWN).called_names == ("Model", "fit")
    assert check().called_names == ("Model",)


@pytest.mark.parametrize("data", ["made:broken", "made:single", "made:nothing"])
def test_data_that_cannot_be_made_is_a_fault_of_the_rubric(data: str, student: dict[str, object]) -> None:
    one: Any = check(data=data)
    verdict = one.judge(answered(one, student, MODEL))
    assert (verdict.status, verdict.cause) == (Status.needs_review, "rubric_fault")
    assert one.mistake_in_reference(1).startswith(data)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"at_least": None}, "at_least or at_most is needed"),
        ({"examples": {"train": 5}}, "numbers for train and test"),
        ({"examples": {"train": 0, "test": 5}}, "numbers for train and test"),
        ({"metric": "accurate"}, "metric is accuracy, mse, cross_entropy, perplexity or module:name"),
        ({"data": "made"}, "data must be module:name"),
        ({"init": {"hidden": ["k"]}}, "no number for k"),
        ({"left_in": "eval"}, "name it in train"),
        ({"at_least": {"runs": 5}}, "needs reference and train"),
        ({"reference": {"model": "course", "train": "course:fit"}}, "reference must be module:name"),
    ],
)
def test_mistakes_in_its_keys(keys: dict[str, Any], words: str) -> None:
    whole = {"target": "Model", "data": "made:points", "at_least": 0.9, **keys}
    assert words in make("trained", points=1, **whole).mistake_in_keys()
