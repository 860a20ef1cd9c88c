"""A small notebook for tests of what students run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def notebook(path: Path, *cells: str, text: str = "") -> Path:
    """Write a notebook that was run from top to bottom, with a text before its cells."""
    made: list[dict[str, Any]] = [{"cell_type": "markdown", "id": "t", "metadata": {}, "source": text}] if text else []
    for number, source in enumerate(cells, 1):
        code = {"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": source, "outputs": []}
        made.append({**code, "execution_count": number})
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return path
