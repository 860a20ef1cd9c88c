"""Gradescope: "Export Submissions": a folder for each submission, and a file with people and times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from grader.errors import GraderError
from grader.ingest.layouts.gradescope_metadata import AboutSubmission, MetadataError
from grader.ingest.layouts.layout import Claim, Found, Layout, Tree

METADATA = "submission_metadata.yml"
_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)$")


def read(tree: Tree, zone: str) -> Claim | None:
    """Return one submission per folder that the metadata names, with its people and its time."""
    files = [file for file in tree.files if file.name == METADATA]
    if not files:
        return None
    submissions = _metadata(tree, tree.read(files[0]), files[0].name)
    found = [
        _one(name, submissions.get(name, AboutSubmission()), tree)
        for name in tree.folders
        if name.startswith("submission_")
    ]
    found += [_one(name, about, tree) for name, about in submissions.items() if name not in tree.folders]
    return Claim(tuple(found), tree.without(files, (one.folder for one in found))) if found else None


def _metadata(tree: Tree, data: bytes, name: str) -> Mapping[str, AboutSubmission]:
    try:
        return tree.metadata(data).submissions
    except MetadataError as error:
        raise GraderError(f"{name}: not the metadata that Gradescope writes ({error}); export it again") from None


def _one(name: str, about: AboutSubmission, tree: Tree) -> Found:
    people = about.people
    files = tuple((entry.path, entry) for entry in tree.folders.get(name, ()))
    team = ", ".join(person.name for person in people if person.name) or name
    own = files[0][0].rpartition("/")[2] if len(files) == 1 else name
    received = _moment(about.created)
    return Found(name.removeprefix("submission_"), team, own, files, name, people, received)


def _moment(text: str) -> datetime | None:
    found = _TIME.match(text.strip())
    if found is None:
        return None
    offset = "+00:00" if found[3] in ("Z", "UTC") else found[3]
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}{offset}").astimezone(UTC)
    except ValueError:
        return None


GRADESCOPE = Layout(
    "gradescope",
    "Gradescope export",
    f"submission_<number>/... beside {METADATA}, which has names, student IDs, emails and times",
    read,
    (
        "assignment_55_export/submission_8101/net.ipynb",
        f"assignment_55_export/{METADATA}",
    ),
)
