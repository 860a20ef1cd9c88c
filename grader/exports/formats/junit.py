"""The format `junit`: JUnit XML, a suite for each team and a case for each check."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from grader.exports.export_format import Export, Format, Inputs
from grader.exports.result import Result, Team, Test, full_title, result_of, settled
from grader.text import points

MAX_CHARACTERS = 20_000
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The JUnit result of each status: only mistakes of students are failures; a grader error is an error.
KINDS = {"failed": "failure", "error": "error", "skipped": "skipped", "needs_review": "skipped"}


def _make(inputs: Inputs) -> Export:
    doubts: list[str] = []
    data = to_xml(result_of(inputs, doubts), inputs.seconds())
    return Export((("junit.xml", data),), doubts=tuple(doubts))


def to_xml(result: Result, seconds: Mapping[str, float] = {}) -> bytes:
    """Return the result as XML, with the seconds of each submission's run by its digest.

    Characters that XML does not allow are left out, and long texts are cut.
    """
    root = Element("testsuites", name=legal(result.rubric))
    total: Counter[str] = Counter()
    for team in result.teams:
        total += _suite(root, team, seconds.get(team.digest, 0.0))
    _counted(root, total, sum(seconds.get(team.digest, 0.0) for team in result.teams))
    ElementTree.indent(root, " ")
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(root: Element, team: Team, seconds: float) -> Counter[str]:
    suite = SubElement(root, "testsuite", name=legal(team.name))
    properties = SubElement(suite, "properties")
    total = "" if team.total is None else points(team.total)
    for name, value in (
        ("points", total),
        ("points_so_far", points(team.certain)),
        ("max_points", points(team.max_score)),
    ):
        SubElement(properties, "property", name=name, value=value)
    counts: Counter[str] = Counter()
    for test in team.tests:
        counts["tests"] += 1
        counts[_case(suite, team, test)] += 1
    _counted(suite, counts, seconds)
    return counts


def _case(suite: Element, team: Team, test: Test) -> str:
    """Add a case and return its result; the names are the same in every run."""
    name = legal(f"{full_title(test)} ({test.id})")
    case = SubElement(suite, "testcase", name=name, classname=legal(f"{team.name}.{test.question}"), time="0")
    if test.file:
        case.set("file", legal(test.file))
    if test.line is not None:
        case.set("line", str(test.line))
    properties = SubElement(case, "properties")
    score = "" if test.score is None else points(test.score)
    for name, value in (("title", legal(test.title)), ("points", score), ("max_points", points(test.max_score))):
        SubElement(properties, "property", name=name, value=value)
    kind = KINDS.get(settled(test), "")
    words = legal(f"{test.message} {test.hint}".strip())
    if kind == "skipped":  # viewers show both as skipped, so the message tells them apart
        who = "to review by a tutor" if settled(test) == "needs_review" else "not checked"
        SubElement(case, kind, message=f"{who}: {words}")
    elif kind:
        SubElement(case, kind, message=words, type=settled(test)).text = words
    return {"failure": "failures", "error": "errors"}.get(kind, kind)


def _counted(element: Element, counts: Counter[str], seconds: float) -> None:
    for name in ("tests", "failures", "errors", "skipped"):
        element.set(name, str(counts[name]))
    element.set("time", f"{seconds:.3f}")


def legal(text: str) -> str:
    """Return text that XML 1.0 allows, of a bounded length."""
    return _ILLEGAL.sub("", text)[:MAX_CHARACTERS]


FORMAT = Format("junit", "JUnit XML for GitLab, Jenkins and others.", _make)
