"""From one source to a `Submission`: files, code cells, documents, members, time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from grader.ingest.choose_code import code_of
from grader.ingest.damage import pointer_notice
from grader.ingest.discover import Source
from grader.ingest.documents import read_documents
from grader.ingest.member_names import members_from_name, members_from_text, stem
from grader.ingest.unpacked import Unpacked
from grader.model import Document, Extension, Member, Notice, NoticeCode, Submission, say
from grader.model.file_kinds import is_read


def team_of(source: Source) -> str:
    """Return the name of a submission's team: its folder's label, or its file's name."""
    return source.label or stem(source.name)


def open_submission(
    source: Source,
    pattern: str = "*.ipynb",
    targets: Sequence[str] = (),
    intake: Mapping[str, datetime] | None = None,
    roster: Mapping[str, Member] | None = None,
    extensions: Mapping[str, Extension] | None = None,
) -> Submission:
    """Return one submission as opened; every problem with it becomes a notice.

    `pattern` and `targets` choose the notebook to run, or the modules of a tree. All of it happens in this process;
    `opening/` has the same in a confined one.
    """
    return with_lists(read_submission(source, source.read(), pattern, targets), source, intake, roster, extensions)


def read_submission(
    source: Source,
    unpacked: Unpacked,
    pattern: str,
    targets: Sequence[str],
    left_out: Collection[str] = (),
    begin: Callable[[str], None] = lambda path: None,
) -> Submission:
    """Return a submission without what a tutor's lists say of it; `begin` is called with each file before it is read.

    The files `left_out` are not read: a limit was exceeded when they were.
    """
    notices = list(unpacked.notices)
    files = _without_common_folder(unpacked.files)
    readable, more = _without_pointers(files)
    notices += more
    too_costly = {path: data for path, data in readable.items() if path in left_out}
    readable = {path: data for path, data in readable.items() if path not in left_out}
    code = code_of(readable, pattern, targets, begin)
    texts = {path: data for path, data in readable.items() if path not in code.notebooks}
    documents, more = read_documents(texts, begin)
    notices += [*more, *code.notices, *map(beyond_limits, sorted(too_costly))]
    documents += code.documents
    documents += [Document(path, "pdf", "", False) for path in sorted(too_costly) if path.lower().endswith(".pdf")]
    members = list(members_from_name(source.name))
    for document in documents:
        members += members_from_text(document.text, document.path)
    return Submission(
        team=team_of(source),
        source=source.name,
        digest=_digest(files),
        members=tuple(members),
        files=files,
        cells=tuple(code.cells),
        other_modules=tuple(code.other_modules),
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
    intake: Mapping[str, datetime] | None = None,
    roster: Mapping[str, Member] | None = None,
    extensions: Mapping[str, Extension] | None = None,
) -> Submission:
    """Return a submission with its time, its members and its extension from a tutor's lists."""
    members, notices = list(submission.members), list(submission.notices)
    if roster is not None:
        members, more = _with_roster(members, roster)
        notices += more
    notices += _disagreements(members)
    received = (intake or {}).get(source.label) or (intake or {}).get(source.name)
    if intake is not None and received is None:
        what = say("The list of submission times has no entry for {name}.", name=source.name)
        notices.append(Notice(NoticeCode.no_time, what, say("Tutor: add a line for it.")))
    return replace(
        submission,
        members=tuple(members),
        received=received,
        extension=_extension(extensions or {}, team_of(source), members),
        notices=tuple(notices),
    )


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


def _disagreements(members: Sequence[Member]) -> list[Notice]:
    """Return a notice if the file name and the documents name different members."""
    by_name = {member.student_id for member in members if member.source == "file name"}
    by_text = {member.student_id for member in members if member.source not in ("file name", "roster")}
    if not by_name or not by_text or by_name == by_text:
        return []
    only = [say("{id} only in the file name", id=number) for number in sorted(by_name - by_text)]
    only += [say("{id} only in the document", id=number) for number in sorted(by_text - by_name)]
    what = say("The file name and the document name different members: {members}.", members=only)
    return [Notice(NoticeCode.members_differ, what, say("A tutor will find out who belongs to the team."))]


def _extension(extensions: Mapping[str, Extension], team: str, members: Sequence[Member]) -> Extension | None:
    """Return the team's own extension, or its members'; if these differ, an empty one, which a tutor has to review."""
    if team in extensions:
        return extensions[team]
    found = {extensions[member.student_id] for member in members if member.student_id in extensions}
    return Extension(None, None, "", "") if len(found) > 1 else next(iter(found), None)


def _with_roster(members: Sequence[Member], roster: Mapping[str, Member]) -> tuple[list[Member], list[Notice]]:
    result, notices = list(members), []
    for number in dict.fromkeys(member.student_id for member in members):
        if number in roster:
            result.append(roster[number])
        else:
            what = say("The student ID {id} is not in the roster.", id=number)
            hint = say("Possible reasons: a typing error, or a student who is not enrolled.")
            notices.append(Notice(NoticeCode.not_in_roster, what, hint))
    return result, notices
