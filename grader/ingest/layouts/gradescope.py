"""Gradescope: "Export Submissions": a folder for each submission, and a file with people and times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import yaml

from grader.errors import GraderError
from grader.ingest.layouts.layout import Claim, Found, Layout, Tree
from grader.model import PLATFORM, Member

METADATA = "submission_metadata.yml"
MAX_BYTES = 32 << 20
_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)$")


def read(tree: Tree, zone: str) -> Claim | None:
    """Return one submission per folder that the metadata names, with its people and its time."""
    files = [file for file in tree.files if file.name == METADATA]
    if not files:
        return None
    submissions = _metadata(tree.read(files[0]), files[0].name)
    found = [_one(name, submissions.get(name, {}), tree) for name in tree.folders if name.startswith("submission_")]
    found += [_one(name, about, tree) for name, about in submissions.items() if name not in tree.folders]
    return Claim(tuple(found), tree.without(files, (one.folder for one in found))) if found else None


def _metadata(data: bytes, name: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the metadata by submission; all values are texts, so that no tag in the file makes an object."""
    if len(data) > MAX_BYTES:
        raise GraderError(f"{name}: larger than {MAX_BYTES >> 20} MiB; export the submissions of one assignment")
    try:
        content = yaml.load(data, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and mappings only
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        what = str(error).partition("\n")[0]
        raise GraderError(f"{name}: not the metadata that Gradescope writes ({what}); export it again") from None
    if not isinstance(content, dict):
        raise GraderError(f"{name}: not the metadata that Gradescope writes; export it again")
    return {str(key): value for key, value in content.items() if isinstance(value, dict)}


def _one(name: str, about: Mapping[str, Any], tree: Tree) -> Found:
    people = tuple(_people(about.get(":submitters", about.get("submitters"))))
    files = tuple((entry.path, entry) for entry in tree.folders.get(name, ()))
    team = ", ".join(person.name for person in people if person.name) or name
    own = files[0][0].rpartition("/")[2] if len(files) == 1 else name
    received = _moment(about.get(":created_at", about.get("created_at", "")))
    return Found(name.removeprefix("submission_"), team, own, files, name, people, received)


def _people(given: Any) -> Iterator[Member]:
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict):
            values = {key.lstrip(":"): value for key, value in one.items() if isinstance(value, str)}
            name, number, email = (values.get(key, "").strip() for key in ("name", "sid", "email"))
            if name or number or email:
                yield Member(name, number, email, PLATFORM)


def _moment(text: Any) -> datetime | None:
    found = _TIME.match(text.strip()) if isinstance(text, str) else None
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
