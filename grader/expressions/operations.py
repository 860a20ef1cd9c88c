"""Sums and products of numbers, vectors `(n,)` and matrices `(n, m)`, where their shapes give them one meaning."""

from __future__ import annotations

import numpy as np

from grader.expressions.simulated_rnn import Value
from grader.expressions.tree import NotRead
from grader.model.message import say


class DoesNotFit(NotRead):
    """A formula whose shapes do not match."""


def added(left: Value, right: Value) -> Value:
    """Return a sum; a matrix and something else have none."""
    if left.ndim and right.ndim and left.shape != right.shape:
        raise DoesNotFit(say("the shapes of a sum do not match"))
    if max(left.ndim, right.ndim) == 2 and left.ndim != right.ndim:
        raise DoesNotFit(say("it adds a matrix and something that is not a matrix"))
    return np.asarray(left + right)


def elementwise(left: Value, right: Value) -> Value:
    """Return an elementwise product; `v o M` with a vector has one meaning only if M is diagonal."""
    if left.ndim == 1 and right.ndim == 2 and len(left) == len(right):
        if not np.array_equal(right, np.diag(np.diag(right))):
            raise DoesNotFit(say("an elementwise product of a vector and a matrix can mean rows or columns"))
        return left[:, None] * right
    if left.ndim == 2 and right.ndim == 1 and np.array_equal(left, np.diag(np.diag(left))):
        return elementwise(right, left)
    if left.shape != right.shape and left.ndim and right.ndim:
        raise DoesNotFit(say("the shapes of an elementwise product do not match"))
    return np.asarray(left * right)


def broadcast(left: Value, right: Value) -> Value:
    """Return NumPy's elementwise product."""
    try:
        return np.asarray(left * right)
    except ValueError:
        raise DoesNotFit(say("the shapes of an elementwise product do not match")) from None


def multiplied(left: Value, right: Value, strict: bool) -> Value:
    """Return the product of juxtaposition or a dot: with a number, of matrices, or elementwise for two vectors."""
    if left.ndim == 0 or right.ndim == 0:
        return np.asarray(left * right)
    if left.ndim == right.ndim == 1 and not strict:
        return elementwise(left, right)
    if left.ndim == 1 and right.ndim == 2:
        raise DoesNotFit(say("a column vector cannot be multiplied by a matrix on its right"))
    if left.shape[-1] != right.shape[0]:
        raise DoesNotFit(say("the shapes of a product do not match"))
    return np.asarray(left @ right)
