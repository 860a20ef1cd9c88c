"""The only code of the grader that runs beside a student's: it answers requests with raw numbers.

Its source is executed inside the student's kernel before any of her cells, so it imports nothing of `grader` and has no
expected value, threshold or reference. All of its replies are checked again outside.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:  # the files of the worker share their names (see `boundary/worker_module.py`)
    from grader.sandbox.child.exceptions import describe
    from grader.sandbox.child.figures import kept_figures
    from grader.sandbox.child.inside_tests import run_inside
    from grader.sandbox.child.models import _call, _train
    from grader.sandbox.child.names import Missing, _form
    from grader.sandbox.child.session import run_session
    from grader.sandbox.child.steps import run_steps
    from grader.sandbox.child.trainings import kept_trainings
    from grader.sandbox.child.values import DEVICE, OnCpu

_save, _dumps, _load = np.savez, json.dumps, np.load

_ACTIONS: dict[str, Callable[..., dict[str, Any]]] = {
    "call": _call,
    "train": _train,
    "steps": run_steps,
    "session": run_session,
    "inside": run_inside,
    "figures": kept_figures,
    "training": kept_trainings,
}


def answer(folder: str, number: int) -> None:
    """Answer the requests of `ask-N.json` and `.npz` in `folder`: write `reply-N.npz` and then `.json`."""
    stem = os.path.join(folder, f"ask-{number}")
    with open(stem + ".json", encoding="utf-8") as file:
        asked = json.load(file)
    with _load(stem + ".npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    everything: dict[str, Any] = {}
    replies = []
    for position, one in enumerate(asked):
        mine = {name: arrays[key] for name, key in one["arrays"].items()}
        reply, sent = _reply(one["action"], one["arguments"], mine)
        replies.append(reply)
        everything.update({f"{position}/{name}": array for name, array in sent.items()})
    _save(os.path.join(folder, f"reply-{number}.npz"), **everything)
    with open(os.path.join(folder, f"reply-{number}.json"), "w", encoding="utf-8") as file:
        file.write(_dumps(replies))


def _reply(action: str, arguments: Any, arrays: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    sent: dict[str, Any] = {}
    try:
        return {"status": "ok", "value": _done(action, arguments, arrays, sent)}, sent
    except Missing as error:
        return {"status": "missing", "message": str(error)}, {}
    except BaseException as error:
        return {"status": "raised", "raised": describe(error, _form(arguments.get("target", "")))}, {}


def _done(action: str, arguments: Any, arrays: Mapping[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Return the value of a reply; code that asks for a device that is not here gets the CPU on a second try."""
    try:
        return _ACTIONS[action](arguments, arrays, sent)
    except Exception as error:
        if isinstance(error, Missing) or not DEVICE.search(str(error)):
            raise
    sent.clear()
    with OnCpu():
        return _ACTIONS[action](arguments, arrays, sent)


def tell(folder: str, number: int) -> None:
    """Write the exception that the last cell raised as `reply-N.json` in `folder`."""
    with open(os.path.join(folder, f"reply-{number}.json"), "w", encoding="utf-8") as file:
        file.write(_dumps(describe(sys.last_value or RuntimeError())))
