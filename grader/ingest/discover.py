"""Find the submissions in the paths that a tutor gives: files, folders, an LMS download, a zip of zips."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from grader.errors import GraderError
from grader.ingest.archives import is_archive
from grader.ingest.layouts.gradescope_metadata import Metadata, read_metadata
from grader.ingest.layouts.layout import Entry, Found, Tree
from grader.ingest.layouts.recognise import LAYOUTS, ONE, Recognised, as_given, by_folders, by_platform, is_sure
from grader.ingest.member_names import members_from_name
from grader.ingest.source import Source
from grader.ingest.survey import Survey, joined
from grader.ingest.tree import tree_of_folder, tree_of_zip
from grader.ingest.unpacked import Unpacked
from grader.model import NoticeCode, say

__all__ = ["Source", "discover", "survey"]

SINGLE = (".ipynb", ".py", ".pdf", ".md", ".txt")


def discover(paths: Iterable[Path], layout: str = "", zone: str = "") -> list[Source]:
    """Return every submission under `paths`, in a fixed order; see `survey`."""
    return list(survey(paths, layout, zone).sources)


def survey(
    paths: Iterable[Path], layout: str = "", zone: str = "", metadata: Callable[[bytes], Metadata] = read_metadata
) -> Survey:
    """Return every submission under `paths`, with the layout that was recognised and what belongs to nobody.

    `metadata` reads the file of a platform; `layout` is the name of a layout, or empty to recognise it; `zone` is that
    of a platform's local times.

    Raises:
        GraderError: a path does not exist, no submission was found, or a path could be one submission or several.
    """
    if layout and layout not in (*LAYOUTS, ONE):
        raise GraderError(f"no layout {layout!r}; there are {', '.join((*LAYOUTS, ONE))}")
    given = list(paths)
    parts: list[Survey] = []
    for path in given:
        if not path.exists():
            raise GraderError(f"{path}: not found; give a folder of submissions, an archive or a notebook")
        parts.append(_in_path(path, layout, zone, metadata, alone=len(given) == 1))
    if not any(part.sources for part in parts):
        listed = ", ".join(str(path) for path in given)
        raise GraderError(
            f"{listed}: no submissions found; a zip, tar.gz, folder, .ipynb, .py, .pdf or .md is expected"
        )
    return joined(parts)


def _in_path(path: Path, layout: str, zone: str, metadata: Callable[[bytes], Metadata], alone: bool) -> Survey:
    """Return the submissions of one path; a doubt stops only a path that is given alone."""
    whole = Survey((Source(path.resolve().name, path),))
    is_zip = not path.is_dir()
    if is_zip and path.suffix.lower() != ".zip":
        single = Tree("", (Entry(path.name, str(path)),))
        recognised = by_platform(single, zone) if layout != ONE else None
        return _survey(path.parent, recognised) if recognised is not None else whole
    tree = tree_of_zip(path) if is_zip else tree_of_folder(path)
    if tree is None or layout == ONE:
        return whole
    tree = replace(tree, metadata=metadata)
    if not tree.entries and not tree.empty:
        return whole if is_zip else Survey(())
    if layout:
        return _survey(path, as_given(tree, layout, zone))
    if is_zip and members_from_name(path.name):
        found = _of_named_zip(path.name, tree, zone)
    else:
        found = by_platform(tree, zone) or _by_folders(tree, is_zip, zone, alone)
    if found is None:
        return whole
    return _survey(path, found) if is_zip else _nested(path, found, zone, metadata)


def _by_folders(tree: Tree, is_zip: bool, zone: str, alone: bool) -> Recognised | None:
    try:
        return by_folders(tree, is_zip, zone)
    except GraderError:
        if alone:
            raise
        return None


def _of_named_zip(name: str, tree: Tree, zone: str) -> Recognised | None:
    """Return the submissions of a zip whose name may be a team's; None for a team's own archive, with any content.

    The number in the name of a platform's download may look like an ID.
    """
    own = [member.student_id for member in members_from_name(name)]
    sure = by_platform(tree, zone, only_sure=True)
    return sure or (by_folders(tree, True, zone) if is_sure(tree, own) else None)


def _nested(folder: Path, recognised: Recognised, zone: str, metadata: Callable[[bytes], Metadata]) -> Survey:
    """Return the submissions of a folder; a zip in it may be a download of its own."""
    parts = []
    for one in recognised.found:
        path = Path(one.files[0][1].given) if len(one.files) == 1 and not one.folder else folder
        is_zip = path.suffix.lower() == ".zip" and path != folder
        inside = _inside_of(path, one.name, zone, metadata) if is_zip else None
        if inside is not None:
            parts.append(_survey(path, inside))
        else:
            parts.append(Survey((_source(folder, one),), recognised.layouts, (), one.earlier))
    return joined([*parts, Survey((), stray=recognised.stray)])


def _inside_of(path: Path, name: str, zone: str, metadata: Callable[[bytes], Metadata]) -> Recognised | None:
    """Return the submissions of a zip in a folder; None for a team's own, also where it only looks like a download."""
    try:
        tree = tree_of_zip(path)
        return _of_named_zip(name, replace(tree, metadata=metadata), zone) if tree is not None else None
    except GraderError:  # of a file in it that only has the name of a platform's; nothing of it stops the others
        return None


def _survey(path: Path, recognised: Recognised) -> Survey:
    sources = tuple(_source(path, one) for one in recognised.found)
    return Survey(sources, recognised.layouts, recognised.stray, sum(one.earlier for one in recognised.found))


def _source(path: Path, one: Found) -> Source:
    """Return a submission with where it is read and what the platform says about it."""
    about = replace(one, files=())
    return replace(_place(path, one), label=one.team, about=about, named_by_team=one.named_by_team)


def _place(path: Path, one: Found) -> Source:
    """Return where a submission is read: from a folder, a file, several files, or the entries of a zip."""
    if not one.files:
        return Source(one.name, content=_empty(one.name))
    if not path.is_dir():
        return Source(one.name, path, inside=tuple((own, entry.given) for own, entry in one.files))
    own, only = one.files[0][0], Path(one.files[0][1].given)
    if one.folder and one.name == one.folder:
        return Source(one.name, only.parents[own.count("/")])
    if len(one.files) > 1:
        return Source(one.name, parts=tuple((own, Path(entry.given)) for own, entry in one.files))
    return Source(one.name, only) if one.folder or _can_be_read(one.name) else _unknown(only)


def _can_be_read(name: str) -> bool:
    return is_archive(name) or name.lower().endswith(SINGLE) or ".ipynb" in name.lower()


def _unknown(path: Path) -> Source:
    """Return a file that cannot be opened as a submission all the same, for a review by a tutor."""
    content = Unpacked()
    what = say("{file} cannot be opened: unsupported file format.", file=path.name)
    content.note(NoticeCode.unknown_format, what, say("Submit a zip archive, a notebook, a PDF or a Markdown file."))
    return Source(path.name, content=content)


def _empty(name: str) -> Unpacked:
    """Return the content of a submission without files, which its platform lists all the same."""
    content = Unpacked()
    content.note(NoticeCode.empty, say("{file} contains no files.", file=name))
    return content
