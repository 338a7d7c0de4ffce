"""Removing files: the rows at once, the bytes by a job of the same transaction, if nobody else has the same."""

from django.db.models import Q
from procrastinate.contrib.django import app

from firstline.tickets.leftovers import forget
from firstline.tickets.models import Attachment

__all__ = ["FORGET", "forget", "remove"]

FORGET = "firstline.keeping.forget_bytes"


def remove(which: Q) -> int:
    """Remove these files; how many."""
    gone = list(Attachment.objects.filter(which).distinct())
    Attachment.objects.filter(pk__in=[file.pk for file in gone]).delete()
    for sha256 in {file.sha256 for file in gone}:
        app.configure_task(FORGET).defer(sha256=sha256)
    return len(gone)
