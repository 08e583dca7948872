"""Draws a phone's HEIC photo that somebody uploaded, in a process of its own with little room.

Run as `python -m cases.heic_drawing FOLDER LONGEST MOST`: reads FOLDER/x.heic and writes
FOLDER/1.png of at most LONGEST pixels a side; with LONGEST 0 it only looks at what the file says of
itself. Ends with TOO_LARGE where that is more than MOST pixels, and with another number than 0 when
the photo cannot be read.
A file made to break its reader ends this process, and nothing else. No Django.
"""

import resource
import sys
from pathlib import Path

import pillow_heif
from PIL import Image

from cases.heic_pictures import TOO_LARGE

SECONDS = 10
BYTES = 2 * 1024**3


def draw(folder: Path, longest: int, most_pixels: int) -> None:
    # The small picture that a phone puts beside the photo may show what was cut away from it.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    try:
        with Image.open(folder / "x.heic", formats=["HEIF"]) as picture:
            if picture.width * picture.height > most_pixels:
                sys.exit(TOO_LARGE)
            if longest:
                picture.thumbnail((longest, longest))
                # Turned upright by its reader already. Written fast: it is read once, and at once.
                picture.save(folder / "1.png", compress_level=1)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        sys.exit(TOO_LARGE)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    draw(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
