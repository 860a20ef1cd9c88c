"""Draw the layers that import-linter checks, from pyproject.toml: `python docs/pictures/layers.py`."""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
PICTURE = HERE / "layers.svg"
WIDTH, HEIGHT, GAP, LEFT = 720, 40, 10, 90


def layers() -> list[str]:
    """Return the layers of the package, the highest first, as in pyproject.toml."""
    settings = tomllib.loads((HERE.parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    [found] = [one["layers"] for one in contracts if one.get("containers") == ["grader"]]
    return list(found)


def svg() -> str:
    """Return the picture: one row per layer, one box per package, an arrow for the direction of imports."""
    rows = layers()
    bottom = len(rows) * (HEIGHT + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 10}" font-family="sans-serif" '
        f'font-size="15" role="img" aria-label="{escape("Layers, the highest first: " + "; ".join(rows))}">',
        f'<path d="M40 20V{bottom - 20}m-7 -12l7 12l7 -12" fill="none" stroke="#888" stroke-width="2"/>',
        f'<text x="24" y="{bottom // 2}" fill="#888" transform="rotate(-90 24 {bottom // 2})" '
        'text-anchor="middle">imports</text>',
    ]
    for number, row in enumerate(rows):
        names = row.split(" | ")
        width = (WIDTH - LEFT - GAP * (len(names) - 1)) / len(names)
        for place, name in enumerate(names):
            x, y = LEFT + place * (width + GAP), 5 + number * (HEIGHT + GAP)
            parts += [
                f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{HEIGHT}" rx="6" '
                'fill="#e8eaf6" stroke="#3f51b5"/>',
                f'<text x="{x + width / 2:.1f}" y="{y + 25}" text-anchor="middle" fill="#1a237e">{name}</text>',
            ]
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(svg(), encoding="utf-8")
