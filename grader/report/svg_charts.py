"""Draw line charts and shape traces as small inline SVG: readable in print, on a phone, in the dark, without colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from markupsafe import escape as _escape

from grader.model import Chart, Spread, SpreadRow, Trace
from grader.text import plain

WIDTH, HEIGHT = 560, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 10, 34
DASHES = ("2 3", "", "7 4", "10 3 2 3")
MAX_POINTS = 200


def escape(text: str) -> Markup:
    """Return a submission's words with the characters that SVG allows, escaped."""
    return _escape(plain(text))


def chart(value: Chart) -> Markup:
    """Return the chart as SVG; each line has a colour, a dash and a name of its own."""
    xs = [x for series in value.series for x in series.x]
    ys = [y for series in value.series for y in series.y]
    if not xs:
        return Markup("")
    x_low, x_high, y_low, y_high = _bounds(xs, ys)

    def place(x: float, y: float) -> str:
        across = LEFT + (x - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT)
        down = TOP + (y_high - y) / (y_high - y_low) * (HEIGHT - TOP - BOTTOM)
        return f"{across:.1f},{down:.1f}"

    parts = [_axes(value, (x_low, x_high, y_low, y_high))]
    for number, series in enumerate(value.series):
        step = max(1, len(series.x) // MAX_POINTS)
        pairs = list(zip(series.x, series.y, strict=True))
        points = " ".join(place(x, y) for x, y in pairs[::step])
        dash = f' stroke-dasharray="{DASHES[number % len(DASHES)]}"' if len(value.series) > 1 else ""
        parts.append(f'<polyline class="line line{number % 4}" points="{points}"{dash}/>')
    legend = "".join(
        '<li><svg viewBox="0 0 30 8" width="30" height="8" aria-hidden="true">'
        f'<line class="line line{n % 4}" x1="0" y1="4" '
        f'x2="30" y2="4" stroke-dasharray="{DASHES[n % 4]}"/></svg> {escape(str(series.name))}</li>'
        for n, series in enumerate(value.series)
    )
    svg = (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(str(value.alt))}">'
        + "".join(parts)
        + "</svg>"
    )
    return Markup(f'{svg}<ul class="legend">{legend}</ul>' if len(value.series) > 1 else svg)  # noqa: S704 - escaped


def _bounds(xs: Sequence[float], ys: Sequence[float]) -> tuple[float, float, float, float]:
    y_low, y_high = min(ys), max(ys)
    room = (y_high - y_low) * 0.05 or 1.0
    x_high = max(xs) if max(xs) > min(xs) else min(xs) + 1
    return min(xs), x_high, y_low - room, y_high + room


def _axes(value: Chart, bounds: tuple[float, float, float, float]) -> str:
    x_low, x_high, y_low, y_high = bounds
    base = HEIGHT - BOTTOM
    texts = [
        f'<path class="axis" d="M{LEFT} {TOP}V{base}H{WIDTH - RIGHT}"/>',
        f'<text x="{LEFT}" y="{base + 14}">{x_low:g}</text>',
        f'<text x="{WIDTH - RIGHT}" y="{base + 14}" text-anchor="end">{x_high:g}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{base + 26}" text-anchor="middle">'
        f"{escape(str(value.x_label))}</text>",
        f'<text x="{LEFT - 5}" y="{base}" text-anchor="end">{y_low:.2g}</text>',
        f'<text x="{LEFT - 5}" y="{TOP + 10}" text-anchor="end">{y_high:.2g}</text>',
        f'<text x="{LEFT - 5}" y="{(TOP + base) / 2}" text-anchor="end">{escape(str(value.y_label))}</text>',
    ]
    return "".join(texts)


BOX, STEP = 34, 46
MAX_STAGES = 14


def trace(value: Trace) -> Markup:
    """Return a shape trace as a column of boxes joined by arrows, with the shapes beside them."""
    stages = value.stages[:MAX_STAGES]
    height = STEP * (len(stages) - 1) + BOX + 4
    parts = []
    for number, stage in enumerate(stages):
        top = 2 + number * STEP
        label = f"{stage.name} ({stage.kind})" if stage.kind else stage.name
        differs = " differs" if stage.differs else ""
        right = f"{stage.shape}   right: {stage.expected}" if differs else stage.shape
        parts.append(f'<rect class="box{differs}" x="2" y="{top}" width="190" height="{BOX}" rx="6"/>')
        parts.append(f'<text x="12" y="{top + 21}">{escape(_short(label, 30))}</text>')
        parts.append(f'<text class="shape{differs}" x="204" y="{top + 21}">{escape(_short(right, 66))}</text>')
        if number + 1 < len(stages):
            parts.append(f'<path class="axis" d="M97 {top + BOX}v{STEP - BOX}"/>')
    spoken = "; ".join(f"{stage.name}: {stage.shape}" for stage in stages)
    svg = f'<svg class="trace" viewBox="0 0 620 {height}" role="img" aria-label="{escape(f"{value.title}. {spoken}")}">'
    return Markup(svg + "".join(parts) + "</svg>")  # noqa: S704 - every text is escaped above


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def bars(counts: Sequence[tuple[str, int]], alt: str) -> Markup:
    """Return a bar chart of counts with a label under each bar."""
    if not counts:
        return Markup("")
    highest = max(count for _, count in counts) or 1
    width = 560 / len(counts)
    parts = []
    for number, (label, count) in enumerate(counts):
        tall = 120 * count / highest
        left = number * width
        parts.append(
            f'<rect class="bar" x="{left + 4:.1f}" y="{140 - tall:.1f}" width="{width - 8:.1f}" height="{tall:.1f}"/>'
            f'<text x="{left + width / 2:.1f}" y="{134 - tall:.1f}" text-anchor="middle">{count or ""}</text>'
            f'<text x="{left + width / 2:.1f}" y="156" text-anchor="middle">{escape(label)}</text>'
        )
    svg = f'<svg class="chart" viewBox="0 0 560 164" role="img" aria-label="{escape(alt)}">' + "".join(parts) + "</svg>"
    return Markup(svg)  # noqa: S704 - every text is escaped above


ROW, TICK_EVERY = 26, 5
LETTER = 6.3  # pixels across
MAX_SHOWN = 1e6


def spread(value: Spread) -> Markup:
    """Return claims with their distributions as SVG: a dot for each seed, a triangle for the claim, and one scale."""
    shown = [v for row in value.rows for v in (*row.values, *([] if row.claimed is None else [row.claimed]))]
    if not shown or not all(abs(v) < MAX_SHOWN for v in shown):
        return Markup("")
    left = min(WIDTH / 2, 14 + LETTER * max(len(str(row.name)) for row in value.rows))
    low = TICK_EVERY * (min(shown) // TICK_EVERY)
    high = TICK_EVERY * (max(shown) // TICK_EVERY + 1)
    step = TICK_EVERY * max(1, round((high - low) / TICK_EVERY / 8))

    def across(at: float) -> float:
        return left + (at - low) / (high - low) * (WIDTH - left - 2 * RIGHT)

    height = TOP + ROW * len(value.rows) + BOTTOM
    base = height - BOTTOM
    parts = [f'<line class="axis" x1="{left:.0f}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}"/>']
    for number in range(int((high - low) // step) + 1):
        at = low + number * step
        parts.append(f'<line class="grid" x1="{across(at):.1f}" y1="{TOP}" x2="{across(at):.1f}" y2="{base}"/>')
        parts.append(f'<text x="{across(at):.1f}" y="{base + 14}" text-anchor="middle">{at:g}</text>')
    parts.append(
        f'<text x="{(left + WIDTH) / 2:.0f}" y="{height - 4}" text-anchor="middle">{escape(str(value.unit))}</text>'
    )
    for number, row in enumerate(value.rows):
        middle = TOP + ROW * (number + 0.5)
        parts.append(
            f'<text x="{left - 8:.0f}" y="{middle + 4:.1f}" text-anchor="end">{escape(str(row.name)[:44])}</text>'
        )
        parts += [f'<circle class="seed" cx="{across(v):.1f}" cy="{middle:.1f}" r="3.2"/>' for v in row.values]
        if row.claimed is not None:
            x = across(row.claimed)
            parts.append(f'<path class="claim" d="M{x:.1f} {middle - 2:.1f}l-6 -9h12z"/>')
    return Markup(  # noqa: S704 - escaped
        f'<svg class="chart spread" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(str(value.alt))}">'
        + "".join(parts)
        + "</svg>"
    )


def share_bar(earned: float, lost: float, left: float, label: str) -> Markup:
    """Return one bar in three parts, which `label` says in words."""
    whole, at, parts = (earned + lost + left) or 1.0, 0.0, []
    for name, value in (("earned", earned), ("lost", lost), ("left", left)):
        width = WIDTH * value / whole
        parts.append(f'<rect class="{name}" x="{at:.1f}" y="0" width="{width:.1f}" height="14"/>')
        at += width
    return Markup(  # noqa: S704 - escaped
        f'<svg class="share" viewBox="0 0 {WIDTH} 14" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}">' + "".join(parts) + "</svg>"
    )


_ALONE = (
    ".axis{stroke:#666}.grid{stroke:#ddd}.seed{fill:#2a6fb0;fill-opacity:.6}.claim{fill:#b0402a}"
    "text{font:12px system-ui,sans-serif;fill:#222}"
)


def standalone(values: Mapping[str, Sequence[float]]) -> str:
    """Return distributions as a separate SVG file, one row for each."""
    rows = tuple(
        SpreadRow(name.removesuffix(", lr 0.01").replace(", batch 10", ""), tuple(v)) for name, v in values.items()
    )
    svg = spread(Spread("Noise removed by the reference", "percent of the noise removed", rows, "One dot per seed."))
    return (
        str(svg)
        .replace('<svg class="chart spread"', f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}"', 1)
        .replace(">", f'><style>{_ALONE}</style><rect width="100%" height="100%" fill="#fff"/>', 1)
        + "\n"
    )
