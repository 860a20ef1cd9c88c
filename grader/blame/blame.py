"""Decide who or what is behind a failure, from what happened to a request or a cell. The only place that decides it.

A failure needs proof: a wrong value, an exception at a line of the student's own that nothing else explains, or more
CPU time than is allowed. All else needs a person, with its cause and with a reason that groups equal cases.
"""

from __future__ import annotations

import re
from dataclasses import replace

from grader.blame.circumstance import Circumstance, explain
from grader.blame.rules import missing_name
from grader.blame.scene import Scene, bound
from grader.model import (
    NOTHING,
    Cause,
    CellRun,
    Message,
    Outcome,
    Place,
    Quote,
    Raised,
    Status,
    Text,
    say,
    say_number,
    sentences,
)
from grader.model.verdict import Verdict, failed, grader_error, needs_review

TUTOR = say("This costs no points by itself. A tutor will decide, once for all teams with the same cause.")
IDLE = say("The process did nothing, or the machine was busy.")
LONG_TIME = say("Look for a loop that does not end, or for work that needs far more time than the task.")


def blame(scene: Scene, outcome: Outcome, name: str, subject: Text = NOTHING, example: str = "") -> Verdict | None:
    """Return the verdict on a request without a value; None when it was answered.

    `name` is the class or function that was asked for, `subject` names it with the sizes, `example` is Python code that
    repeats the call.
    """
    target = subject or name
    if outcome.status == "ok":
        return None
    if outcome.status == "not_asked":
        return grader_error(say("{target} could not be tested: {why}", target=target, why=outcome.message))
    if outcome.status == "missing":
        return _missing(scene, name)
    if outcome.status == "raised":
        return _raised(scene, outcome.exception, target, name, example)
    if outcome.status == "cpu_time":
        what = say("{target} was stopped after {seconds} CPU seconds.", target=target, seconds=_number(outcome.allowed))
        return failed(what, LONG_TIME, cause=Cause.cpu_time_used_up)
    return _undecided(outcome, target)


def _undecided(outcome: Outcome, target: Text) -> Verdict:
    """Return the verdict on a request whose end says nothing about the code."""
    if outcome.status == "out_of_time":
        what = say("{target} was not tested: the time of the whole submission is used up.", target=target)
        note = say("Tutor: raise the limit 'cpu_minutes', or set 'cells: needed' in the rubric.")
        why = say("The time of the whole submission is used up.")
        return needs_review(what, cause=Cause.sandbox_limit, reason="whole time", why=why).with_note(note)
    if outcome.status == "ended_before":
        what = say("{target} was not tested: the process had ended before.", target=target)
        return needs_review(what, TUTOR, cause=Cause.sandbox_limit, reason="ended", why=_limit(outcome.limit))
    if outcome.status == "wall_time":
        what = say("{target} did not answer; the process did nothing, or the machine was busy.", target=target)
        return needs_review(what, TUTOR, cause=Cause.wall_time, reason="wall time", why=IDLE)
    if outcome.status == "unreadable":
        return unreadable(target, outcome.message)
    what = sentences(say("The Python process ended while {target} was running.", target=target), _limit(outcome.limit))
    return needs_review(
        what, TUTOR, cause=Cause.sandbox_limit, reason=outcome.limit or "ended", why=_limit(outcome.limit)
    )


def unreadable(target: Text, why: Text = NOTHING) -> Verdict:
    """Return the verdict on a reply of another form than was requested."""
    what = say("The reply to {target} could not be read: {why}", target=target, why=why)
    return needs_review(what, say("A tutor will look at the code."), cause=Cause.grader_fault)


def _limit(limit: str) -> Message:
    """Return the sentence that names the limit for which a process was ended."""
    if limit == "memory":
        return say("All its processes together used more memory than is allowed.")
    if limit == "processes":
        return say("It started more processes than are allowed.")
    if limit == "files":
        return say("It wrote more files, or larger ones, than are allowed.")
    return say("No limit was reached; memory or a crash in compiled code is the usual reason.")


def _raised(scene: Scene, raised: Raised, target: Text, name: str, example: str) -> Verdict:
    """Return the verdict on an exception."""
    place, details = _whereabouts(scene, raised)
    error = _closed(str(raised))
    at = say("{target} stopped with an error: {error}", target=target, error=error)
    if place is not None:
        words = place.in_words()
        at = say("{target} stopped with an error in {place}: {error}", target=target, place=words, error=error)
    if (doubt := _circumstance(scene, raised)) is not None:
        return _reviewed(at, doubt, details).at(place)
    if raised.origin == "grader":
        hint = say("It is not at a line of the submission, so a tutor will look at it.")
        return needs_review(at, hint, *details, cause=Cause.grader_fault, reason="own line", why=hint).at(place)
    if raised.origin == "recipe":
        hint = say("It is at a line of the training that the rubric uses, so a tutor will look at it.")
        return needs_review(at, hint, *details, cause=Cause.rubric_fault, reason="recipe", why=hint).at(place)
    if raised.origin == "call" and raised.target:
        why = say("{name} is no class, and this check can only test classes.", name=name)
        verdict = needs_review(sentences(at, why), TUTOR, *details, cause=Cause.rubric_fault, reason=f"no class {name}")
        return replace(verdict, why=why).at(place)
    if (before := _before(scene, raised)) is not None:
        return _consequence(scene, at, before, details).at(place)
    hint = say("To reproduce: {code}", code=example) if example else NOTHING
    return failed(at, hint, *details, cause=Cause.raised_in_student_code).at(place)


def _circumstance(scene: Scene, raised: Raised, request: bool = True) -> Circumstance | None:
    return explain(raised, replace(scene.surroundings(raised), request=request))


def _reviewed(what: Message, doubt: Circumstance, details: tuple[Quote, ...] = ()) -> Verdict:
    return needs_review(
        sentences(what, doubt.sentence), TUTOR, *details, cause=doubt.cause, reason=doubt.key, why=doubt.sentence
    )


def _whereabouts(scene: Scene, raised: Raised) -> tuple[Place | None, tuple[Quote, ...]]:
    """Return the place of the student's innermost line, and her lines of the traceback with their texts."""
    places = [(scene.place_of(frame), frame) for frame in raised.frames]
    known = [(place, frame) for place, frame in places if place != Place()]
    if not known:
        return None, ()
    lines = [f"{place.in_words()}: {scene.line_of(frame).strip()}"[:200].rstrip(": ") for place, frame in known]
    return known[-1][0], (
        Quote(say("Lines of the submission that led to it, the last one at the end"), "\n".join(lines)),
    )


def _before(scene: Scene, raised: Raised) -> CellRun | None:
    """Return the first cell that did not run to its end and that was to bind a name which is missing now."""
    name = missing_name(raised)
    return next((run for run in scene.stopped() if name and name in bound(scene.source_of(run))), None)


def _consequence(scene: Scene, what: Message, before: CellRun, details: tuple[Quote, ...] = ()) -> Verdict:
    """Return the verdict on what follows from a cell that did not run to its end: that of the cell."""
    while (earlier := _before(scene, before.exception)) is not None and earlier.number < before.number:
        before = earlier
    root = _cell_itself(scene, before)
    place = _cell_place(scene, before)
    message = sentences(what, say("{place} did not run to its end before:", place=place.in_words()), root.message)
    return replace(root, message=message, details=(*details, *root.details))


def _missing(scene: Scene, name: str) -> Verdict:
    """Return the verdict on a name that is not there: failed only if nothing explains it."""
    could_not = say("{target} could not be tested.", target=name)
    if unread := scene.submission.unread_code:
        return needs_review(sentences(could_not, unread), say("A tutor will look at the files."), cause=Cause.not_read)
    first = re.escape(name.partition(".")[0])  # the class of a method
    written = re.compile(rf"(?m)^[ \t]*(?:class|def)[ \t]+{first}\b|^{first}[ \t]*=(?!=)")
    for run in scene.stopped():
        if written.search(scene.source_of(run)):
            verdict = _consequence(scene, could_not, run)
            return verdict.at(verdict.place or _cell_place(scene, run))
    doubt = next((run for run in scene.stopped() if _cell_itself(scene, run).status is not Status.failed), None)
    if doubt is not None:
        return _consequence(scene, could_not, doubt).at(_cell_place(scene, doubt))
    anywhere = re.compile(rf"(?m)^[ \t]*(?:class|def)[ \t]+{first}\b".encode())
    if any(anywhere.search(data) for path, data in scene.submission.laid_out.items() if path.lower().endswith(".py")):
        what = say("It is in a module of the submission, but was not defined after the code had run.")
        return needs_review(sentences(could_not, what), say("A tutor will look at the files."), cause=Cause.not_read)
    what = say("{target} is not defined in the submission.", target=name)
    return failed(what, say("Define {name}, spelled exactly like this.", name=name))


def _cell_place(scene: Scene, run: CellRun) -> Place:
    return next((cell.place for cell in scene.submission.cells if cell.number == run.number), Place())


def blame_cell(scene: Scene, run: CellRun) -> Verdict:
    """Return the verdict on a cell that did not run to its end, without the words that name the cell."""
    if run.status == "error" and (before := _before(scene, run.exception)) is not None and before.number < run.number:
        place, details = _whereabouts(scene, run.exception)
        what = Message("{error}", {"error": _closed(str(run.exception))})
        return _consequence(scene, what, before, details).at(place)
    return _cell_itself(scene, run)


def _cell_itself(scene: Scene, run: CellRun) -> Verdict:
    """Return the verdict on a cell that did not run to its end, where no earlier cell is behind it."""
    if run.status == "error":
        return _cell_error(scene, run)
    if run.status == "cpu_time":
        what = say("stopped after {seconds} CPU seconds.", seconds=_number(run.allowed))
        return failed(what, LONG_TIME, cause=Cause.cpu_time_used_up)
    if run.status == "wall_time":
        what = say_number(
            "stopped after {n} second in which it only waited.",
            "stopped after {n} seconds in which it only waited.",
            round(run.allowed),
        )
        return needs_review(what, TUTOR, cause=Cause.wall_time, reason="wall time", why=IDLE)
    if run.status == "died":
        what = sentences(say("the Python process ended."), _limit(run.limit))
        return needs_review(what, TUTOR, cause=Cause.sandbox_limit, reason=run.limit or "ended", why=_limit(run.limit))
    return needs_review(
        sentences(say("not run."), run.error),
        TUTOR,
        cause=Cause.sandbox_limit,
        reason="not run",
        why=say("A cell was not run."),
    )


def _cell_error(scene: Scene, run: CellRun) -> Verdict:
    raised = run.exception
    place, details = _whereabouts(scene, raised)
    what = Message("{error}", {"error": _closed(str(raised))})
    if (doubt := _circumstance(scene, raised, request=False)) is not None:
        return _reviewed(what, doubt, details).at(place)
    hint = say("Restart the kernel, run all cells, and look at the first error.")
    if "SyntaxError" in (raised.type, *raised.bases):
        hint = say("Python cannot read this line.")
    return failed(what, hint, *details, cause=Cause.raised_in_student_code).at(place)


def _closed(words: str) -> str:
    """Return the words with a full stop, so that a sentence can follow."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _number(seconds: float) -> str:
    return f"{seconds:.3g}"
