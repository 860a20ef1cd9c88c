"""The names of a formula: those of the RNN of the assignment, or those that a rubric declares.

A declared name has no other meaning: a declared `f`, `sigma`, `d`, `e` or `T` is no function, derivative, constant or
transpose. Both readers, of mathematics and of code, ask here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

GREEK_WORDS = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi",
    "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
)  # fmt: skip
_GREEK_LETTERS = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", GREEK_WORDS, strict=True)) | {
    "ς": "sigma", "ϕ": "phi", "ϵ": "epsilon", "ϑ": "theta", "ϱ": "rho", "ℒ": "L", "ℓ": "l",
}  # fmt: skip
ACTIVATIONS = frozenset({"sigma", "phi", "psi", "f", "g"})  # any smooth function, the same for all of these names
FUNCTIONS = ACTIVATIONS | {"diag", "tanh", "sigmoid", "exp", "cosh", "sech"}
ELEMENTWISE = frozenset({"sqrt", "log", "ln", "floor", "ceil"})
OF_VECTORS = frozenset({"sum", "mean", "prod", "norm", "max", "min", "argmax", "argmin", "softmax"})
GROWTH = frozenset({"O", "Theta"})  # with an argument: a claim of growth, of which only the fastest terms count
_BUILT_IN = FUNCTIONS | {"d", "e", "I", "T", "t"}  # a length of this name keeps the meaning of the letter


def canonical(name: str) -> str:
    r"""Return a name in its one spelling: `γ` and `\gamma` are `gamma`; `W_{1}`, `W₁` and `W[1]` are `W_1`."""
    name = name.strip().translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")).replace("\\", "")
    name = "".join(_GREEK_LETTERS.get(letter, letter) for letter in name)
    found = re.fullmatch(r"([A-Za-z]+)\s*(?:_\s*\{?|\[)\s*(\w+?)\s*[}\]]?|([A-Za-z]+)(\d+)", name)
    return name if found is None else f"{found[1] or found[3]}_{found[2] or found[4]}"


@dataclass(frozen=True)
class Vocabulary:
    """`names` are those that a rubric declares, with `lengths` of their shapes; without names, those of the RNN count.

    `asked` is the name on the left of the wanted formula, which has no value.
    """

    names: frozenset[str] = frozenset()
    lengths: frozenset[str] = frozenset()
    asked: str = ""

    @classmethod
    def of(cls, names: Iterable[str], lengths: Iterable[str] = (), asked: str = "") -> Vocabulary:
        """Return the vocabulary of declared names, of the names of lengths in their shapes, and of the wanted name."""
        return cls(frozenset(map(canonical, names)), frozenset(lengths), asked)

    @property
    def is_declared(self) -> bool:
        """Return whether a rubric declares the names."""
        return bool(self.names)

    @cached_property
    def own(self) -> frozenset[str]:
        """Return all names that stand for a value and have no other meaning."""
        word = {self.asked} if len(self.asked) > 1 and self.asked.isidentifier() else set()
        return self.names | (self.lengths - _BUILT_IN) | {canonical(name) for name in word}

    @cached_property
    def in_code(self) -> frozenset[str]:
        """Return all names that code may use; there, a function is called and never stands by itself."""
        return self.own | self.lengths | ({canonical(self.asked)} if self.asked.isidentifier() else set())

    def means_value(self, name: str) -> bool:
        """Return whether a name stands for a value, also where it can mean something else."""
        return name in self.names or name in self.lengths

    def is_function(self, name: str) -> bool:
        """Return whether a name is a function here."""
        if name in self.own:
            return False
        return name in FUNCTIONS or (self.is_declared and name in ELEMENTWISE | OF_VECTORS | GROWTH)

    def is_activation(self, name: str) -> bool:
        """Return whether a name is a smooth function that nothing defines, or a known one with derivatives."""
        return name in ACTIVATIONS | {"tanh", "sigmoid"} and name not in self.own

    def is_word(self, word: str) -> bool:
        """Return whether several letters are one name."""
        return word in self.own or self.is_function(word) or (self.is_declared and word in GREEK_WORDS)

    def greek(self, letter: str) -> str | None:
        """Return the name of a Greek letter; None for other characters."""
        return _GREEK_LETTERS.get(letter)

    @cached_property
    def with_index(self) -> re.Pattern[str] | None:
        r"""Return the pattern of declared names with an index (`W_1`, `W_{1}`, `W1`, `\mu_{B}`); None without one."""
        forms = []
        for number, name in enumerate(self.indexed):
            base, _, index = re.escape(name).partition("_")
            sign = "_?" if index.isdigit() else "_"
            places = rf"_\s*\{{\s*{index}\s*\}}|{sign}\s*{index}(?!\w)|\[\s*{index}\s*\]"
            forms.append(rf"\\?(?P<n{number}>{base})\s*(?:{places})")
        return re.compile("|".join(forms)) if forms else None

    @cached_property
    def indexed(self) -> tuple[str, ...]:
        """Return the names with an index, in a fixed order."""
        return tuple(sorted(name for name in self.own if "_" in name))


RNN = Vocabulary()
