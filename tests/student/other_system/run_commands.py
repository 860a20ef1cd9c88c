"""Run commands of the grader in one process and print their exit codes and texts as JSON."""

import contextlib
import io
import json
import sys
from typing import Any

from grader.cli import main


def _outcome(arguments: list[str]) -> dict[str, Any]:
    sys.argv, printed, errors = ["grader", *arguments], io.StringIO(), io.StringIO()
    code: Any = 0
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
        try:
            main()
        except SystemExit as end:
            code = end.code
    return {"code": code or 0, "out": printed.getvalue(), "err": errors.getvalue()}


outcomes = [_outcome(arguments) for arguments in json.loads(sys.argv[1])]
print(json.dumps(outcomes))
