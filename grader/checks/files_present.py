"""The kind `files_present`."""

from __future__ import annotations

import fnmatch
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model.message import Text, say, say_number
from grader.model.verdict import Verdict, failed, passed


class FilesPresent(Check):
    """The submission contains the files that the assignment requires."""

    holds_answer: ClassVar[bool] = False
    about_delivery: ClassVar[bool] = True
    label: ClassVar[Text] = say("Required files")
    needs_no_run: ClassVar[bool] = True
    example: ClassVar[str] = '{kind: files_present, files: ["*.ipynb", "feedback.md"]}'
    kind: Literal["files_present"] = "files_present"
    files: list[str] = Field(min_length=1, description="file name patterns; each must match a file, in any folder")

    def judge(self, context: CheckContext) -> Verdict:
        """Match every pattern against paths and against file names."""
        paths = list(context.submission.files)
        lacking = [pattern for pattern in self.files if not any(_matches(path, pattern) for path in paths)]
        if not lacking:
            count = len(self.files)
            return passed(say_number("The required file is there.", "All {n} required files are there.", count))
        hint = say("Add the files and check their names.")
        if not paths:
            return failed(say("Not found: {files}. The submission contains no files.", files=lacking), hint)
        what = say("Not found: {files}. The submission contains {found}.", files=lacking, found=sorted(paths)[:12])
        return failed(what, hint)


def _matches(path: str, pattern: str) -> bool:
    return fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(path.rpartition("/")[2], pattern)
