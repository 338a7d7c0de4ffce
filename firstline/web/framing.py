"""Where a request ends. One that a proxy in front could end elsewhere is refused (RFC 9112, 6.1 and 6.3), as the rest
of it would be taken for the request of somebody else.
"""

from h11 import RemoteProtocolError
from h11._receivebuffer import ReceiveBuffer

LENGTH, CODING = b"content-length", b"transfer-encoding"


class Strict(ReceiveBuffer):
    """What has come of a connection; h11 takes from it the lines of each head, and sees them as they are only here."""

    def maybe_extract_lines(self) -> list[bytearray] | None:
        """The lines of a head (or of what follows the last chunk); None while its end is not there."""
        lines = super().maybe_extract_lines()
        if lines and (why := ambiguity(lines)):
            raise RemoteProtocolError(why, error_status_hint=400)
        return lines


def ambiguity(lines: list[bytearray]) -> str:
    """Why not everybody would end this request at the same place; empty if they would."""
    fields = [(name.lower(), value.strip()) for name, colon, value in (line.partition(b":") for line in lines) if colon]
    lengths = [value for name, value in fields if name.strip() == LENGTH]
    codings = [value for name, value in fields if name.strip() == CODING]
    if any(line.startswith((b" ", b"\t")) for line in lines):
        return "a header is folded"
    if len(lengths) + len(codings) > 1:
        return "its length is said twice"
    if lengths and not lengths[0].isdigit():
        return "its length is no number"
    if codings and lines[0].endswith(b"HTTP/1.0"):
        return "HTTP/1.0 knows no chunks"
    return ""
