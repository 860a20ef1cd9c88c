"""The compiled form of the catalogues: `python -m tests.catalogues` writes it after a change of their texts."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from grader.report.i18n import FOLDER

TEXTS = sorted(FOLDER.glob("*/LC_MESSAGES/*.po"))


def compiled(path: Path) -> bytes:
    """What programs read of a catalogue's texts."""
    with path.open("rb") as file:
        catalog = read_po(file)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


if __name__ == "__main__":
    for text in TEXTS:
        text.with_suffix(".mo").write_bytes(compiled(text))
