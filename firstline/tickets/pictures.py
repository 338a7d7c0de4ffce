"""Pictures as browsers may show them: drawn anew from their pixels, so that nothing else in the file is passed on."""

import io

from PIL import Image, ImageOps

from firstline.kit.limits import limit

MOST_PIXELS = limit(
    24_000_000, "pixels", of="a picture that is shown", per="picture", said="It is offered as a file instead."
)
"""A picture is unpacked to four bytes a pixel: this is what one request may cost."""
# what came: what is shown; of moving ones the first picture
SHOWN_AS = {"PNG": "PNG", "JPEG": "JPEG", "GIF": "PNG", "WEBP": "WEBP"}


def redrawn(content: bytes) -> tuple[bytes, str] | None:
    """The picture drawn anew, and its media type; None for what is no picture, is damaged, or has too many pixels."""
    try:
        with Image.open(io.BytesIO(content), formats=list(SHOWN_AS)) as picture:
            if picture.width * picture.height > MOST_PIXELS or picture.format is None:
                return None
            kind = SHOWN_AS[picture.format]
            picture.load()
            turned = _upright(picture)
            drawn = turned if turned.mode in _MODES[kind] else turned.convert(_MODES[kind][0])
            written = io.BytesIO()
            Image.frombytes(drawn.mode, drawn.size, drawn.tobytes()).save(written, kind)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return None
    return written.getvalue(), f"image/{kind.lower()}"


_MODES = {"PNG": ("RGBA", "RGB", "L", "LA", "1"), "JPEG": ("RGB", "L"), "WEBP": ("RGBA", "RGB")}


def _upright(picture: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(picture) or picture
