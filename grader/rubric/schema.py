"""The model of a rubric, with typed checks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from grader.checks import Check, KindFile, kinds, kinds_with
from grader.checks.base import Points
from grader.checks.with_items import WithItems
from grader.model.grade import SUBMISSION_PART
from grader.model.language import Language

HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Strict(BaseModel):
    """A part of a rubric: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Execute(Strict):
    """How the submission's code is run; times are CPU time of all its processes together."""

    notebook: str = Field("*.ipynb", description="the notebook to run, as a file pattern")
    cpu_minutes: float = Field(20, gt=0, description="CPU time for the whole submission")
    cell_cpu_minutes: float = Field(5, gt=0, description="CPU time for one cell or one request of a check")
    memory_gib: float = Field(4, gt=0)
    seed: int = Field(42, ge=0)
    cells: Literal["all", "needed"] = Field("all", description="all cells, or only those that the targets depend on")
    files: tuple[str, ...] = Field(
        (), description="files and folders of the course, beside the rubric, that lie beside every submission"
    )
    same_name: Literal["course", "team"] = Field("course", description="whose file counts where both have one")
    modules: tuple[str, ...] = Field(
        (), description="installed packages that definitions may use besides the grader's own list"
    )


class AnswerPlace(Strict):
    """The place of a question's answer: its number as teams may write it, and words that it is likely to use."""

    number: tuple[str, ...] = Field(min_length=1)
    words: tuple[str, ...] = ()


class Suggest(Strict):
    """An assistant that suggests comments at the desk: where it is, and its model.

    It speaks the chat protocol of OpenAI, which local programs offer, too.
    """

    endpoint: str = Field(description="its address, before `/chat/completions`; without TLS only on this machine")
    model: str = Field(min_length=1)
    key: str = Field("", description="the environment variable of the desk with the key, for services that need one")

    @field_validator("endpoint")
    @classmethod
    def _safe(cls, value: str) -> str:
        parts = urlsplit(value)
        if (
            not parts.hostname
            or parts.scheme not in ("http", "https")
            or "@" in parts.netloc
            or parts.query
            or parts.fragment
        ):
            raise PydanticCustomError("address", "give an address such as https://assistant.example.org/v1")
        if parts.scheme == "http" and parts.hostname not in HERE:
            raise PydanticCustomError("address", "answers of students may leave this machine only encrypted; use https")
        return value


class Question(Strict):
    """A question with its points and checks."""

    id: str
    title: str
    points: Points
    bonus: bool = False
    answer: AnswerPlace | None = None
    checks: tuple[Check, ...] = ()


class Rubric(Strict):
    """A whole rubric."""

    rubric: Literal[1]
    title: str
    points: Points
    language: Language = Field(
        "en", description="language of the reports: en or de; the rubric itself is not translated"
    )
    show_guide: bool = Field(False, description="show teams the guide of a manual rubric item once it is graded")
    class_statistics: bool = Field(
        False, description="published reports give the median of the class for each question, from ten graded teams"
    )
    suggest: Suggest | None = Field(
        None, description="an assistant that suggests comments at the desk; none by default"
    )
    execute: Execute = Execute()
    targets: tuple[str, ...] = ()
    solution: str = Field(
        "", description="the solution of the course, a file or a folder beside the rubric: every check has to pass it"
    )
    sheet: tuple[str, ...] = Field(
        (), description="the sheet and the template of the course, beside the rubric: their lines are no answers"
    )
    kinds: tuple[str, ...] = Field((), description="Python files beside the rubric with check kinds of the course")
    student_pack: dict[str, str] | None = Field(
        None, description="only in a student pack: versions with which submissions are graded"
    )
    submission: tuple[Check, ...] = ()
    questions: tuple[Question, ...] = ()
    name: str = ""
    digest: str = ""
    course_files: dict[str, bytes] = Field({}, exclude=True)  # the content of `execute.files`, by name
    sheet_files: dict[str, bytes] = Field({}, exclude=True)  # the content of `sheet`, by name
    kind_files: tuple[KindFile, ...] = Field((), exclude=True)  # those that `kinds` names
    folder: str = Field("", exclude=True)  # of the rubric, where its solution is

    def checks(self) -> Iterator[tuple[str, Check]]:
        """Yield every check with the id of its question ("" for the submission itself), in the order of the file."""
        yield from (("", check) for check in self.submission)
        for question in self.questions:
            yield from ((question.id, check) for check in question.checks)

    @property
    def student_id(self) -> str:
        """Return the regular expression of the course's student IDs that a check has; empty without one."""
        patterns = (getattr(check, "student_id", "") for _, check in self.checks())
        return next((pattern for pattern in patterns if isinstance(pattern, str) and pattern), "")

    @property
    def assistant(self) -> str:
        """Return `suggest` as JSON, as the results database has it; empty without an assistant."""
        return self.suggest.model_dump_json() if self.suggest is not None else ""

    @property
    def rubric_items(self) -> str:
        """Return the rubric items of checks as JSON, as the results database has them, by the id of the check."""
        found = {
            check.id: {
                "question": question or SUBMISSION_PART,
                "scoring": check.scoring,
                "items": [{"text": one.text, "points": str(one.points)} for one in check.items],
            }
            for question, check in self.checks()
            if isinstance(check, WithItems) and check.items
        }
        return json.dumps(found, ensure_ascii=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Take the files with kinds along to another process, which runs them before it reads the checks."""
        return _with_kinds, (self.kind_files,), self.__getstate__()

    def question_keys(self) -> dict[str, str]:
        """Return a short hash of each check with points and wording, the question key that overrides are saved with."""
        titles = {question.id: question.title for question in self.questions}
        return {
            check.id: hashlib.sha256(f"{titles.get(name)}\n{check.model_dump_json()}".encode()).hexdigest()[:16]
            for name, check in self.checks()
        }


def _with_kinds(files: tuple[KindFile, ...]) -> Rubric:
    """Return an empty rubric for `pickle`, once its kinds are loaded: the classes of its checks are found then."""
    kinds_with(files)
    return Rubric.__new__(Rubric)


def json_schema(known: Mapping[str, type[Check]] | None = None) -> dict[str, Any]:
    """Return a JSON schema of rubrics with the `known` kinds, by default those that are installed, for editors."""
    schema = Rubric.model_json_schema()
    definitions = schema.setdefault("$defs", {})
    choices = []
    for kind, model in (kinds() if known is None else known).items():
        part = model.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(part.pop("$defs", {}))
        part["properties"]["kind"] = {"const": kind}
        part["required"] = sorted({*part.get("required", []), "kind"})
        definitions[f"check_{kind}"] = part
        choices.append({"$ref": f"#/$defs/check_{kind}"})
    definitions["Check"] = {"oneOf": choices}
    for hidden in ("name", "digest", "course_files", "kind_files", "folder"):
        schema["properties"].pop(hidden, None)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "grader rubric"
    return schema
