"""One letter from a mail server's pipe. The server deletes it when we end with 0, so that comes after the commit."""

import os
from typing import BinaryIO

from django.conf import settings
from django.db import Error as DatabaseError

from firstline.channels.email.ingest import keep
from firstline.channels.email.mime import Unreadable, split_headers
from firstline.channels.email.recipients import Inboxes

# As mail servers read the end of a program (sysexits.h).
KEPT, USAGE, TOO_LARGE, NO_SUCH_INBOX, AGAIN_LATER = 0, 64, 65, 67, 75
# Where a mail server writes to whom it delivers.
VARIABLES = ("ORIGINAL_RECIPIENT", "RECIPIENT")
HEADERS = ("delivered-to", "x-original-to", "envelope-to")


class Refused(Exception):
    """The letter is not taken. `code` is how the program ends, `str()` says why."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


def take_in(letter: BinaryIO, *, inbox: str, sender: str | None) -> None:
    """Store the letter; committed on return. Raises Refused."""
    most = settings.CONFIG.upload_mb * 1024 * 1024
    raw = letter.read(most + 1)
    if len(raw) > most:
        raise Refused(TOO_LARGE, f"The letter is larger than {settings.CONFIG.upload_mb} MB.")
    try:
        inboxes = Inboxes()
        inboxes.read()
        to = inbox or _named(raw, inboxes)
        if not to:
            raise Refused(USAGE, "Nothing says for which inbox the letter is: name it by --inbox.")
        known, pk = inboxes.of(to)
        if not known:
            raise Refused(NO_SUCH_INBOX, f"There is no inbox {to}.")
        keep(raw, inbox=pk, sender=sender, recipients=[to])
    except DatabaseError as error:
        raise Refused(AGAIN_LATER, f"The letter could not be stored; it must come again later: {error}") from error


def _named(raw: bytes, inboxes: Inboxes) -> str:
    """The first address among those that the server named that is an inbox of ours, else the first."""
    named = [os.environ[name] for name in VARIABLES if os.environ.get(name)]
    try:
        headers, _body = split_headers(raw)
        named += [headers.text(name) for name in HEADERS if headers.text(name)]
    except Unreadable:
        pass
    return next((address for address in named if inboxes.of(address)[0]), named[0] if named else "")
