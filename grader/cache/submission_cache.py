"""Cache submissions as the confined reader gave them, so that what did not change is not unpacked and parsed again.

Only submissions that are one file and small once read are cached; the key has that file's hash and the code that reads.
"""

from __future__ import annotations

import hashlib
import io
import logging
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from grader.cache.evidence_cache import READ, EvidenceCache
from grader.cache.fingerprint import code_digest, digest_of
from grader.model import Submission
from grader.opening.reader_protocol import BadReplyError, ReadRequest, read_reply, write_submission

log = logging.getLogger(__name__)

MAX_BYTES = 32 << 10  # of an entry: larger submissions are read again, as a folder of results should stay small


@dataclass(frozen=True)
class SubmissionCache:
    """The submissions in a cache of evidence; see `open_confined.Known`."""

    cache: EvidenceCache

    def get(self, request: ReadRequest) -> Submission | None:
        """Return the submission that was read for such a request, or None."""
        key = _key(request)
        data = self.cache.get(key) if key else None
        if data is None:
            return None
        try:
            return read_reply(io.BytesIO(zlib.decompress(data))).submission
        except (BadReplyError, zlib.error) as error:
            log.warning("a kept submission cannot be read (%s); it is opened again", error)
            return None

    def put(self, request: ReadRequest, submission: Submission) -> None:
        """Save what was read.

        Raises:
            GraderError: the file cannot be written.
        """
        if not (key := _key(request)):
            return
        written = io.BytesIO()
        write_submission(written, submission)
        data = zlib.compress(written.getvalue(), 1)
        if len(data) <= MAX_BYTES:
            self.cache.put(key, data)


def _key(request: ReadRequest) -> str:
    """Return a hash of the file, of what the platform says about it and of the code; empty where it is not one file."""
    path = request.source.path
    if path is None or request.source.parts or request.left_out or not path.is_file():
        return ""
    try:
        found = path.stat()
        content = _digest(path, found.st_size, found.st_mtime_ns, found.st_ino)
    except OSError:
        return ""  # the reader says what is wrong
    about = repr(replace(request, source=replace(request.source, path=None)))
    return digest_of([code_digest(), content, path.name, about]) + READ


@lru_cache(maxsize=8)
def _digest(path: Path, *version: int) -> str:
    """Return the hash of a file; a platform's archive has many submissions and is read once for all of them."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
