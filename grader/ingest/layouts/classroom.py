"""GitHub Classroom: the clones that `gh classroom clone` makes, one folder for each student or team."""

from __future__ import annotations

import re

from grader.ingest.layouts.folders import is_part
from grader.ingest.layouts.layout import Claim, Found, Layout, Tree
from grader.model import PLATFORM, Member
from grader.model.people import platform_key

ENDING = "-submissions"
_LOGIN = re.compile(r"^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9-]+$")


def read(tree: Tree, zone: str) -> Claim | None:
    """Return one submission per clone: folders that begin with the name of the assignment."""
    prefix = tree.name.removesuffix(ENDING) + "-" if tree.name.endswith(ENDING) else _common(tree)
    logins = {name: name[len(prefix) :] for name in tree.folders if prefix and name.startswith(prefix)}
    clones = {name: login for name, login in logins.items() if _LOGIN.match(login)}
    if not clones:
        return None
    found = tuple(_one(tree, name, login) for name, login in clones.items())
    return Claim(found, tree.without((), clones))


def _common(tree: Tree) -> str:
    """Return what the names of all folders begin with, up to a hyphen; empty if it tells nothing."""
    names = list(tree.folders)
    if len(names) < 2 or any(".ipynb" in file.name.lower() or file.name.endswith(".py") for file in tree.files):
        return ""  # code beside the folders: they are parts of one submission
    low, high = min(names), max(names)
    same = next((at for at, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), len(low))
    prefix = low[:same].rpartition("-")[0]
    rests = [name[len(prefix) + 1 :] for name in names]
    are_logins = all(len(rest) > 2 and _LOGIN.match(rest) and not is_part(rest) for rest in rests)
    return f"{prefix}-" if prefix and are_logins else ""


def _one(tree: Tree, folder: str, login: str) -> Found:
    files = tuple((entry.path, entry) for entry in tree.folders[folder])
    person = Member("", source=PLATFORM, platform_id=platform_key("github", login))
    return Found(login, folder, folder, files, folder, (person,))


CLASSROOM = Layout(
    "classroom",
    "GitHub Classroom clones",
    "<assignment>-submissions/<assignment>-<login>/..., or the clones beside each other",
    read,
    (
        "ex7-submissions/ex7-ikron/net.ipynb",
        "ex7-submissions/ex7-obrand/README.md",
    ),
    sure=False,
)
