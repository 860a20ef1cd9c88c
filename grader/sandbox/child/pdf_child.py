"""Draw pages of an untrusted PDF, confined: `python -I -m grader.sandbox.child.pdf_child POLICY NUMBER...`.

The PDF comes on standard input, the pictures go to standard output as JSON: PNG in base64, one a page.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from typing import Any

from grader.sandbox.boundary.policy import Policy
from grader.sandbox.child.confine import confine

MAX_WIDTH, MAX_HEIGHT = 850, 1200  # pixels
GREYS = 16


def picture(page: Any) -> str:
    """Return a page in grey, with a limited number of pixels for any page size."""
    width, height = page.get_size()
    scale = min(MAX_WIDTH / max(width, 1), MAX_HEIGHT / max(height, 1))
    file = io.BytesIO()
    page.render(scale=scale, grayscale=True).to_pil().quantize(GREYS).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def main(policy: str, numbers: list[int]) -> None:
    """Confine this process, and then read and draw the PDF."""
    import pypdfium2
    from PIL import PngImagePlugin  # noqa: F401 - before the process is confined

    data = sys.stdin.buffer.read()
    confine(Policy.from_json(policy))
    with pypdfium2.PdfDocument(data) as pdf:
        sys.stdout.write(json.dumps([picture(pdf[number]) for number in numbers]))
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], [int(number) for number in sys.argv[2:]])
