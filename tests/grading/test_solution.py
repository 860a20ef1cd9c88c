"""The solution of a course is graded as any submission, and what it does not pass fails nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.grading import solution as solution_module
from grader.grading.options import GradingOptions
from grader.grading.proof_file import write_strength
from grader.grading.solution import proof_of, tried_part, with_proof
from grader.model import Evidence, Finding, Status, Submission
from grader.model.cause import Cause
from grader.model.proof import Proof
from grader.results.output_folder import read_reports
from grader.rubric.load import read_rubric
from tests.batches import graded
from tests.command_line import run
from tests.helpers import ROOT, make
from tests.small_course import RUBRIC, SOLUTION, course


def test_a_rubric_without_a_solution_has_an_empty_proof(tmp_path: Path) -> None:
    rubric = course(tmp_path, RUBRIC.replace("solution: solution.py\n", ""))
    assert proof_of(rubric, GradingOptions()) == Proof()


def test_a_solution_that_is_gone_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    rubric = course(tmp_path)
    (tmp_path / "solution.py").unlink()
    with pytest.raises(GraderError, match="the solution does not exist"):
        proof_of(rubric, GradingOptions())


def test_checks_of_people_and_of_the_delivery_are_left_out_also_where_others_need_them(tmp_path: Path) -> None:
    rubric = course(tmp_path, RUBRIC.replace("needs: [centred]", "needs: [name]"))
    assert [(check.id, check.needs) for _, check in tried_part(rubric).checks()] == [("centred", ()), ("scaled", ())]


def test_options_that_have_a_proof_run_nothing(tmp_path: Path) -> None:
    options = GradingOptions(proof=Proof("s.py"))
    assert with_proof(course(tmp_path), options) is options


@pytest.mark.kernel
def test_a_right_rubric_passes_its_solution(tmp_path: Path) -> None:
    rubric = course(tmp_path)
    write_strength(rubric, 3, 4)
    proof = proof_of(rubric, GradingOptions())
    assert [(one.check, str(one.trial)) for one in proof.trials] == [
        ("name", "not_tried"), ("centred", "passes"), ("scaled", "passes"), ("style", "not_tried"),
    ]  # fmt: skip
    assert (proof.noticed, proof.mutants, proof.faulty) == (3, 4, {})


@pytest.mark.kernel
def test_the_solution_runs_once_until_something_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course(tmp_path)

    def trials(fresh: bool = False) -> set[str]:
        return {
            str(one.trial)
            for one in proof_of(read_rubric(tmp_path / "rubric.yaml"), GradingOptions(fresh=fresh)).trials
        }

    def broken(_: object) -> None:
        raise ZeroDivisionError

    assert trials() == {"passes", "not_tried"}
    [first] = (tmp_path / ".grader").rglob("*.npz")
    with monkeypatch.context() as nothing_runs:
        nothing_runs.setattr("grader.grading.run.KernelRun.observe", broken)
        assert trials() == {"passes", "not_tried"}
        assert trials(fresh=True) == {"does_not_pass"}
        (tmp_path / "solution.py").write_text(SOLUTION + "\n# changed")
        assert trials() == {"does_not_pass"}
    assert trials() == {"passes", "not_tried"}
    [second] = (tmp_path / ".grader").rglob("*.npz")
    assert first.name != second.name


@pytest.mark.kernel
def test_a_check_that_the_solution_does_not_pass_costs_nobody_a_point(tmp_path: Path) -> None:
    reference = SOLUTION.replace("* factor", "* factor + 1")
    rubric = course(tmp_path / "course", RUBRIC.replace("solution:scaled", "slip:scaled"))
    (tmp_path / "course" / "slip.py").write_text(reference)
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "answer.py").write_text(SOLUTION)
    [report] = graded([tmp_path / "team"], rubric, tmp_path / "out", GradingOptions())
    findings = {scored.finding.check: scored.finding for q in report.grade.questions for scored in q.checks}
    assert findings["centred"].status is Status.passed
    assert findings["scaled"].status is Status.needs_review
    assert findings["scaled"].cause == "rubric_fault"


@pytest.mark.parametrize(
    ("confirm", "cause", "trial"),
    [(True, "", "not_tried"), (True, "rubric_fault", "does_not_pass"), (False, "", "does_not_pass")],
)
def test_what_a_tutor_confirms_is_not_tried_and_faults_are(confirm: bool, cause: str, trial: str) -> None:
    check = make("value", points=1, prints="accuracy", at_least=0.9, confirm=confirm)
    finding = Finding(check.id, "value", "q", "T", Status.needs_review, "m", cause=Cause(cause) if cause else None)
    made = solution_module._trial("q", check, finding, Submission("t", "s", ""), Evidence())
    assert str(made.trial) == trial


@pytest.mark.kernel
def test_without_written_answers_in_the_solution_their_checks_are_not_tried() -> None:
    rubric = read_rubric(ROOT / "rubrics" / "cnn-rnn.yaml")
    solution = rubric.model_copy(update={"solution": "attention/solution.py", "folder": str(ROOT / "rubrics")})
    proof = proof_of(solution, GradingOptions())
    assert {str(one.trial) for one in proof.trials} == {"not_tried"}
    assert "The solution has no written answers." in {str(one.why) for one in proof.trials}


def test_where_the_grader_fails_on_the_solution_no_check_grades_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(solution_module, "run_and_ask", broken)
    assert list(proof_of(course(tmp_path), GradingOptions()).faulty) == ["centred", "scaled"]


@pytest.mark.kernel
def test_grading_says_first_whether_the_rubric_is_proved(tmp_path: Path) -> None:
    rubric = course(tmp_path / "course")
    write_strength(rubric, 3, 4)
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "answer.py").write_text(SOLUTION)
    done = run("grade", tmp_path / "team", "--rubric", tmp_path / "course" / "rubric.yaml", "--out", tmp_path / "out")
    sentence = "The rubric is proved: its checks pass the solution. 3 of 4 mutants noticed."
    assert sentence in done.stderr.splitlines()[:2]
    [report] = read_reports(tmp_path / "out")
    assert str(report.proof) == sentence
    assert sentence in (tmp_path / "out" / "index.html").read_text()
    assert run("report", tmp_path / "out").returncode == 0
    assert sentence in (tmp_path / "out" / "index.html").read_text()
