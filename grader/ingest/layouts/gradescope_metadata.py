"""The metadata that Gradescope writes beside submissions. A team's own archive may have a file of that name, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from grader.model import PLATFORM, Member

MAX_BYTES = 32 << 20
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # makes texts, lists and mappings only


class MetadataError(ValueError):
    """The file is too large, or not in the form that Gradescope writes."""


@dataclass(frozen=True)
class AboutSubmission:
    """What the metadata says about one submission: its people, and the time as written there."""

    people: tuple[Member, ...] = ()
    created: str = ""


@dataclass(frozen=True)
class Metadata:
    """What the file says, by submission."""

    submissions: Mapping[str, AboutSubmission]


def read_metadata(data: bytes) -> Metadata:
    """Return what is said about each submission; all values are texts, so that no tag in the file makes an object.

    Raises:
        MetadataError: the file is too large, or not in the form that Gradescope writes.
    """
    if len(data) > MAX_BYTES:
        raise MetadataError(f"larger than {MAX_BYTES >> 20} MiB")
    try:
        content = yaml.load(data, Loader=_LOADER)  # noqa: S506 - see _LOADER
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise MetadataError(str(error).partition("\n")[0]) from None
    if not isinstance(content, dict):
        raise MetadataError("no mapping")
    return Metadata({str(key): _about(value) for key, value in content.items() if isinstance(value, dict)})


def _about(values: Mapping[str, Any]) -> AboutSubmission:
    created = values.get(":created_at", values.get("created_at", ""))
    people = tuple(_people(values.get(":submitters", values.get("submitters"))))
    return AboutSubmission(people, created if isinstance(created, str) else "")


def _people(given: Any) -> Iterator[Member]:
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict):
            values = {str(key).lstrip(":"): value for key, value in one.items() if isinstance(value, str)}
            name, number, email = (values.get(key, "").strip() for key in ("name", "sid", "email"))
            if name or number or email:
                yield Member(name, number, email, PLATFORM)
