"""Keeping the bytes of attachments: by content, so that the same file is kept once and no name reaches the disk."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

import puremagic
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _

from firstline.config import Config
from firstline.kit import clamav
from firstline.kit.limits import limit
from firstline.tickets import quotas
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment

if TYPE_CHECKING:
    from firstline.people.models import Person

log = logging.getLogger("firstline.files")

limit(
    Config.model_fields["upload_mb"].default * 1024 * 1024,
    "bytes",
    of="a file",
    per="file",
    said="Refused by name: it is larger than so many MB.",
    setting="FIRSTLINE_UPLOAD_MB",
)
HARMLESS = {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"}
_stored: ContextVar[list[str] | None] = ContextVar("stored", default=None)
BY_ENDING = {".txt": "text/plain", ".log": "text/plain", ".csv": "text/csv", ".md": "text/plain"}


def keep(
    content: bytes, *, name: str, by: "Person", content_id: str = "", inline: bool = False, declared: str = ""
) -> Attachment:
    """Store the bytes; the upload returned can be bound to a message by a verb.

    Raises WrongState when the file is empty, larger than FIRSTLINE_UPLOAD_MB, or not clean to the virus
    scanner. The bytes are stored before the row.
    """
    if len(content) > settings.CONFIG.upload_mb * 1024 * 1024:
        raise WrongState(_("%(name)s is larger than %(mb)s MB.") % {"name": name, "mb": settings.CONFIG.upload_mb})
    if not content:
        raise WrongState(_("%(name)s is empty.") % {"name": name})
    _refuse_infected(content, name=name)
    file = Attachment(
        uploader=by,
        name=plain_name(name),
        type=type_of(content, name=name, declared=declared),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content_id=content_id[:200],
        inline=inline,
    )
    with transaction.atomic():
        hold(file.sha256)
        if not default_storage.exists(file.path):
            default_storage.save(file.path, ContentFile(content))
            if (stored := _stored.get()) is not None:
                stored.append(file.sha256)
        file.save(force_insert=True)
    return file


@contextmanager
def noted() -> Iterator[list[str]]:
    """By their SHA-256, the bytes that are stored meanwhile and were not there."""
    stored: list[str] = []
    token = _stored.set(stored)
    try:
        yield stored
    finally:
        _stored.reset(token)


@transaction.atomic
def upload(content: bytes, *, name: str, by: "Person", declared: str = "") -> Attachment:
    """As `keep`, for a page or a program: refuses what is more than one person may have waiting (quotas.TooMuch)."""
    quotas.may_upload(by, size=len(content))
    return keep(content, name=name, by=by, declared=declared)


def _refuse_infected(content: bytes, *, name: str) -> None:
    """Raise WrongState for a file in which the virus scanner finds something, and for any file while it is away."""
    if not settings.CONFIG.clamav:
        return
    try:
        found = clamav.found_in(content, at=settings.CONFIG.clamav)
    except clamav.ScannerAway:
        log.warning("The virus scanner at %s does not answer.", settings.CONFIG.clamav)
        raise WrongState(_("Files cannot be checked for viruses at the moment. Please try again later.")) from None
    if found:
        raise WrongState(_("%(name)s was refused: the virus scanner found %(what)s.") % {"name": name, "what": found})


def read(file: Attachment) -> IO[bytes]:
    """The stored bytes, opened."""
    return default_storage.open(file.path)


def hold(sha256: str) -> None:
    """Until the row can be seen, nobody removes the same bytes as no longer needed (tickets.leftovers).

    Shared: those who keep the same bytes at once do not wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [sha256])


def type_of(content: bytes, *, name: str, declared: str = "") -> str:
    """The media type by the content itself; the name and the sender's word count only for plain text."""
    try:
        found = puremagic.from_string(content[:4096], mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if found:
        return found[:120]
    ending = PurePosixPath(name.lower()).suffix
    if b"\0" not in content[:4096] and (ending in BY_ENDING or declared == "text/plain"):
        return BY_ENDING.get(ending, "text/plain")
    return "application/octet-stream"


def plain_name(name: str) -> str:
    """The last part of a file's name without control characters, at most 200 characters, its ending kept."""
    name = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable()).strip(". ") or "file"
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= 200 else f"{stem[: 190 - len(ending)]}{dot}{ending[:9]}"
