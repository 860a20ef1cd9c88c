"""A torch module of the reference's process that stands for an object of the submission: same weights, its results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.comparing.any_weights import Weight
from grader.model import Array

if TYPE_CHECKING:
    from torch import Tensor, nn

Answer = Callable[[Mapping[str, Array], tuple[Any, ...], Mapping[str, Any]], Any]


def stand_in(twin: Any, weights: Sequence[Weight], answer: Answer) -> nn.Module:
    """Return a module with `weights`; called, it returns `answer(values, args, keywords)`.

    Plain attributes, such as a size, are those of `twin`, the reference's own object.
    """
    from torch import nn

    class StandIn(nn.Module):
        def forward(self, *args: Any, **keywords: Any) -> Any:
            values = {name: value.detach().numpy().copy() for name, value in self.state_dict().items()}
            return answer({name: value for name, value in values.items() if value.dtype.kind == "f"}, args, keywords)

        def __getattr__(self, name: str) -> Any:
            try:
                return super().__getattr__(name)
            except AttributeError:
                found = getattr(twin, name)
                if not isinstance(found, (bool, int, float, str, tuple)):
                    raise
                return found

    made = StandIn()
    for weight in weights:
        owner: nn.Module = made
        *path, last = weight.name.split(".")
        for part in path:
            if part not in dict(owner.named_children()):
                owner.add_module(part, nn.Module())
            owner = owner.get_submodule(part)
        if weight.kind == "parameter":
            owner.register_parameter(last, nn.Parameter(_filled(weight), weight.filling != "integers"))
        else:
            owner.register_buffer(last, _filled(weight))
    return made


def _filled(weight: Weight) -> Tensor:
    from torch import tensor

    if weight.filling == "integers":
        return tensor(np.zeros(weight.shape, np.int64))
    if weight.filling in ("ones", "zeros"):
        return tensor(np.full(weight.shape, float(weight.filling == "ones"), np.float32))
    return tensor(np.linspace(0.1, 0.2, int(np.prod(weight.shape)), dtype=np.float32).reshape(weight.shape))


class WithWeights:
    """A module with other weights, which is called like it."""

    def __init__(self, module: Any, weights: Mapping[str, Any]) -> None:
        self.forward, self._module, self._weights = module.forward, module, weights

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        import torch

        return torch.func.functional_call(self._module, dict(self._weights), args, kwargs)
