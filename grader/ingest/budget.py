"""What may be unpacked from one submission, in files and bytes, with all archives inside it."""

from __future__ import annotations

from grader.ingest.unpacked import Unpacked
from grader.model import Message, NoticeCode, say

MAX_FILES = 2000
MAX_ENTRIES = 100_000  # of an archive, with those that are passed over
MAX_BYTES = 256 << 20  # of all files unpacked
MAX_FILE_BYTES = 64 << 20
MAX_RATIO = 200  # unpacked to packed, for files over a mebibyte
MAX_UNPACKED = 4 << 30  # bytes of a tar that are unpacked to get at its files, headers and skipped members included


class Budget:
    """Counts the unpacked files and bytes, and refuses a file that exceeds a limit."""

    def __init__(self, result: Unpacked) -> None:
        self.result, self.files, self.bytes, self.unpacked = result, 0, 0, 0

    @property
    def full(self) -> bool:
        """Return whether no further file is taken."""
        return self.files > MAX_FILES

    def refuses(self, name: str, size: int, packed: int | None) -> bool:
        """Count a file of `size` bytes, `packed` in the archive if that is known; note why if it is refused."""
        self.files += 1
        self.bytes += size
        if self.files > MAX_FILES:
            what = say("The archive has more than {limit} files; the rest was skipped.", limit=MAX_FILES)
        elif size > MAX_FILE_BYTES or self.bytes > MAX_BYTES:
            what = _exceeds(name, size)
        elif packed is not None and size > 1 << 20 and size > MAX_RATIO * max(packed, 1):
            what = say(
                "{file} expands to more than {ratio} times its size; it was skipped.", file=name, ratio=MAX_RATIO
            )
        else:
            return False
        self.bytes -= size
        self.result.note(NoticeCode.too_large, what, say("Leave data sets and trained models out of the submission."))
        return True


def _exceeds(name: str, size: int) -> Message:
    if size > MAX_FILE_BYTES:
        return say("{file} is larger than {limit} MiB; it was skipped.", file=name, limit=MAX_FILE_BYTES >> 20)
    return say("{file} was skipped: the files exceed {limit} MiB in total.", file=name, limit=MAX_BYTES >> 20)
