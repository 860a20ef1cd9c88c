"""Downloads of no platform: folders, archives and named files beside each other, one for each student or team."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from grader.ingest.archives import is_archive
from grader.ingest.layouts.layout import Claim, Entry, Found, Layout, Tree, is_work, only_folder
from grader.ingest.member_names import members_from_name, stem

# Folders of one tree of code.
_OF_ONE_TREE = {
    "lib", "src", "data", "figures", "images", "notebooks", "code", "docs", "tests", "plots", "models", "scripts",
    "results", "assets", "weights", "checkpoints", "outputs", "runs", "logs",
}  # fmt: skip
_PART = re.compile(
    r"(?i)^(?:part|task|ex|exercise|aufgabe|teil|question|q|problem|sheet|week|blatt|step|answers?|text|theory|report|"
    r"solutions?|praxis|theorie|abgabe|model|training|train)(?:[\s_-]*[\da-z]{0,2})$"
)
_WORD = r"(?:[^\W\d_]['’])?[^\W\d_][^\W\d_]+(?:['’.-][^\W\d_]+)*"
_PERSON = re.compile(rf"^{_WORD},?(?:[ _]+(?:{_WORD}|[^\W\d_]\.))+$")
_OTHER_ARCHIVES = (".rar", ".7z", ".gz", ".xz", ".bz2", ".zst")


class Size(StrEnum):
    """How many submissions a tree seems to hold."""

    one = "one"
    several = "several"
    doubt = "doubt"


def candidates(tree: Tree) -> list[str]:
    """Return the names at the top that may be a submission each, without endings."""
    folders = [name for name, entries in tree.folders.items() if any(is_work(entry.name) for entry in entries)]
    files = {_base(file.name) for file in tree.files if _is_own(file.name)}
    return sorted({*folders, *files})


def size(tree: Tree, strict: bool) -> Size:
    """Return whether a tree is one submission or several; `strict` for archives, which teams submit themselves.

    Several are sure where names say so: student IDs, or first and last names. One is sure where folders belong to one
    tree of code. In a folder that is not an archive, folders and archives beside each other are several.
    """
    names = candidates(tree)
    people = [name for name in names if is_person(name)]
    if len(people) > 1 and 2 * len(people) > len(names):
        return Size.several
    archives = [file for file in tree.files if is_archive(file.name)]
    folders = [name for name in names if name in tree.folders]
    alone = [file.name for file in tree.files if is_work(file.name) and not _is_own(file.name)]
    if not archives and (alone or any(name.lower() in _OF_ONE_TREE or _is_package(tree, name) for name in folders)):
        return Size.one
    if len(names) < 2:
        return Size.one if strict and not members_from_name(names[0] if names else "") else Size.several
    if 2 * sum(_PART.match(name) is not None for name in names) > len(names):
        return Size.doubt
    return Size.doubt if strict and not (len(archives) > 2 and len(archives) == len(names)) else Size.several


def is_person(name: str) -> bool:
    """Return whether the name of a folder or file is that of a student or team: with IDs, or of capitalised words."""
    if members_from_name(name):
        return True
    words = re.split(r"[ _,]+", unicodedata.normalize("NFC", name))
    return _PERSON.match(unicodedata.normalize("NFC", name)) is not None and words[0][0].isupper() and (
        words[-1][0].isupper() and not _PART.match(words[0])
    )  # fmt: skip


def _base(name: str) -> str:
    ending = next((ending for ending in _OTHER_ARCHIVES if name.lower().endswith(ending)), "")
    return name[: -len(ending)] if ending and not is_archive(name) else stem(name)


def is_part(name: str) -> bool:
    """Return whether a folder seems to be a part of one submission: code, data, or one of several tasks."""
    return name.lower() in _OF_ONE_TREE or _PART.match(name) is not None


def _is_package(tree: Tree, folder: str) -> bool:
    return any(entry.path == "__init__.py" for entry in tree.folders[folder])


def _is_own(name: str) -> bool:
    """Return whether a file at the top is a submission of its own: an archive, or a file that names its members."""
    return is_archive(name) or name.lower().endswith(_OTHER_ARCHIVES) or bool(members_from_name(name))


def read(tree: Tree, zone: str) -> Claim | None:
    """Return each folder, archive and named file at the top as a submission; files of one name belong together.

    A notebook or module without a name is one too; other files without a name belong to nobody.
    """
    found = [*_folders(tree), *_files(tree)]
    taken = [entry for one in found if not one.folder for _, entry in one.files]
    return Claim(tuple(found), tree.without(taken, (one.folder for one in found if one.folder))) if found else None


def _folders(tree: Tree) -> Iterator[Found]:
    for name, entries in tree.folders.items():
        work = not entries or any(is_work(entry.name) or _is_own(entry.name) for entry in entries)
        if not work or name.lower() in _OF_ONE_TREE:
            continue  # pictures, data or a template beside the submissions
        files = tuple((entry.path, entry) for entry in entries)
        only = files[0][1].name if len(files) == 1 and "/" not in files[0][0] else ""
        yield Found(name, name, only if is_archive(only) or members_from_name(only) else name, files, name)


def _files(tree: Tree) -> Iterator[Found]:
    groups: dict[str, list[Entry]] = {}
    for file in tree.files:
        lower = file.name.lower()
        if not lower.endswith((".csv", ".xlsx")) and (_is_own(file.name) or ".ipynb" in lower or lower.endswith(".py")):
            groups.setdefault(file.name if is_archive(file.name) else stem(file.name), []).append(file)
    for name, several in groups.items():
        files = tuple((file.name, file) for file in several)
        own = several[0].name if len(several) == 1 else name
        yield Found(name, "" if len(several) == 1 else name, own, files)


def inner(tree: Tree) -> Tree | None:
    """Return the tree of the one folder that wraps all work; None if it is code or named after members, or missing."""
    folder = only_folder(tree)
    one_tree = folder.lower() in _OF_ONE_TREE or (folder and _is_package(tree, folder))
    return tree.inside(folder) if folder and not one_tree and not members_from_name(folder) else None


FOLDERS = Layout(
    "folders",
    "Folders and archives",
    "one folder, archive or named file (such as Kron_2400017.ipynb) for each student or team, beside each other",
    read,
    (
        "Kron Ida/net.ipynb",
        "Kron_2400017.zip",
        "Brand_2400018.ipynb",
    ),
)
