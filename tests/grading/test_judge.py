"""Judging without a sandbox: the rules for a finding besides the verdict of its check."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

import pytest

from grader.checks.base import Check, CheckContext
from grader.grading import judge
from grader.grading.judge import judge_check
from grader.model import (
    Answer,
    Cause,
    Cell,
    Document,
    Evidence,
    Finding,
    Notice,
    NoticeCode,
    Outcome,
    Place,
    Quote,
    Status,
    Submission,
)
from grader.model.message import say
from grader.model.verdict import Verdict
from tests.helpers import context, make, with_definitions


@pytest.mark.parametrize(
    ("documents", "status"),
    [
        ((), "failed"),
        ((Document("a.md", "markdown", "text"),), "needs_review"),
        ((Document("a.pdf", "pdf", "", False),), "needs_review"),
    ],
    ids=["no written part", "not found", "a scan"],
)
def test_an_answer_that_is_not_there(documents: tuple[Document, ...], status: str) -> None:
    finding = judge_check(make("word_limit", most=100), context(documents=documents))
    assert finding.status == status
    assert finding.credit == 0


@pytest.mark.parametrize(
    "name", ["answers.png", "answers.xlsx", "answers.rst", "ANSWERS", "answers.md.bak", "a.unheard"]
)
def test_an_answer_is_missed_only_where_every_file_was_read(name: str) -> None:
    finding = judge_check(make("word_limit", most=100), context(files={name: b"x", "net.py": b"x"}))
    assert finding.status == "needs_review"
    assert str(finding.message) == f"No answer was found. {name} cannot be read here."


def test_a_submission_without_a_written_part_is_named_with_its_files() -> None:
    finding = judge_check(make("word_limit", most=100), context(files={"net.pt": b"x", "net.py": b"x"}))
    assert finding.status == "failed"
    assert str(finding.message) == "No written answers were found. The submission contains net.pt, net.py."
    many = {f"lib/{number}.py": b"x" for number in range(30)}
    finding = judge_check(make("word_limit", most=100), context(files=many))
    assert str(finding.message).endswith("The submission contains 30 files.")


def test_words_in_a_cell_of_code_may_be_the_answer() -> None:
    words = "# The stride is two and there is no padding, so the map has five entries."
    cell = Cell(1, words, "a.ipynb, cell 1", place=Place("a.ipynb", cell=1))
    submission = Submission("t", "t", "d", files={"a.ipynb": b"{}"}, cells=(cell,))
    finding = judge_check(make("word_limit", most=100), CheckContext(submission, Evidence(), "q"))
    assert finding.status == "needs_review"
    assert "a.ipynb, cell 1" in str(finding.message)


def test_a_doubtful_answer_needs_review() -> None:
    evidence = Evidence(answers={"q": Answer("text", "a.md", "Two places could be the answer.")})
    finding = judge_check(make("word_limit", most=100), CheckContext(Submission("t", "t", "d"), evidence, "q"))
    assert (finding.status, str(finding.message)) == (Status.needs_review, "Two places could be the answer.")


@pytest.mark.parametrize("status", [Status.needs_review, Status.error])
def test_a_check_after_an_unresolved_one_needs_review(status: Status) -> None:
    check = make("word_limit", most=5).model_copy(update={"needs": ("before",)})
    before = {"before": Finding("before", "manual", "q", "Before", status, "m")}
    finding = judge_check(check, context("two words", findings=before))
    assert (finding.status, finding.message) == (
        Status.needs_review,
        say("Not checked, because '{check}' is not graded yet.", check="Before"),
    )


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ([NoticeCode.ambiguous_notebook], Status.needs_review),
        ([NoticeCode.several_notebooks], Status.failed),
        ([], Status.failed),
    ],
)
def test_with_two_notebooks_a_failure_of_code_needs_review(codes: list[NoticeCode], status: Status) -> None:
    check = make("shapes", target="M", init={}, calls=[{"x": [1]}], returns={"y": [1]}, sizes=[{}])
    notices = [Notice(code, "There are two notebooks.") for code in codes]
    before = context(notices=notices)
    outcomes = {before.key(request): Outcome("missing", message="M") for request in check.ask(before)}
    finding = judge_check(check, context(notices=notices, outcomes=outcomes))
    assert finding.status is status
    assert ("There are two notebooks." in str(finding.message)) == (status is Status.needs_review)


class Scripted(Check):
    """A check of code with a verdict for the definitions process and one for the notebook's."""

    calls_target: ClassVar[bool] = True
    target: str = "Model"
    alone: str = "passed"
    notebook: str = "passed"

    @property
    def target_name(self) -> str:
        return self.target

    def judge(self, context: CheckContext) -> Verdict:
        verdict = self.alone if context.definitions_only else self.notebook
        if verdict == "raises":
            raise ZeroDivisionError
        where = "definitions" if context.definitions_only else "notebook"
        credit = {"passed": "1", "partly": "0.5"}.get(verdict, "0")
        status = Status.failed if verdict == "partly" else Status(verdict)
        return Verdict(status, f"From the {where}.", credit=Decimal(credit), cause=Cause.wrong_value)


def scripted(alone: str, notebook: str) -> Scripted:
    return Scripted(kind="scripted", id="scripted", alone=alone, notebook=notebook)


@pytest.mark.parametrize(
    ("alone", "notebook", "status", "credit", "words"),
    [
        ("passed", "failed", "passed", "1", "From the definitions."),
        ("partly", "passed", "failed", "0.5", "From the definitions."),
        (
            "failed",
            "passed",
            "needs_review",
            "0",
            "its definitions by themselves do not give that: From the definitions.",
        ),
        ("failed", "partly", "needs_review", "0", "its definitions by themselves do not give that"),
        ("needs_review", "passed", "needs_review", "0", "its definitions by themselves do not give that"),
        ("error", "passed", "needs_review", "0", "its definitions by themselves do not give that"),
        ("raises", "passed", "needs_review", "0", "its definitions by themselves do not give that"),
        ("failed", "failed", "failed", "0", "From the notebook."),
        ("failed", "needs_review", "needs_review", "0", "From the notebook."),
        ("failed", "error", "error", "0", "From the notebook."),
        ("failed", "raises", "error", "0", "The grader could not judge this"),
        ("raises", "raises", "error", "0", "The grader could not judge this"),
    ],
)
def test_only_what_the_definitions_give_earns_points(
    alone: str, notebook: str, status: str, credit: str, words: str
) -> None:
    finding = judge_check(scripted(alone, notebook), with_definitions(context(), "Model"))
    assert (finding.status, finding.credit) == (status, Decimal(credit))
    assert words in str(finding.message)


@pytest.mark.parametrize(
    ("notebook", "status"),
    [("passed", "needs_review"), ("partly", "needs_review"), ("failed", "failed"), ("needs_review", "needs_review"),
     ("error", "error"), ("raises", "error")],
)  # fmt: skip
def test_code_that_was_not_read_to_the_end_earns_nothing_by_itself(notebook: str, status: str) -> None:
    before = with_definitions(context(), doubts={"Model": say("line 3 uses eval")})
    finding = judge_check(scripted("passed", notebook), before)
    assert (finding.status.value, finding.credit) == (status, Decimal(0))
    assert ("the code cannot be read to the end: line 3 uses eval." in str(finding.message)) == (
        notebook in ("passed", "partly")
    )


def test_a_kind_that_runs_nothing_is_judged_by_itself() -> None:
    class Static(Scripted):
        calls_target: ClassVar[bool] = False

    check = Static(kind="static", id="static", alone="failed", notebook="passed")
    assert judge_check(check, with_definitions(context(), "Model")).status is Status.passed


def test_an_exception_is_logged_with_the_check_and_the_team(caplog: pytest.LogCaptureFixture) -> None:
    judge_check(scripted("raises", "raises"), context())
    [record] = caplog.records
    assert (record.getMessage(), record.exc_info is not None) == (
        "the check scripted of team failed inside the grader", True,
    )  # fmt: skip


def finding_before(status: Status, check: str = "before", because: str = "") -> Finding:
    return Finding(check, "manual", "q", check.title(), status, "m", because=because)


@pytest.mark.parametrize(
    ("before", "status", "because"),
    [
        ({"before": Status.passed}, Status.passed, ""),
        ({"before": Status.failed}, Status.skipped, "before"),
        ({"before": Status.passed, "later": Status.failed}, Status.skipped, "later"),
        ({"before": Status.failed, "later": Status.error}, Status.skipped, "before"),
        ({"before": Status.needs_review, "later": Status.failed}, Status.needs_review, ""),
    ],
    ids=["passed", "failed", "the second failed", "failed before an error", "unresolved before a failed one"],
)
def test_a_check_after_others(before: dict[str, Status], status: Status, because: str) -> None:
    check = scripted("passed", "passed").model_copy(update={"needs": tuple(before)})
    findings = {name: finding_before(state, name) for name, state in before.items()}
    finding = judge_check(check, with_definitions(context(findings=findings), "Model"))
    assert (finding.status, finding.because) == (status, because)
    assert finding.credit == (1 if status is Status.passed else 0)


def test_a_check_after_a_skipped_one_names_the_check_that_failed() -> None:
    findings = {
        "root": finding_before(Status.failed, "root"),
        "middle": finding_before(Status.skipped, "middle", because="root"),
    }
    check = scripted("passed", "passed").model_copy(update={"needs": ("middle",)})
    finding = judge_check(check, context(findings=findings))
    assert (finding.status, finding.because) == (Status.skipped, "root")
    assert "'Root'" in str(finding.message)
    assert "Middle" not in str(finding.message)


def test_a_skipped_check_is_not_judged() -> None:
    check = scripted("raises", "raises").model_copy(update={"needs": ("before",)})
    finding = judge_check(check, context(findings={"before": finding_before(Status.failed)}))
    assert finding.status is Status.skipped


@pytest.mark.parametrize("notebook", ["passed", "needs_review", "error"])
def test_two_notebooks_change_nothing_but_a_failure(notebook: str) -> None:
    one = judge_check(scripted(notebook, notebook), with_definitions(context(), "Model"))
    notices = [Notice(NoticeCode.ambiguous_notebook, "There are two notebooks.")]
    two = judge_check(scripted(notebook, notebook), with_definitions(context(notices=notices), "Model"))
    assert two == one


def test_words_do_not_fail_less_where_there_are_two_notebooks() -> None:
    notices = [Notice(NoticeCode.ambiguous_notebook, "There are two notebooks.")]
    finding = judge_check(make("word_limit", most=1), context("two words", notices=notices))
    assert finding.status is Status.failed


MANUAL = make("manual", guide="g")


def group_of(answer: str, where: str = "answers.md", doubt: str = "", **keys: Any) -> str:
    evidence = Evidence(answers={"q": Answer(answer, where, doubt)})
    check = MANUAL.model_copy(update=keys)
    findings = {"before": finding_before(Status.error)} if check.needs else {}
    return judge_check(check, CheckContext(Submission("t", "t", "d"), evidence, "q", findings)).group


@pytest.mark.parametrize("same", ["Two  words", " Two\nwords ", "Two\twords"])
def test_answers_of_the_same_words_are_one_group(same: str) -> None:
    assert group_of("Two words") != ""
    assert group_of(same) == group_of("Two words")


def test_a_letter_in_another_form_is_the_same_letter() -> None:
    assert group_of("fu\u0308r") == group_of("f\u00fcr")


@pytest.mark.parametrize("other", ["two words", "Two words.", "words Two", "Two"])
def test_answers_of_other_words_are_other_groups(other: str) -> None:
    assert group_of(other) != group_of("Two words")


def test_the_group_is_of_the_question_that_was_put() -> None:
    assert group_of("Two words", guide="another guide") != group_of("Two words")
    assert group_of("Two words", points=Decimal(3), title="Another title") == group_of("Two words")


@pytest.mark.parametrize(
    ("answer", "keys"),
    [
        ("see ![](plot.png)", {}),
        ('see <img src="plot.png">', {}),
        ("see \\includegraphics{plot}", {}),
        ("see attachment:plot", {}),
        ("", {}),
        ("words", {"where": "answers.pdf"}),
        ("words", {"doubt": "Two places could be the answer."}),
        ("words", {"needs": ("before",)}),
    ],
    ids=["picture", "picture in HTML", "picture in LaTeX", "attachment", "no words", "PDF", "doubt", "open before it"],
)
def test_nothing_is_settled_where_something_else_than_words_may_count(answer: str, keys: dict[str, Any]) -> None:
    assert group_of(answer, **keys) == ""


def test_only_what_needs_review_has_a_group() -> None:
    assert judge_check(make("word_limit", most=1), context("two words")).group == ""
    assert judge_check(make("word_limit", most=5), context("two words")).group == ""


class Surrogates(Check):
    """A check whose verdict has lone surrogates, as names in code may have them."""

    def judge(self, context: CheckContext) -> Verdict:
        quote = Quote("title", "\ud800", highlights=("\udcff",))
        return Verdict(Status.failed, "\ud800", "\ud801", details=(quote,), reading="\ud802", cause=Cause.wrong_value)


def test_a_finding_can_be_written() -> None:
    finding = judge_check(Surrogates(kind="surrogates", id="s"), context())
    assert (finding.message, finding.hint, finding.reading) == ("?", "?", "?")
    assert finding.details == (Quote("title", "?", highlights=("?",)),)


def test_a_verdict_that_becomes_a_review_keeps_its_place_and_what_was_exchanged() -> None:
    class Placed(Scripted):
        def judge(self, context: CheckContext) -> Verdict:
            return super().judge(context).at(Place("a.ipynb", 3)).with_exchanged(["Part"])

    check = Placed(kind="placed", id="placed", alone="failed", notebook="passed")
    unconfirmed = judge_check(check, with_definitions(context(), "Model"))
    two = context(notices=[Notice(NoticeCode.ambiguous_notebook, "There are two notebooks.")])
    undecided = judge_check(check.model_copy(update={"notebook": "failed"}), two)
    for finding in (unconfirmed, undecided):
        assert finding.status is Status.needs_review
        assert (finding.place, finding.exchanged) == (Place("a.ipynb", 3), ("Part",))


class Endless(Check):
    """A check that computes for ever."""

    kind: str = "endless"
    needs_answer: ClassVar[bool] = True

    def judge(self, context: CheckContext) -> Verdict:
        while True:
            pass


def test_a_check_whose_time_is_used_up_needs_review_and_the_next_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "READING_SECONDS", 0.05)
    finding = judge_check(Endless(kind="endless", id="endless"), context("x"))
    assert (finding.status, finding.cause) == (Status.needs_review, Cause.not_read)
    assert str(finding.message).startswith("Judging this took more than")
    assert judge_check(make("word_limit", most=3), context("x")).status is Status.passed
