"""Become the process that answers requests to the definitions.

Run as `python -I -m grader.sandbox.child.definitions_child POLICY FOLDER`. It runs only the definitions,
and then answers one request after the other until it is ended.
"""

from __future__ import annotations

import json
import os
import sys
import types
from pathlib import Path

from grader.model.evidence import DEFINITIONS
from grader.sandbox.boundary.policy import ASK, DONE, SOURCE, STARTED, Policy
from grader.sandbox.boundary.worker_module import worker_with
from grader.sandbox.child.confine import confine


def become_answerer(policy: Policy, folder: str) -> None:
    """Confine this process, run the definitions of `folder`, and answer the requests whose numbers come from the pipe.

    The answer to each number is a line: the number, or the exception of the definitions as JSON.
    """
    source = Path(folder, SOURCE).read_text(encoding="utf-8")
    ours = worker_with(policy.parts)
    asked = os.open(os.path.join(folder, ASK), os.O_RDONLY | os.O_CLOEXEC)
    done = os.open(os.path.join(folder, DONE), os.O_WRONLY | os.O_CLOEXEC)
    confine(policy)
    sys.path.insert(0, policy.work)  # the course's files
    ours.seed_everything(0)
    os.write(
        done, STARTED + b" " + ours.VERSION.encode() + b"\n"
    )  # the time of the start does not count for the submission
    trouble = _define(source, ours)
    with os.fdopen(asked, "rb") as numbers:
        for line in numbers:
            if not trouble:
                ours.answer(policy.exchange, int(line))
            os.write(done, (trouble or line.decode("ascii").strip()).encode("utf-8", "replace") + b"\n")


def _define(source: str, ours: types.ModuleType) -> str:
    """Run the definitions as the main module; return the exception that they raised as JSON, or an empty text."""
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    try:
        exec(compile(source, DEFINITIONS, "exec"), vars(main))  # noqa: S102 - code of the submission, confined
    except BaseException as error:
        return json.dumps(ours.describe(error))
    return ""


if __name__ == "__main__":
    become_answerer(Policy.from_json(sys.argv[1]), sys.argv[2])
