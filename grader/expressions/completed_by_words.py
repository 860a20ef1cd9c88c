"""Formulas that the words behind them complete: entries that are said to stand on the diagonal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from grader.expressions.given_formula import Given
from grader.expressions.parse_prose import puts_zeros_on_diagonal
from grader.expressions.simulated_rnn import World
from grader.expressions.tree import Apply, Entries, Node, NotRead

_ON_DIAGONAL = re.compile(
    r"(?i)\b(?:on|along|auf) (?:the|its|der|seiner) (?:main )?(?:diagonal|hauptdiagonale)\b"
    r"|\b(?:written|arranged|seen|put|taken|meant|read|as) (?:\w+ ){0,3}diagonal matrix\b|\bals diagonalmatrix\b"
)
_DENIED = re.compile(r"(?i)\b(?:not|no|off|nicht|kein\w*|never|without|ohne|outside|außerhalb)\b")
_EQUAL_UNITS = re.compile(r"\b([a-z])\s*=\s*([a-z])\b")
_ZERO_OTHERWISE = re.compile(r"\b0\b\W*(?:for|if|für|falls|when|otherwise|else|sonst)|\bzero (?:otherwise|elsewhere)")


def completed(chosen: Given, worlds: Sequence[World]) -> Given:
    """Return the formula with its last form as a diagonal matrix, if the words behind it say so; else unchanged."""
    last = chosen.last
    if isinstance(last, Entries) and not last.diagonal:
        units = _EQUAL_UNITS.search(chosen.behind)
        if units and {units[1], units[2]} == {last.row, last.column} and _ZERO_OTHERWISE.search(chosen.behind):
            return replace(chosen, links=(*chosen.links[:-1], replace(last, diagonal=True)))
        return chosen
    said = _ON_DIAGONAL.search(chosen.behind) and not _DENIED.search(chosen.behind)
    if said and not puts_zeros_on_diagonal(chosen.behind.lower()) and _is_vector(chosen, last, worlds):
        return replace(chosen, links=(*chosen.links[:-1], Apply("diag", 0, last)))
    return chosen


def _is_vector(chosen: Given, node: Node, worlds: Sequence[World]) -> bool:
    try:
        return chosen.values(node, worlds[:1])[0].ndim == 1
    except NotRead:
        return False
