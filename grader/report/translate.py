"""Translate a report: findings and notices; the words of a submission and of a tutor stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grader.model import Chart, Detail, Finding, Notice, PageImage, Quote, Report, ScoredCheck, Spread, Table, Trace
from grader.report.i18n import translated


def in_language(report: Report) -> Report:
    """Return `report` with the words of the program in the report's language."""
    language = report.language
    questions = tuple(
        replace(q, title=translated(q.title, language), checks=tuple(_scored(scored, language) for scored in q.checks))
        for q in report.grade.questions
    )
    pages, pictures = (_captioned(shown, language) for shown in (report.pages, report.pictures))
    notices = tuple(_notice(notice, language) for notice in report.notices)
    grade, proof = replace(report.grade, questions=questions), translated(report.proof, language)
    return replace(report, grade=grade, notices=notices, pages=pages, pictures=pictures, proof=proof)


def _captioned(shown: Mapping[str, tuple[PageImage, ...]], language: str) -> dict[str, tuple[PageImage, ...]]:
    return {
        question: tuple(replace(one, title=translated(one.title, language)) for one in several)
        for question, several in shown.items()
    }


def _notice(notice: Notice, language: str) -> Notice:
    return replace(notice, message=translated(notice.message, language), hint=translated(notice.hint, language))


def _scored(scored: ScoredCheck, language: str) -> ScoredCheck:
    return replace(scored, finding=in_words(scored.finding, language))


def in_words(finding: Finding, language: str) -> Finding:
    """Return a finding in another language; a guide has the rubric's own words."""
    return replace(
        finding,
        title=translated(finding.title, language),
        message=translated(finding.message, language),
        hint=translated(finding.hint, language),
        note=translated(finding.note, language),
        details=tuple(_detail(detail, language) for detail in finding.details),
    )


def _detail(detail: Detail, language: str) -> Detail:
    title = translated(detail.title, language)
    if isinstance(detail, Quote | Trace):
        return replace(detail, title=title)
    if isinstance(detail, Table):
        rows = tuple(tuple(translated(cell, language) for cell in row) for row in detail.rows)
        return replace(detail, title=title, head=tuple(translated(cell, language) for cell in detail.head), rows=rows)
    alt = translated(detail.alt, language)
    if isinstance(detail, Spread):
        spread = tuple(replace(row, name=translated(row.name, language)) for row in detail.rows)
        return replace(detail, rows=spread, title=title, unit=translated(detail.unit, language), alt=alt)
    return _chart(detail, title, alt, language)


def _chart(chart: Chart, title: str, alt: str, language: str) -> Chart:
    series = tuple(replace(one, name=translated(one.name, language)) for one in chart.series)
    x_label, y_label = translated(chart.x_label, language), translated(chart.y_label, language)
    return replace(chart, title=title, alt=alt, x_label=x_label, y_label=y_label, series=series)
