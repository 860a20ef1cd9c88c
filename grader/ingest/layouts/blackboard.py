"""Blackboard: "Assignment File Download": all files in one folder, each attempt with a receipt."""

from __future__ import annotations

import re
from datetime import datetime

from grader.ingest.layouts.layout import Claim, Entry, Found, Layout, Tree
from grader.lists.timezones import local_time
from grader.model import PLATFORM, Member
from grader.model.people import platform_key
from grader.text import decode

_NAME = re.compile(
    r"^(?P<assignment>.+)_(?P<login>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<own>.+)|(?P<receipt>\.txt))$",
    re.DOTALL,
)
_RECEIPT = re.compile(r"(?m)^(?:Name|Nombre|Nom|Nome|Naam):\s*(?P<name>[^\r\n(]+?)\s*\((?P<login>[^()\r\n]+)\)")
_RECEIPT_CHARACTERS = 2000

_Attempts = dict[str, list[tuple[re.Match[str], Entry]]]  # by the local time of each


def read(tree: Tree, zone: str) -> Claim | None:
    """Return one submission per login: the last attempt counts, and a receipt is no file of the student's."""
    people: dict[str, _Attempts] = {}
    taken = []
    for entry in tree.files:
        if match := _NAME.match(entry.name):
            people.setdefault(match["login"], {}).setdefault(match["time"], []).append((match, entry))
            taken.append(entry)
    if not people:
        return None
    found = tuple(_one(login, attempts, tree, zone) for login, attempts in people.items())
    return Claim(found, tree.without(taken, ()))


def _one(login: str, attempts: _Attempts, tree: Tree, zone: str) -> Found:
    last = max(attempts)
    files = tuple((match["own"], entry) for match, entry in attempts[last] if match["own"])
    name = files[0][0] if len(files) == 1 else f"{login}_{last}"
    receipts = [entry for match, entry in attempts[last] if match["receipt"]]
    who = _full_name(login, tree.read(receipts[0])) if receipts else ""
    person = Member(who, source=PLATFORM, platform_id=platform_key("blackboard", login))
    return Found(
        login, who or login, name, files, people=(person,), received=_moment(last, zone), earlier=len(attempts) - 1
    )


def _full_name(login: str, receipt: bytes) -> str:
    found = _RECEIPT.search(decode(receipt)[:_RECEIPT_CHARACTERS])
    return found["name"] if found and found["login"].strip() == login else ""


def _moment(text: str, zone: str) -> datetime | None:
    """Return the time of an attempt; None without a zone, or if the clocks of the zone show it twice or never."""
    try:
        return local_time(datetime.strptime(text, "%Y-%m-%d-%H-%M-%S"), zone) if zone else None
    except ValueError:
        return None


BLACKBOARD = Layout(
    "blackboard",
    "Blackboard download",
    "<assignment>_<login>_attempt_<local time>_<file name>, with a receipt .txt for each attempt; all in one folder",
    read,
    (
        "ex7_ikron_attempt_2025-01-15-23-40-10_net.ipynb",
        "ex7_ikron_attempt_2025-01-15-23-40-10.txt",
        "ex7_obrand_attempt_2025-01-16-00-20-10_net.ipynb",
    ),
)
