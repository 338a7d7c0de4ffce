"""What stands before the first part of a letter, and behind the last: nothing, as far as mail programs know. Some write
the words there, and no part has any."""

import re

from firstline.channels.email.charset import decode
from firstline.channels.email.mime import Part
from firstline.channels.email.transfer import decoded
from firstline.kit.limits import limit

MOST = limit(
    100_000, "bytes", of="what stands before, between and behind the parts", per="place", said="The rest is not shown."
)
# What programs write there for those who cannot read parts.
_NOTICE = re.compile(
    r"\bMIME\b|multi-?\s?part|multiple parts|mehrteilig|mail (?:reader|client|program)|cryptographic|PGP|"
    r"多部分|マルチパート",
    re.IGNORECASE,
)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")


def words_outside(part: Part) -> list[str]:
    """The words before its parts and behind them, without those that only say that there are parts."""
    found = []
    for piece in part.outside:
        content = decoded(piece[:MOST], part.headers.text("content-transfer-encoding"))[1]
        text = decode(content, part.parameters.get("charset") or "", hint=part.headers.charset)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        kept = [said.strip("\n") for said in _PARAGRAPHS.split(text) if said.strip() and not _NOTICE.search(said)]
        if kept:
            found.append("\n\n".join(kept))
    return found
