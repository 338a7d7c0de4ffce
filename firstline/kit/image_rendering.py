"""The process that draws strangers' pictures anew from their pixels; its frame is `kit.sandbox_worker`."""

import io

from PIL import Image, ImageOps

from firstline.kit import frames
from firstline.kit.sandbox_worker import serve

# what came: what is shown; of moving ones the first picture
SHOWN_AS = {"PNG": "PNG", "JPEG": "JPEG", "GIF": "PNG", "WEBP": "WEBP"}
_MODES = {"PNG": ("RGBA", "RGB", "L", "LA", "1"), "JPEG": ("RGB", "L"), "WEBP": ("RGBA", "RGB")}


def drawn(content: bytes, *, most_pixels: int, longest_side: int) -> tuple[bytes, str] | None:
    """The picture from nothing but its pixels, and its media type; None for what is no picture, is damaged, or says
    that it has more pixels than may be unpacked. What is longer than `longest_side` pixels is made smaller."""
    try:
        with Image.open(io.BytesIO(content), formats=list(SHOWN_AS)) as picture:
            if picture.width * picture.height > most_pixels or picture.format is None:
                return None
            kind, longest = SHOWN_AS[picture.format], (longest_side, longest_side)
            picture.draft(None, longest)
            picture.load()
            picture.thumbnail(longest)
            upright = ImageOps.exif_transpose(picture) or picture
            ready = upright if upright.mode in _MODES[kind] else upright.convert(_MODES[kind][0])
            written = io.BytesIO()
            Image.frombytes(ready.mode, ready.size, ready.tobytes()).save(written, kind)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return None
    return written.getvalue(), f"image/{kind.lower()}"


def answer(asked: frames.Frame) -> frames.Frame:
    head = asked.head
    found = drawn(asked.blobs[0], most_pixels=head["most_pixels"], longest_side=head["longest_side"])
    return frames.Frame({"type": found[1]}, [found[0]]) if found else frames.Frame({"type": ""})


if __name__ == "__main__":
    serve(answer)
