"""Cache findings beside their evidence, so that only the checks that a change affects are judged again.

A finding is used again if all of its inputs are the same: the evidence, the submission as opened, the keys of the
check, the findings before it, the code of the grader and of the course's kinds, and every installed package.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from pydantic import TypeAdapter

from grader.cache.fingerprint import code_digest, digest_of, packages, reference
from grader.checks.base import Check
from grader.definitions.extract import Definitions
from grader.model import Evidence, Finding, Submission
from grader.rubric.schema import Rubric

log = logging.getLogger(__name__)


class FindingsCache:
    """The findings of one submission by the hash of their inputs; `known` were cached, `used` are to be cached."""

    def __init__(
        self, submission: Submission, rubric: Rubric, evidence: Evidence, observed: bytes, known: bytes | None
    ) -> None:
        content = (submission.digest, submission.course_digest)
        about = (*content, submission.team, submission.source, repr(submission.members))
        times = repr((submission.received, submission.extension))
        rest = (times, repr(submission.notices), repr(dict(evidence.answers)))
        settings = (repr(dict(evidence.distributions)), str(rubric.execute.seed), _targets(rubric), packages())
        whole = (code_digest(), reference(), *(repr((file.name, file.content)) for file in rubric.kind_files))
        self._common = digest_of([hashlib.sha256(observed).hexdigest(), *about, *rest, *settings, *whole])
        self._titles = {question.id: question.title for question in rubric.questions}
        self._known = _read(known) if known is not None else _File()
        self._definitions_key = digest_of([*content, *rest[1:], _targets(rubric), code_digest()])
        self._definitions = self._known.definitions if self._known.definitions_key == self._definitions_key else None
        self.used: dict[str, Finding] = {}

    def key(self, question: str, check: Check, before: Mapping[str, Finding]) -> str:
        """Return a hash of all inputs of the finding of `check`; empty if not all of them are known.

        A course's own reference may import and read anything, so a check that uses it is always judged again.
        """
        if any(not module.startswith("reference.") for module in _modules(check)):
            return ""
        earlier = digest_of(_relevant(finding) for finding in before.values())
        wording = (question, self._titles.get(question, ""), check.id, check.title, repr(check.needs), check.visibility)
        return digest_of([self._common, earlier, check.question_key(), *wording])

    def get(self, key: str) -> Finding | None:
        """Return the cached finding under `key`."""
        if (found := self._known.findings.get(key)) is not None:
            self.used[key] = found
        return found

    def put(self, key: str, finding: Finding) -> None:
        """Save a finding."""
        if key:
            self.used[key] = finding

    def definitions(self, make: Callable[[], Definitions]) -> Definitions:
        """Return the source of the definitions, extracted if it is not cached."""
        if self._definitions is None:
            self._definitions = make()
        return self._definitions

    @property
    def changed(self) -> bool:
        """Return whether the entries to cache differ from the cached ones."""
        return self.used.keys() != self._known.findings.keys()

    def to_bytes(self) -> bytes:
        """Pack the used entries as JSON, compressed."""
        used = _File(self.used, self._definitions, self._definitions_key if self._definitions else "")
        return gzip.compress(_adapter().dump_json(used), 1, mtime=0)


def keep_all(judged: FindingsCache, rubric: Rubric, findings: Sequence[Finding]) -> None:
    """Save the findings of a whole rubric, in its order."""
    before: dict[str, Finding] = {}
    for (question, check), finding in zip(rubric.checks(), findings, strict=True):
        judged.put(judged.key(question, check, before), finding)
        before[check.id] = finding


@dataclass(frozen=True)
class _File:
    """The content of a file: findings by the hash of their inputs, and the definitions, which are slow to extract."""

    findings: dict[str, Finding] = field(default_factory=dict)
    definitions: Definitions | None = None
    definitions_key: str = ""


@cache
def _adapter() -> TypeAdapter[_File]:
    return TypeAdapter(_File)


def _read(data: bytes) -> _File:
    try:
        return _adapter().validate_json(gzip.decompress(data))
    except (ValueError, OSError, EOFError, zlib.error) as error:
        log.warning("kept findings cannot be read (%s); they are made again", str(error).partition("\n")[0])
        return _File()


def _relevant(finding: Finding) -> str:
    """Return the fields of a finding that a later check may use: all but message, details and presentation."""
    exchanged = (finding.exchanged, finding.own_work_of, finding.late)
    fields = (finding.check, finding.kind, finding.question, str(finding.title), finding.status, *exchanged)
    return json.dumps([*fields, str(finding.credit), finding.because, finding.reading, finding.group, finding.target])


def _targets(rubric: Rubric) -> str:
    return repr([name for _, check in rubric.checks() for name in check.called_names])


def _modules(check: Check) -> list[str]:
    """Return the modules that a check names, as `module:name`."""
    named = [value for value in check.model_dump().values() if isinstance(value, str)]
    return [value.partition(":")[0] for value in named if re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*", value)]
