"""The page of a try: how far each question is tested, what survives, and what is not as expected."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from grader.ingest.discover import Source
from grader.model import Status
from grader.model.proof import CheckTrial, Proof, Trial
from grader.trying.known_answers import Agreement, AnswerResult, KnownAnswer
from grader.trying.known_submissions import Difference, KnownSubmission
from grader.trying.run_mutants import Fate, MutantResult
from grader.trying.try_page import TryResults, try_page
from grader.trying.wrong_answers import WrongAnswer
from tests.small_course import course


@pytest.fixture
def found(tmp_path: Path) -> TryResults:
    trials = (
        CheckTrial("centred", "q", "centred", Trial.passes),
        CheckTrial("scaled", "q", "scaled", Trial.does_not_pass, "other <values>"),
        CheckTrial("style", "q", "style", Trial.not_tried),
    )
    return TryResults(course(tmp_path), Proof("solution.py", trials))


def test_a_question_without_wrong_variants_is_named(found: TryResults) -> None:
    html = try_page(found)
    assert "1 of 2 checks pass the solution." in html
    assert "no wrong variant was tried" in html
    assert "other &lt;values&gt;" in html


def test_survivors_are_shown_with_their_lines(found: TryResults) -> None:
    sign = MutantResult("sign", "A sign", "solution.py, line 3", "-a < b\n+a + b", Fate.survived)
    found.mutants = [sign, MutantResult("sign", "A sign", "line 4", "", Fate.failed, "centred")]
    found.wrong_answers = [WrongAnswer("q", "Denied", "no", True, "-yes\n+no"), WrongAnswer("q", "Open", "", False)]
    html = try_page(found)
    assert "1 of 2 mutants noticed." in html
    assert "1 of 2 wrong answers noticed." in html
    assert "<del>-a &lt; b</del><ins>+a + b</ins>" in html
    assert "<del>-yes</del><ins>+no</ins>" in html
    assert "no wrong variant was tried" not in html


def test_answers_and_submissions_that_are_not_as_expected_are_listed(found: TryResults) -> None:
    def result(answer: str, agreement: Agreement) -> AnswerResult:
        known = KnownAnswer("q", answer, "full")
        return AnswerResult(known, "wrong", Decimal(0), agreement, message="It differs.")

    found.proof = None
    found.answers = [
        result("waits", Agreement.needs_review), result("y = <b>", Agreement.differs), result("right", Agreement.agrees),
    ]  # fmt: skip
    known = KnownSubmission("team-1", Source("a.py", Path("a.py")), {"centred": Status.passed})
    found.submissions = [(known, [Difference("team-1", "centred", "passed", "failed", "It differs.")])]
    html = try_page(found)
    assert html.index("y = &lt;b&gt;") < html.index(">waits<")
    assert ">right<" not in html
    assert "1 as expected, 1 decided otherwise, 1 for a person." in html
    assert "centred: expected passed, found failed. It differs." in html
    assert "By question" not in html


def test_the_page_speaks_the_language_of_the_rubric(found: TryResults) -> None:
    found.rubric = found.rubric.model_copy(update={"language": "de"})
    html = try_page(found)
    assert '<html lang="de">' in html
    assert "1 von 2 Prüfungen bestehen an der Lösung." in html
