"""A report as its students get it, on every page and in every export: without what was written for tutors."""

from __future__ import annotations

from dataclasses import replace

from grader.model import NOTHING, Report, ScoredCheck


def for_students(report: Report) -> Report:
    """Return the report without notes for tutors.

    Left out are checks that only note something, notes and readings of findings, the reasons by which findings are
    grouped, the proof of the rubric, and the guides of rubric items; with `show_guide` in the rubric, a guide is shown
    once its item is graded.
    """
    questions = tuple(
        replace(q, checks=tuple(_shown(s, report.show_guide) for s in q.checks if not s.finding.note_only))
        for q in report.grade.questions
    )
    notices = tuple(notice.for_students for notice in report.notices)
    return replace(report, grade=replace(report.grade, questions=questions), notices=notices, proof=NOTHING)


def _shown(scored: ScoredCheck, show_guide: bool) -> ScoredCheck:
    guide = scored.finding.guide if show_guide and scored.earned is not None else ""
    finding = replace(scored.finding, guide=guide, note=NOTHING, reading="", group="", why=NOTHING)
    return replace(scored, finding=finding)
