"""Addresses that prove which ticket a letter belongs to: `it+IT-1042.k3x9…@desk.example`. Only we can make one."""

import base64
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from firstline.catalog import register
from firstline.tickets.models import Ticket

FALLBACK = "firstline"
"""The local part for desks that have no inbox of their own; its signed addresses are received as well."""

_SIGNED = re.compile(r"^[^@+]+\+(?P<number>[a-z][a-z0-9]{1,7}-\d{1,18})\.(?P<token>[a-z2-7]{16})@[^@]+$")


def desk_address(ticket: Ticket) -> str:
    """The address from which a ticket's letters come: its desk's first inbox."""
    ours = (inbox for inbox in register.current().inboxes if inbox.desk_id == ticket.desk_id)
    first = next((inbox.address for inbox in ours if inbox.kind == "email" and inbox.active), "")
    return first or f"{FALLBACK}@{settings.CONFIG.mail_domain}"


def reply_address(ticket: Ticket, address: str) -> str:
    """`address` with the ticket's number and signature."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+{ticket.number}.{_token(ticket.number)}@{domain}"


def number_in(address: str) -> str:
    """The ticket's number when the address carries one with our signature, else an empty string."""
    found = _SIGNED.match(address.lower())
    if found is None:
        return ""
    number = found["number"].upper()
    return number if constant_time_compare(found["token"], _token(number)) else ""


def base_of(address: str) -> str:
    """The address without what stands behind the plus, in lower case."""
    local, _at, domain = address.strip("<> ").lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _token(number: str) -> str:
    digest = salted_hmac("firstline.reply", number.upper(), algorithm="sha256").digest()
    return base64.b32encode(digest)[:16].decode().lower()
