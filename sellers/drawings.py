"""Where a button is: a page of the marketplace as a simple drawing, from data. Imports no Django.

A row is a list of shapes, like ['picture', 'lines', '*button: Contact seller']; the one with the
asterisk is what is looked for. Text after a colon stands on the shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from languages.sentences import Sentence

WIDTH, MARGIN, GAP = 320, 12, 10
# Kind: width (None: what the row leaves) and height, in the drawing's units.
SHAPES: dict[str, tuple[int | None, int]] = {
    "search": (None, 22),  # the bar on top of every page
    "tabs": (None, 12),
    "title": (150, 10),
    "line": (None, 6),
    "lines": (None, 24),  # a few lines of text
    "space": (None, 6),
    "picture": (44, 44),
    "field": (None, 28),  # where one types
    "button": (0, 28),  # as wide as its words
    "envelope": (30, 24),
    "bubble": (30, 26),
    "person": (24, 24),
}
LETTER, PADDING = 6.4, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    kind: str
    words: str
    x: float
    y: float
    width: float
    height: float
    is_marked: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> float:
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A page laid out: `page` names it, the shapes are in a box of WIDTH by `height`."""

    page: Sentence
    height: int
    shapes: tuple[Shape, ...]


def draw(page: Sentence, rows: Sequence[Sequence[str]]) -> Drawing:
    """Lay the rows out from the top; raise ValueError naming what is wrong in them."""
    if sum(text.startswith("*") for row in rows for text in row) != 1:
        raise ValueError("exactly one shape must be marked with an asterisk")
    shapes: list[Shape] = []
    y = MARGIN
    for row in rows:
        if not row:
            raise ValueError("a row holds no shape")
        height = max(_read(text)[3] for text in row)
        shapes += _lay_row(row, y, height)
        y += height + GAP
    return Drawing(page=page, height=y - GAP + MARGIN, shapes=tuple(shapes))


def _read(text: str) -> tuple[str, str, float | None, int]:
    """Kind, words, width and height of a shape as it is written."""
    kind, _, words = (part.strip() for part in text.removeprefix("*").partition(":"))
    if kind not in SHAPES:
        raise ValueError(f"{kind!r} is none of {', '.join(SHAPES)}")
    width, height = SHAPES[kind]
    if kind == "button":
        return kind, words, round(len(words) * LETTER + PADDING, 1), height
    return kind, words, width, height


def _lay_row(row: Sequence[str], y: int, height: int) -> list[Shape]:
    read = [_read(text) for text in row]
    fixed = sum(width for _, _, width, _ in read if width is not None)
    growing = sum(width is None for _, _, width, _ in read)
    left = WIDTH - 2 * MARGIN - GAP * (len(row) - 1) - fixed
    if left < 0 or (growing and left / growing < 20):
        raise ValueError(f"the row {list(row)} is wider than the drawing")
    shapes, x = [], float(MARGIN)
    for text, (kind, words, given, tall) in zip(row, read, strict=True):
        width = given if given is not None else round(left / growing, 1)
        top = y + (height - tall) / 2
        shapes.append(
            Shape(
                kind=kind,
                words=words,
                x=round(x, 1),
                y=top,
                width=width,
                height=tall,
                is_marked=text.startswith("*"),
            )
        )
        x += width + GAP
    return shapes
