"""Damage that can be named: files that stand in for the real one, and notebooks that a tool has spoiled."""

from __future__ import annotations

import json
import re

from grader.model import NOTHING, Message, Notice, NoticeCode, say
from grader.text import decode

_CONFLICT = re.compile(r"(?m)^[ \t]*<{7}(?: |$)")


def pointer_notice(path: str, data: bytes) -> Notice | None:
    """Return a notice if Git LFS left a pointer in the place of the file."""
    if not data.startswith(b"version https://git-lfs.github.com/spec/"):
        return None
    what = say("{file} is a pointer of Git LFS; the file itself was not pushed.", file=path)
    return Notice(NoticeCode.damaged, what, say("Push the file itself, or submit an archive with it."), True)


def notebook_notice(path: str, data: bytes, error: str) -> Notice:
    """Return the notice on a file that is no valid notebook: its damage if that has a name, otherwise the error."""
    what = _named(path, data) or say("{file} is not a valid notebook ({error}).", file=path, error=error)
    return Notice(NoticeCode.damaged_notebook, what, say("Open it in Jupyter, save it and submit it again."), True)


def _named(path: str, data: bytes) -> Message:
    text = decode(data).strip("\ufeff\0 \t\r\n")
    if not text:
        return say("{file} is empty.", file=path)
    if re.match(r"<(!doctype\s+html|html|head|body|\?xml)", text[:50], re.I):
        return say("{file} is an HTML page, such as a saved sign-in page.", file=path)
    if _is_link(text):
        return say("{file} is only a link to an online document.", file=path)
    if (conflict := _CONFLICT.search(text)) is not None:
        line = text.count("\n", 0, conflict.start()) + 1
        return say("{file}, line {line}: a merge conflict is not resolved.", file=path, line=line)
    return NOTHING


def _is_link(text: str) -> bool:
    """Return whether a text is the small file by which a cloud editor opens a document."""
    if len(text) > 5000:
        return False
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and isinstance(content.get("url", content.get("doc_id")), str)
