"""The share of the points that a rubric gives for shapes of which some are missing or wrong.

>>> shares = ShapeShares(incomplete=Decimal("0.5"), one_wrong=Decimal("0.5"), per_stage=False)
>>> [str(shares.of(right=3, missing=n, wrong=1)) for n in (0, 1)]
['0.5', '0']
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

_NOTHING = Decimal(0)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class ShapeShares:
    """The shares from 0 to 1: `incomplete` if stages are missing, `one_wrong` if one is wrong and none is missing.

    With `per_stage` each stage counts alone: the share is that of the right ones. `no_batch` and `time_first` are the
    shares of right shapes under another convention; None leaves these to a tutor.
    """

    incomplete: Decimal
    one_wrong: Decimal
    per_stage: bool
    no_batch: Decimal | None = None
    time_first: Decimal | None = None

    @property
    def can_earn(self) -> bool:
        """Return whether an answer with a wrong stage can earn anything."""
        return self.per_stage or self.one_wrong > 0

    def of(self, right: int, missing: int, wrong: int) -> Decimal:
        """Return the share for numbers of stages; missing ones are those that may not be left out."""
        if not missing and not wrong:
            return Decimal(1)
        if self.per_stage:
            return (Decimal(right) / (right + missing + wrong)).quantize(_CENT, ROUND_FLOOR)
        if wrong:
            return self.one_wrong if wrong == 1 and not missing else _NOTHING
        return self.incomplete / (1 if missing <= right else 2)
