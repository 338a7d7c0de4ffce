"""As what a file is attached to an email, so that whoever gets it can open it."""

import re
from typing import Any

_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+_-]*")
_BYTES = {"maintype": "application", "subtype": "octet-stream"}
_LONGEST_LINE = 998
_MARKED = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def attached_as(content: bytes, type: str) -> dict[str, Any]:
    """What `EmailMessage.add_attachment` is told beside the name.

    A text says its charset, or a reader takes it for ASCII. An email in an email may not be encoded: one that could
    not be carried as it is goes as a file. What is no type, or one that only belongs to whole emails, goes as bytes.
    """
    type = type.lower()
    main, _slash, sub = type.partition("/")
    if not _TYPE.fullmatch(type) or main == "multipart" or (main == "message" and sub != "rfc822"):
        return dict(_BYTES)
    if main == "message":
        return {"maintype": main, "subtype": sub, "cte": "7bit"} if _is_plain(content) else dict(_BYTES)
    if main == "text" and (charset := _charset(content)):
        return {"maintype": main, "subtype": sub, "params": {"charset": charset}}
    return {"maintype": main, "subtype": sub}


def _charset(content: bytes) -> str:
    for mark, name in _MARKED:
        if content.startswith(mark):
            return name
    for name in ("ascii", "utf-8", "gb18030"):
        try:
            content.decode(name)
        except UnicodeDecodeError:
            continue
        return "us-ascii" if name == "ascii" else name
    return ""


def _is_plain(content: bytes) -> bool:
    return (
        content.isascii() and b"\0" not in content and max(map(len, content.splitlines()), default=0) <= _LONGEST_LINE
    )
