"""Tables of configurations and percentages, compared with the results of the reference solution."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.checks.table_claims import TableClaims
from grader.grading.judge import judge_check
from grader.model import Finding, Spread, Status, Table
from grader.reading.claims import read_claims
from grader.report.i18n import translated
from grader.results.results_database import ResultsDatabase
from grader.results.trainings import enough
from reference.distribution import Distribution, shipped
from tests.helpers import context, finding_of, shipped_check

INITIAL = {"hidden_size": 40, "shift": 10, "epochs": 100, "batch_size": 10, "learning_rate": 0.01}
CHECK = TableClaims.model_validate(
    {"id": "table", "points": 2, "rows": 5, "initial": INITIAL, "distribution": "noise-removal"}
)
BY_COLUMN = """
| hidden | shift | epochs | noise removed |
|---|---|---|---|
| 40 | 10 | 100 | 58.51 % |
| 40 | 10 | 200 | 59.45 % |
| 20 | 10 | 100 | 53.80 % |
| 60 | 10 | 100 | 57.76 % |
| 40 | 3 | 100 | 56.64 % |
"""
BY_PHRASE = """
| Configuration | Noise removed |
|---|---|
| Initial configuration | 56.0792 % |
| Train for 300 epochs | 59.5056 % |
| Batch size 5 | 58.6006 % |
| Hidden size 70 | 60.6227 % |
| Hidden size 80 and shift 5 | 59.0705 % |
"""


CODE = ["model = NoiseRemovalModel(40, 10)"]
PASSED = {"model-output": Finding("model-output", "same_output", "m", "The model", Status.passed, "equal")}


def finding(text: str, check: TableClaims = CHECK, **evidence: Any) -> Finding:
    here = context(text, cells=CODE)
    return judge_check(check, replace(here, evidence=replace(here.evidence, **evidence)))


def verdicts(found: Finding) -> list[str]:
    [table] = [detail for detail in found.details if isinstance(detail, Table)]
    return [str(row[-1]) for row in table.rows]


@pytest.mark.parametrize("text", [BY_COLUMN, BY_PHRASE], ids=["a column a parameter", "a phrase a row"])
def test_honest_tables_are_consistent_row_by_row(text: str) -> None:
    found = finding(text)
    assert found.status == "passed", found.message
    assert verdicts(found) == ["consistent"] * 5


@pytest.mark.parametrize("figure", ["70", "31"])
def test_an_invented_figure_is_caught_and_shown_on_the_distribution(figure: str) -> None:
    found = finding(BY_PHRASE.replace("56.0792", figure))
    assert found.status == "needs_review"
    side = "higher" if figure == "70" else "lower"
    assert f"Initial configuration: {figure} % is {side} than in any of our runs: " in str(found.message)
    assert verdicts(found)[0] == "not possible"
    assert f"less than 0.01 % of runs would give {'more' if figure == '70' else 'less'}" in str(found.message)
    [plot] = [detail for detail in found.details if isinstance(detail, Spread)]
    assert plot.rows[0].claimed == float(figure)
    assert len(plot.rows[0].values) >= 6


def test_an_unusual_figure_needs_review_and_has_its_quantile() -> None:
    one = shipped("noise-removal")["hidden 40, shift 10, epochs 100, batch 10, lr 0.01"]
    found = finding(BY_PHRASE.replace("56.0792", f"{one.percentile(0.5):.2f}"))
    assert found.status == "needs_review"
    assert verdicts(found)[0] == "unusual"
    assert "0.5 % of runs would give less" in str(found.message)


def test_only_more_than_all_of_the_noise_costs_points() -> None:
    found = finding(BY_PHRASE.replace("56.0792", "120"))
    assert found.status == "failed"
    assert "120 % of the noise removed is not possible; the possible range is 0 to 90 %." in str(found.message)
    assert finding(BY_PHRASE.replace("56.0792", "-3.2")).status == "needs_review"
    assert finding(BY_PHRASE.replace("56.0792", "9" * 400)).status == "needs_review"


@pytest.mark.parametrize(
    ("row", "configuration"),
    [
        ("Hidden size 40 -> 20: 53.1 %", {"hidden_size": 20}),
        ("Epochs from 100 to 200: 58.1 %", {"epochs": 200}),
        ("Batch size 10 → 5: 58.1 %", {"batch_size": 5}),
        ("Hidden size (20): 53.1 %", {"hidden_size": 20}),
        ("+100 epochs: 58.1 %", {"epochs": 200}),
        ("hidden size doubled: 58.1 %", {"hidden_size": 80}),
    ],
)
def test_changes_are_read_as_what_they_lead_to(row: str, configuration: dict[str, float]) -> None:
    (claim,), unread = read_claims(row, INITIAL)
    assert claim.configuration == configuration
    assert not unread


@pytest.mark.parametrize(
    "more",
    [
        "\nWith 200 epochs the training loss fell by 95%\n",
        "\n| Configuration | Test accuracy (%) |\n|---|---|\n| Initial configuration | 95.2 |\n",
    ],
    ids=["prose", "another table"],
)
def test_other_figures_are_no_rows(more: str) -> None:
    assert finding(BY_PHRASE + more).status == "passed"


@pytest.mark.parametrize(
    "row", ["| Initial configuration | 50-55 % |", "- Dropout 0.2: 57.1 %"], ids=["a range", "no parameter"]
)
def test_a_row_that_cannot_be_read_needs_review_and_costs_nothing(row: str) -> None:
    found = finding(BY_PHRASE.replace("| Initial configuration | 56.0792 % |", row))
    assert found.status == "needs_review", found.message


def test_a_conclusion_that_the_table_contradicts_needs_review() -> None:
    wrong = BY_COLUMN + "\nThe best result was reached with 20 hidden units (hidden size 20).\n"
    found = finding(wrong)
    assert found.status == "needs_review"
    assert "names hidden size 20 (53.8 %) as the best; the table has 59.45 % for epochs 200" in str(found.message)
    assert finding(BY_COLUMN + "\nThe best result was reached with 200 epochs.\n").status == "passed"


def test_equal_figures_of_different_rows_need_review_and_missing_rows_cost_their_share() -> None:
    assert "have the same percentage, 59.45 %." in str(finding(BY_COLUMN.replace("57.76", "59.45")).message)
    short = finding(BY_COLUMN.replace("| 40 | 3 | 100 | 56.64 % |\n", ""))
    assert (short.status, str(short.credit)) == ("failed", "0.80")


def test_rows_that_change_several_parameters_count_only_where_the_rubric_lets_them() -> None:
    strict = CHECK.model_copy(update={"one_change": True})
    found = finding(BY_PHRASE, strict)
    assert found.status == "failed"
    assert "4 different configurations; 5 are required. 1 more row changes several parameters at once." in str(
        found.message
    )


def test_an_untrained_configuration_is_named_and_judged_once_it_is_trained(tmp_path: Path) -> None:
    text = BY_COLUMN.replace("| 40 | 3 | 100 | 56.64 % |", "| 40 | 15 | 100 | 56.64 % |")
    name = "hidden 40, shift 15, epochs 100, batch 10, lr 0.01"
    assert CHECK.unmeasured(text) == [name]
    assert verdicts(finding(text))[-1] == "not measured"
    for seed, percent in enumerate((44.0, 45.0, 46.0, 45.5), 1):
        ResultsDatabase(tmp_path).add_training(name, seed, percent, "a test")
    found = finding(text, distributions=enough(ResultsDatabase(tmp_path).trainings()))
    assert found.status == "needs_review"
    assert verdicts(found)[-1] == "not possible"


def test_a_wider_sample_is_less_sure_and_quantiles_are_those_of_the_normal() -> None:
    few = Distribution((55.0, 57.0, 59.0))
    many = Distribution((55.0, 57.0, 59.0) * 5)
    assert few.quantile(57.0) == pytest.approx(0.5)
    assert few.quantile(53.0) > many.quantile(53.0)
    assert few.percentile(5) == pytest.approx(57 - 1.645 * 2 * (4 / 3) ** 0.5, abs=0.01)


def test_a_rubric_with_an_unknown_calibration_or_half_a_configuration_is_refused() -> None:
    assert "no calibration named nowhere" in CHECK.model_copy(update={"distribution": "nowhere"}).mistake_in_keys()
    assert (
        "initial lacks epochs"
        in CHECK.model_copy(update={"initial": {k: v for k, v in INITIAL.items() if k != "epochs"}}).mistake_in_keys()
    )
    assert CHECK.mistake_in_keys() == ""


def test_figures_of_another_model_are_not_held_against_it_in_silence() -> None:
    check = CHECK.model_copy(update={"model": "model-output"})
    before = Finding("model-output", "same_output", "m", "The model", Status.failed, "off")
    found = finding_of(check, BY_PHRASE.replace("56.0792", "31"), {"model-output": before})
    assert found.status == "needs_review"
    assert "31 % is lower than in any of our runs" in str(found.message)
    assert str(found.message).endswith(
        "The check of the team's model did not pass, so no code supports the percentages."
    )


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.failed, "The check of the team's model did not pass, so no code supports the percentages."),
        (Status.skipped, "The check of the team's model did not pass, so no code supports the percentages."),
        (Status.needs_review, "The check of the team's model did not pass, so no code supports the percentages."),
        (Status.error, "The check of the team's model did not pass, so no code supports the percentages."),
        (None, "The check of the team's model has no result, so no code supports the percentages."),
        (Status.passed, ""),
    ],
)
@pytest.mark.parametrize("rows", [5, 6], ids=["enough rows", "too few rows"])
def test_plausible_figures_without_a_model_that_works_need_review(
    status: Status | None, reason: str, rows: int
) -> None:
    check = CHECK.model_copy(update={"model": "model-output", "rows": rows})
    before = {} if status is None else {"model-output": replace(PASSED["model-output"], status=status)}
    found = finding_of(check, BY_PHRASE, before)
    decided = "passed" if rows == 5 else "failed"
    assert (found.status, str(found.message) if reason else "") == ("needs_review" if reason else decided, reason)


def test_a_table_in_a_submission_without_code_needs_review() -> None:
    found = finding_of(CHECK, BY_PHRASE)
    assert found.status == "needs_review"
    assert str(found.message) == "The submission has no code that supports the percentages."
    assert finding(BY_PHRASE).status == "passed"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (("| 100 |", "| 101 |"), "passed"),
        (("| 100 |", "| 99 |"), "passed"),
        (("| 20 | 10 | 100 | 53.80", "| 30 | 10 | 100 | 53.80"), "passed"),
        (("| 20 | 10 | 100 | 53.80", "| 30 | 10 | 100 | 68.80"), "needs_review"),
        (("| 20 | 10 | 100 | 53.80", "| 20 | 10 | 101 | 62.90"), "needs_review"),
        (("| 20 | 10 | 100 | 53.80", "| 20 | 10 | 1 | 60.30"), "needs_review"),
        (("| 20 | 10 | 100 | 53.80", "| 2 | 2 | 100 | 60.20"), "needs_review"),
        (("| 20 | 10 | 100 | 53.80", "| 400 | 10 | 100 | 58.80"), "needs_review"),
    ],
    ids=["the template's epochs", "one epoch less", "between two", "between two and too good", "too good at 101 epochs",
         "one epoch", "two units", "beyond all"],
)  # fmt: skip
def test_a_row_is_compared_with_what_is_near_it_and_waits_if_nothing_is(change: tuple[str, str], status: str) -> None:
    assert finding(BY_COLUMN.replace(*change)).status == status


TABLE = """\
Configuration | Hidden | Shift | Epochs | Removed (%)
Initial | 40 | 10 | 100 | {first}
More epochs | 40 | 10 | 200 | 59.45
Smaller | 20 | 10 | 100 | 53.80
Larger | 60 | 10 | 100 | 57.76
Other shift | 40 | 3 | 100 | {last}
"""


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        ("58.51", "56.64", "passed"),
        ("70", "56.64", "needs_review"),
        ("31", "56.64", "needs_review"),
        ("158.5", "56.64", "failed"),
        ("-3", "56.64", "needs_review"),  # a training that diverges adds noise
        ("58.51", "58.51", "needs_review"),
    ],
    ids=["honest", "too good", "too bad", "over 100", "negative", "twice the same"],
)
def test_table_claims(first: str, last: str, status: str) -> None:
    verdict = shipped_check("q4-table").judge(context(TABLE.format(first=first, last=last), findings=PASSED))
    assert verdict.status == status


def test_missing_rows_cost_their_share() -> None:
    text = "\n".join(TABLE.format(first="58.5", last="56.6").splitlines()[:-1])
    verdict = shipped_check("q4-table").judge(context(text, findings=PASSED))
    assert (verdict.status, verdict.credit) == (Status.failed, Decimal("0.80"))


def test_no_table_needs_review() -> None:
    assert shipped_check("q4-table").judge(context("We removed a lot of noise.")).status == "needs_review"


HEAD = "| hidden size | shift | epochs | noise removed (%) | training time (s) |\n|---|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (HEAD + "".join(f"| {h} | 10 | 100 | 5{n}.5{n} | 120 |\n" for n, h in enumerate((40, 20, 60, 70, 30), 4)), "passed"),
        (TABLE.format(first="58.51", last="56.64").replace("Removed", "Remaining"), "needs_review"),
        ("Configuration | Noise removed (%)\n" + "".join(f"hidden {h} | 57.{h} %\n" for h in (20, 60, 70, 30)) + "optimizer SGD | 57.2\n", "needs_review"),
        ("".join(f"hidden {h} | 57.{n} %\n" for n, h in enumerate((40, 40, 40, 40, 40))), "failed"),
    ],
    ids=["a column more", "remaining", "a row that is not read", "one configuration five times"],
)  # fmt: skip
def test_tables_that_were_once_misread(answer: str, status: str) -> None:
    assert shipped_check("q4-table").judge(context(answer, findings=PASSED)).status == status


def test_a_table_is_translated_with_its_rows() -> None:
    found = finding(BY_PHRASE.replace("56.0792", "70"))
    assert translated(found.message, "de").startswith(
        "Initial configuration: 70 % ist höher als in jedem unserer Läufe: "
    )
    [table] = [detail for detail in found.details if isinstance(detail, Table)]
    rows = [[translated(cell, "de") for cell in row] for row in table.rows]
    assert [row[-1] for row in rows] == ["nicht möglich", *["stimmig"] * 4]
    assert rows[4][:2] == ["Hidden size 80 and shift 5", "Hidden Size 80, Shift 5"]
