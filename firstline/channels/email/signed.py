"""Addresses that prove which ticket a letter belongs to: `it+IT-1042.k3x9…@desk.example`. Only we can make one.

Each letter leaves under a return address of its own, `it+IT-1042.d77.p2ab…@desk.example`: what comes back to it is
about that letter. Whoever gets the letter can read both; who is told of the first does not know the second.
"""

import base64
import re
from collections.abc import Iterable

from django.utils.crypto import constant_time_compare, salted_hmac

from firstline.catalog import config_cache
from firstline.catalog.models import Inbox
from firstline.catalog.own_addresses import own_address
from firstline.catalog.senders import may_send_as
from firstline.tickets.models import Ticket

LONGEST_LOCAL_PART = 64
"""RFC 5321."""

_SIGNED = re.compile(
    r"^[^@+]+\+(?P<number>[a-z][a-z0-9]{1,7}-\d{1,18})(\.d(?P<letter>\d{1,18}))?\.(?P<token>[a-z2-7]{16})@[^@]+$"
)


def desk_address(desk: int) -> str:
    """The address from which the letters of a desk come: its first inbox that may be sent from."""
    ours = (inbox for inbox in config_cache.current().inboxes if inbox.desk_id == desk)
    return _first(ours) or own_address()


def any_address() -> str:
    """The address of letters that belong to no desk: the first inbox of all that may be sent from."""
    now = config_cache.current()
    return _first(sorted(now.inboxes, key=lambda inbox: (now.desks[inbox.desk_id].order, inbox.pk))) or own_address()


def _first(inboxes: Iterable[Inbox]) -> str:
    found = (inbox.address for inbox in inboxes if inbox.kind == "email" and inbox.active)
    return next((address for address in found if may_send_as(address)), "")


def reply_address(ticket: Ticket, address: str) -> str:
    """`address` with the ticket's number and signature."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+{ticket.number}.{_token(ticket.number)}@{domain}"


def number_in(address: str) -> str:
    """The ticket's number when the address carries one with our signature, else an empty string."""
    return _read(address)[0]


def return_address(ticket: Ticket, delivery: int, address: str) -> str:
    """`address` with the number, the letter's id and their signature, for the letter's envelope."""
    local, _at, domain = address.rpartition("@")
    named = f"{ticket.number}.d{delivery}"
    own = f"{local}+{named}.{_token(named)}"
    return f"{own}@{domain}" if len(own) <= LONGEST_LOCAL_PART else reply_address(ticket, address)


def letter_in(address: str) -> int:
    """The id of the delivery whose return address this is; 0 when it is none of ours."""
    return _read(address)[1]


def _read(address: str) -> tuple[str, int]:
    """The ticket's number, and the delivery, of an address with our signature."""
    found = _SIGNED.match(address.lower())
    if found is None:
        return "", 0
    number, letter = found["number"].upper(), found["letter"]
    named = f"{number}.d{letter}" if letter else number
    is_ours = constant_time_compare(found["token"], _token(named))
    return (number, int(letter or 0)) if is_ours else ("", 0)


def _token(named: str) -> str:
    digest = salted_hmac("firstline.reply", named.upper(), algorithm="sha256").digest()
    return base64.b32encode(digest)[:16].decode().lower()
