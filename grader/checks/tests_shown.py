"""How much of a test of the course students see: its name, its hint, its message, or the compared values as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Literal, get_args

from grader.model import NOTHING, Message, Status, Text, say, sentences
from grader.model.verdict import Verdict
from grader.text import clean

Level = Literal["nothing", "name", "hint", "message", "values"]
LEVELS: tuple[str, ...] = get_args(Level)
MAX_LETTERS = 400


@dataclass(frozen=True)
class Shown:
    """What students see of a test function: the name that stands for it, and the level."""

    name: Text
    level: str

    @classmethod
    def of(cls, name: str, cases: Sequence[Mapping[str, Any]], usual: str) -> Shown:
        """Return what is shown of a function; of several cases the one that shows least counts.

        `usual` is the level of the file, for tests that have none of their own.
        """
        levels = ["nothing" if case["hidden"] else case["shows"] or usual for case in cases]
        level = min(levels, key=lambda one: LEVELS.index(one) if one in LEVELS else 0)
        level = level if level in LEVELS else "nothing"
        shown: Text = say("a hidden test") if level == "nothing" else clean(name)
        if cases[0]["inside"]:
            shown = say("{test} (inside the process of the submission)", test=shown)
        return cls(shown, level)

    def shows(self, level: Level) -> bool:
        """Return whether this is shown."""
        return LEVELS.index(self.level) >= LEVELS.index(level)

    def limited(self, verdict: Verdict, test: Mapping[str, Any]) -> Verdict:
        """Return the verdict with what students may see; what is left out stays in `pytest --submission`."""
        if verdict.status is Status.failed and test["hint"] and self.shows("hint"):
            verdict = replace(verdict, hint=clean(test["hint"]))
        if self.shows("values"):
            return verdict
        message = self._in_short(verdict, test)
        verdict = replace(
            verdict, message=message, why=message if verdict.why != NOTHING else NOTHING, reason=_hash(verdict.reason)
        )
        return verdict if self.shows("name") else replace(verdict, details=(), place=None)

    def _in_short(self, verdict: Verdict, test: Mapping[str, Any]) -> Message:
        failed = verdict.status is Status.failed
        if self.level == "nothing":
            return say("A hidden test failed.") if failed else say("A hidden test was not decided.")
        if not failed:
            return say("{test} was not decided.", test=self.name)
        words = clean(test["said"]).strip()[:MAX_LETTERS] if self.shows("message") else ""
        what = say("{test} failed.", test=self.name)
        return sentences(what, words) if words else what


def _hash(reason: str) -> str:
    """Return another text for each reason: a name in it could be a value of the test."""
    return sha256(reason.encode("utf-8", "replace")).hexdigest()[:16] if reason else ""
