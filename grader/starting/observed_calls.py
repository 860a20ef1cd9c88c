"""Which functions and classes of a solution were called while it ran, and with what: types, shapes and values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.errors import GraderError
from grader.grading.environment import code_folders
from grader.grading.options import GradingOptions
from grader.model import CellRun, Submission
from grader.rubric.schema import Rubric

MARK = "observed calls: "  # before the JSON in the output of the last cell
# Runs in the process of the solution, which is the course's own code. Only facts about its calls leave it.
OBSERVER = """
def _observe():
    import json, sys
    noted, folder = {}, __import__("os").getcwd()

    def described(value, depth=0):
        kind = type(value)
        module = kind.__module__.partition(".")[0]
        if value is None or kind in (bool, int, str):
            return {"is": "value", "value": value if kind is not str else value[:200]}
        if kind is float:
            finite = value == value and abs(value) < 1e30
            return {"is": "value", "value": value} if finite else {"is": "other", "name": "number that is not finite"}
        if module in ("torch", "numpy") and hasattr(value, "shape") and hasattr(value, "dtype") and depth < 4:
            numbers = value.detach().cpu().double().numpy() if module == "torch" else value
            counted = numbers.dtype.kind in "biuf" and numbers.size
            ends = [float(numbers.min()), float(numbers.max())] if counted else [0, 0]
            dtype = str(value.dtype).replace("torch.", "")
            return {"is": module, "shape": list(value.shape), "dtype": dtype, "from": ends[0], "to": ends[1]}
        if kind in (list, tuple) and len(value) <= 20 and depth < 4:
            return {"is": kind.__name__, "parts": [described(part, depth + 1) for part in value]}
        if kind is dict and len(value) <= 20 and depth < 4 and all(type(key) is str for key in value):
            return {"is": "dict", "parts": {key: described(part, depth + 1) for key, part in value.items()}}
        return {"is": "other", "name": kind.__name__}

    def profile(frame, event, arg):
        code = frame.f_code
        own = code.co_filename.startswith(folder) or "/ipykernel_" in code.co_filename  # a cell
        name = code.co_qualname
        is_function = code.co_flags & 1  # and not the body of a class
        if event != "call" or not own or not is_function or "<" in name or name.startswith("_observe"):
            return
        calls = noted.setdefault(name, [])
        flags = code.co_flags & 12
        if len(calls) < 3 and len(noted) < 300:
            names, values = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount], frame.f_locals
            try:
                calls.append({"more": bool(flags), "given": {one: described(values[one]) for one in names}})
            except Exception:
                calls.append({"more": True, "given": {}})

    sys.setprofile(profile)

    def end():
        sys.setprofile(None)
        print("@MARK@" + json.dumps(noted))

    return end


_end_observing = _observe()
""".replace("@MARK@", MARK)


@dataclass(frozen=True)
class ObservedCall:
    """One call: described inputs by name; `more` where some may be missing (`*args`)."""

    given: Mapping[str, Any]
    more: bool = False


def observed_calls(
    submission: Submission, rubric: Rubric, options: GradingOptions
) -> tuple[Mapping[str, Sequence[ObservedCall]], Sequence[CellRun]]:
    """Run a solution in the sandbox; return the calls of its functions and methods by name, and how its cells ended.

    Raises:
        GraderError: it ended before it could be asked.
    """
    runs = []
    with options.sandbox.open_kernel(submission.laid_out, options.limits(rubric)) as kernel:
        folders = list(code_folders(submission))
        kernel.run(0, f"import sys as _s, os as _o; _s.path[1:1] = [_o.path.abspath(p) for p in {folders!r}]")
        kernel.run(0, OBSERVER)
        for cell in submission.cells:
            runs.append(kernel.run(cell.number, cell.code))
            if cell.module and "__main__" in cell.source and kernel.alive:  # it runs as a script, too
                script = f"_s.argv = [_o.path.abspath({cell.place.file!r})]"
                runs.append(
                    kernel.run(cell.number, f"import runpy; {script}; runpy.run_path(_s.argv[0], run_name='__main__')")
                )
        said = kernel.run(0, "_end_observing()") if kernel.alive else None
    if said is None or MARK not in said.text:
        raise GraderError("the solution did not run to its end; run it by itself first")
    found = json.loads(said.text.partition(MARK)[2].splitlines()[0])
    calls = {
        name: [ObservedCall(call["given"], call["more"]) for call in listed] for name, listed in found.items() if listed
    }
    return calls, runs
