"""The files of an archive or a folder as unpacked, without what systems and installers add by themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from grader.ingest.environments import in_environment, is_installed, is_record, without_installed
from grader.model import NOTHING, Notice, NoticeCode, Text, say

JUNK_PARTS = {
    "__MACOSX",
    ".ipynb_checkpoints",
    "__pycache__",
    ".git",
    ".DS_Store",
    ".venv",
    "node_modules",
    "Thumbs.db",
    ".hg",
    ".svn",
    ".virtual_documents",  # what an editor of notebooks keeps for completion: code under the notebook's own name
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".nox",
    ".eggs",
    ".cache",
    "__pypackages__",
    "wandb",  # runs of an experiment tracker, each with a copy of the code
}


def is_junk(name: str) -> bool:
    """Return whether a path is a file that systems create by themselves: resource forks, checkpoints, caches."""
    parts = PurePosixPath(name).parts
    return any(part in JUNK_PARTS or part.startswith("._") for part in parts)


def link_notice(name: str) -> tuple[NoticeCode, Text, Text]:
    """Return the code and the words of the notice on an entry that is no regular file."""
    what = say("{file} is a link or a device; it was skipped.", file=name)
    return NoticeCode.link, what, say("Include the file itself.")


@dataclass
class Unpacked:
    """Files by safe relative path, and the notices."""

    files: dict[str, bytes] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def note(self, code: NoticeCode, message: Text, hint: Text = NOTHING, serious: bool = True) -> None:
        """Add a notice, once."""
        notice = Notice(code, message, hint, serious)
        if notice not in self.notices:
            self.notices.append(notice)

    def passes_over(self, path: str, environments: Collection[str] = ()) -> bool:
        """Return whether a file is left out without a loss, and note why: junk, or an installed library."""
        if is_junk(path):
            what = say("Files that the operating system added were ignored (such as __MACOSX).")
            self.note(NoticeCode.junk, what, serious=False)
            return True
        if in_environment(path, environments) or (is_installed(path) and not is_record(path)):
            self.note_installed()
            return True
        return False

    def note_installed(self) -> None:
        """Note that installed libraries were left out."""
        what = say("Installed Python libraries were ignored (a virtual environment).")
        self.note(NoticeCode.environment, what, say("Leave them out and add a requirements.txt."), serious=False)

    def leave_out_installed(self) -> None:
        """Leave out the installed libraries that only all files together show to be such."""
        kept = without_installed(self.files)
        if len(kept) < len(self.files):
            self.files = kept
            self.note_installed()
