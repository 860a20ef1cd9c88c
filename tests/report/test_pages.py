"""Reports: everything from a submission is escaped, nothing is loaded, and pages are complete and small."""

from __future__ import annotations

import html.parser
import itertools
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from grader.desk.new_overrides import SubmissionAtQuestion
from grader.desk.rendering import work_page
from grader.grading.assemble import MAX_SOURCE, make_report
from grader.grading.pipeline import grade
from grader.ingest.discover import Source
from grader.model import (
    Cell,
    CellRun,
    Chart,
    Evidence,
    Finding,
    Grade,
    Member,
    Notice,
    NoticeCode,
    Override,
    Quote,
    Report,
    ScoredCheck,
    ScoredQuestion,
    Series,
    Stage,
    Status,
    Submission,
    Table,
    Trace,
    say,
)
from grader.model.summary import summary_of
from grader.report import pages, safe_html, serialize
from grader.rubric.load import parse_rubric
from grader.scoring.score import apply_overrides, score
from grader.text import points

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}\x1b[31m\u202e</style>"
RUBRIC = parse_rubric(
    """\
rubric: 1
title: Example
points: 2
questions:
  - id: q
    title: Question
    points: 2
    checks:
      - {kind: manual, id: one, points: 1, guide: g}
      - {kind: manual, id: two, points: 1, guide: g}
""",
    "r.yaml",
)


def report_with(words: str) -> Report:
    details = (
        Quote(words, words + " $" + words + "$ $x_1$", words, (words, "x")),
        Table(words, (words, "b"), ((words, words),)),
        Chart(words, words, words, (Series(words, (0.0, 1.0), (1.0, 2.0)), Series("b", (0.0, 1.0), (0.0, 1.0))), words),
        Trace(words, (Stage(words, words, words, words), Stage("b", "", "x"))),
    )
    findings = [
        Finding("one", "manual", "q", words, Status.failed, words, words, Decimal(0), details),
        Finding("two", "manual", "q", words, Status.needs_review, words, words),
    ]
    return Report(
        words, words, words, "0" * 64, (Member(words, words, words, words),), None, (Notice(NoticeCode.damaged, words, words, True),),
        score(RUBRIC, findings), {}, (), {"python": words}, {"seed": 42},
    )  # fmt: skip


def test_a_report_has_the_code_of_cells_for_the_tutor_but_its_page_does_not_show_it() -> None:
    sources = ("secret = 1", "x" * 30_000, "half = '\ud800'")
    cells = tuple(Cell(number, source, "a.ipynb") for number, source in enumerate(sources, 1))
    runs = tuple(CellRun(cell.number, "ok", seconds=1) for cell in cells)
    grade_ = report_with("words").grade
    made = make_report(Submission("T", "t.zip", "", cells=cells), Evidence(cells=runs), RUBRIC, grade_)
    kept = [run.source for run in serialize.from_json(serialize.to_json(made)).cells]
    assert kept == ["secret = 1", "x" * MAX_SOURCE + "\n[the rest is left out]", "half = '?'"]
    assert "secret" not in pages.report_page(made)


class Tags(html.parser.HTMLParser):
    """Collects the tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_hostile_words_never_become_markup() -> None:
    page = pages.report_page(report_with(EVIL))
    found = Tags(page)
    names = [tag for tag, _ in found.tags]
    assert "script" not in names
    assert "img" not in names
    assert names.count("style") == 1
    assert not [a for _, attributes in found.tags for a in attributes if a.startswith("on") or a in ("src", "style")]
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "49" not in page


def test_the_index_allows_only_its_own_script() -> None:
    page = pages.index_page(EVIL, [summary_of(report_with(EVIL))])
    found = Tags(page)
    assert [tag for tag, _ in found.tags].count("script") == 1
    policy = next(a["content"] for tag, a in found.tags if tag == "meta" and "content" in a and "http-equiv" in a)
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_policy_hashes_fit_what_stands_in_the_page() -> None:
    page = pages.index_page("title", [summary_of(report_with("words"))])
    for tag in ("style", "script"):
        content = page.split(f"<{tag}>")[1].split(f"</{tag}>")[0]
        assert pages._hash(content) in page


def test_the_page_says_what_is_open_and_links_resolve() -> None:
    page = pages.report_page(report_with("words"))
    found = Tags(page)
    ids = {a["id"] for _, a in found.tags if a.get("id")}
    links = [a["href"] for tag, a in found.tags if tag == "a"]
    assert links
    assert all(link and link[1:] in ids for link in links)
    assert "Needs review" in page
    labelled = [a["aria-labelledby"] for _, a in found.tags if "aria-labelledby" in a]
    assert set(labelled) <= ids
    pictures = [a for tag, a in found.tags if tag == "svg" and a.get("role") == "img"]
    assert pictures
    assert all(a.get("aria-label") for a in pictures)
    headings = [int(tag[1]) for tag, _ in found.tags if tag in ("h1", "h2", "h3", "h4")]
    assert all(b - a <= 1 for a, b in itertools.pairwise(headings))


@pytest.mark.parametrize(
    "latex", [r"\frac{a}{b}", r"\sigma'(z_{k+1})", r"\begin{pmatrix}1&2\end{pmatrix}", r"\mathbf{W}^\top"]
)
def test_formulas_become_mathml(latex: str) -> None:
    assert str(safe_html.formula(latex)).startswith("<math")


@pytest.mark.parametrize(
    "latex",
    [r"\href{javascript:alert(1)}{x}", r"\text{<script>alert(1)</script>}", r"\unknown{", "{" * 2000, r"\html{<b>}"],
)
def test_hostile_formulas_are_harmless(latex: str) -> None:
    shown = str(safe_html.formula(latex))
    assert "<script" not in shown
    assert "href=" not in shown


def test_json_comes_back_as_the_same_report() -> None:
    report = report_with(EVIL)
    assert serialize.from_json(serialize.to_json(report)) == replace(report)


def test_csv_never_holds_a_formula() -> None:
    member = Member("=HYPERLINK(1)", "1000101", "+a@stud.example.org", "a.md")
    table = serialize.to_csv([summary_of(replace(report_with("x"), team="@team", members=(member,)))])
    assert table.splitlines()[1].startswith("'@team,'=HYPERLINK(1),1000101,'+a@stud.example.org")


@pytest.mark.parametrize(
    ("value", "shown"), [("0.50", "0.5"), ("10", "10"), ("0", "0"), ("-0.25", "-0.25"), ("1E+1", "10")]
)
def test_points_without_trailing_zeros(value: str, shown: str) -> None:
    assert points(Decimal(value)) == shown


def test_a_real_report_is_small_and_self_contained(submissions: Path) -> None:
    from tests.helpers import shipped

    name = "Kunstname_1000305_Lorem_1000306.zip"
    page = pages.report_page(grade(Source(name, submissions / "cnn-rnn" / name), shipped("cnn-rnn")).report)
    assert len(page.encode()) < 400_000
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert not [a for _, a in Tags(page).tags if "src" in a]


def test_words_that_a_note_highlights_are_highlighted_for_the_tutor(tmp_path: Path) -> None:
    """A student who sees the words that are looked for argues with the list."""
    rubric = parse_rubric(
        "rubric: 1\ntitle: T\npoints: 1\nquestions:\n  - id: q\n    title: Q\n    points: 1\n    answer: {number: ['1']}\n"
        "    checks:\n      - {kind: expression, id: formula, points: 1, names: {a: [], b: []}, equals: a b}\n"
        "      - {kind: mentions, id: note, concepts: {gated cells: [LSTM]}}\n",
        "r.yaml",
    )
    (tmp_path / "answers.md").write_text("# Exercise 1\nFor an lstm it is $g = b a$.\n")
    made = grade(Source("answers.md", tmp_path / "answers.md"), rubric).report
    assert "<mark>" not in pages.report_page(made)
    question = made.grade.questions[1]
    html, _ = work_page(SubmissionAtQuestion("name", made, question, summary_of(made)), "Submission 3")
    assert "Submission of Submission 3" in html
    assert html.count("<mark>lstm</mark>") == 1


def test_text_that_may_belong_to_an_answer_is_shown_beside_it_to_the_tutor(tmp_path: Path) -> None:
    rubric = parse_rubric(
        "rubric: 1\ntitle: T\npoints: 1\nquestions:\n  - {id: q, title: Q, points: 1, answer: {number: ['4.1']}, "
        "checks: [{kind: word_limit, id: short, points: 1, most: 3}]}\n",
        "r.yaml",
    )
    (tmp_path / "answers.md").write_text(f"## 4.1\n\nOnly three words.\n\n## More\n\nAnd {EVIL} behind it.\n")
    made = grade(Source("answers.md", tmp_path / "answers.md"), rubric).report
    assert made.grade.unresolved == ("short",)
    html, _ = work_page(SubmissionAtQuestion("name", made, made.grade.questions[1], summary_of(made)), "Submission 3")
    assert "Text that may belong to the answer" in html
    assert "behind it." in html
    assert "<script>alert" not in html
    assert "Text that may belong" not in pages.report_page(made)


def test_a_page_for_students_explains_needs_review_once() -> None:
    page = pages.report_page(report_with("words"))
    assert page.count("“Needs review” means that a tutor grades the item") == 1
    assert "person" not in page


def test_points_of_a_tutor_have_the_right_plural_in_both_languages() -> None:
    findings = [Finding(name, "manual", "q", "T", Status.needs_review, "m") for name in ("one", "two")]
    overrides = [Override("T", "one", Decimal(1), "Tutor", "a"), Override("T", "two", Decimal("0.5"), "Tutor", "b")]
    graded = apply_overrides(score(RUBRIC, findings), overrides)
    english = replace(report_with("words"), grade=graded)
    page = pages.report_page(english)
    assert "Graded by Tutor: 1 point." in page
    assert "Graded by Tutor: 0.5 points." in page
    assert "Graded by a tutor" in page
    assert page.index("What cost points") < page.index("0.5 points.") < page.index("Points by question")
    assert "Bewertet von Tutor: 1 Punkt." in pages.report_page(replace(english, language="de"))


def test_a_question_without_grades_is_not_shown_as_zero() -> None:
    findings = [Finding(name, "manual", "q", "T", Status.needs_review, "m") for name in ("one", "two")]
    made = replace(report_with("words"), grade=score(RUBRIC, findings))
    assert "– of 2 (not graded yet)" in pages.report_page(made)
    part = apply_overrides(score(RUBRIC, findings), [Override("T", "one", Decimal(0), "Tutor", "a")])
    page = pages.report_page(replace(made, grade=part))
    assert "0 of 2 so far" in page
    assert "(not graded yet)" not in page


def test_the_index_says_whether_the_rubric_is_proved_and_the_page_for_students_does_not() -> None:
    proof = say("{noticed} of {n} <b> noticed.", noticed=37, n=40)
    made = replace(report_with("words"), proof=proof)
    assert "<p>37 of 40 &lt;b&gt; noticed.</p>" in pages.index_page("title", [summary_of(made)], proof=proof)
    assert "noticed" not in pages.report_page(made)
    assert serialize.from_json(serialize.to_json(made)).proof == proof


def test_the_index_names_a_check_that_most_teams_fail_in_the_same_way() -> None:
    failed = Finding("c", "outputs", "q", "Title", Status.failed, say("Differs by {n}.", n=1))
    question = ScoredQuestion(
        "q", "Q", Decimal(1), False, Decimal(0), Decimal(0), (ScoredCheck(failed, Decimal(1), Decimal(0), None),)
    )
    row = summary_of(replace(report_with("w"), grade=Grade(Decimal(1), Decimal(0), Decimal(0), (question,), ())))
    assert "6 of 6 teams fail Title (c) in the same way" in pages.index_page("title", [row] * 6)
    assert "in the same way" not in pages.index_page("title", [row] * 5)
