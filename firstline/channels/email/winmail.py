"""What Outlook packs into winmail.dat: the files, and the words where the letter has none of its own."""

from dataclasses import dataclass, field

from firstline.channels.email.headers import file_name
from firstline.kit.limits import limit

MOST_FILES = limit(100, "files", of="files of a winmail.dat", per="packet", said="The packet itself is attached too.")


@dataclass(frozen=True, slots=True)
class Packed:
    text: str = ""
    html: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)


def unpacked(content: bytes) -> Packed | None:
    """What the packet holds; None when it cannot be read, or holds nothing."""
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
    return Packed(text, html, files[:MOST_FILES]) if files or text or html else None


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").replace("\x00", "")
    return str(value or "").replace("\x00", "")
