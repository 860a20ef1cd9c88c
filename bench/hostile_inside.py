"""Attacks of `bench/hostile.py` inside the sandbox, and the command that runs cases of either kind.

`python -m bench.hostile_inside LEVEL NAME ...` prints a line of JSON for each: name, outcome, bytes, seconds.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import cast

from torch import nn

from bench import hostile_cases, measure
from bench.hostile_cases import Case, HarmError
from grader.comparing.readings import layouts
from grader.comparing.weights import units_of
from grader.model import Request
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.definitions_host import DefinitionsProcess
from grader.sandbox.host.kernel import open_kernel
from grader.sandbox.limits import Limits

LEFT = "/dev/shm/left-by-the-bench"
KEY = 0x43434343
PLANTED = ("/usr/src/course-of-the-bench.yaml", f"{sys.prefix}/course-of-the-bench.yaml")
TRY = """
import ctypes, glob, os, sys, sysconfig
def tried(what, call):
    try:
        call()
    except BaseException:
        return
    print(what)
packages = sysconfig.get_paths()["purelib"]
"""
READS = (
    TRY
    + """
tried("reference", lambda: open(REFERENCE + "/lstm.py").read(1))
tried("calibration", lambda: open(glob.glob(REFERENCE + "/calibration/*.json")[0]).read(1))
tried("import of the reference", lambda: __import__("reference.lstm").lstm.LSTM)
tried("import of the checks", lambda: __import__("grader.checks").checks.__file__)
tried("a course in /usr/src", lambda: open(PLANTED[0]).read(1))
tried("a course in the environment", lambda: open(PLANTED[1]).read(1))
"""
)
LEAVES = (
    TRY
    + """
libc = ctypes.CDLL(None, use_errno=True)
libc.shmget(KEY, 1 << 20, 0o1666), libc.msgget(KEY, 0o1666)
try:
    open(LEFT, "w").write("of the first")
except OSError:
    pass
"""
)
FINDS = (
    TRY
    + """
libc = ctypes.CDLL(None, use_errno=True)
if libc.shmget(KEY, 1 << 20, 0o666) >= 0: print("a segment")
if libc.msgget(KEY, 0o666) >= 0: print("a queue")
tried("a file in shared memory", lambda: open(LEFT).read())
"""
)
HOLDS = """
import os
held, block = [], bytes(8 << 20)
try:
    for number in range(8):
        held.append(os.memfd_create(str(number)))
        for _ in range(25):
            os.write(held[-1], block)
    print("1600 MiB in files of memory")
except OSError:
    pass
"""
PIPE = """
import os
class Net:
    def __init__(self):
        while True:
            for descriptor in range(3, 64):
                try:
                    if "done" in os.readlink("/proc/self/fd/%d" % descriptor):
                        os.write(descriptor, b"x" * 4096)
                except OSError:
                    pass
"""


def _filled(code: str) -> str:
    import reference

    values = {"REFERENCE": str(Path(str(reference.__file__)).parent), "PLANTED": PLANTED, "LEFT": LEFT, "KEY": KEY}
    return "".join(f"{name} = {value!r}\n" for name, value in values.items()) + code


def _printed(code: str, level: str) -> list[str]:
    limits = Limits(cpu_seconds=60, cell_cpu_seconds=30, memory_bytes=1 << 30, level=cast("Level", level))
    with open_kernel({"a.txt": b"x"}, limits) as kernel:
        return kernel.run(1, _filled(code)).text.splitlines()


def nothing_printed(*codes: str) -> Callable[[Path, str], str]:
    """Return a case: each code runs as a submission of its own, and prints what it reached."""

    def run(_: Path, level: str) -> str:
        reached = [line for code in codes for line in _printed(code, level)]
        if reached:
            raise HarmError(", ".join(reached))
        return "nothing reached"

    return run


def reads(folder: Path, level: str) -> str:
    """Try to read what is hidden, and files beside the interpreter, as far as these can be planted."""
    planted = []
    for path in PLANTED:
        if os.access(Path(path).parent, os.W_OK):
            Path(path).write_text("points: 1\n", encoding="ascii")
            planted.append(path)
    try:
        return nothing_printed(READS)(folder, level)
    finally:
        for path in planted:
            Path(path).unlink()


def pipe(_: Path, level: str) -> str:
    """Ask definitions that write without a newline; their CPU time ends them."""
    limits = Limits(cpu_seconds=30, cell_cpu_seconds=3, level=cast("Level", level))
    process = DefinitionsProcess(PIPE, limits)
    try:
        request = Request("call", {"target": "Net", "cases": [{"init": {}, "calls": []}]}, {})
        return f"ended: {process.ask([request])[0].status}"
    finally:
        process.close()


def layers(_: Path, __: str) -> str:
    """Count the layouts of twelve equal linear layers, of which only the first are drawn."""
    model = nn.Sequential(*(nn.Linear(8, 8) for _ in range(12)))
    shapes = [(name, tuple(parameter.shape)) for name, parameter in model.named_parameters()]
    drawn = sum(1 for _ in itertools.islice(layouts(units_of(model), shapes), 1000))
    return f"{drawn} layouts drawn"


CASES = {
    "layers": Case("2.1.14", "a reference of twelve equal layers", layers),
    "pipe": Case("2.1.15", "an endless line in the pipe of replies", pipe),
    "memory-files": Case("3.1", "1.6 GiB in files of memory", nothing_printed(HOLDS)),
    "reads": Case("3.2-3.5", "reference, checks, courses beside them", reads),
    "leaves": Case("3.6", "segments and files for the next submission", nothing_printed(LEAVES, FINDS)),
}


def main() -> None:
    """Run cases one after the other, each in a folder of its own, and print what each did."""
    cases = {**hostile_cases.CASES, **CASES}
    level, names = sys.argv[1], sys.argv[2:]
    for name in names:
        with tempfile.TemporaryDirectory(prefix="hostile-") as folder, measure.own_groups() as cost:
            try:
                outcome = cases[name].run(Path(folder), level)
            except HarmError as error:
                outcome = f"HARM: {error}"
        print(json.dumps([name, outcome, cost.peak, cost.cpu]), flush=True)


if __name__ == "__main__":
    main()
