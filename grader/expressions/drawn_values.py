"""Values that are drawn for the names of a rubric: by their shapes, of both signs, whole where a formula rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.expressions.declared_names import Named
from grader.expressions.simulated_rnn import Value, World, worlds
from grader.expressions.vocabulary import canonical

SIZES = (3, 4, 5, 6, 7, 2)  # for the names of lengths, in the order in which they appear: all different
DRAWS = 2
MANY_DRAWS = 20  # for formulas that take one side or another, such as max(a, b)
MAX_WHOLE = 13  # whole numbers below it: small enough that one often divides another


@dataclass(frozen=True)
class Drawing:
    """How values are drawn for names: `shapes` by name, those that are never negative, and whether all are whole.

    A length is a number or a name; lengths with different names differ, so that shapes that do not match are noticed,
    and each differs from draw to draw, so that `n` is not mistaken for a number.
    """

    shapes: Mapping[str, Sequence[int | str]]
    positive: frozenset[str] = frozenset()
    whole: bool = False
    draws: int = DRAWS

    def evaluators(self, seed: int) -> list[Named]:
        """Return evaluators with drawn values (standard normal or whole numbers, float64), under every activation."""
        found = worlds(seed, draws=self.draws)
        signs = np.random.Generator(np.random.PCG64([seed, 29]))
        both = {name: signs.permutation(np.resize([1.0, -1.0], len(found))) for name in self.shapes}
        return [
            self._drawn(world, at, {name: signs[at] for name, signs in both.items()}) for at, world in enumerate(found)
        ]

    def _drawn(self, world: World, position: int, signs: Mapping[str, float]) -> Named:
        generator = np.random.Generator(np.random.PCG64([world.seed, 23]))
        named = dict.fromkeys(part for shape in self.shapes.values() for part in shape if isinstance(part, str))
        lengths = {name: SIZES[(number + position) % len(SIZES)] for number, name in enumerate(named)}
        values: dict[str, Value] = {name: np.asarray(float(length)) for name, length in lengths.items()}
        for name in ("e", "I"):
            values.pop(name, None)  # a length of this name is rare, the number e and the identity are not
        for name, shape in self.shapes.items():
            numbers = [part if isinstance(part, int) else lengths[part] for part in shape]
            size = [*numbers, 1] if len(numbers) == 1 else numbers
            value = self._numbers(generator, size, signs[name])
            values[canonical(name)] = np.abs(value) if name in self.positive else value
        return Named(world, values=values)

    def _numbers(self, generator: np.random.Generator, size: Sequence[int], sign: float) -> Value:
        """Return numbers of both signs; a single number has the `sign`, so that both occur."""
        if self.whole:
            return np.asarray(
                generator.integers(1, MAX_WHOLE, size) * (generator.choice([1.0, -1.0], size) if size else sign)
            )
        drawn = np.asarray(generator.standard_normal(size))
        return drawn if size else np.abs(drawn) * sign
