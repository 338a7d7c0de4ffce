"""Keyset paging: a cursor says after which ticket the page begins, and cannot be made up into anything else."""

from django.core import signing
from django.utils.translation import gettext as _
from ninja.errors import HttpError

from firstline.tickets.lists import TicketQuerySet
from firstline.tickets.models import Ticket

SALT = "firstline.api.cursor"


def cursor_of(ticket: Ticket) -> str:
    return signing.dumps(ticket.pk, salt=SALT)


def after(tickets: TicketQuerySet, cursor: str | None) -> TicketQuerySet:
    """The tickets after the cursor, newest first; an unknown cursor is a 400."""
    if not cursor:
        return tickets
    try:
        return tickets.filter(pk__lt=signing.loads(cursor, salt=SALT))
    except signing.BadSignature:
        raise HttpError(400, _("This cursor is not one of ours.")) from None
