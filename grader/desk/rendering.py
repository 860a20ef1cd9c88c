"""Render the desk's pages; the words of a submission get a page of their own, which may run and load nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from grader.desk.new_overrides import SubmissionAtQuestion
from grader.desk.relevant_cells import relevant_cells
from grader.model import Quote, Report, ScoredQuestion
from grader.model.language import Language
from grader.report.code_html import code_lines, code_style
from grader.report.i18n import catalogue, translated
from grader.report.pages import page as own_page
from grader.report.pages import policy_of, report_page
from grader.report.safe_html import breakable, quote
from grader.report.status_words import SIGNS, WORDS
from grader.report.svg_charts import bars
from grader.report.translate import in_language
from grader.results.line_comments import StoredLineComment
from grader.text import plain, points

DOMAIN = "desk"  # the catalogue with the words of these pages
WORK_STYLE = (
    "body{max-width:none;padding:.8rem}blockquote{max-height:none}"
    ".cell{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,1fr);gap:.6rem}"
    ".cell.silent{grid-template-columns:minmax(0,1fr)}"
    ".source{font-family:ui-monospace,monospace;font-size:.85rem;white-space:normal;overflow-x:auto}"
    "@media(max-width:28rem){.cell{grid-template-columns:minmax(0,1fr);gap:0}}"
    ".source .row{display:block;white-space:pre;cursor:pointer;min-width:max-content}"
    ".source .row::before{content:attr(data-n);display:inline-block;width:2.6em;margin-right:.8em;text-align:right;"
    "color:var(--soft)}.source{padding:.4rem}.source .by{white-space:pre-line;font-family:system-ui}"
    "figure{margin:.6rem 0}img{max-width:100%;height:auto;border:1px solid var(--line)}"
)


@cache
def _environment(language: Language = "en") -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    environment.install_gettext_translations(catalogue(DOMAIN, language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        points=points,
        signed=signed,
        plain=plain,
        breakable=breakable,
        translated=lambda text: translated(text, language),
    )
    environment.globals.update(words=WORDS, signs=SIGNS, language=language, formula=formula, bars=bars)
    return environment


def formula(words: str) -> Markup:
    """Return a tutor's comment with rendered formulas, as in reports."""
    return quote(words, ())


def signed(number: Decimal | None) -> str:
    """Return the points of a rubric item with their sign; a dash for an item without points."""
    return "–" if number is None else f"{'+' if number > 0 else '−' if number < 0 else ''}{points(abs(number))}"


def page(template: str, language: Language = "en", **values: object) -> str:
    """Return a page of the desk."""
    return _environment(language).get_template(template).render(**values)


def work_page(item: SubmissionAtQuestion, called: str, comments: Sequence[StoredLineComment] = ()) -> tuple[str, str]:
    """Return the work for a question of a team, by what it is `called`, as a page, and the policy to send with it."""
    report = in_language(replace(item.report, team=called))
    question = next(one for one in report.grade.questions if one.id == item.question.id)
    answer = report.answers.get(question.id)
    details = [d for scored in question.checks for d in scored.finding.details if not isinstance(d, Quote)]
    html = own_page(
        "work.html", WORK_STYLE + code_style(), report.language, report=report, answer=answer, details=details,
        highlights=_highlights(question, answer.text if answer else ""), code_lines=code_lines,
        comments=_by_line(comments),
        relevant=relevant_cells(report.cells, question),
        pictures=(*report.pictures.get(question.id, ()), *report.pages.get(question.id, ())),
    )  # fmt: skip
    return html, policy_of(html, frame=True)


def _by_line(comments: Sequence[StoredLineComment]) -> dict[tuple[int, int], list[StoredLineComment]]:
    found: dict[tuple[int, int], list[StoredLineComment]] = {}
    for one in comments:
        found.setdefault((one.cell, one.line), []).append(one)
    return found


def _highlights(question: ScoredQuestion, text: str) -> tuple[str, ...]:
    """Return the phrases of an answer that checks found, notes for the tutor included."""
    details = (d for scored in question.checks for d in scored.finding.details)
    return tuple(phrase for d in details if isinstance(d, Quote) and d.text == text for phrase in d.highlights)


def preview(report: Report) -> tuple[str, str]:
    """Return a report as it would be published, and the policy to send with it."""
    html = report_page(report)
    return html, policy_of(html, frame=True)
