"""From one source to a `Submission`: files, code cells, documents, members, time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from grader.ingest.choose_code import code_of
from grader.ingest.damage import pointer_notice
from grader.ingest.documents import read_documents
from grader.ingest.member_names import stem
from grader.ingest.members_in_text import members_from_text, without_other_forms
from grader.ingest.source import Source
from grader.ingest.team_members import disagreements, with_roster
from grader.ingest.unpacked import Unpacked
from grader.lists.submission_times import Received, time_of
from grader.lists.times import UnreadTime
from grader.model import Document, Extension, Member, Notice, NoticeCode, Submission, say
from grader.model.file_kinds import is_read


def team_of(source: Source) -> str:
    """Return the name of a submission's team: its folder's label, or its file's name."""
    return source.team


def open_submission(
    source: Source,
    pattern: str = "*.ipynb",
    targets: Sequence[str] = (),
    intake: Mapping[str, Received] | None = None,
    roster: Mapping[str, Member] | None = None,
    extensions: Mapping[str, Extension] | None = None,
    student_id: str = "",
) -> Submission:
    """Return one submission as opened; every problem with it becomes a notice.

    `pattern` and `targets` choose the notebook to run, or the modules of a tree; `student_id` is a regular expression.
    All of it happens in this process; `opening/` has the same in a confined one.
    """
    read = read_submission(source, source.read(), pattern, targets, student_id)
    return with_lists(read, source, intake, roster, extensions)


def read_submission(
    source: Source,
    unpacked: Unpacked,
    pattern: str,
    targets: Sequence[str],
    student_id: str = "",
    left_out: Collection[str] = (),
    begin: Callable[[str], None] = lambda path: None,
) -> Submission:
    """Return what the files of a submission are and say, also of its members; `with_lists` adds the rest.

    `begin` is called with each file before it is read. The files `left_out` are not read: a limit was exceeded when
    they were.
    """
    notices = list(unpacked.notices)
    files = _without_common_folder(unpacked.files)
    readable, more = _without_pointers(files)
    notices += more
    too_costly = {path: data for path, data in readable.items() if path in left_out}
    readable = {path: data for path, data in readable.items() if path not in left_out}
    code = code_of(readable, pattern, targets, begin, source.choice)
    texts = {path: data for path, data in readable.items() if path not in code.notebooks}
    documents, more = read_documents(texts, begin)
    notices += [*more, *code.notices, *map(beyond_limits, sorted(too_costly))]
    documents += code.documents
    documents += [Document(path, "pdf", "", False) for path in sorted(too_costly) if path.lower().endswith(".pdf")]
    members = [one for document in documents for one in members_from_text(document.text, document.path, student_id)]
    return Submission(
        team=team_of(source),
        source=source.name,
        digest=_digest(files),
        members=tuple(members),
        files=files,
        cells=tuple(code.cells),
        other_modules=tuple(code.other_modules),
        passed_over=code.passed_over,
        notebooks=code.notebooks,
        documents=tuple(documents),
        notices=tuple(notices),
    )


def beyond_limits(name: str) -> Notice:
    """Return the notice on a file whose reading was ended because it took too much time or memory."""
    what = say("{file} could not be read within the limits of time and memory.", file=name)
    return Notice(NoticeCode.too_large, what, say("A tutor will look at the file."), True)


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{len(files[path])}\0".encode())
        digest.update(files[path])
    return digest.hexdigest()


def with_lists(
    submission: Submission,
    source: Source,
    intake: Mapping[str, Received] | None = None,
    roster: Mapping[str, Member] | None = None,
    extensions: Mapping[str, Extension] | None = None,
) -> Submission:
    """Return a submission with its members, time and extension, from its name, its platform and a tutor's lists.

    The members that it has are those that its documents name.
    """
    members, notices = list(source.members), list(submission.notices)
    known = [one.student_id for one in members if one.student_id] or [*(roster or ())]
    members += without_other_forms(submission.members, known)
    if roster is not None:
        members, more = with_roster(members, roster, team_of(source))
        notices += more
    notices += disagreements(members, roster, team_of(source))
    received, more = _received(source, intake)
    notices += more
    return replace(
        submission,
        members=tuple(members),
        received=received,
        extension=_extension(extensions or {}, team_of(source), members),
        notices=tuple(notices),
    )


def names_in_lists(source: Source) -> tuple[str, ...]:
    """Return the names under which a list may have a submission, the surest first."""
    numbers = [one.platform_id for one in (source.about.people if source.about else ())]
    files = (source.name, stem(source.name)) if source.named_by_team and not numbers else ()
    return (*numbers, source.label, *files, source.team)


def _received(source: Source, intake: Mapping[str, Received] | None) -> tuple[datetime | None, list[Notice]]:
    """Return the time of the tutor's list, or that of the platform without a list, and a notice if there is none."""
    if intake is None:
        return (source.about.received if source.about else None), []
    found = time_of(names_in_lists(source), intake)
    if isinstance(found, UnreadTime):
        what = say("The submission time cannot be used ({place}): {why}.", place=found.place, why=found.why)
        return None, [Notice(NoticeCode.no_time, what, say("Tutor: correct the line, or add the time by hand."))]
    if found is not None:
        return found, []
    what = say("The list of submission times has no entry for {name}.", name=source.name)
    return None, [Notice(NoticeCode.no_time, what, say("Tutor: add a line for it."))]


def _without_common_folder(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files without a folder that contains all of them, as archives of a folder have it."""
    current = dict(files)
    while current and all("/" in path for path in current) and len({path.partition("/")[0] for path in current}) == 1:
        top = next(iter(current)).partition("/")[0]
        if _imported(current, top):
            break  # a package that its own modules import by name
        current = {path.partition("/")[2]: data for path, data in current.items()}
    return current


def _imported(files: Mapping[str, bytes], name: str) -> bool:
    pattern = re.compile(rb"(?m)^\s*(?:from|import)\s+" + re.escape(name.encode()) + rb"\b")
    return name == "lib" or any(
        pattern.search(data) for path, data in files.items() if path.endswith((".py", ".ipynb"))
    )


def _without_pointers(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Notice]]:
    """Return the files without pointers of Git LFS in the place of code or text, and a notice for each pointer."""
    notices = {path: pointer_notice(path, data) for path, data in sorted(files.items()) if is_read(path)}
    readable = {path: data for path, data in files.items() if notices.get(path) is None}
    return readable, [notice for notice in notices.values() if notice is not None]


def _extension(extensions: Mapping[str, Extension], team: str, members: Sequence[Member]) -> Extension | None:
    """Return the team's own extension, or its members'; if these differ, an empty one, which a tutor has to review."""
    if team in extensions:
        return extensions[team]
    found = {extensions[member.student_id] for member in members if member.student_id in extensions}
    return Extension(None, None, "", "") if len(found) > 1 else next(iter(found), None)
