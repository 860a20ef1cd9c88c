"""Find the submissions of a download; what a team may have written is read in a confined process."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from grader.ingest import discover as found_here
from grader.ingest.layouts.gradescope_metadata import Metadata, MetadataError, read_metadata
from grader.ingest.source import Source
from grader.ingest.survey import Survey
from grader.opening.open_confined import ReaderError
from grader.opening.plain_values import from_plain
from grader.opening.reader_protocol import ReadRequest
from grader.sandbox.boundary.policy import Level
from grader.sandbox.limits import can_confine


def survey(paths: Iterable[Path], layout: str = "", zone: str = "", level: Level | None = None) -> Survey:
    """Return what `ingest.discover.survey` does, with the files of platforms read at isolation level `level`.

    Raises:
        GraderError: as there.
        ReaderError: the reader failed.
    """
    metadata = partial(metadata_confined, level=level) if can_confine() else read_metadata
    return found_here.survey(paths, layout, zone, metadata)


def discover(paths: Iterable[Path], layout: str = "", zone: str = "", level: Level | None = None) -> list[Source]:
    """Return every submission under `paths`, in a fixed order; see `survey`."""
    return list(survey(paths, layout, zone, level).sources)


def metadata_confined(data: bytes, level: Level | None = None) -> Metadata:
    """Return what `read_metadata` does, read in a confined process.

    Raises:
        MetadataError: the data is not in the form of a platform, or exceeds the limits of the reader.
        ReaderError: the reader failed.
    """
    from grader.opening.reader_client import read_confined  # for Linux only

    reply = read_confined(ReadRequest(Source("metadata"), metadata=data), level)
    if reply.word == "failed":
        raise ReaderError(str(reply.value))
    if reply.word == "user":
        raise MetadataError(str(reply.value))
    if reply.word != "values":
        raise MetadataError("it exceeds the limits of time and memory")
    try:
        return from_plain(Metadata, reply.value)
    except (ValueError, TypeError, RecursionError):
        raise MetadataError("it has no values that can be read") from None
