"""The frontier as an SVG: needless escalations against mean days to an end. Light and dark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 480
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 92, 56
FIRST_DAYS, LAST_DAYS = 1.0, 4.0
MOST_NEEDLESS = 9.0
LEGEND_COLUMN = 340

STYLE = """
  .ground { fill: #ffffff } text { fill: #24292f; font: 13px system-ui, sans-serif }
  .small { font-size: 11px } .title { font-size: 15px; font-weight: 600 }
  .label { font-size: 11px; paint-order: stroke; stroke: #ffffff; stroke-width: 4px }
  .grid { stroke: #d8dee4 } .axis { stroke: #57606a }
  .aim { fill: #1a7f37; fill-opacity: 0.12; stroke: #1a7f37; stroke-dasharray: 4 3 }
  .line { fill: none; stroke-width: 2 }
  .fixed-2 { stroke: #bc4c00; fill: #bc4c00 } .fixed-1 { stroke: #8250df; fill: #8250df }
  .ideal { stroke: #57606a; fill: #57606a; stroke-dasharray: 5 4 }
  .parley { stroke: #0969da; fill: #0969da }
  .line.fixed-2, .line.fixed-1, .line.ideal { fill: none }
  circle.ideal { stroke-dasharray: none }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } text { fill: #e6edf3 } .label { stroke: #0d1117 }
    .grid { stroke: #30363d } .axis { stroke: #8b949e }
    .aim { fill: #3fb950; stroke: #3fb950 }
    .fixed-2 { stroke: #f0883e; fill: #f0883e } .fixed-1 { stroke: #bc8cff; fill: #bc8cff }
    .ideal { stroke: #8b949e; fill: #8b949e } .parley { stroke: #58a6ff; fill: #58a6ff }
  }
"""


@dataclass(frozen=True, slots=True)
class Point:
    label: str
    days: float
    needless: float
    lost: float

    @property
    def x(self) -> float:
        return _x(self.days)

    @property
    def y(self) -> float:
        return _y(self.needless)

    @property
    def is_inside(self) -> bool:
        return FIRST_DAYS <= self.days <= LAST_DAYS and self.needless <= MOST_NEEDLESS


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    style: str
    points: Sequence[Point]
    is_line: bool = True


def draw_frontier(series: Sequence[Series], aim: Point) -> str:
    body = [*_axes(), *_aim(aim)]
    for place, each in enumerate(series):
        body += [*_series(each), *_legend(each, place)]
    for each in series:
        body += _labels(each)
    title = "Needless escalations against mean days to an answer or an escalation"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
            ' aria-labelledby="title">',
            f'<title id="title">{title}</title>',
            f"<style>{STYLE}</style>",
            f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
            *body,
            "</svg>\n",
        ]
    )


def _x(days: float) -> float:
    part = (days - FIRST_DAYS) / (LAST_DAYS - FIRST_DAYS)
    return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)


def _y(needless: float) -> float:
    return round(HEIGHT - BOTTOM - needless / MOST_NEEDLESS * (HEIGHT - TOP - BOTTOM), 1)


def _text(x: float, y: float, text: str, *, style: str = "small", anchor: str = "middle") -> str:
    return f'<text class="{style}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _axes() -> Iterator[str]:
    yield _text(
        LEFT, 26, "Needless escalations against days of waiting",
        style="title", anchor="start",
    )  # fmt: skip
    bottom, right = _y(0), _x(LAST_DAYS)
    for needless in range(int(MOST_NEEDLESS) + 1):
        y = _y(needless)
        yield f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{right}" y2="{y}"/>'
        yield _text(LEFT - 8, y + 4, str(needless), anchor="end")
    for half in range(int(FIRST_DAYS * 2), int(LAST_DAYS * 2) + 1):
        x = _x(half / 2)
        yield f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}"/>'
        yield _text(x, bottom + 18, f"{half / 2:g}")
    yield f'<path class="line axis" d="M{LEFT} {TOP}V{bottom}H{right}"/>'
    yield _text(
        (LEFT + right) / 2, HEIGHT - 14, "mean days to an answer or an escalation", style=""
    )
    middle = (TOP + bottom) / 2
    yield (
        f'<text x="20" y="{middle}" text-anchor="middle" transform="rotate(-90 20 {middle})">'
        "needless escalations in 100 cases</text>"
    )


def _aim(aim: Point) -> Iterator[str]:
    yield (
        f'<rect class="aim" x="{LEFT}" y="{aim.y}" width="{round(aim.x - LEFT, 1)}"'
        f' height="{round(_y(0) - aim.y, 1)}"/>'
    )
    yield _text(LEFT + 6, _y(0) - 6, "the aim", anchor="start")


def _series(series: Series) -> Iterator[str]:
    points = [point for point in series.points if point.is_inside]
    if series.is_line and points:
        path = "L".join(f"{point.x} {point.y}" for point in points)
        yield f'<path class="line {series.style}" d="M{path}"/>'
    radius = 3.5 if series.is_line else 7
    for point in points:
        yield (
            f'<circle class="{series.style}" cx="{point.x}" cy="{point.y}" r="{radius}">'
            f"<title>{_said(series, point)}</title></circle>"
        )


def _labels(series: Series) -> Iterator[str]:
    """Written last, so that no line runs through them."""
    for point in series.points:
        if point.label and point.is_inside:
            label = f"{point.label}, {point.lost:.1f} % lost"
            yield _text(point.x + 11, point.y - 6, label, style="label", anchor="start")


def _said(series: Series, point: Point) -> str:
    return escape(
        f"{series.name} {point.label}: {point.needless:.1f} needless in 100,"
        f" {point.days:.1f} days, {point.lost:.1f} % lost"
    )


def _legend(series: Series, place: int) -> Iterator[str]:
    x, y = LEFT + LEGEND_COLUMN * (place % 2), 50 + 20 * (place // 2)
    if series.is_line:
        yield f'<path class="line {series.style}" d="M{x} {y - 4}h22"/>'
    yield f'<circle class="{series.style}" cx="{x + 11}" cy="{y - 4}" r="4"/>'
    yield _text(x + 30, y, series.name, style="", anchor="start")
