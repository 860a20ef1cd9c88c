"""The sentence that says whether a rubric is proved."""

from __future__ import annotations

import pytest

from grader.model.proof import CheckTrial, Proof, Trial


def trial(name: str, result: Trial, why: str = "") -> CheckTrial:
    return CheckTrial(name, "q", name, result, why)


@pytest.mark.parametrize(
    ("proof", "sentence"),
    [
        (Proof(), "The rubric is not proved: it names no solution."),
        (Proof("s.py"), "The rubric is proved: its checks pass the solution. No mutants were tried."),
        (Proof("s.py", (), 37, 40), "The rubric is proved: its checks pass the solution. 37 of 40 mutants noticed."),
        (Proof("s.py", (), 1, 1), "The rubric is proved: its checks pass the solution. 1 of 1 mutant noticed."),
        (
            Proof("s.py", (trial("a", Trial.does_not_pass), trial("b", Trial.passes), trial("c", Trial.not_tried))),
            "The rubric is not proved: 1 check does not pass the solution and grades nobody: a.",
        ),
        (
            Proof("s.py", (trial("a", Trial.does_not_pass), trial("b", Trial.does_not_pass)), 1, 2),
            "The rubric is not proved: 2 checks do not pass the solution and grade nobody: a, b.",
        ),
    ],
)
def test_the_sentence_of_a_proof(proof: Proof, sentence: str) -> None:
    assert str(proof.sentence()) == sentence


def test_only_what_does_not_pass_is_faulty() -> None:
    every = (trial("a", Trial.does_not_pass, "it is wrong"), trial("b", Trial.passes), trial("c", Trial.not_tried, "?"))
    assert Proof("s.py", every).faulty == {"a": "it is wrong"}
