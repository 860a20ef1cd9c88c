"""Classes of the numbers in two models, by which those that play the same part are matched.

A class is a label, the same in both models; a model is an array of labels, one for each of its numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grader.model import Array

DROPPED = -1  # the label of numbers that count nowhere, or only as a part of a sum
NOISE = 5e-6  # gradients that differ by less may be equal: this share of the largest one ...
ROUNDING = 1e-4  # ... and this share of their own
COARSER = (1.0, 30.0, 1000.0)  # times that
Labels = NDArray[np.int64]
Both = tuple[Labels, Labels]


def equal_rows(rows: Array) -> Labels:
    """Return labels that are equal where rows are; a row of zeros is `DROPPED`."""
    labels = np.where(np.abs(rows).max(axis=1) <= NOISE * np.abs(rows).max(initial=0), DROPPED, 0).astype(np.int64)
    return _split(labels, rows)


def refined(labels: Both, rows: tuple[Array, Array]) -> Both | None:
    """Split classes by the rows of numbers; None if a class then has more members in one model than in the other.

    Where a normalisation of equal numbers makes rounding larger, only rows that differ by more are split.
    """
    for times in COARSER:
        split = _split(np.concatenate(labels), np.concatenate(rows), times)
        ours, theirs = split[: len(labels[0])], split[len(labels[0]) :]
        if same_counts(ours, theirs):
            return ours, theirs
    return None


def same_counts(ours: Labels, theirs: Labels) -> bool:
    """Return whether each class has as many members in both models."""
    return np.array_equal(np.sort(ours[ours != DROPPED]), np.sort(theirs[theirs != DROPPED]))


def number_of_classes(labels: Both) -> int:
    """Return the number of classes."""
    return len(np.unique(labels[0]))


def settled(labels: Both) -> bool:
    """Return whether each number is a class of its own."""
    kept = labels[0][labels[0] != DROPPED]
    return len(np.unique(kept)) == len(kept)


def apart(labels: Both) -> Both:
    """Make each member of the smallest class that has several a class of its own, in their order in each model."""
    return _with_new_labels(labels, None)


def chosen(labels: Both) -> Both:
    """Make the first member of the smallest class that has several a class of its own."""
    return _with_new_labels(labels, 1)


def _with_new_labels(labels: Both, most: int | None) -> Both:
    names, counts = np.unique(labels[0][labels[0] != DROPPED], return_counts=True)
    several = counts > 1
    smallest = names[several][np.argmin(counts[several])]
    new = []
    for some in labels:
        changed = some.copy()
        members = np.flatnonzero(some == smallest)[:most]
        changed[members] = int(names.max()) + 1 + np.arange(len(members))
        new.append(changed)
    return new[0], new[1]


def _split(labels: Labels, rows: Array, times: float = 1.0) -> Labels:
    """Split labels wherever, in some column, there is a gap between the members of a class."""
    for column in rows.T:
        order = np.lexsort((column, labels))
        ordered = column[order]
        large = np.abs(ordered)
        noise = NOISE * large.max(initial=0) + ROUNDING * np.maximum(large[1:], large[:-1])
        gap = np.diff(ordered) > times * noise
        new = np.concatenate([[0], np.cumsum(gap | (np.diff(labels[order]) != 0))])
        split = np.empty_like(labels)
        split[order] = new
        labels = np.where(labels == DROPPED, DROPPED, split)
    return labels


def firsts(groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which number is the first of its group."""
    first = np.zeros(len(groups), bool)
    first[np.unique(groups, return_index=True)[1]] = True
    first[groups == DROPPED] = False
    return first
