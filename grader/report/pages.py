"""The two pages: one report per team for the student, one index for the tutor."""

from __future__ import annotations

import base64
import collections
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import jinja2
from markupsafe import Markup

from grader.model import Detail, Quote, Report, ScoredCheck, ScoredQuestion
from grader.model.language import Language
from grader.model.message import NOTHING, Text
from grader.model.summary import SubmissionSummary, common_failures, shared_causes
from grader.report import safe_html, svg_charts
from grader.report.class_index import Flagged, class_index
from grader.report.class_medians import Medians
from grader.report.code_html import code_style
from grader.report.excerpts import excerpt_at, excerpts
from grader.report.for_students import for_students
from grader.report.i18n import catalogue, translated
from grader.report.lost_points import first_screen
from grader.report.status_words import SIGNS, WORDS
from grader.report.svg_charts import share_bar
from grader.report.translate import in_language
from grader.text import plain, points

DOMAIN = "report"  # the catalogue with the words of these pages


@cache
def _environment(language: Language = "en") -> jinja2.Environment:
    folder = Path(__file__).with_name("templates")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    environment.install_gettext_translations(catalogue(DOMAIN, language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(points=points, plain=plain, breakable=safe_html.breakable)
    style, script = ((folder / name).read_text(encoding="utf-8").strip() for name in ("style.css", "index.js"))
    environment.globals.update(
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=_hash(style),
        script=Markup(script),  # noqa: S704 - our own file
        script_hash="",
        quote=safe_html.quote,
        chart=svg_charts.chart,
        spread=svg_charts.spread,
        trace=svg_charts.trace,
        bars=svg_charts.bars,
        words=WORDS,
        signs=SIGNS,
        language=language,
    )
    return environment


def _hash(content: str) -> str:
    """Return the source expression by which the page's policy allows this text and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def page(template: str, style: str, language: Language = "en", **values: object) -> str:
    """Return a page with a given body, with `style` after the common style."""
    whole = f"{_environment().globals['style']}\n{style.strip()}"
    safe = Markup(whole)  # noqa: S704 - our own words
    return _environment(language).get_template(template).render(style=safe, style_hash=_hash(whole), **values)


def policy_of(html: str, frame: bool = False) -> str:
    """Return the policy for a page from a server: it may load only its own style sheet and cannot leave a frame."""
    style = html.partition("<style>")[2].partition("</style>")[0]
    inside = "sandbox allow-same-origin; frame-ancestors 'self'" if frame else "frame-ancestors 'none'"
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'; {inside}"
    )


def report_page(report: Report, medians: Medians | None = None) -> str:
    """Return the report of one team as one self-contained HTML page, without what is for tutors.

    `medians` of the class are shown where the rubric says so.
    """
    report = in_language(for_students(report))
    style = f"{_environment().globals['style']}\n{code_style()}"
    return _environment(report.language).get_template("report.html").render(
        details_of=_details_of, excerpt_of=excerpts(report), excerpt_at=partial(excerpt_at, report),
        first=first_screen(report.grade), share_bar=share_bar,
        late=any(s.finding.late and s.finding.status == "failed" for q in report.grade.questions for s in q.checks),
        medians=medians if report.class_statistics else None, report=report, grade=report.grade,
        style=Markup(style), style_hash=_hash(style),  # noqa: S704 - our own words
    )  # fmt: skip


def _details_of(question: ScoredQuestion) -> Callable[[ScoredCheck], list[Detail]]:
    """Return a function that gives a check's details; an answer is shown once in each question, with highlights."""
    first: dict[str, str] = {}
    highlights: dict[str, tuple[str, ...]] = collections.defaultdict(tuple)
    for scored in question.checks:
        for detail in scored.finding.details:
            if isinstance(detail, Quote):
                first.setdefault(detail.text, scored.finding.check)
                highlights[detail.text] += detail.highlights

    def details(scored: ScoredCheck) -> list[Detail]:
        found: list[Detail] = []
        for detail in scored.finding.details:
            if not isinstance(detail, Quote):
                found.append(detail)
            elif first[detail.text] == scored.finding.check:
                found.append(replace(detail, highlights=highlights[detail.text]))
        return found

    return details


def index_page(
    title: str,
    rows: Sequence[SubmissionSummary],
    flagged: Flagged = (),
    links: Sequence[tuple[str, str]] = (),
    language: Language = "en",
    proof: Text = NOTHING,
) -> str:
    """Return the tutor's overview of `rows`; `links` are address and name of further pages, `proof` is the rubric's."""
    causes = [
        (translated(one.why, language), translated(one.title, language), one.check, one.id, len(one.teams))
        for one in shared_causes(rows)
    ]
    lines = [proof, *(failure.in_words() for failure in common_failures(rows))]
    environment = _environment(language)
    return environment.get_template("index.html").render(
        causes=causes, lines=[translated(one, language) for one in lines if one], title=title, links=links,
        index=class_index(rows, flagged), translated=lambda text: translated(text, language),
        flagged=[(override, translated(why, language)) for override, why in flagged],
        script_hash=_hash(str(environment.globals["script"])),
    )  # fmt: skip
