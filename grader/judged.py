"""Findings kept beside the evidence that they follow from, so that only what a change touches is judged again.

A finding is used again where everything that it follows from is the same: the evidence, the hand-in as opened, what
the check asks, the findings before it, the code of its kind with all that this imports, and every installed package.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

import grader
from grader.checks import plain
from grader.checks.base import Check
from grader.checks.plain import Plain
from grader.model import Evidence, Finding, Submission
from grader.rubric import Rubric

log = logging.getLogger(__name__)

ROOT = Path(str(grader.__file__)).parent
# What opens a hand-in, finds its answers and puts the question, whatever the kind of check.
EVERY_KIND = ("grader.examine", "grader.execute", "grader.ingest.opening", "grader.ingest.answers", "grader.judged")


_IMPORTS = re.compile(
    r"(?m)(?:^|;)[ \t]*(?:import[ \t]+([\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*)"
    r"|from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n;#]+))"
)
WORDS_ARE_READ = ("same_output",)  # by `noise_removed`; a test holds that no other check reads another one's words


class Judged:
    """The findings of one hand-in by what they follow from; `known` is what was kept, `used` what is to be kept."""

    def __init__(
        self, submission: Submission, rubric: Rubric, evidence: Evidence, observed: bytes, known: bytes | None
    ) -> None:
        about = (submission.digest, submission.team, submission.source, repr(submission.members))
        times = repr((submission.received, submission.extension))
        rest = (times, repr(submission.notices), repr(dict(evidence.answers)))
        settings = (repr(dict(evidence.distributions)), str(rubric.execute.seed), _targets(rubric), packages())
        whole = (code(EVERY_KIND), reference())
        self._common = _digest([hashlib.sha256(observed).hexdigest(), *about, *rest, *settings, *whole])
        self._titles = {question.id: question.title for question in rubric.questions}
        self._known = _read(known) if known is not None else _File()
        self._plain_key = _digest([submission.digest, *rest[1:], _targets(rubric), code((plain.__name__, *EVERY_KIND))])
        self._plain = self._known.plain if self._known.plain_key == self._plain_key else None
        self.used: dict[str, Finding] = {}

    def key(self, question: str, check: Check, before: Mapping[str, Finding]) -> str:
        """What the finding of `check` follows from, with the findings before it; empty where that is not all known.

        A course's own reference may import and read anything, so what is compared with it is always judged again.
        """
        if any(not module.startswith("reference.") for module in _modules(check)):
            return ""
        earlier = _digest(_text(finding) for finding in before.values())
        wording = (question, self._titles.get(question, ""), check.id, check.title, repr(check.needs), check.visibility)
        return _digest([self._common, earlier, check.asks(), *wording, code((type(check).__module__,))])

    def get(self, key: str) -> Finding | None:
        """Return the finding that was kept under `key`."""
        if (found := self._known.findings.get(key)) is not None:
            self.used[key] = found
        return found

    def put(self, key: str, finding: Finding) -> None:
        """Keep a finding."""
        if key:
            self.used[key] = finding

    def plain(self, make: Callable[[], Plain]) -> Plain:
        """Return the definitions that are asked, made where they are not kept."""
        if self._plain is None:
            self._plain = make()
        return self._plain

    @property
    def changed(self) -> bool:
        """Whether what is to be kept is not what was."""
        return self.used.keys() != self._known.findings.keys()

    def to_bytes(self) -> bytes:
        """Pack what was used, as JSON."""
        return _adapter().dump_json(_File(self.used, self._plain, self._plain_key if self._plain else ""))


def all_of(judged: Judged, rubric: Rubric, findings: Sequence[Finding]) -> None:
    """Keep the findings of a whole rubric, in its order."""
    before: dict[str, Finding] = {}
    for (question, check), finding in zip(rubric.checks(), findings, strict=True):
        judged.put(judged.key(question, check, before), finding)
        before[check.id] = finding


@dataclass(frozen=True)
class _File:
    """What is kept: findings by what they follow from, and the definitions, which take longer to read than to judge."""

    findings: dict[str, Finding] = field(default_factory=dict)
    plain: Plain | None = None
    plain_key: str = ""


@cache
def _adapter() -> TypeAdapter[_File]:
    return TypeAdapter(_File)


def _read(data: bytes) -> _File:
    try:
        return _adapter().validate_json(data)
    except ValueError as error:
        log.warning("kept findings cannot be read (%s); they are made again", str(error).partition("\n")[0])
        return _File()


def _text(finding: Finding) -> str:
    """What a later check may look at of a finding; of words only those of `same_output`, which tell of exchanges."""
    words = finding.message if finding.kind in WORDS_ARE_READ else ""
    seen = (finding.check, finding.kind, finding.question, finding.title, finding.status, words)
    return json.dumps([*seen, str(finding.credit), finding.because, finding.reading, finding.group, finding.target])


def _targets(rubric: Rubric) -> str:
    return repr([getattr(check, "target", "") for _, check in rubric.checks() if check.calls_target])


def _modules(check: Check) -> list[str]:
    """The modules that a check names, as `module:name`."""
    named = [value for value in check.model_dump().values() if isinstance(value, str)]
    return [value.partition(":")[0] for value in named if re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", value)]


@cache
def reference() -> str:
    """A hash of the reference solutions and of what was measured with them."""
    folder = _folder("reference")
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".json")) if folder else []
    return _digest(f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in paths)


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


@cache
def packages() -> str:
    """A hash of name and version of everything that is installed: the names of what installers write beside it."""
    folders = [Path(entry) for entry in sys.path if entry and Path(entry).is_dir()]
    endings = (".dist-info", ".egg-info")
    return _digest(sorted(path.name for folder in folders for path in folder.iterdir() if path.suffix in endings))


@cache
def code(modules: tuple[str, ...]) -> str:
    """A hash of the source of `modules` and of all that they import from the same packages, at any depth."""
    roots = {"grader", "reference", *(name.partition(".")[0] for name in modules)}
    done: dict[str, str] = {}
    todo = list(modules)
    while todo:
        name = todo.pop()
        if name in done or name.partition(".")[0] not in roots:
            continue
        source = _source(name)
        done[name] = source or ""
        if source is not None:
            todo += [*_imported(name, source), name.rpartition(".")[0]]
    return _digest(f"{name}\n{text}" for name, text in sorted(done.items()))


@cache
def _source(name: str) -> str | None:
    """The source of a module; None for what is none, such as a function that is imported from one. Nothing is run."""
    top, *rest = name.split(".")
    if (folder := _folder(top)) is None:
        return None
    path = folder.joinpath(*rest)
    for candidate in (path / "__init__.py", path.with_name(path.name + ".py")):
        if candidate.is_file():
            return candidate.read_text(encoding="utf-8")
    return None


@cache
def _folder(top: str) -> Path | None:
    """Where a package, or a module that stands alone, lies."""
    spec = importlib.util.find_spec(top) if top else None
    if spec is None or spec.origin is None:
        return None
    origin = Path(spec.origin)
    return origin.parent if origin.name == "__init__.py" else origin.with_suffix("")


@cache
def _imported(name: str, source: str) -> tuple[str, ...]:
    """What a module imports anywhere in it; a name that is imported from a package may be a module.

    Found by its words and not by its tree, which takes fifty times as long: more may be found, and never less.
    """
    found: list[str] = []
    for several, base, names in _IMPORTS.findall(source):
        found += [entry.split()[0] for entry in several.split(",") if entry.strip()]
        if base:
            level = len(base) - len(base.lstrip("."))
            package = name.rsplit(".", level)[0] if level else ""
            base = f"{package}.{base.lstrip('.')}".strip(".")
            words = [entry.split("#")[0].strip() for entry in re.split(r"[,\n]", names.strip("() \t\n"))]
            found += [base, *(f"{base}.{word.split()[0]}" for word in words if word)]
    return tuple(found)
