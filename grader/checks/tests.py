"""The kind `tests`: a course's own pytest file."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, PrivateAttr

from grader.checks.base import Check, CheckContext
from grader.checks.tests_files import BadFiles, Files, read_files
from grader.checks.tests_results import CaseVerdict, Run, case_verdicts, verdict_of
from grader.checks.tests_shown import Level
from grader.definitions.names_in_tests import TestedNames
from grader.model import Request, Text, say
from grader.model.verdict import Verdict, grader_error


class Tests(Check):
    """The course's own tests pass. Only the code of the submission runs in the sandbox."""

    __test__ = False
    calls_target: ClassVar[bool] = True
    label: ClassVar[Text] = say("Tests of the course")
    example: ClassVar[str] = "{kind: tests, points: 4, file: test_models.py}"
    explanation: ClassVar[str] = """\
The file is run by pytest as it is. [Use your pytest file](own-tests.md) says what works in it.

`@pytest.mark.points(2)` gives a test function its share of the points (1 without it), `@pytest.mark.hint("...")` says
what to try, `@pytest.mark.shows("hint")` how much students see of it, and `@pytest.mark.hidden` leaves it out of the
report."""
    kind: Literal["tests"] = "tests"
    file: str = Field(min_length=1, description="the pytest file, relative to the rubric")
    modules: tuple[str, ...] | None = Field(
        None,
        description="modules of the submission that the file imports, by their full names; of a notebook, any name. "
        "Without it, all modules that are not installed",
    )
    helpers: tuple[str, ...] = Field(
        (),
        description="files and folders that the file needs: modules of helper functions, data; relative to the rubric. "
        "A `conftest.py` beside the file, or above it, is found without being named",
    )
    cpu_seconds: float = Field(
        30,
        gt=0,
        le=600,
        description="CPU seconds that each test has for the code of the submission, and as many for its own",
    )
    inside: bool = Field(
        False,
        description="whether all tests run inside the submission's process, as one with the decorator `inside` does",
    )
    inside_counts: bool = Field(
        False,
        description="whether a test that passes inside that process earns its points; otherwise it needs review, as "
        "the submission can make it pass",
    )
    shows: Level = Field(
        "values",
        description="how much of a test students see: `nothing`, its `name`, also its `hint`, also its own `message`, "
        "or also the compared `values`",
    )
    _files: Files = PrivateAttr(default_factory=Files)
    _mistake: str = PrivateAttr("")
    _tested: TestedNames = PrivateAttr(default_factory=TestedNames)

    def model_post_init(self, context: Any) -> None:
        """Read the files, which lie beside the rubric; without a rubric there is none to read."""
        super().model_post_init(context)
        if context is None:
            return
        try:
            self._files = read_files(Path(context.get("folder", "")), self.file, self.helpers)
            self._tested = self._files.tested(self.modules, self.inside)
        except BadFiles as error:
            self._mistake = str(error)

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`."""
        if importlib.util.find_spec("pytest") is None:
            return "the kind 'tests' needs pytest; install dl-grader[tests]"
        return self._mistake

    @property
    def target_name(self) -> str:
        """See `Check.target_name`: the first name that the file imports."""
        return next(iter(self._tested.names), "")

    @property
    def called_names(self) -> tuple[str, ...]:
        """See `Check.called_names`."""
        return tuple(self._tested.names)

    def question_key(self) -> str:
        """See `Check.question_key`; the content of the files counts."""
        return super().question_key() + self._files.digest

    @property
    def request(self) -> Request:
        """Return the request that runs the file."""
        arguments = {
            "files": self._files.texts,
            "name": self._files.name,
            "modules": self._tested.modules,
            "cpu_seconds": self.cpu_seconds,
            "inside": self.inside,
        }
        return Request("tests", arguments)

    def ask(self, context: CheckContext) -> Sequence[Request]:
        """Request one run of the file."""
        return [self.request]

    def judge(self, context: CheckContext) -> Verdict:
        """Read the result of each test."""
        outcome = context.outcome(self.request)
        if outcome is None:
            return grader_error(say("The tests were not run."))
        if (bad := context.blame(outcome, self.target_name)) is not None:
            return bad
        return verdict_of(self._run(context), outcome.value)

    def verdicts(self, context: CheckContext) -> list[CaseVerdict] | None:
        """Return the verdict on each test; None if the file was not run at the process of this context."""
        outcome = context.outcome(self.request)
        if outcome is None or outcome.status != "ok":
            return None
        return case_verdicts(self._run(context), outcome.value)

    def _run(self, context: CheckContext) -> Run:
        return Run(self.request, self._files.name, context, self.shows, self.inside_counts)
