"""What a submission's process has loaded when it is forked: for speed, as an import there takes seconds."""

from __future__ import annotations

import re

from grader.model import Submission
from grader.rubric.schema import Rubric

_WORDS = {
    "torch.optim": re.compile(r"\boptim\b|\bAdam|\bSGD\b"),
    "matplotlib.pyplot": re.compile(r"\bmatplotlib\b|\bpyplot\b|\bseaborn\b"),
}

_OBSERVED = {"figures": "matplotlib.pyplot", "training": "torch.optim"}  # what an observer needs


def loaded_first(submission: Submission, rubric: Rubric) -> tuple[str, ...]:
    """Return the modules that the submission's code names, and those with which the rubric's checks train."""
    modules = (data.decode("utf-8", "ignore") for path, data in submission.laid_out.items() if path.endswith(".py"))
    code = "\n".join((*(cell.source for cell in submission.cells), *modules))
    named = {name for name, words in _WORDS.items() if words.search(code)}
    for _, check in rubric.checks():
        named |= {"torch.optim"} if check.trains else set()
        named |= {_OBSERVED[check.observes]} if check.observes else set()
    return tuple(sorted(named))
