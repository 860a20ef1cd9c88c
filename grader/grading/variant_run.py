"""Ask a variant of a solution what the checks want to know, without its notebook where that is possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from grader.checks.base import CheckContext
from grader.grading.interview import ProcessEnded
from grader.grading.run import KernelRun
from grader.model import Finding, Request, Status


class VariantRun(KernelRun):
    """A run without a notebook, as long as the definitions can be read: their replies count as the notebook's.

    A solution is not suspected of hiding what its code does, and most of the time would be spent on the kernel.
    """

    def findings(self, until: Status | None = None) -> tuple[Finding, ...]:
        """Return the findings of the checks in their order, up to the first one with the status `until`."""
        try:
            return tuple(_up_to(until, self._interview()))
        except ProcessEnded:
            return tuple(_up_to(until, self.observe()))
        finally:
            self._close()

    def _ask(self, context: CheckContext, requests: Sequence[Request]) -> None:
        """Take the replies of the definitions for those of the notebook, if they are there."""
        if self.kernel is None and not context.definitions_only:
            definitions = replace(context, definitions_only=True)
            known = [definitions.outcome(request) for request in requests]
            if all(known) and requests[0].action != "tests":
                for request, outcome in zip(requests, known, strict=True):
                    assert outcome is not None
                    self._note(context, request, outcome)
                return
        super()._ask(context, requests)


def _up_to(status: Status | None, findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        if finding.status is status:
            return


def worst(findings: Sequence[Finding]) -> Finding | None:
    """Return the first failure, or else the first finding that is not passed; None if all are."""
    failed = next((one for one in findings if one.status is Status.failed), None)
    return failed or next((one for one in findings if one.status is not Status.passed), None)
