"""Draw PDF pages, and pictures of a submission anew, in a confined process; return nothing if it takes too long."""

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
    found = _answer("pdf_child", data, level, *map(str, numbers))
    return found if len(found) == len(numbers) and all(found) else []


def redraw(pictures: Sequence[bytes], level: Level | None = None) -> list[str]:
    """Return pictures drawn anew, as PNG in base64; an empty text for what is no picture or exceeds the limits."""
    if not pictures:
        return []
    data = json.dumps([base64.b64encode(picture).decode() for picture in pictures]).encode()
    found = _answer("picture_child", data, level)
    return found if len(found) == len(pictures) else [""] * len(pictures)


def _answer(module: str, data: bytes, level: Level | None, *arguments: str) -> list[str]:
    """Return the PNG files in base64 that a confined process makes of `data`, empty texts included."""
    with workspace({}, replace(LIMITS, level=level)) as policy:
        command = [sys.executable, "-I", "-m", f"grader.sandbox.child.{module}", policy.to_json(), *arguments]
        try:
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=SECONDS, env=environment(), check=False
            )
            found = json.loads(done.stdout[:MAX_BYTES])
            pictures = [base64.b64decode(str(picture), validate=True) for picture in found]
        except (subprocess.TimeoutExpired, ValueError, TypeError, binascii.Error) as error:
            log.info("pictures could not be drawn: %s", type(error).__name__)
            return []
    return [base64.b64encode(picture).decode() if picture.startswith(PNG) else "" for picture in pictures]
