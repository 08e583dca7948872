"""Photos as a phone keeps them: HEIC, with the place and the camera written into them."""

import io
import struct

from PIL import Image
from pillow_heif import from_pillow

GPS = 0x8825


def heic(
    size: tuple[int, int] = (160, 120),
    orientation: int = 1,
    says: tuple[int, int] | None = None,
    colour: str = "teal",
) -> bytes:
    """A HEIC photo of `size` pixels before it is turned upright; `says` is the size it claims."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (40.0, 25.0, 0.0)
    picture = from_pillow(Image.new("RGB", size, colour))
    picture.info["exif"] = exif.tobytes()
    written = io.BytesIO()
    picture.save(written)
    content = written.getvalue()
    if says is None:
        return content
    # The box `ispe`: its name, four bytes of version, then width and height.
    return content.replace(
        b"ispe" + bytes(4) + struct.pack(">II", *size),
        b"ispe" + bytes(4) + struct.pack(">II", *says),
    )
