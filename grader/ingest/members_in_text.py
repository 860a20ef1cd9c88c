"""Authors in the head of a document: all student IDs first, then the names and emails that belong to them in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.ingest.member_names import DATE, STUDENT_ID
from grader.model import Member

HEAD_LINES = 40
MAX_LINE = 1000  # characters that are read of a line
MAX_NAME_WORDS = 6
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NO_ID = re.compile(
    r"(?i)\b(?:https?|ftp)://\S+|\bwww\.\S+|\b(?:tel|phone|mobile?|handy|fax)\b\.?:?\s*\+?[\d /()-]+|"
    r"\b(?:login|user(?:name)?|kennung)\b\s*:?\s*\S+"
)
_ID_WORD = re.compile(r"(?i)\b(?:ids?|mat(?:ri?\w*)?|student\w*|numbers?|nr|no)\b")

# Words that stand beside names; the first ones end what is before them, such as "Deep Learning, submitted by".
_BEFORE = re.compile(
    r"(?i).*\b(?:(?:handed|turned)\s+in|submitted|presented|written|prepared|done|made|solved|eingereicht|abgegeben|"
    r"vorgelegt|bearbeitet|erstellt|abgabe|submission|rendu|entregado)\s+(?:by|von|par|por)\b"
)
_LABELS = re.compile(
    r"(?i)\b(?:student\s*(?:ids?|no\.?|numbers?|nr\.?)|matriculation\s*(?:numbers?|no\.?)?|"
    r"matr?(?:ikel|iculation)?[.\s]*-?\s*(?:nummern?|numbers?|nr|no)\b\.?|matr?\.|matrikel\w*|names?|vorname|nachname|ids?|"
    r"e-?mails?|mail|students?|authors?|autor(?:en|in|innen)?|by|submission|for|members?|mitglieder|abgabe|homework|"
    r"(?:group|gruppe|team|sheet|blatt|exercise|aufgabe|task|assignment|übung|ex)\s*(?:\d+\b)?)(?=\W|$)\.?"
)
_MEASURED = {
    "step", "steps", "size", "sizes", "sample", "samples", "epoch", "epochs", "seed", "seeds", "image", "images",
    "training", "train", "test", "validation", "dataset", "data", "batch", "batches", "total", "token", "tokens",
    "example", "examples", "parameter", "parameters", "accuracy", "loss", "version", "date", "iteration",
    "iterations", "row", "rows", "point", "points", "seconds", "hidden", "random", "learning", "rate", "max", "min",
    "maximum", "minimum", "model", "layer", "layers", "number", "sequence", "sequences", "update", "updates",
}  # fmt: skip
_PARTICLES = {"von", "van", "de", "der", "den", "del", "della", "di", "da", "la", "le", "zu", "zur", "ibn", "bin", "al"}
_SEPARATORS = re.compile(r"\s*(?:[,;|/&\t]|\band\b|\bund\b|\bet\b|\by\b)\s*")
_SIGNS = re.compile(r"[*#:()\[\]{}<>\\=_`\"]|(?<=\s)[-–—](?=\s)|^\s*[-–—+]|[-–—]\s*$")
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:['’.-]+[^\W\d_]+)*\.?")


@dataclass(frozen=True)
class _IdLine:
    """A line with student IDs: the texts before, between and behind them, and its emails."""

    number: int
    ids: tuple[str, ...]
    around: tuple[str, ...]  # one more than ids
    emails: tuple[str, ...]

    @property
    def has_word(self) -> bool:
        return bool(self.emails) or any(_ID_WORD.search(text) for text in self.around)


def members_from_text(text: str, source: str, pattern: str = "") -> tuple[Member, ...]:
    """Return the members in the first lines of a document: each id, with its name and email where these are sure.

    `pattern` is that of the course's student IDs. Without a word for an ID or an email on the line, a number is an ID
    only beside what can be a name; how many steps or images there were is none.
    """
    lines = [_NO_ID.sub(" ", line[:MAX_LINE]) for line in text.splitlines()[:HEAD_LINES]]
    form = re.compile(pattern) if pattern else STUDENT_ID
    found = [one for number, line in enumerate(lines) if (one := _id_line(number, line, form))]
    emails = _emails(lines, found)
    members: dict[str, Member] = {}
    for one, own in zip(found, emails, strict=True):
        names = _names(one, lines)
        if one.has_word or all(_is_sure(name, bool(pattern)) for name in names):
            for number, name, email in zip(one.ids, names, own, strict=True):
                members[number] = Member(name, number, email, source)
    return tuple(members.values())


def _id_line(number: int, line: str, form: re.Pattern[str]) -> _IdLine | None:
    bare = EMAIL.sub(lambda found: " " * len(found[0]), line)
    ids = [one for one in STUDENT_ID.finditer(bare) if _is_id(bare, one, form)]
    if not ids:
        return None
    edges = [0, *(edge for one in ids for edge in one.span()), len(line)]
    around = tuple(bare[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    return _IdLine(number, tuple(one[0] for one in ids), around, tuple(EMAIL.findall(line)))


def _is_id(line: str, found: re.Match[str], form: re.Pattern[str]) -> bool:
    if DATE.fullmatch(found[0]) or not form.fullmatch(found[0]):
        return False
    before, after = line[: found.start()][-1:], line[found.end() :]
    inside_a_word = re.match(r"[\w@=]", before) or re.match(r"[\w@=]|[.,/-]\d", after)
    return not inside_a_word and not re.search(r"\d[./-]$", line[: found.start()])


def _names(one: _IdLine, lines: Sequence[str]) -> list[str]:
    """Return a name for each id of a line, empty where it is not sure: before the ids, behind them, or above."""
    before, behind = [_clean(text) for text in one.around[:-1]], [_clean(text) for text in one.around[1:]]
    if all(before):
        return before
    if all(behind) and not before[0]:
        return behind
    if any(before) or any(behind):
        return before
    near = [line for line in lines[max(one.number - 2, 0) : one.number] if re.search(r"[^\W\d_]", line)]
    above = near[-1] if near else ""
    if above.lstrip().startswith("#") or EMAIL.search(above) or re.search(r"\d", above):
        return before
    parts = [name for part in _SEPARATORS.split(_LABELS.sub(" ", above)) if (name := _clean(part))]
    return parts if len(parts) == len(one.ids) else before


def _emails(lines: Sequence[str], found: Sequence[_IdLine]) -> list[tuple[str, ...]]:
    """Return an email for each id of each line: on the line, otherwise all above or all below the ids."""
    with_email = [number for number, line in enumerate(lines) if EMAIL.search(line)]
    above = bool(found and with_email and with_email[0] < found[0].number)
    edges = [-1, *(one.number for one in found), len(lines)]
    result = []
    for position, one in enumerate(found):
        emails = one.emails
        if not emails:
            start, end = (edges[position], one.number) if above else (one.number, edges[position + 2])
            emails = tuple(email for line in lines[start + 1 : end] for email in EMAIL.findall(line))
        result.append(emails if len(emails) == len(one.ids) else ("",) * len(one.ids))
    return result


def _clean(text: str) -> str:
    """Return the name in a text, without labels and signs; empty if there is none, or more than a name."""
    text = _LABELS.sub(";", _BEFORE.sub(" ", text))
    text = re.sub(r"^\W*(?:von|and|und|et|y)\b|\b(?:and|und|et|y)\W*$", " ", text.strip())
    groups = [_parts(group, ",") for group in re.split(r"[;|/&\t]", text)]
    parts = next((group for group in reversed(groups) if group), [])
    if not parts:
        return ""
    if len(parts) == 2 and not any(" " in part for part in parts):
        parts = [f"{parts[1]} {parts[0]}"]  # "Kron, Ida"
    words = parts[-1].split()
    right = len(words) <= MAX_NAME_WORDS and all(_NAME.fullmatch(word) for word in words)
    return parts[-1] if right else ""


def _parts(text: str, sign: str) -> list[str]:
    parts = (" ".join(_SIGNS.sub(" ", part).split()).strip(" .,-–'’") for part in text.split(sign))
    return [part for part in parts if part]


def _is_sure(name: str, by_form: bool) -> bool:
    """Return whether a text is a name by itself: words with capital letters, or in a script without them.

    Beside an ID in the form of the course, small letters will do.
    """
    words = [word for word in name.split() if word not in _PARTICLES]
    capital = all(not word[0].islower() or word.partition("-")[0] in _PARTICLES for word in words) or by_form
    letters = any(not word.isascii() and word[0].lower() == word[0].upper() for word in words)
    return (
        bool(words)
        and capital
        and (len(words) > 1 or letters or len(name) > 2)
        and not _MEASURED.issuperset(name.lower().split())
    )


def without_other_forms(members: Sequence[Member], known: Sequence[str]) -> list[Member]:
    """Return members whose IDs have the form of those that are known otherwise: as many digits, the same letters."""
    forms = {re.sub(r"\d", "0", number) for number in known}
    return [one for one in members if not forms or re.sub(r"\d", "0", one.student_id) in forms]
