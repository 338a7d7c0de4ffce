"""Bytes that no row needs: of a file that was removed, and of one whose row was taken back with its transaction."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, connection, transaction

from firstline.tickets import files
from firstline.tickets.models import Attachment
from firstline.tickets.pictures import shown_path

log = logging.getLogger("firstline.files")


def forget(sha256: str) -> None:
    """Remove the bytes unless a row still needs them; those who store bytes share the lock (tickets.files)."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])
        if not Attachment.objects.filter(sha256=sha256).exists():
            path = Attachment(sha256=sha256).path
            default_storage.delete(shown_path(path))
            default_storage.delete(path)


@contextmanager
def gone_with_a_failure() -> Iterator[None]:
    """Around a transaction: when it fails, the bytes that it stored go with it, if the database can be asked."""
    with files.noted() as stored:
        try:
            yield
        except Exception:
            try:
                for sha256 in stored:
                    forget(sha256)
            except (DatabaseError, InterfaceError, OSError) as error:
                log.warning("Bytes of files that were not kept are still there: %s", error)
            raise
