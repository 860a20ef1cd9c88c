"""Draw PDF pages in a confined process; return nothing if it takes too long."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.process import environment
from grader.sandbox.host.workspace import workspace
from grader.sandbox.limits import Limits

log = logging.getLogger(__name__)

SECONDS = 10
LIMITS = Limits(cpu_seconds=SECONDS, memory_bytes=2 << 30)
MAX_BYTES = 4 << 20  # of all pictures together
PNG = b"\x89PNG\r\n"


def draw(data: bytes, numbers: Sequence[int], level: Level | None = None) -> list[str]:
    """Return pages of a PDF, numbered from 0, as PNG in base64; none if they cannot be drawn within the limits."""
    with workspace({}, replace(LIMITS, level=level)) as policy:
        command = [sys.executable, "-I", "-m", "grader.sandbox.child.pdf_child", policy.to_json(), *map(str, numbers)]
        try:
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=SECONDS, env=environment(), check=False
            )
            found = json.loads(done.stdout[:MAX_BYTES])
            pictures = [base64.b64decode(str(picture), validate=True) for picture in found]
        except (subprocess.TimeoutExpired, ValueError, TypeError, binascii.Error) as error:
            log.info("pages could not be drawn: %s", type(error).__name__)
            return []
    if len(pictures) != len(numbers) or not all(picture.startswith(PNG) for picture in pictures):
        return []
    return [base64.b64encode(picture).decode() for picture in pictures]
