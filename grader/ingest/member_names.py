"""Authors from file names and from the head of a document."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from grader.ingest.archives import ARCHIVES
from grader.model import Member

STUDENT_ID = re.compile(r"[A-Za-z]{0,2}\d{6,10}")
DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")
_COPY = re.compile(r"(?i)(?:\s*\(\d{1,3}\)|\s+-\s+(?:copy|kopie))+$")  # a second download, named by a browser
_JOINED = re.compile(r"(?<=[^\W\d_])[\s-]+(?=[A-Za-z]{0,2}\d{6,10}(?:[\W_]|$))|(?<=\d{6})[\s-]+(?=[^\W\d_]{2})")


def stem(file_name: str) -> str:
    """Return the name without its folder and without the endings of archives and documents."""
    name = unicodedata.normalize("NFC", PurePosixPath(file_name.replace("\\", "/")).name)
    if ".ipynb" in name.lower():  # a browser may have added `.json` or `.txt`
        return name[: name.lower().index(".ipynb")]
    for ending in (*ARCHIVES, ".pdf", ".md", ".py", ".txt"):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def members_from_name(file_name: str) -> tuple[Member, ...]:
    """Return the members in `Name1_id1_Name2_id2`, or with the ids first; `()` if there is none.

    An id has 6 to 10 digits and is no date.
    """
    parts = [part for part in _JOINED.sub("_", without_copy(stem(file_name))).split("_") if part]
    parts = parts[max((n + 1 for n, part in enumerate(parts) if DATE.fullmatch(part)), default=0) :]
    ids = [bool(STUDENT_ID.fullmatch(part)) for part in parts]
    if not any(ids):
        return ()
    id_first = ids[0] and not ids[-1]
    members: list[Member] = []
    words: list[str] = []
    for part, is_id in zip(reversed(parts) if id_first else parts, reversed(ids) if id_first else ids, strict=True):
        if is_id:
            names = reversed(words) if id_first else words
            members.append(Member(" ".join(names).strip(), part, source="file name"))
            words = []
        else:
            words.append(part)
    return tuple(reversed(members) if id_first else members)


def without_copy(name: str) -> str:
    """Return a name without the number by which a browser tells a second download from the first."""
    return _COPY.sub("", name)


def follows_pattern(file_name: str, student_id: str) -> bool:
    """Return whether the name is exactly `Name1_id1_Name2_id2...`, with ids that match the pattern `student_id`."""
    word = r"[^\W\d_][^\d_]*"
    return re.fullmatch(rf"{word}_{student_id}(?:_{word}_{student_id})*", stem(file_name)) is not None
