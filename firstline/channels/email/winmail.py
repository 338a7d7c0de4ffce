"""What Outlook packs into winmail.dat: the files, and the words where the letter has none of its own."""

from dataclasses import dataclass, field

from firstline.channels.email.headers import file_name
from firstline.channels.email.limits import MOST_FILES


@dataclass(frozen=True, slots=True)
class Packed:
    text: str = ""
    html: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)
    is_all: bool = True
    """Whether these are all of its files."""


def unpacked(content: bytes, *, most: int = MOST_FILES) -> Packed | None:
    """What the packet holds, `most` files at most; None when it cannot be read, or holds nothing."""
    from tnefparse import TNEF  # slow to import, and few letters bring one

    try:
        packet = TNEF(content, do_checksum=False)
        files = [
            (file_name(one.long_filename() or one.name or ""), bytes(one.data or b"")) for one in packet.attachments
        ]
        text, html = _text(packet.body), _text(packet.htmlbody)
    except Exception:
        # The packet itself stays attached.
        return None
    files = [(name or f"attachment-{number}", data) for number, (name, data) in enumerate(files, start=1) if data]
    return Packed(text, html, files[:most], len(files) <= most) if files or text or html else None


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").replace("\x00", "")
    return str(value or "").replace("\x00", "")
