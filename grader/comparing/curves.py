"""Curves of figures as arrays: which are distinct, and which show a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from grader.model import Array

SAME = 1e-5  # of the largest number of a curve; single precision has seven digits
MIN_POINTS = 5  # fewer may fit by accident
CLOSE = 1e-3  # of the range of the expected values: less than the width of a line


def distinct(curves: Iterable[Array]) -> list[Array]:
    """Return the curves, arrays of the shape (2, points), without those that show nothing or the same as another.

    Points without a number are left out.
    """
    found: dict[int, list[Array]] = {}  # by the number of points
    for curve in curves:
        finite = curve[:, np.isfinite(curve).all(axis=0)]
        same = found.setdefault(finite.shape[1], [])
        allowed = SAME * np.abs(finite).max(axis=1, keepdims=True) if finite.size else 0
        if finite.size and not (same and (np.abs(np.stack(same) - finite) <= allowed).all(axis=(1, 2)).any()):
            same.append(finite)
    return [curve for same in found.values() for curve in same]


def shows(curves: Sequence[Array], function: Callable[[Array], object]) -> bool:
    """Return whether a curve has the values of `function` at its own x, at `MIN_POINTS` different ones or more."""
    return any(_equal(curve, function) for curve in curves if len(np.unique(curve[0])) >= MIN_POINTS)


def _equal(curve: Array, function: Callable[[Array], object]) -> bool:
    wanted = np.asarray(function(curve[0].copy()), float)
    if wanted.shape != curve[1].shape or not np.isfinite(wanted).all():
        return False
    spread = float(np.ptp(wanted)) or float(np.abs(wanted).max()) or 1.0
    return bool((np.abs(wanted - curve[1]) <= CLOSE * spread).all())
