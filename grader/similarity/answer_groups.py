"""Group the answers that need review: equal ones share one decision, and nearly equal ones are named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from grader.model import Report, ScoredCheck
from grader.model.message import Text
from grader.model.summary import group_id
from grader.similarity.likeness import NEAR, Likeness


@dataclass(frozen=True)
class Group:
    """Unresolved answers with the same meaning; `near` names the groups with nearly the same words."""

    id: str
    check: str
    title: Text
    answers: str
    max_effect: str
    teams: tuple[str, ...]
    text: str
    message: Text
    near: tuple[str, ...] = ()


def open_groups(reports: Sequence[Report], decided: bool = False) -> list[Group]:
    """Return the groups that need review, the largest first in each check; with `decided`, also the decided ones."""
    members: dict[tuple[str, str], list[tuple[Report, str, ScoredCheck]]] = defaultdict(list)
    for report in reports:
        for question in report.grade.questions:
            for scored in question.checks:
                closed = decided and scored.override is not None and not scored.override.team
                if scored.finding.group and (scored.earned is None or closed):
                    key = (scored.finding.check, scored.finding.group)
                    members[key].append((report, question.id, scored))
    groups = []
    for (check, answers), found in members.items():
        report, question_id, scored = found[0]
        answer = report.answers.get(question_id)
        teams = tuple(sorted(one.team for one, _, _ in found))
        finding = scored.finding
        text = str(finding.why) or (answer.text if answer else "")
        groups.append(
            Group(
                group_id(check, answers),
                check,
                finding.title,
                answers,
                str(scored.max_effect),
                teams,
                text,
                finding.message,
            )
        )
    near = _near(groups)
    named = [Group(**{**vars(group), "near": near[group.id]}) for group in groups]
    return sorted(named, key=lambda group: (group.check, -len(group.teams), group.id))


def _near(groups: Sequence[Group]) -> dict[str, tuple[str, ...]]:
    """Find for each group the others of its check with nearly the same words; a formula may still differ in meaning.

    Likeness comes with the desk; without it, no group is named.
    """
    found: dict[str, tuple[str, ...]] = {group.id: () for group in groups}
    by_check: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        by_check[group.check].append(group)
    for several in by_check.values() if find_spec("sklearn") else ():
        likeness = Likeness([group.text for group in several])
        for row, group in enumerate(several):
            similar = likeness.row(row)
            found[group.id] = tuple(other.id for n, other in enumerate(several) if n != row and similar[n] >= NEAR)
    return found
