"""How much a letter may hold, and what is said of one that holds more."""

from dataclasses import dataclass

from firstline.channels import base
from firstline.kit.limits import limit

MOST_FILES = limit(
    100,
    "files",
    of="files of an email: its parts, those among its words, in a winmail.dat, in its HTML",
    per="email",
    said="A sentence says that there are more; the whole email is attached.",
)


class Unreadable(base.Unreadable):
    """A letter beyond the limits. It is kept as it is and shown to the administrator.

    `reason` is a word: size, header, parts, depth, time or memory; `email.reading` says it in a sentence.
    """


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a letter may hold; sizes in bytes."""

    size: int = limit(
        25 * 1024 * 1024,
        "bytes",
        of="an email",
        per="email",
        said="By SMTP 552 5.3.4; of a fetched one the beginning is put aside.",
        setting="FIRSTLINE_UPLOAD_MB",
    )
    header: int = limit(
        256 * 1024,
        "bytes",
        of="the head of an email",
        per="email",
        said="Put aside with the reason; administrators can read it.",
    )
    fields: int = limit(
        2_000,
        "fields",
        of="the fields of a head",
        per="email",
        said="Put aside with the reason; administrators can read it.",
    )
    parts: int = limit(
        200,
        "parts",
        of="the parts of an email",
        per="email",
        said="Put aside with the reason; administrators can read it.",
    )
    depth: int = limit(
        10,
        "levels",
        of="parts inside each other",
        per="email",
        said="Put aside with the reason; administrators can read it.",
    )
    files: int = MOST_FILES
    links: int = limit(
        5_000,
        "links",
        of="links of an email in HTML",
        per="email",
        said="A sentence says that they are too many; the email is attached.",
    )
    text: int = limit(
        1_000_000,
        "characters",
        of="the words of an email that are read",
        per="email",
        said="A sentence says that it is longer; the email is attached.",
    )
    html: int = limit(5_000_000, "characters", of="the HTML of an email that is read", per="email", said="As above.")
    tags: int = limit(
        50_000,
        "tags",
        of="tags of HTML that is turned into text",
        per="email",
        said="What lies beyond is read without its layout.",
    )
