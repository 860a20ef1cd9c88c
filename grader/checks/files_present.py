"""The kind `files_present`."""

from __future__ import annotations

import fnmatch
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, passed


class FilesPresent(Check):
    """The files that the sheet asks for are in the submission."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("Files that are asked for")
    needs_no_run: ClassVar[bool] = True
    example: ClassVar[str] = '{kind: files_present, files: ["*.ipynb", "feedback.md"]}'
    kind: Literal["files_present"] = "files_present"
    files: list[str] = Field(min_length=1, description="file patterns; each has to match a file, in any folder")

    def judge(self, context: CheckContext) -> Verdict:
        """Match every pattern against paths and against file names."""
        paths = list(context.submission.files)
        lacking = [pattern for pattern in self.files if not any(_matches(path, pattern) for path in paths)]
        if not lacking:
            return passed(f"All {len(self.files)} are there.")
        what = f"Not found: {', '.join(lacking)}; the submission has {', '.join(sorted(paths)[:12]) or 'no files'}."
        return failed(what, "Add the files and check their names.")


def _matches(path: str, pattern: str) -> bool:
    return fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(path.rpartition("/")[2], pattern)
