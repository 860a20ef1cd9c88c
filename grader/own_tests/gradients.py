"""Results of the submission in a graph of torch on this side: their gradients are computed by the submission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch


class FromSubmission(torch.autograd.Function):
    """Numbers of the submission in a graph of this side: their gradient is computed on the other side."""

    @staticmethod
    def forward(ctx: Any, asker: Any, session: int, key: str, numbers: Any, *given: Any) -> Any:
        ctx.asker, ctx.session, ctx.key, ctx.given = asker, session, key, given[1:]
        return numbers.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        asker = ctx.asker
        if torch.is_grad_enabled():
            asker.unsupported("a gradient of a gradient is computed")
        if ctx.session != asker.restarts or ctx.key not in asker.values.twins:
            asker.unsupported("a gradient of a result of an earlier test is computed")
        of = asker.values.twins[ctx.key].value
        found: Sequence[Any] = asker.ask("backward", of=of, gradient=gradients[0], inputs=tuple(ctx.given))
        return (None, None, None, None, None, *found)
