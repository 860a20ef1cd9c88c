"""The command `grader` for tests, which gives up a silent scheduler after some seconds, not after twenty."""

from __future__ import annotations

import functools
from typing import Any
from unittest import mock

import distributed

from grader.cli import main


def impatient(seconds: float = 8) -> Any:
    """Let every client wait for `seconds` at most, whatever it asks for, until this is undone."""
    patient: Any = distributed.Client

    @functools.wraps(patient, updated=())
    def client(where: Any, timeout: float) -> Any:
        return patient(where, timeout=min(timeout, seconds))

    return mock.patch.object(distributed, "Client", client)


if __name__ == "__main__":
    with impatient():
        main()
