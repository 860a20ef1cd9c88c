"""Authors from file names and from the head of a document."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from grader.ingest.archives import ARCHIVES
from grader.model import Member

STUDENT_ID = re.compile(r"[A-Za-z]{0,2}\d{6,10}")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")
_ID_WORD = re.compile(r"(?i)\b(?:id|matri\w*|student\w*|number|nr|no)\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HEAD_LINES = 40
MAX_LINE = 1000  # characters: names and numbers stand in short lines
_LABELS = re.compile(
    r"(?i)\b(student\s*ids?|matriculation\s*(?:number|no\.?)?|matrikel(?:nummer|nr\.?)?|names?|id|e-?mail|students?|team"
    r"|authors?|by|von|submission|for|assignment|group|gruppe|abgabe|members?|mitglieder|sheet|exercise|homework|task)\b"
)


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
    """Return the members in `Name1_id1_Name2_id2`: a number of 6 to 10 digits ends each; `()` if there is none."""
    members: list[Member] = []
    words: list[str] = []
    for part in stem(file_name).split("_"):
        if STUDENT_ID.fullmatch(part):
            members.append(Member(" ".join(words).strip(), part, source="file name"))
            words = []
        elif part:
            words.append(part)
    return tuple(members)


def follows_pattern(file_name: str, student_id: str) -> bool:
    """Return whether the name is exactly `Name1_id1_Name2_id2...`, with ids that match the pattern `student_id`."""
    word = r"[^\W\d_][^\d_]*"
    return re.fullmatch(rf"{word}_{student_id}(?:_{word}_{student_id})*", stem(file_name)) is not None


def members_from_text(text: str, source: str) -> tuple[Member, ...]:
    """Return the members in the first lines of a document: each id, with the name and email next to it."""
    members: list[Member] = []
    lines = [line[:MAX_LINE] for line in text.splitlines()[:_HEAD_LINES]]
    for number, line in enumerate(lines):
        ids = list(STUDENT_ID.finditer(line))
        for position, found in enumerate(ids):
            if not _is_separate_word(line, found) or _DATE.fullmatch(found.group()):
                continue
            before = line[ids[position - 1].end() if position else 0 : found.start()]
            after = line[found.end() : ids[position + 1].start() if position + 1 < len(ids) else len(line)]
            name = _clean(before) or (_clean(lines[number - 1]) if number else "")
            if not _looks_like_a_name(name) and not _ID_WORD.search(line):
                continue
            email = _EMAIL.search(after) or _EMAIL.search(before)
            near = email or (_near_email(lines, number) if len(ids) == 1 else None)
            members.append(Member(name, found.group(), near.group() if near else "", source))
    return tuple({member.student_id: member for member in members}.values())


def _looks_like_a_name(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= 5 and all(word[0].isupper() or word in ("von", "van", "de", "der", "zu") for word in words)


def _near_email(lines: list[str], number: int) -> re.Match[str] | None:
    """Return an email in the lines below the id, up to the next id, or in the line above it."""
    for line in lines[number + 1 : number + 4]:
        if STUDENT_ID.search(_EMAIL.sub("", line)):
            break
        if found := _EMAIL.search(line):
            return found
    above = lines[number - 1] if number else ""
    return _EMAIL.search(above) if not STUDENT_ID.search(_EMAIL.sub("", above)) else None


def _is_separate_word(line: str, found: re.Match[str]) -> bool:
    around = line[max(found.start() - 1, 0) : found.start()] + line[found.end() : found.end() + 1]
    return not re.search(r"[\w.@/=-]", around.replace("_", " "))


def _clean(text: str) -> str:
    text = _EMAIL.sub(" ", text)
    text = _LABELS.sub(" ", text)
    text = re.sub(r"[*#|:;()\[\]{}<>\\=_`]|\s[-–—]\s|^\s*[-–—,]|\b[a-z]{1,3}\d+\b", " ", text)
    words = [word.strip(",.-–") for word in text.split()]
    return " ".join(word for word in words if word and word not in {"and", "und", "&"})[-80:]
