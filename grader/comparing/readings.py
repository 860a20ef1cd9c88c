"""Every way to read a submission's parameters as the weights of the reference, the likely ones first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from grader.comparing.weights import RECOMMENDED, Layout, Part, Shape, Shapes, Unit, length_as_bias

RUN_LENGTHS = (2, 1, 4, 8, 3, 12, 16)  # numbers of parameters that a cell or a linear layer may consist of
MAX_STATES = 20_000  # of the search; reached only by many layers of many sizes
MAX_LACKING = 200  # sets of units that may be missing in a submission


class TooManyReadings(Exception):
    """The parameters can be read in more ways than are tried."""


def layouts(units: Sequence[Unit], parameters: Shapes) -> Iterator[Layout]:
    """Yield every layout that fits, without repetition.

    First those where names agree, then those in the order of creation, then the others; the recommended order of the
    gates comes first. All weights as torch stores them, then all transposed, then both mixed.

    Raises:
        TooManyReadings: the search itself would have no bound.
    """
    orders = sorted(itertools.permutations(RECOMMENDED), key=lambda order: order != RECOMMENDED)
    for parts in partitions(units, parameters):
        joined = any(part.over_both for part in parts if part.unit.kind == "cell")
        cells = any(part.unit.kind == "cell" for part in parts)
        for gates in orders if cells else orders[:1]:
            for h_first in (False, True) if joined else (False,):
                yield Layout(parts, gates, h_first)


def partitions(units: Sequence[Unit], parameters: Shapes) -> Iterator[tuple[Part, ...]]:
    """Yield the ways to assign all parameters to the units, in runs; none may remain."""
    for transposed in ((False,), (True,), (False, True)):
        for parts in _Search(units, parameters, transposed).deal(tuple(range(len(units)))):
            ways = {part.transposed for part in parts if part.unit.kind != "other"}
            if len(ways) == len(transposed) or (not ways and transposed == (False,)):
                yield parts


def missing_units(units: Sequence[Unit], parameters: Shapes) -> list[Unit] | None:
    """Return the units that the submission has no parameters for, where the others fit; None where nothing fits."""
    tried: set[tuple[str, ...]] = set()
    for count in range(1, len(units)):
        for left in itertools.combinations(units, count):
            key = tuple(sorted(map(repr, (unit.like for unit in left))))
            if key in tried:
                continue
            if len(tried) >= MAX_LACKING:
                return None
            tried.add(key)
            rest = [unit for unit in units if unit not in left]
            if _Search(rest, parameters, (False, True)).possible(tuple(range(len(rest))), 0):
                return list(left)
    return None


class _Search:
    """A search over the parameters in their order; a dead end is found once for all units that are alike."""

    def __init__(self, units: Sequence[Unit], parameters: Shapes, transposed: tuple[bool, ...]) -> None:
        self.units, self.parameters, self.transposed = units, parameters, transposed
        kinds = list(dict.fromkeys(unit.like for unit in units))
        self.kinds = [kinds.index(unit.like) for unit in units]
        self.known: dict[tuple[tuple[int, ...], int], bool] = {}
        self.read: dict[tuple[int, int], list[Part]] = {}

    def deal(self, left: tuple[int, ...], position: int = 0) -> Iterator[tuple[Part, ...]]:
        """Yield the assignments of all parameters from `position` on to the units in `left`, by their numbers."""
        if not left and position == len(self.parameters):
            yield ()
        if not left or not self.possible(left, position):
            return
        for number in sorted(left, key=lambda number: not self._same_name(number, position)):
            others = tuple(other for other in left if other != number)
            for part in self.parts(number, position):
                for rest in self.deal(others, position + _length(part)):
                    yield (part, *rest)

    def possible(self, left: tuple[int, ...], position: int) -> bool:
        """Return whether the units in `left` can have exactly the parameters from `position` on.

        Raises:
            TooManyReadings: there are too many states to try.
        """
        if not left:
            return position == len(self.parameters)
        key = (tuple(sorted(self.kinds[number] for number in left)), position)
        if key not in self.known:
            if len(self.known) >= MAX_STATES:
                raise TooManyReadings
            first_of_kind = {self.kinds[number]: number for number in reversed(left)}.values()
            self.known[key] = any(
                self.possible(tuple(other for other in left if other != number), position + length)
                for number in first_of_kind
                for length in {_length(part) for part in self.parts(number, position)}
            )
        return self.known[key]

    def parts(self, number: int, position: int) -> list[Part]:
        """Return the readings of the parameters from `position` on as one unit."""
        unit = self.units[number]
        if (number, position) not in self.read:
            lengths = (len(unit.parameters),) if unit.kind == "other" else RUN_LENGTHS
            runs = [self.parameters[position : position + n] for n in lengths if position + n <= len(self.parameters)]
            self.read[number, position] = [part for run in runs for part in _parts(unit, run, self.transposed)]
        return self.read[number, position]

    def _same_name(self, number: int, position: int) -> bool:
        prefix = self.units[number].prefix
        return self.parameters[position][0].rpartition(".")[0] == prefix.removesuffix(".")


def _length(part: Part) -> int:
    return sum(map(len, part.names))


def _parts(unit: Unit, run: Shapes, transposed: Sequence[bool]) -> list[Part]:
    """Return the readings of `run`, consecutive parameters of the submission, as `unit`."""
    shapes = dict(run)
    if unit.kind == "other":
        part = Part(unit, (), (), tuple(shapes), ())
        return [part] if part.fits(shapes) else []
    found: dict[Part, None] = {}
    for turned in transposed:
        for biases in _biases(run):
            matrices = [(name, shape) for name, shape in run if name not in biases]
            if matrices and all(len(shape) == 2 for _, shape in matrices):
                for part in _roles(unit, matrices, biases, turned):
                    if part.fits(shapes):
                        found[part] = None
    return list(found)


def _biases(run: Shapes) -> list[tuple[str, ...]]:
    """Return the parameters that may be the biases: those of one axis; where a second has length 1, with or without."""
    sure = {name for name, shape in run if len(shape) == 1}
    doubtful = [name for name, shape in run if len(shape) == 2 and length_as_bias(shape) is not None]
    choices = [sure, sure | set(doubtful), *(sure | {name} for name in doubtful)]
    return list(dict.fromkeys(tuple(name for name, _ in run if name in chosen) for chosen in choices))


def _roles(unit: Unit, matrices: Sequence[tuple[str, Shape]], biases: tuple[str, ...], turned: bool) -> Iterator[Part]:
    """Yield the roles that the matrices may have; weights for x and h by shape, by halves, or in turn."""
    names = tuple(name for name, _ in matrices)
    yield Part(unit, (), (), names, biases, turned)
    if unit.kind == "cell" and len(names) in (2, 8):
        half = len(names) // 2
        over_h = tuple(name for name, shape in matrices if shape[0 if turned else 1] == unit.outputs)
        over_x = tuple(name for name in names if name not in over_h)
        for x, h in (
            (over_x, over_h),
            (names[:half], names[half:]),
            (names[0::2], names[1::2]),
            (names[half:], names[:half]),
        ):
            yield Part(unit, x, h, (), biases, turned)
