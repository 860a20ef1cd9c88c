"""Render the tutor's pages on similar code: an overview with a matrix, and a page with both texts for each pair."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from grader.model.language import Language
from grader.report.pages import page
from grader.similarity.code_similarity import Code, Pair
from grader.text import plain, points_of_hundred

MAX_PAIRS = 200
MAX_MATRIX_ENTRIES = 25
STYLE = """
body{max-width:80rem}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:1rem;margin-top:1.2rem}
.sides>section{min-width:0}
.matrix{width:auto}.matrix td{min-width:3rem}
.sides pre{margin:0;padding:.6rem;
background:var(--raised);border-radius:.5rem;overflow-x:auto;font-size:.8rem;line-height:1.4}
.matrix td{text-align:center;padding:.3rem .4rem;border:1px solid var(--line)}
.matrix th[scope=col]{writing-mode:vertical-rl;text-align:left;max-height:12rem}
.s1{background:color-mix(in srgb,var(--warm) 12%,transparent)}
.s2{background:color-mix(in srgb,var(--warm) 30%,transparent)}
.s3{background:color-mix(in srgb,var(--warm) 50%,transparent);font-weight:600}
@media (max-width:50rem){.sides{grid-template-columns:1fr}}
"""


def overview(title: str, found: Sequence[Pair], teams: int, folder: str, language: Language = "en") -> str:
    """Return the page with all pairs and the matrix; pages of pairs are in `folder`."""
    shown = found[:MAX_PAIRS]
    return page(
        "similarity.html", STYLE, language, title=title, found=shown, more=len(found) - len(shown), teams=teams,
        names=_in_matrix(found), cells=_cells(found), address=lambda number: f"{folder}/{number + 1}.html",
        per_cent=points_of_hundred, shade=_shade,
    )  # fmt: skip


def side_by_side(title: str, pair: Pair, language: Language = "en") -> str:
    """Return the page of one pair: both texts, with the shared code highlighted."""
    sides = [(code.team, share, _highlighted(code, places)) for code, share, places in _sides(pair)]
    return page("pair.html", STYLE, language, title=title, sides=sides, per_cent=points_of_hundred)


def _sides(pair: Pair) -> list[tuple[Code, float, tuple[tuple[int, int], ...]]]:
    return [(pair.first, pair.shares[0], pair.places[0]), (pair.second, pair.shares[1], pair.places[1])]


def _highlighted(code: Code, places: Sequence[tuple[int, int]]) -> Markup:
    parts, at = [], 0
    for begin, end in places:
        parts += [escape(plain(code.text[at:begin])), Markup("<mark>{}</mark>").format(plain(code.text[begin:end]))]
        at = end
    return Markup("").join([*parts, escape(plain(code.text[at:]))])


def _in_matrix(found: Sequence[Pair]) -> list[str]:
    """Return the teams of the most similar pairs, at most as many as a matrix can show."""
    names: list[str] = []
    for pair in found:
        for team in (pair.first.team, pair.second.team):
            if team not in names and len(names) < MAX_MATRIX_ENTRIES:
                names.append(team)
    return sorted(names)


def _cells(found: Sequence[Pair]) -> dict[tuple[str, str], tuple[float, int]]:
    cells: dict[tuple[str, str], tuple[float, int]] = {}
    for number, pair in enumerate(found):
        for one, other in ((pair.first.team, pair.second.team), (pair.second.team, pair.first.team)):
            cells.setdefault((one, other), (pair.share, number))
    return cells


def _shade(share: float) -> str:
    return "s3" if share >= 0.8 else "s2" if share >= 0.6 else "s1" if share >= 0.4 else ""
