"""Draw untrusted pictures anew, confined: `python -I -m grader.sandbox.child.picture_child POLICY`.

The pictures come on standard input as JSON, each in base64; PNG files go to standard output in the same form, with an
empty text for what is no picture. Nothing but colours of a bounded number of pixels is left of a picture.
"""

from __future__ import annotations

import base64
import io
import json
import sys

from grader.sandbox.boundary.policy import Policy
from grader.sandbox.child.confine import confine

MAX_WIDTH, MAX_HEIGHT = 900, 1400  # pixels
MAX_PIXELS = 30_000_000  # of a picture before it is made smaller
COLOURS = 64
FORMATS = ("PNG", "JPEG")


def redrawn(data: bytes) -> str:
    """Return a picture on white, no larger than the limits, as PNG in base64; empty if it is none."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                return ""
            picture = opened.convert("RGBA")
        picture.thumbnail((MAX_WIDTH, MAX_HEIGHT))
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture)
        file = io.BytesIO()
        paper.convert("RGB").quantize(COLOURS).save(file, "PNG", optimize=True)
    except Exception:  # an untrusted file: Pillow raises nearly anything
        return ""
    return base64.b64encode(file.getvalue()).decode()


def main(policy: str) -> None:
    """Confine this process, and then read and draw the pictures."""
    from PIL import JpegImagePlugin, PngImagePlugin  # noqa: F401 - before the process is confined

    data = sys.stdin.buffer.read()
    confine(Policy.from_json(policy))
    sys.stdout.write(json.dumps([redrawn(base64.b64decode(picture)) for picture in json.loads(data)]))
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
