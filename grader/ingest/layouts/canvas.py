"""Canvas: "Download Submissions" of an assignment: all files in one folder."""

from __future__ import annotations

import re

from grader.ingest.layouts.layout import Claim, Entry, Found, Layout, Tree, is_work
from grader.model import PLATFORM, Member
from grader.model.people import platform_key

_NAME = re.compile(
    r"^(?P<who>[^_]+)_(?:(?P<late>LATE)_)?(?P<user>\d{2,})_(?:(?P<file>\d{4,})_(?P<own>.+)|(?P<text>text\.html?))$",
    re.DOTALL,
)
_AGAIN = re.compile(r"-\d+(?=\.py$)")  # Canvas adds -1 to a file that is submitted again; a module has to keep its name


def read(tree: Tree, zone: str) -> Claim | None:
    """Return one submission per user id; LATE in the name of a file makes it late."""
    people: dict[str, list[tuple[re.Match[str], Entry]]] = {}
    for entry in tree.files:
        if match := _NAME.match(entry.name):
            people.setdefault(match["user"], []).append((match, entry))
    work = sum(is_work(entry.name) for entry in tree.files)
    if not people or 2 * sum(map(len, people.values())) < work:
        return None  # a few names of a team's own files may look like it
    found = tuple(_one(user, several) for user, several in people.items())
    return Claim(found, tree.without((entry for several in people.values() for _, entry in several), ()))


def _one(user: str, several: list[tuple[re.Match[str], Entry]]) -> Found:
    who = several[0][0]["who"]
    files: dict[str, Entry] = {}
    for match, entry in several:
        own = match["own"] or match["text"]
        plain = _AGAIN.sub("", own)
        own = own if plain in files else plain
        files[own if own not in files else entry.name] = entry
    name = next(iter(files)) if len(files) == 1 else f"{who}_{user}"
    late = any(match["late"] for match, _ in several)
    person = Member("", source=PLATFORM, platform_id=platform_key("canvas", user))
    return Found(user, who, name, tuple(files.items()), people=(person,), late=late)


CANVAS = Layout(
    "canvas",
    "Canvas download",
    "<name>_<user id>_<file id>_<file name>, with LATE behind the name of a late submission; all files in one folder",
    read,
    (
        "kronida_300101_9000001_net.ipynb",
        "brandole_LATE_300102_9000003_net-1.ipynb",
        "odaruth_300103_text.html",
    ),
)
