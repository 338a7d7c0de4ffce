"""A file of a letter; and the pictures that some mail programs write right into the HTML, which become such files."""

import re
from dataclasses import dataclass, field

from firstline.channels.email.headers import extension
from firstline.channels.email.transfer import from_base64

_WRITTEN_IN = re.compile(
    r"""(\ssrc\s{0,9}=\s{0,9}["']?)data:(image/(?:png|jpe?g|gif|webp));base64,([A-Za-z0-9+/=\s]{40,})""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a letter. `inline`: whether it is a picture that the letter's HTML shows, by its content id."""

    name: str
    type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


def pictures_taken_out(html: str | None, attached: list[Attachment], *, most: int) -> tuple[str | None, bool]:
    """The HTML with the pictures that were written into it referred to as files, which are put behind the others while
    these are not `most`; and whether these were all."""
    if html is None:
        return None, True
    out: list[str] = []
    at = 0
    for match in _WRITTEN_IN.finditer(html):
        if len(attached) >= most:
            return "".join((*out, html[at:])), False
        number = len(attached) + 1
        kind = match[2].lower().replace("jpg", "jpeg")
        one = Attachment(
            name=f"image-{number}{extension(kind)}",
            type=kind,
            content=from_base64(match[3].encode("ascii")),
            content_id=f"picture-{number}@written-in.invalid",
        )
        attached.append(one)
        out.append(f"{html[at : match.start()]}{match[1]}cid:{one.content_id}")
        at = match.end()
    return "".join((*out, html[at:])), True
