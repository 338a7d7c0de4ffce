"""Removing files: the rows at once, the bytes by a job of the same transaction, if nobody else has the same."""

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from firstline.tickets.models import Attachment
from firstline.tickets.pictures import shown_path

FORGET = "firstline.keeping.forget_bytes"


def remove(which: Q) -> int:
    """Remove these files; how many."""
    gone = list(Attachment.objects.filter(which).distinct())
    Attachment.objects.filter(pk__in=[file.pk for file in gone]).delete()
    for sha256 in {file.sha256 for file in gone}:
        app.configure_task(FORGET).defer(sha256=sha256)
    return len(gone)


def forget(sha256: str) -> None:
    """Remove the bytes unless a row still needs them; those who store bytes share the lock (tickets.files)."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])
        if not Attachment.objects.filter(sha256=sha256).exists():
            path = Attachment(sha256=sha256).path
            default_storage.delete(shown_path(path))
            default_storage.delete(path)
