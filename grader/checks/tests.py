"""The kind `tests`: a course's own pytest file."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, PrivateAttr

from grader.checks.base import Check, CheckContext
from grader.checks.tests_results import Run, verdict_of
from grader.definitions.names_in_tests import BadTests, TestedNames, names_in_tests
from grader.model import Request, Text, say
from grader.model.verdict import Verdict, grader_error

MAX_BYTES = 1 << 20


class Tests(Check):
    """The course's own tests pass. Only the code of the submission runs in the sandbox."""

    __test__ = False
    calls_target: ClassVar[bool] = True
    label: ClassVar[Text] = say("Tests of the course")
    example: ClassVar[str] = "{kind: tests, points: 4, file: test_models.py}"
    explanation: ClassVar[str] = """\
The file is run by pytest as it is. [Use your pytest file](own-tests.md) says what works in it.

`@pytest.mark.points(2)` gives a test function its share of the points (1 without it), `@pytest.mark.hint("...")` says
what to try, and `@pytest.mark.hidden` leaves its name and values out of the report."""
    kind: Literal["tests"] = "tests"
    file: str = Field(min_length=1, description="the pytest file, relative to the rubric")
    modules: tuple[str, ...] | None = Field(
        None,
        description="modules of the submission that the file imports, by their full names; of a notebook, any name. "
        "Without it, all modules that are not installed",
    )
    cpu_seconds: float = Field(30, gt=0, le=600, description="CPU seconds for each call of the submission's code")
    _source: str = PrivateAttr("")
    _mistake: str = PrivateAttr("")
    _tested: TestedNames = PrivateAttr(default_factory=TestedNames)

    def model_post_init(self, context: Any) -> None:
        """Read the file, which lies beside the rubric; without a rubric there is none to read."""
        super().model_post_init(context)
        if context is None:
            return
        try:
            self._source = _read(Path(context.get("folder", ""), self.file))
            self._tested = names_in_tests(self._source, self.modules)
            if not self._tested.names:
                raise BadTests("it uses nothing of the submission")
        except OSError as error:
            self._mistake = f"{self.file} cannot be read: {error.strerror}"
        except (BadTests, UnicodeDecodeError) as error:
            self._mistake = f"{self.file}: {error}"

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
        """See `Check.question_key`; the content of the file counts."""
        return super().question_key() + sha256(self._source.encode()).hexdigest()

    @property
    def request(self) -> Request:
        """Return the request that runs the file."""
        name = Path(self.file).name
        arguments = {
            "files": {name: self._source},
            "name": name,
            "modules": self._tested.modules,
            "cpu_seconds": self.cpu_seconds,
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
        return verdict_of(Run(self.request, Path(self.file).name, context), outcome.value)


def _read(path: Path) -> str:
    """Return the text of a file of bounded size."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadTests(f"it has more than {MAX_BYTES >> 20} MiB")
    return data.decode("utf-8")
