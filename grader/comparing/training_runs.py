"""Train a course's own model with its own function, to see what a right training reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from grader.asking.values import Tensor
from grader.comparing.reference_functions import Reference, seed_all, typed, usual_settings
from grader.comparing.reference_outputs import blaming_reference


@dataclass(frozen=True)
class TrainingRuns:
    """The model and the function, each as module:name, and the folder of the rubric."""

    model: str
    train: str
    folder: str

    def run(
        self,
        init: Mapping[str, Any],
        given: Mapping[str, Any],
        data: tuple[Tensor, Tensor],
        unseen: Tensor,
        seed: int,
    ) -> Any:
        """Return what the model returns for `unseen` after one training, as a typed value.

        All values are typed; in `given`, `Held` stands for the model, the inputs and the targets.

        Raises:
            ReferenceFault: the model or the function raised an exception.
        """
        import torch

        model, train = Reference(self.model, self.folder), Reference(self.train, self.folder)
        with usual_settings(), _one_thread():
            seed_all(seed)
            built = model.call(model.get(), init, {})
            held = {"model": built, "inputs": model.real(data[0], {}), "targets": model.real(data[1], {})}
            seed_all(seed)
            train.call(train.get(), given, held)
            with torch.no_grad(), blaming_reference():
                built.train(False)
                return typed(built(model.real(unseen, {})))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Compute on one thread, as the student's process does: training amplifies differences of rounding."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
