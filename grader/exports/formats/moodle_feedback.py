"""The format `moodle-feedback`: a zip with each member's report, as Moodle takes feedback files."""

from __future__ import annotations

import io
import zipfile

from grader.errors import GraderError
from grader.exports.export_format import Export, Format, Inputs
from grader.exports.moodle_matching import matched
from grader.text import plain

NAME = "report.html"
ALWAYS = (1980, 1, 1, 0, 0, 0)  # a fixed time, so that the same reports give the same bytes


def _make(inputs: Inputs) -> Export:
    """Make a folder for each member: Moodle identifies participants, and never groups.

    A line without a participant number, and a report that cannot be used, are doubts of one student.

    Raises:
        GraderError: the worksheet cannot be used.
    """
    found = matched(inputs)
    entries: dict[str, bytes] = {}
    doubts = list(found.doubts)
    for line, person in found.people.items():
        number = found.worksheet.participant(line)
        if not number:
            what = f"{found.worksheet.place}:{line + 1}: no participant number"
            doubts.append(f"{what}; download the worksheet again and do not change the identifiers")
            continue
        folder = f"{_plain_name(found.worksheet.value(line, 'name'))}_{number}_assignfeedback_file"
        try:
            entries[f"{folder}/{NAME}"] = inputs.page(person.row)
        except GraderError as error:
            doubts.append(str(error).partition("\n")[0])
    changes = tuple(f"{name.partition('_')[0]}: {name}" for name in sorted(entries))
    return Export((("feedback.zip", _zipped(entries)),), changes, found.warnings, doubts=tuple(doubts))


def _plain_name(name: str) -> str:
    """Return a name without the separators of Moodle and of paths, and without beginnings that Moodle ignores."""
    kept = "".join(" " if sign in "_/\\:" else sign for sign in plain(name))
    return " ".join(kept.split()).lstrip(".~ ") or "Participant"


def _zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, ALWAYS)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, entries[name])
    return buffer.getvalue()


FORMAT = Format(
    "moodle-feedback", "Zip with the report of each member, for Moodle's feedback files.", _make, ("worksheet",)
)
