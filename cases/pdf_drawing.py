"""Draws the pages of a PDF that somebody uploaded, in a process of its own with little room.

Run as `python -m cases.pdf_drawing FOLDER MOST`: reads FOLDER/x.pdf and writes FOLDER/1.png and on.
A file made to break its reader ends this process, and nothing else. No Django.
"""

import resource
import sys
from pathlib import Path

import typst

SECONDS = 10
BYTES = 2 * 1024**3
WIDTH_CM, PIXELS_PER_INCH = 20, 130
PAGE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("x.pdf", page: {number}, width: {width}cm)\n'


def draw(folder: Path, most: int) -> None:
    source = folder / "page.typ"
    for number in range(1, most + 1):
        source.write_text(PAGE.format(number=number, width=WIDTH_CM))
        try:
            drawn = typst.compile(str(source), root=str(folder), format="png", ppi=PIXELS_PER_INCH)
        except typst.TypstError:
            # There is no such page, or it cannot be drawn: what was drawn so far stays.
            return
        if isinstance(drawn, bytes):
            (folder / f"{number}.png").write_bytes(drawn)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    draw(Path(sys.argv[1]), int(sys.argv[2]))
