"""Recognise the layout of a download: every platform's entries are found, and what is left over is named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from grader.errors import GraderError
from grader.ingest.layouts import folders
from grader.ingest.layouts.blackboard import BLACKBOARD
from grader.ingest.layouts.canvas import CANVAS
from grader.ingest.layouts.classroom import CLASSROOM
from grader.ingest.layouts.folders import FOLDERS, Size
from grader.ingest.layouts.gradescope import GRADESCOPE
from grader.ingest.layouts.ilias import ILIAS
from grader.ingest.layouts.layout import Found, Layout, Tree, only_folder
from grader.ingest.layouts.moodle import MOODLE
from grader.ingest.member_names import members_from_name

ONE = "one"  # the name for a path that is one submission as a whole
PLATFORMS = (MOODLE, GRADESCOPE, BLACKBOARD, CANVAS, ILIAS, CLASSROOM)
LAYOUTS: Mapping[str, Layout] = {layout.name: layout for layout in (*PLATFORMS, FOLDERS)}
MAX_WRAPPERS = 3  # folders in folders that only hold one folder, as platforms wrap their downloads
_NAMED = 3


@dataclass(frozen=True)
class Recognised:
    """The submissions of a download, the layouts that found them, and the names at the top that belong to nobody."""

    layouts: tuple[Layout, ...]
    found: tuple[Found, ...]
    stray: tuple[str, ...] = ()


def by_platform(tree: Tree, zone: str, only_sure: bool = False, inside: bool = True) -> Recognised | None:
    """Return the submissions if at least one entry is in the form of a platform, at the top or in one folder.

    With `only_sure`, forms that a team's own archive may have by chance are none. With `inside`, folders beside each
    other may be downloads, too.
    """
    outside: tuple[str, ...] = ()
    for _ in range(MAX_WRAPPERS + 1):
        if recognised := _at_this_level(tree, zone, only_sure, inside):
            return replace(recognised, stray=(*outside, *recognised.stray))
        folder = only_folder(tree)
        if not folder:
            return None
        outside = (*outside, *(file.path for file in tree.files))
        tree = tree.inside(folder)
    return None


def _at_this_level(tree: Tree, zone: str, only_sure: bool, inside: bool) -> Recognised | None:
    layouts: list[Layout] = []
    found: list[Found] = []
    rest = tree
    for layout in PLATFORMS:
        if only_sure and not layout.sure:
            continue
        if claim := layout.read(rest, zone):
            layouts.append(layout)
            found += claim.found
            rest = claim.rest
    downloads = _in_folders(rest, zone) if inside and (found or len(rest.folders) > 1) else {}
    for one in downloads.values():
        layouts += [layout for layout in one.layouts if layout not in layouts]
        found += one.found
    if not found:
        return None
    rest = rest.without((), downloads)
    outside = tuple(name for one in downloads.values() for name in one.stray)
    if more := FOLDERS.read(rest, zone):
        layouts.append(FOLDERS)
        found += more.found
        rest = more.rest
    return Recognised(tuple(dict.fromkeys(layouts)), tuple(found), (*outside, *_strays(rest)))


def _in_folders(tree: Tree, zone: str) -> dict[str, Recognised]:
    """Return the folders that are downloads of a platform themselves, such as one for each group of a course."""
    found = {name: by_platform(tree.inside(name), zone, only_sure=True, inside=False) for name in tree.folders}
    return {name: recognised for name, recognised in found.items() if recognised is not None}


def as_given(tree: Tree, name: str, zone: str) -> Recognised:
    """Return the submissions in the layout that a tutor names.

    Raises:
        GraderError: nothing in the tree is in this form.
    """
    layout = LAYOUTS[name]
    level = tree
    for _ in range(MAX_WRAPPERS + 1):
        if claim := layout.read(level, zone):
            return Recognised((layout,), claim.found, _strays(claim.rest))
        folder = only_folder(level)
        if not folder:
            break
        level = level.inside(folder)
    raise GraderError(f"{tree.name}: nothing is in the form of a {layout.title}: {layout.description}")


def by_folders(tree: Tree, strict: bool, zone: str, wrappers: int = MAX_WRAPPERS) -> Recognised | None:
    """Return the folders, archives and files of a download of no platform; None if the tree is one submission.

    Raises:
        GraderError: it could be one submission or several.
    """
    inner = folders.inner(tree) if wrappers else None
    if inner is not None and (found := by_folders(inner, True, zone, wrappers - 1)):
        return replace(found, stray=(*(file.path for file in tree.files), *found.stray))
    size = folders.size(tree, strict)
    if size is Size.doubt:
        raise GraderError(_doubt(tree))
    claim = FOLDERS.read(tree, zone) if size is Size.several else None
    return Recognised((FOLDERS,), claim.found, _strays(claim.rest)) if claim else None


def is_sure(tree: Tree, own: Collection[str]) -> bool:
    """Return whether an archive holds several submissions, by IDs in the names that are not its `own` ones."""
    names = folders.candidates(tree)
    ids = {member.student_id for name in names for member in members_from_name(name)}
    return len(names) > 1 and folders.size(tree, True) is Size.several and len(ids) > 1 and not ids <= set(own)


def _doubt(tree: Tree) -> str:
    names = folders.candidates(tree)
    listed = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
    return (
        f"{tree.name}: this looks like {len(names)} submissions ({listed}), or like one in several parts; "
        f"add --layout folders for {len(names)} submissions, or --layout one"
    )


def _strays(rest: Tree) -> tuple[str, ...]:
    tops = [*(file.path for file in rest.files), *(f"{name}/" for name in rest.folders), *rest.unsafe]
    return tuple(sorted(tops))
