"""Who is blamed for what happened to a request or a cell: failed needs proof, and everything else a person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import pytest

from grader.blame.blame import blame, blame_cell
from grader.blame.scene import Scene
from grader.model import NOTHING, PROVEN, Cause, CellRun, Frame, Notice, NoticeCode, Outcome, Place, Raised, Status, say
from grader.model.verdict import Verdict
from tests.helpers import context

ReplyStatus = Literal[
    "raised", "missing", "cpu_time", "wall_time", "out_of_time", "died", "ended_before", "unreadable", "not_asked"
]


def scene(**given: Any) -> Scene:
    return context(**given).scene


def judged(outcome: Outcome, name: str = "Model", **given: Any) -> Verdict:
    found = blame(scene(**given), outcome, name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("status", "message", "verdict", "cause", "words"),
    [
        ("not_asked", "no seed", Status.error, Cause.grader_fault, "Model could not be tested: no seed"),
        ("out_of_time", "", Status.needs_review, Cause.sandbox_limit, "the time of the whole submission is used up"),
        ("raised", "ValueError: no", Status.failed, Cause.raised_in_student_code, "with an error: ValueError: no."),
        ("missing", "", Status.failed, Cause.wrong_value, "Model is not defined in the submission."),
        ("cpu_time", "", Status.failed, Cause.cpu_time_used_up, "Model was stopped after 20 CPU seconds."),
        ("wall_time", "", Status.needs_review, Cause.wall_time, "the process did nothing, or the machine was busy"),
        (
            "unreadable",
            "no JSON",
            Status.needs_review,
            Cause.grader_fault,
            "The reply to Model could not be read: no J",
        ),
        ("ended_before", "", Status.needs_review, Cause.sandbox_limit, "the process had ended before."),
        ("died", "", Status.needs_review, Cause.sandbox_limit, "The Python process ended while Model was running."),
    ],
)
def test_who_acts_after_a_reply_without_a_value(
    status: ReplyStatus, message: str, verdict: Status, cause: Cause, words: str
) -> None:
    found = judged(Outcome(status, message=message, allowed=20))
    assert (found.status, found.credit, found.cause) == (verdict, Decimal(0), cause)
    assert words in str(found.message)


def test_an_answer_is_nobodys_fault() -> None:
    assert blame(scene(), Outcome("ok"), "Model") is None


@pytest.mark.parametrize("limit", ["memory", "processes", "files", ""])
def test_a_process_that_was_ended_names_the_limit_and_groups_with_its_like(
    limit: Literal["memory", "processes", "files", ""],
) -> None:
    request, cell = (
        judged(Outcome("died", limit=limit)),
        blame_cell(scene(cells=["x"]), CellRun(1, "died", limit=limit)),
    )
    assert request.status is cell.status is Status.needs_review
    assert request.reason == cell.reason == (limit or "ended")
    assert str(request.message).split("running. ")[1] == str(cell.message).split("ended. ")[1]


@pytest.mark.parametrize(
    ("origin", "cause"),
    [
        ("student", Cause.raised_in_student_code),
        ("call", Cause.raised_in_student_code),
        ("grader", Cause.grader_fault),
        ("recipe", Cause.rubric_fault),
    ],
)
def test_only_a_line_of_the_students_own_fails(
    origin: Literal["student", "call", "grader", "recipe"], cause: Cause
) -> None:
    found = judged(Outcome("raised", raised=Raised("ValueError", "no", origin=origin)))
    assert found.cause is cause
    assert (found.status is Status.failed) is (cause in PROVEN)


def test_a_function_where_a_class_is_called_is_the_rubrics_fault() -> None:
    raised = Raised("TypeError", "softmax() missing 1 argument", origin="call", target="function")
    found = judged(Outcome("raised", raised=raised), "softmax")
    assert (found.status, found.cause) == (Status.needs_review, Cause.rubric_fault)
    assert "softmax is no class" in str(found.message)


def test_an_exception_says_where_it_was_raised_with_the_lines_that_led_to_it() -> None:
    cell = "class Model:\n    def forward(self, x):\n        return x[9]\n"
    frames = (Frame(cell=1, line=3, function="forward"),)
    raised = Raised("IndexError", "index 9 is out of range", frames=frames)
    found = judged(Outcome("raised", raised=raised), cells=[cell])
    assert found.place == Place("notebook", 3, 1)
    assert "stopped with an error in notebook, cell 1, line 3: IndexError: index 9" in str(found.message)
    [quote] = found.details
    assert quote.text == "notebook, cell 1, line 3: return x[9]"  # type: ignore[union-attr]


def test_lines_of_the_definitions_are_lines_of_the_submission() -> None:
    place = Place("a.ipynb", 7, 2)
    view = scene(cells=["x = 1"])
    there = Scene(view.submission, view.evidence, ((1, Place("a.ipynb", 5, 2)), (3, place), (9, Place("b.py", 1))))
    raised = Raised("ValueError", "no", frames=(Frame("<definitions>", None, 4, "f"),))
    found = blame(there, Outcome("raised", raised=raised), "Model")
    assert found is not None
    assert found.place == place


@pytest.mark.parametrize(
    ("run", "verdict", "cause"),
    [
        (CellRun(1, "error", "ModuleNotFoundError: No module named 'einops'"), "needs_review", Cause.environment),
        (CellRun(1, "error", "ZeroDivisionError: division by zero"), "failed", Cause.raised_in_student_code),
        (CellRun(1, "wall_time", allowed=9), "needs_review", Cause.wall_time),
        (CellRun(1, "cpu_time", allowed=9), "failed", Cause.cpu_time_used_up),
    ],
)
def test_what_follows_from_a_cell_that_stopped_is_blamed_as_that_cell(run: CellRun, verdict: str, cause: Cause) -> None:
    cells = ["import einops\nn = 1 / 0", "class Model: ..."]
    raised = Raised("NameError", "name 'einops' is not defined", name="einops")
    found = judged(Outcome("raised", raised=raised), cells=cells, runs=[run, CellRun(2, "ok")])
    assert (found.status.value, found.cause) == (verdict, cause)
    assert "notebook, cell 1 did not run to its end before" in str(found.message)
    later = CellRun(2, "error", "NameError: name 'einops' is not defined", raised=raised)
    assert blame_cell(scene(cells=cells, runs=[run, later]), later).cause is cause


def test_a_name_that_no_stopped_cell_was_to_bind_is_the_students_own() -> None:
    run = CellRun(1, "error", "ModuleNotFoundError: No module named 'einops'")
    raised = Raised("NameError", "name 'sqash' is not defined", name="sqash")
    found = judged(Outcome("raised", raised=raised), cells=["import einops"], runs=[run])
    assert (found.status, found.cause) == (Status.failed, Cause.raised_in_student_code)


def test_an_import_of_everything_may_bind_any_name() -> None:
    run = CellRun(1, "error", "ModuleNotFoundError: No module named 'course'")
    raised = Raised("NameError", "name 'squash' is not defined", name="squash")
    found = judged(Outcome("raised", raised=raised), cells=["from course import *"], runs=[run])
    assert (found.status, found.reason) == (Status.needs_review, "module course")


def missing(name: str = "Model", **given: Any) -> Verdict:
    """Return the verdict on a name that is not there."""
    return judged(Outcome("missing", message=name), name, **given)


def test_a_name_that_nothing_explains_is_missing() -> None:
    found = missing(cells=["x = 1"], runs=[CellRun(1, "ok")])
    assert (found.status, str(found.message)) == (Status.failed, "Model is not defined in the submission.")
    assert str(found.hint) == "Define Model, spelled exactly like this."


def test_a_file_that_could_not_be_read_explains_a_missing_name() -> None:
    found = missing(notices=[Notice(NoticeCode.damaged, "a.zip is damaged.", serious=True)])
    assert (found.status, found.cause) == (Status.needs_review, Cause.not_read)
    assert str(found.message) == "Model could not be tested. a.zip is damaged."
    assert missing(files={"model.RAR": b""}).status is Status.needs_review
    assert missing(notices=[Notice(NoticeCode.junk, "a file was left out")]).status is Status.failed


def test_a_cell_that_the_environment_stopped_explains_a_missing_name() -> None:
    runs = [CellRun(1, "error", "ModuleNotFoundError: No module named 'pandas'")]
    found = missing(cells=["import pandas"], runs=runs)
    assert (found.status, found.place) == (Status.needs_review, Place("notebook", cell=1))
    assert "notebook, cell 1 did not run to its end before: ModuleNotFoundError" in str(found.message)
    own_error = [CellRun(1, "error", "ValueError: no")]
    assert missing(cells=["import pandas"], runs=own_error).status is Status.failed


@pytest.mark.parametrize(
    "source", ["class Model(Module): pass", "x = 1\n  def Model(): pass", "Model = nn.Linear(1, 1)"]
)
@pytest.mark.parametrize(
    ("status", "verdict"),
    [("wall_time", "needs_review"), ("died", "needs_review"), ("not run", "needs_review"), ("cpu_time", "failed")],
)
def test_a_cell_that_did_not_run_to_its_end_explains_a_missing_name(
    source: str, status: Literal["wall_time", "died", "not run", "cpu_time"], verdict: str
) -> None:
    found = missing(cells=[source], runs=[CellRun(1, status, "why")])
    assert found.status.value == verdict
    assert found.place == Place("notebook", cell=1)


def test_a_syntax_error_is_named_where_the_class_stands_and_not_that_it_is_missing() -> None:
    raised = Raised("SyntaxError", "invalid syntax (123.py, line 2)", frames=(Frame(cell=1, line=2),))
    cells = ["class Model: pass\nprint 'done'"]
    found = missing(cells=cells, runs=[CellRun(1, "error", "SyntaxError", raised=raised)])
    assert (found.status, found.cause) == (Status.failed, Cause.raised_in_student_code)
    assert str(found.message) == "Model could not be tested. notebook, cell 1 did not run to its end before: " + (
        "SyntaxError: invalid syntax."
    )
    assert (found.place, str(found.hint)) == (Place("notebook", 2, 1), "Python cannot read this line.")


@pytest.mark.parametrize("source", ["class Models: pass", "y = Model", "# class Model", "Model == 3"])
def test_a_cell_that_only_looks_like_a_definition_explains_nothing(source: str) -> None:
    assert missing(cells=[source], runs=[CellRun(1, "cpu_time")]).cause is Cause.wrong_value


@pytest.mark.parametrize(
    ("path", "text", "status"),
    [
        ("src/model.py", b"class Model(nn.Module): pass", Status.needs_review),
        ("src/model.py", b"class Models: pass", Status.failed),
        ("notes.txt", b"class Model: pass", Status.failed),
    ],
)
def test_a_class_in_a_module_that_was_not_imported_needs_review(path: str, text: bytes, status: Status) -> None:
    assert missing(files={path: text}).status is status


def test_a_name_with_signs_is_looked_for_as_it_stands() -> None:
    assert missing("a.b", cells=["class axb: pass"], runs=[CellRun(1, "cpu_time")]).cause is Cause.wrong_value


def test_the_subject_and_an_example_are_shown() -> None:
    outcome = Outcome("raised", message="ValueError: no")
    subject = say("Model with {n} layers", n=2)
    found = blame(scene(), outcome, "Model", subject=subject, example="Model(2)")
    assert found is not None
    assert str(found.message) == "Model with 2 layers stopped with an error: ValueError: no."
    assert str(found.hint) == "To reproduce: Model(2)"
    without = blame(scene(), outcome, "Model")
    assert without is not None
    assert without.hint == NOTHING


def test_a_long_chain_of_consequences_is_judged_as_its_first_cell() -> None:
    count = 300
    cells = ["import einops\nv0 = 1", *(f"v{n} = v{n - 1}" for n in range(1, count))]
    runs = [CellRun(1, "error", "ModuleNotFoundError: No module named 'einops'")]
    runs += [CellRun(n + 1, "error", f"NameError: name 'v{n - 1}' is not defined") for n in range(1, count)]
    found = judged(Outcome("missing"), "Model", cells=cells, runs=runs)
    assert (found.status, found.reason) == (Status.needs_review, "module einops")
    last = blame_cell(scene(cells=cells, runs=runs), runs[-1])
    assert (last.status, last.reason) == (Status.needs_review, "module einops")
    assert str(last.message).count("did not run to its end") == 1


@pytest.mark.parametrize("name", ["Net", "Net.encode"])
def test_a_class_in_a_module_that_did_not_run_is_not_missing(name: str) -> None:
    found = judged(
        Outcome("missing", message=name), name, files={"src/net.py": b"class Net:\n    def encode(self): pass\n"}
    )
    assert (found.status, found.cause) == (Status.needs_review, Cause.not_read)
    assert judged(Outcome("missing", message=name), name).status is Status.failed


def test_the_cell_with_the_class_of_a_method_is_named() -> None:
    cells = ["import seaborn\nclass Net:\n    def encode(self): pass"]
    runs = [CellRun(1, "error", "ModuleNotFoundError: No module named 'seaborn'")]
    found = judged(Outcome("missing", message="Net.encode"), "Net.encode", cells=cells, runs=runs)
    assert (found.status, found.cause) == (Status.needs_review, Cause.environment)
    assert found.place is not None
    assert found.place.cell == 1
