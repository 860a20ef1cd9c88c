"""ILIAS: the submissions of an exercise, one folder for each person."""

from __future__ import annotations

import re

from grader.ingest.layouts.layout import Claim, Found, Layout, Tree
from grader.model import PLATFORM, Member
from grader.model.people import platform_key

_NAME = re.compile(r"^(?P<last>[^\W\d_][^\d_]*)_(?P<first>[^\d]*[^\d_])_(?P<login>[a-z0-9.@+-]+)_(?P<id>\d{2,9})$")
_PARENTS = ("submissions", "abgaben", "remises", "entregas", "consegne", "inzendingen")


def read(tree: Tree, zone: str) -> Claim | None:
    """Return one submission per folder `<last>_<first>_<login>_<user number>`."""
    names = [name for name in tree.folders if _NAME.match(name)]
    if (len(names) < 2 and tree.name.casefold() not in _PARENTS) or 2 * len(names) < len(tree.folders):
        return None
    found = []
    for name, entries in tree.folders.items():
        if match := _NAME.match(name):
            who = f"{match['first']} {match['last']}".replace("_", " ")
            person = Member(who, source=PLATFORM, platform_id=platform_key("ilias", match["login"]))
            files = tuple((entry.path, entry) for entry in entries)
            found.append(Found(match["id"], who, _name(name, files), files, name, (person,)))
    return Claim(tuple(found), tree.without((), (one.folder for one in found))) if found else None


def _name(folder: str, files: tuple[tuple[str, object], ...]) -> str:
    return files[0][0].rpartition("/")[2] if len(files) == 1 else folder


ILIAS = Layout(
    "ilias",
    "ILIAS download",
    "<last name>_<first name>_<login>_<user number>/..., from the top of the download or from its folder",
    read,
    (
        "Exercise 7/Submissions/Kron_Ida_ikron_4101/net.ipynb",
        "Exercise 7/Submissions/Brand_Ole_obrand_4102/answers.pdf",
    ),
    sure=False,
)
