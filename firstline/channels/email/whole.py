"""An email as a file, for whom its words and files do not hold all of it."""

from firstline.channels.email.head import split_headers, without_preface

_SAID = (
    *("from", "subject", "date", "mime-version"),
    *("content-type", "content-transfer-encoding", "content-disposition"),
)
"""To whom else it went, and by which servers it came, is not for all who read a request."""


def whole(raw: bytes) -> bytes:
    """All that its writer said and attached, as they sent it, with the fields of its head that one needs to read it."""
    if raw.count(b"\r\r\n") * 2 > raw.count(b"\n"):
        raw = raw.replace(b"\r\r\n", b"\r\n")
    headers, body = split_headers(without_preface(raw), before_words=True)
    said = [name.encode() + b": " + value for name, value in headers.fields if name in _SAID]
    return b"\r\n".join((*said, b"", body))
