"""Run a course's test file with pytest, and ask the grader for what the submission does.

Run as `python -I -m grader.own_tests.pytest_process RECEIVES SENDS`, two descriptors of pipes. The test file is the
course's own and trusted; it runs in a process of its own all the same, so that what it does to Python stays here.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CPU_SECONDS = 600


def run_tests_of(receives: int, sends: int) -> None:
    """Run the tests of the first message that comes over the first descriptor; replies go to the second."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    from grader.own_tests.wire import Wire

    wire = Wire(receives, sends)
    message, _ = wire.receive()
    os.chdir(message["folder"])
    _run(wire, message)
    wire.send({"what": "done"})


def _run(wire: Any, message: Mapping[str, Any]) -> None:
    import numpy as np
    import pytest
    import torch

    from grader.own_tests.asker import Asker
    from grader.own_tests.budgets import Budgets
    from grader.own_tests.guards import GuardedHelpers, watch_clocks
    from grader.own_tests.plugin import Reporter
    from grader.own_tests.proxies import SubmissionModules, connect
    from grader.own_tests.stand_ins import StandIns

    root, inside = message["folder"], message["inside"]
    asker = Asker(wire, root + os.sep)
    connect(asker)
    torch.set_num_threads(1)
    torch.manual_seed(0)  # so that a test without a seed has the same numbers in each run
    np.random.seed(0)
    random.seed(0)
    watch_clocks(asker)
    sys.meta_path.insert(0, GuardedHelpers(asker.folder))
    modules = StandIns if inside else SubmissionModules
    modules(tuple(message["modules"]), asker).install()
    _settle_hypothesis()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-p", "no:cacheprovider", "-p", "no:faulthandler", "-c", os.devnull, "-q"]
    options += ["--basetemp", f"{root}-temporary"]
    options += ["--rootdir", root, "--confcutdir", root]  # pytest would look through the folders above
    plugins = [Reporter(asker, wire, inside), Budgets(asker, message["seconds"])]
    pytest.main([*options, str(Path(root, message["name"]))], plugins=plugins)


def _settle_hypothesis() -> None:
    """Let hypothesis draw the same examples each time, and know no deadline: a machine may be busy."""
    with contextlib.suppress(ImportError):
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile(
            "grader", deadline=None, derandomize=True, database=None, phases=phases, report_multiple_bugs=False
        )
        settings.load_profile("grader")


if __name__ == "__main__":
    run_tests_of(int(sys.argv[1]), int(sys.argv[2]))
