"""Moodle: "Download all submissions" of an assignment, with and without folders."""

from __future__ import annotations

import re

from grader.ingest.layouts.layout import Claim, Entry, Found, Layout, Tree
from grader.model import PLATFORM, Member
from grader.model.people import platform_key

_NAME = re.compile(r"^(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?P<plugin>file|onlinetext)_?(?P<own>.*)$", re.DOTALL)
_BLIND = re.compile(r"^(?:participant|teilnehmer(?:/in|in|\*in|:in)?|participante?|partecipante|deelnemer)$", re.I)


def read(tree: Tree, zone: str) -> Claim | None:
    """Return one submission per participant number: the files of all folders and of all plugins belong together."""
    parts: dict[str, list[tuple[str, str, tuple[tuple[str, Entry], ...]]]] = {}
    for name, entries in tree.folders.items():
        if match := _NAME.match(name):
            files = tuple((entry.path, entry) for entry in entries)
            parts.setdefault(match["id"], []).append((match["who"], name, files))
    flat = [(match, entry) for entry in tree.files if (match := _NAME.match(entry.name)) and match["own"]]
    for match, entry in flat:
        parts.setdefault(match["id"], []).append((match["who"], "", ((match["own"], entry),)))
    if not parts:
        return None
    found = tuple(_one(number, several) for number, several in parts.items())
    folders = [folder for several in parts.values() for _, folder, _ in several if folder]
    return Claim(found, tree.without((entry for _, entry in flat), folders))


def _one(number: str, several: list[tuple[str, str, tuple[tuple[str, Entry], ...]]]) -> Found:
    who = several[0][0]
    files = tuple(pair for _, _, files in several for pair in files)
    folders = [folder for _, folder, _ in several if folder]
    whole = folders[0] if len(several) == 1 and folders else ""
    team = f"{who} {number}" if _BLIND.match(who) else who
    person = Member("" if _BLIND.match(who) else who, source=PLATFORM, platform_id=platform_key("moodle", number))
    name = files[0][0].rpartition("/")[2] if len(files) == 1 else whole or f"{who}_{number}"
    return Found(number, team, name, files, whole, (person,))


MOODLE = Layout(
    "moodle",
    "Moodle download",
    "<full name>_<participant number>_assignsubmission_file/..., or the same in front of each file name; groups and "
    "anonymous submissions too",
    read,
    (
        "Ida Kron_5201_assignsubmission_file/net.ipynb",
        "Ida Kron_5201_assignsubmission_onlinetext/onlinetext.html",
        "Participant_5202_assignsubmission_file_net.ipynb",
    ),
)
