"""Evidence that was kept is used again: nothing is run twice, and a reply counts only for the run that gave it."""

from __future__ import annotations

from typing import Literal

import pytest

from grader.cache.evidence_cache import InMemoryCache
from grader.model import CellRun, Outcome, Request
from tests.grading.asking_check import Asking, AskingDefinitions
from tests.grading.stub_runs import MODEL, names, observed, submission
from tests.sandbox.stub_sandbox import StubSandbox

CHECKS = (Asking(id="a", wanted=("1", "2")), AskingDefinitions(id="b", wanted=("3",)))


def test_evidence_that_answers_everything_runs_nothing() -> None:
    cache = InMemoryCache({})
    first = observed(StubSandbox(), *CHECKS, of=submission(MODEL), cache=cache)
    sandbox = StubSandbox()
    again = observed(sandbox, *CHECKS, of=submission(MODEL), cache=cache)
    assert (sandbox.kernels, sandbox.processes) == ([], [])
    assert (first.ran, again.ran) == (True, False)
    assert (again.findings, again.evidence.outcomes.keys()) == (first.findings, first.evidence.outcomes.keys())


def test_of_another_submission_everything_is_run() -> None:
    cache = InMemoryCache({})
    observed(StubSandbox(), *CHECKS, of=submission(MODEL), cache=cache)
    sandbox = StubSandbox()
    assert observed(sandbox, *CHECKS, of=submission(MODEL, digest="other"), cache=cache).ran
    assert len(sandbox.kernels) == 1


def test_only_a_new_request_is_put_and_the_cells_run_for_it() -> None:
    cache = InMemoryCache({})
    observed(StubSandbox(), *CHECKS, of=submission(MODEL), cache=cache)
    sandbox = StubSandbox()
    found = observed(sandbox, Asking(id="a", wanted=("1", "2", "new")), CHECKS[1], of=submission(MODEL), cache=cache)
    assert ([names(kernel) for kernel in sandbox.kernels], sandbox.processes) == ([["new"]], [])
    assert found.ran


def test_replies_are_dropped_where_the_cells_end_otherwise_than_before() -> None:
    cache = InMemoryCache({})
    observed(StubSandbox(), *CHECKS, of=submission(MODEL), cache=cache)
    sandbox = StubSandbox(on_run=lambda kernel, number, code: CellRun(number, "error", "E"))
    observed(sandbox, Asking(id="a", wanted=("1", "2", "new")), of=submission(MODEL), cache=cache)
    assert names(sandbox.kernels[0]) == ["1", "2", "new"]


def test_a_later_segment_of_a_training_is_not_put_to_a_process_without_the_earlier_ones() -> None:
    cache = InMemoryCache({})
    observed(StubSandbox(), Asking(id="t", segments=2), cache=cache)
    sandbox = StubSandbox()
    observed(sandbox, Asking(id="t", segments=3), cache=cache)
    assert names(sandbox.kernels[0]) == ["t0", "t1", "t2"]


@pytest.mark.parametrize("status", ["cpu_time", "wall_time", "died", "unreadable", "out_of_time"])
def test_evidence_that_a_limit_cut_short_is_not_kept(
    status: Literal["cpu_time", "wall_time", "died", "unreadable", "out_of_time"],
) -> None:
    cache = InMemoryCache({})
    cut = StubSandbox(on_ask=lambda kernel, request: Outcome(status))
    found = observed(cut, Asking(id="a", wanted=("1",)), cache=cache)
    assert cache.made == {found.key: b""}


class Training(Asking):
    """A check that asks for a training by the recipe `adam`."""

    def requests(self) -> list[Request]:
        return [Request("train", {"name": self.id, "recipe": "adam"})]


def test_what_the_sandbox_has_no_part_for_is_not_asked_and_not_kept() -> None:
    cache = InMemoryCache({})
    without, given = StubSandbox(), submission("a = 1")
    first = observed(without, Training(id="t"), of=given, cache=cache)
    [outcome] = first.evidence.outcomes.values()
    assert (outcome.status, outcome.message) == ("not_asked", "the sandbox has no part named adam")
    assert names(without.kernels[0]) == []
    again = observed(StubSandbox(), Training(id="t"), of=given, cache=cache)
    assert again.ran
    complete = StubSandbox(parts=('RECIPES: dict[str, type] = {"adam": object}',))
    [outcome] = observed(complete, Training(id="t"), of=given).evidence.outcomes.values()
    assert (outcome.status, names(complete.kernels[0])) == ("ok", ["t"])
