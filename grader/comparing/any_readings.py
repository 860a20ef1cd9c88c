"""The ways to read the weights of a submission, of any layers, as those of the reference.

A submission may name, order, fuse, split and transpose its weights as it likes. A reading says where each tensor of the
reference is in the submission's. Not every way to write a model is known, so other outputs under all readings prove
nothing; equal numbers in all weights do: then every reading is the same (see `any_weights.constant`).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

from grader.comparing.any_weights import Shape, Weight

if TYPE_CHECKING:
    from torch import Tensor

MAX_READINGS = 60
HEADS = (2, 3, 4, 5, 6, 8)  # numbers of blocks in which the rows of a fused weight may alternate


@dataclass(frozen=True)
class Piece:
    """Rows of one tensor of the submission, in an order, perhaps transposed before."""

    name: str
    transposed: bool = False
    rows: tuple[int, ...] = ()  # all where there are none

    def of(self, values: Mapping[str, Tensor]) -> Tensor:
        """Return the numbers."""
        value = values[self.name]
        if self.transposed:
            value = value.transpose(0, 1)
        return value[list(self.rows)] if self.rows else value


@dataclass(frozen=True)
class Matrix:
    """A weight with its bias, put together from pieces."""

    shape: Shape
    weight: tuple[Piece, ...]
    bias: tuple[Piece, ...]
    length: int = 0  # of the bias


@dataclass(frozen=True)
class Reading:
    """Where each tensor of the reference is: its name, its shape, and the pieces; no pieces mean zeros."""

    entries: tuple[tuple[str, Shape, tuple[Piece, ...]], ...]

    def carry(self, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the reference's weights, made from the submission's by slicing and joining, so that gradients pass."""
        import torch

        found = {}
        for name, shape, pieces in self.entries:
            parts = [piece.of(values) for piece in pieces]
            whole = torch.cat(parts) if len(parts) > 1 else parts[0] if parts else torch.zeros(shape)
            found[name] = whole.reshape(shape)
        return found


def readings(reference: Sequence[Weight], given: Sequence[Weight]) -> Iterator[Reading]:
    """Yield ways to read the weights of a submission: by name, in order, and then by shape, some hundreds at most."""
    tried: set[Reading] = set()
    for reading in itertools.islice(_every(reference, given), MAX_READINGS):
        if reading not in tried:
            tried.add(reading)
            yield reading


def _every(reference: Sequence[Weight], given: Sequence[Weight]) -> Iterator[Reading]:
    by_name = {weight.name: weight for weight in given}
    ours = [weight for weight in reference if weight.role != "count"]
    if all(weight.name in by_name and by_name[weight.name].shape == weight.shape for weight in ours):
        yield Reading(tuple((weight.name, weight.shape, (Piece(weight.name),)) for weight in ours))
    vectors = _vectors(ours, given)
    if vectors is None:
        return
    wanted = _matrices(ours)
    for found in _virtual(wanted, _matrices(given)):
        for chosen in _assigned(wanted, found):
            for entries in _rest(vectors):
                matrices = tuple(
                    entry
                    for (name, shape, bias), matrix in zip(wanted, chosen, strict=True)
                    for entry in (
                        (name, shape, matrix.weight),
                        *([(bias[0], bias[1], matrix.bias)] if bias is not None else []),
                    )
                )
                yield Reading((*matrices, *entries))


Named = tuple[str, Shape, tuple[str, Shape] | None]  # a weight with its bias


def _matrices(weights: Sequence[Weight]) -> list[Named]:
    """Return the matrices with their biases: in one module, the first matrix has the first bias that fits, and so on.

    A vector after a scale belongs to that.
    """
    found: list[Named] = []
    for owner in dict.fromkeys(weight.owner for weight in weights):
        own = [weight for weight in weights if weight.owner == owner]
        matrices = [weight for weight in own if weight.is_matrix]
        biases = [
            weight
            for before, weight in zip([None, *own], own, strict=False)
            if weight.role == "bias" and not weight.is_matrix and (before is None or before.role != "scale")
        ]
        for matrix in matrices:
            fits = bool(biases) and prod(biases[0].shape) in (matrix.shape[0], matrix.shape[-1])
            bias = biases.pop(0) if fits else None
            found.append((matrix.name, matrix.shape, (bias.name, bias.shape) if bias is not None else None))
    return _paired(found, weights)


def _paired(found: list[Named], weights: Sequence[Weight]) -> list[Named]:
    """Pair matrices without a bias with the biases of another module that holds as many of them and no matrix."""
    bare = [place for place, (_, _, bias) in enumerate(found) if bias is None]
    used = {bias[0] for _, _, bias in found if bias is not None}
    owners = {weight.owner for weight in weights if weight.is_matrix or weight.role == "scale"}
    free = [w for w in weights if w.role == "bias" and not w.is_matrix and w.name not in used and w.owner not in owners]
    if not bare or len(bare) != len(free):
        return found
    pairs = dict(zip(bare, free, strict=True))
    return [
        (name, shape, (pairs[place].name, pairs[place].shape)) if place in pairs else (name, shape, bias)
        for place, (name, shape, bias) in enumerate(found)
    ]


def _vectors(ours: Sequence[Weight], given: Sequence[Weight]) -> list[tuple[list[Weight], list[Weight]]] | None:
    """Return the weights that belong to no matrix, by role and size, with the submission's; None if they do not fit."""
    used = [{bias[0] for _, _, bias in _matrices(some) if bias is not None} for some in (ours, given)]
    rest = [
        [weight for weight in some if not weight.is_matrix and weight.role != "count" and weight.name not in names]
        for some, names in zip((ours, given), used, strict=True)
    ]
    groups = []
    for key in dict.fromkeys((weight.role, prod(weight.shape)) for weight in rest[0]):
        pair = [[weight for weight in some if (weight.role, prod(weight.shape)) == key] for some in rest]
        if len(pair[0]) > len(pair[1]):
            if key[0].startswith("buffer") and not pair[1]:
                continue  # it is kept elsewhere, and has its first value
            if key[0] != "bias":
                return None
            pair[1] = []  # the submission has no such bias: all are zero
        groups.append((pair[0], pair[1]))
    return groups


def _rest(
    groups: Sequence[tuple[list[Weight], list[Weight]]],
) -> Iterator[tuple[tuple[str, Shape, tuple[Piece, ...]], ...]]:
    """Yield the assignments of vectors; the order is the same in all groups of the same length, as layers are."""
    longest = max((len(ours) for ours, _ in groups), default=0)
    for order in itertools.permutations(range(longest)) if longest <= 4 else [tuple(range(longest))]:
        entries = []
        for ours, theirs in groups:
            places = [number for number in order if number < len(ours)]
            for place, weight in zip(places, ours, strict=True):
                piece = (Piece(theirs[place].name),) if theirs else ()
                entries.append((weight.name, weight.shape, piece))
        yield tuple(entries)


def _virtual(wanted: Sequence[Named], given: Sequence[Named]) -> Iterator[list[Matrix]]:
    """Yield the submission's matrices as they are, with fused ones taken apart, and with parts put together."""
    need = Counter(_form(shape) for _, shape, _ in wanted)
    yield from _fitting(need, [[_plain(one)] for one in given])
    apart: list[list[list[Matrix]]] = []  # for each matrix, the ways to take it apart
    for one in given:
        ways = [[_plain(one)]] if _form(one[1]) in need else []
        apart.append([*ways, *_taken_apart(one, wanted)] or [[_plain(one)]])
    for choice in itertools.islice(itertools.product(*apart), 64):
        yield from _fitting(need, choice)
    for together in _put_together(wanted, given):
        yield from _fitting(need, [[matrix] for matrix in together])


def _fitting(need: Counter[Shape], choice: Sequence[Sequence[Matrix]]) -> Iterator[list[Matrix]]:
    found = [matrix for part in choice for matrix in part]
    if not need - Counter(_form(matrix.shape) for matrix in found):
        yield found


def _form(shape: Shape) -> Shape:
    """Return a shape in which a transposed matrix, and one whose further axes are joined, are the same."""
    return tuple(sorted((shape[0], prod(shape[1:]))))


def _plain(one: Named) -> Matrix:
    name, shape, bias = one
    return (
        Matrix(shape, (Piece(name),), (Piece(bias[0]),), prod(bias[1])) if bias else Matrix(shape, (Piece(name),), ())
    )


def _taken_apart(one: Named, wanted: Sequence[Named]) -> Iterator[list[Matrix]]:
    """Yield the ways in which a fused weight is several of the wanted ones: in blocks of rows, or in turn by heads."""
    name, shape, bias = one
    if len(shape) != 2:
        return
    for rows, columns in dict.fromkeys(shape for _, shape, _ in wanted if len(shape) == 2):
        for turned in (False, True):
            length, width = shape[::-1] if turned else shape
            count = length // rows
            if width != columns or length % rows or count < 2:
                continue
            for heads in (1, *(number for number in HEADS if rows % number == 0)):
                yield [
                    Matrix((rows, columns), (Piece(name, turned, block),), (Piece(bias[0], False, block),), rows)
                    if bias and prod(bias[1]) == length
                    else Matrix((rows, columns), (Piece(name, turned, block),), ())
                    for block in _blocks(rows, count, heads)
                ]


def _blocks(rows: int, count: int, heads: int) -> list[tuple[int, ...]]:
    """Return the rows of each of `count` weights, where `heads` parts of them follow each other in turn."""
    part = rows // heads
    return [
        tuple((head * count + number) * part + row for head in range(heads) for row in range(part))
        for number in range(count)
    ]


def _put_together(wanted: Sequence[Named], given: Sequence[Named]) -> Iterator[list[Matrix]]:
    """Yield the matrices with equal small ones joined to a wanted one: those that follow each other, or every n-th."""
    for rows, columns in dict.fromkeys(shape for _, shape, _ in wanted if len(shape) == 2):
        for part in [number for number in range(1, rows) if rows % number == 0]:
            small = [one for one in given if one[1] == (part, columns)]
            count = rows // part
            if not small or len(small) % count:
                continue
            others = [_plain(one) for one in given if one not in small]
            several = len(small) // count
            for dealt in (
                [small[n * count : (n + 1) * count] for n in range(several)],
                [small[n::several] for n in range(several)],
            ):
                joined = [
                    Matrix(
                        (rows, columns),
                        tuple(Piece(name) for name, _, _ in group),
                        tuple(Piece(bias[0]) for _, _, bias in group if bias is not None),
                        sum(prod(bias[1]) for _, _, bias in group if bias is not None),
                    )
                    for group in dealt
                ]
                yield [*joined, *others]


def _assigned(wanted: Sequence[Named], found: Sequence[Matrix]) -> Iterator[tuple[Matrix, ...]]:
    """Yield the assignments of matrices to the wanted ones, of equal shape or transposed, in their order first."""
    forms = list(dict.fromkeys(_form(shape) for _, shape, _ in wanted))
    choices = []
    for form in forms:
        count = sum(_form(shape) == form for _, shape, _ in wanted)
        choices.append(
            list(itertools.islice(itertools.permutations([m for m in found if _form(m.shape) == form], count), 120))
        )
    for chosen in itertools.product(*choices):
        each = {form: iter(part) for form, part in zip(forms, chosen, strict=True)}
        matrices = [(shape, next(each[_form(shape)])) for _, shape, _ in wanted]
        for turn_squares in (False, True):
            turned = tuple(_turned(shape, matrix, turn_squares) for shape, matrix in matrices)
            needed = (prod(bias[1]) if bias is not None else 0 for _, _, bias in wanted)
            if all(not matrix.bias or matrix.length == length for matrix, length in zip(turned, needed, strict=True)):
                yield turned
            if all(len(shape) != 2 or shape[0] != shape[1] for shape, _ in matrices):
                break


def _turned(shape: Shape, matrix: Matrix, squares: bool) -> Matrix:
    """Return the matrix, transposed where its shape says so, or where it is a square one that is no layer of torch."""
    square = len(shape) == 2 and shape[0] == shape[1] and squares
    own = len(matrix.weight) == 1 and not matrix.weight[0].rows and not matrix.weight[0].name.endswith("weight")
    if (
        len(shape) != 2
        or len(matrix.weight) != 1
        or not ((square and own) or matrix.shape == (shape[::-1] if shape[0] != shape[1] else ()))
    ):
        return matrix
    piece = matrix.weight[0]
    return replace(matrix, shape=shape, weight=(Piece(piece.name, not piece.transposed, piece.rows),))
