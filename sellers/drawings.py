"""Where a button is: a page of the marketplace as a simple drawing, from data. Imports no Django.

A row is a list of shapes, like ['picture', 'lines', '*button: Contact seller']; the one with the
asterisk is what is looked for. Text after a colon stands on the shape, in the reader's language;
how wide it is decides where the shapes stand, so a drawing is laid out for each language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from languages.sentences import Sentence, say

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
LETTER, PADDING, LINE = 6.8, 20, 13
# After these a label goes on in a second line.
BREAKS = " /"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A shape as it is written."""

    kind: str
    words: Sentence | None
    is_marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A shape in its place; `lines` stand on it, one or two."""

    kind: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: int
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
    """A page of a marketplace: `page` names it."""

    page: Sentence
    rows: tuple[tuple[Piece, ...], ...]

    @property
    def looked_for(self) -> Sentence | None:
        """The words on what is looked for, if it bears any."""
        return next(piece.words for row in self.rows for piece in row if piece.is_marked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A drawing in one language: the shapes are in a box of WIDTH by `height`."""

    height: int
    shapes: tuple[Shape, ...]


def draw(page: Sentence, rows: Sequence[Sequence[str]]) -> Drawing:
    """Read the rows; raise ValueError naming what is wrong in them."""
    drawing = Drawing(page=page, rows=tuple(tuple(_read(text) for text in row) for row in rows))
    if sum(piece.is_marked for row in drawing.rows for piece in row) != 1:
        raise ValueError("exactly one shape must be marked with an asterisk")
    if not all(rows):
        raise ValueError("a row holds no shape")
    lay_out(drawing, str)
    return drawing


def _read(text: str) -> Piece:
    kind, _, words = (part.strip() for part in text.removeprefix("*").partition(":"))
    if kind not in SHAPES:
        raise ValueError(f"{kind!r} is none of {', '.join(SHAPES)}")
    return Piece(kind=kind, words=say(words) if words else None, is_marked=text.startswith("*"))


def lay_out(drawing: Drawing, said: Callable[[Sentence], str]) -> Sheet:
    """Lay the rows out from the top, with the words as `said` says them.

    Where a row is too wide, its longest labels go on in a second line; where that is not enough,
    ValueError names the row.
    """
    shapes: list[Shape] = []
    y = MARGIN
    for row in drawing.rows:
        placed = _lay_row(row, [said(piece.words) if piece.words else "" for piece in row], y)
        shapes += placed
        y += max(shape.height for shape in placed) + GAP
    return Sheet(height=y - GAP + MARGIN, shapes=tuple(shapes))


def _lay_row(row: Sequence[Piece], words: Sequence[str], y: int) -> list[Shape]:
    lines: list[tuple[str, ...]] = [(text,) if text else () for text in words]
    labels = [place for place, piece in enumerate(row) if piece.kind == "button"]
    for place in sorted(labels, key=lambda place: -len(words[place])):
        if _widths(row, lines) is not None:
            break
        lines[place] = _two_lines(words[place])
    widths = _widths(row, lines)
    if widths is None:
        raise ValueError(
            f"the row {[text or piece.kind for text, piece in zip(words, row, strict=True)]} is wider than the drawing"
        )
    heights = [
        SHAPES[piece.kind][1] + LINE * (len(on_it) > 1)
        for piece, on_it in zip(row, lines, strict=True)
    ]
    shapes, x = [], float(MARGIN)
    for piece, on_it, width, height in zip(row, lines, widths, heights, strict=True):
        shapes.append(
            Shape(
                kind=piece.kind,
                lines=on_it,
                x=round(x, 1),
                y=y + (max(heights) - height) / 2,
                width=width,
                height=height,
                is_marked=piece.is_marked,
            )
        )
        x += width + GAP
    return shapes


def _widths(row: Sequence[Piece], lines: Sequence[tuple[str, ...]]) -> list[float] | None:
    """How wide each shape of a row is; None where the row has not the room."""
    given = [
        round(max(map(len, on_it), default=0) * LETTER + PADDING, 1)
        if piece.kind == "button"
        else SHAPES[piece.kind][0]
        for piece, on_it in zip(row, lines, strict=True)
    ]
    left = WIDTH - 2 * MARGIN - GAP * (len(row) - 1) - sum(filter(None, given))
    growing = given.count(None)
    if left < 0 or (growing and left / growing < 20):
        return None
    return [round(left / growing, 1) if width is None else width for width in given]


def _two_lines(text: str) -> tuple[str, ...]:
    """Broken after the space or slash that leaves the longer line shortest; whole without any."""
    ends = [end for end in range(1, len(text)) if text[end - 1] in BREAKS]
    if not ends:
        return (text,)
    end = min(ends, key=lambda end: max(len(text[:end].strip()), len(text) - end))
    return text[:end].strip(), text[end:]
