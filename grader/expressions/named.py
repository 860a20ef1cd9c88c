"""Formulas over names that a rubric declares: drawn values for each, and evaluation by value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from grader.expressions.evaluate import Evaluator
from grader.expressions.recurrence import Value, worlds
from grader.expressions.tree import Node, NotRead, Symbol, show

SIZES = (3, 4, 5, 6, 7, 2)  # for the names of lengths, in the order in which they appear: all different
DRAWS = 2


@dataclass(frozen=True)
class Named(Evaluator):
    """Evaluates over `values`; activations are those of `world`, and nothing else of its names is known."""

    values: Mapping[str, Value] = field(default_factory=dict)

    def _symbol(self, node: Symbol) -> Value:
        bare = replace(node, primes=0)
        if not node.primes and (name := show(bare)) in self.values:
            return self.values[name]
        if node.name in ("sigma", "phi", "psi", "f", "g", "tanh", "sigmoid") or (node.name == "I" and not node.index):
            raise NotRead(f"'{show(node)}' without what it is applied to")
        raise NotRead(f"'{show(node)}' is not one of the names")

    def _partial(self, of: Node, wrt: Node) -> Value:
        raise NotRead(f"d {show(of)} / d {show(wrt)} is named and not worked out")

    def _unit(self, name: str) -> int:
        raise NotRead(f"entries such as '{name}' are not compared here")

    def _entries(self, node: object) -> Value:
        raise NotRead("entries are not compared here")


def draw(names: Mapping[str, Sequence[int | str]], seed: int) -> list[Named]:
    """Return evaluators with drawn values (standard normal, float64), under every activation.

    A length is a number or a name; lengths with different names differ, so that what does not fit shows.
    """
    lengths: dict[str, int] = {}
    for shape in names.values():
        for part in shape:
            if isinstance(part, str) and part not in lengths:
                lengths[part] = SIZES[len(lengths) % len(SIZES)]
    found = []
    for world in worlds(seed, draws=DRAWS):
        generator = np.random.Generator(np.random.PCG64([world.seed, 23]))
        values = {
            name: np.asarray(generator.standard_normal([lengths.get(str(part), part) for part in shape]))  # type: ignore[arg-type]
            for name, shape in names.items()
        }
        found.append(Named(world, values=values))
    return found


def values_of(node: Node, drawn: Sequence[Evaluator]) -> list[Value]:
    """Evaluate a tree everywhere.

    Raises:
        NotRead: it has no value there.
    """
    return [evaluator.value(node) for evaluator in drawn]


def fingerprint(values: Sequence[Value]) -> str:
    """Return a short name for a value: equal for formulas that are equal everywhere, however they are written."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(repr(value.shape).encode())
        digest.update(" ".join(f"{number + 0.0:.7e}" for number in value.ravel()).encode())
    return digest.hexdigest()[:16]
