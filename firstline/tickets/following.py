"""Following one request by a link in its emails, for those who have no account: read it, answer, attach, say whether it
is solved, rate, give back what is not theirs. It is no account: it opens nothing but that request.

The link works for 30 days after the last email that carried it. Whether it still leads there is asked at every step:
who was deactivated, has another address, an account or a seat by now, no longer asks it, or whose request went on in
another one, is not let in. An agent can end it at once.
"""

import base64
import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.tickets.access import ASKING
from firstline.tickets.models import RequestLink, Ticket
from firstline.tickets.rights import relations, works_on

if TYPE_CHECKING:
    from firstline.people.models import Person

LIVES = limit(
    timedelta(days=30),
    of="the time for which a link to a request works, from the last email that carried it",
    per="person and request",
    said="The page says that the link no longer works, and what to do.",
)
KEPT = timedelta(days=90)
STEPS = {"reply": "reply", "confirm": "close", "reopen": "reopen", "rate": "rate", "decline": "decline"}
"""What it lets them do, where the verb lets the asking side: step of the page → verb."""


def secret_for(ticket: Ticket, person: "Person", *, address: str) -> str:
    """What an email to this address, which is about to leave, carries; empty when it may carry none."""
    if not _may_follow(ticket, person) or person.email != address:
        return ""
    current = {"address": address, "round": person.session_round}
    link = RequestLink.objects.filter(ticket=ticket, person=person, ended_at=None).first()
    if link is None or not _is_alive(link, person) or link.hash != digest(_secret(link.seed)):
        RequestLink.objects.filter(ticket=ticket, person=person, ended_at=None).update(ended_at=clock.now())
        seed = secrets.token_urlsafe(32)
        fresh = {**current, "seed": seed, "hash": digest(_secret(seed))}
        link, _made = RequestLink.objects.get_or_create(ticket=ticket, person=person, ended_at=None, defaults=fresh)
    RequestLink.objects.filter(pk=link.pk).update(sent_at=clock.now())
    return _secret(link.seed)


def found(hashed: str) -> RequestLink | None:
    """The link with this hash (`digest` of its secret), if it leads anywhere now; its person and ticket read along."""
    links = RequestLink.objects.select_related("person", "ticket__requester", "ticket__assignee")
    link = links.defer("ticket__search").filter(hash=hashed, ended_at=None).first()
    return link if link and _is_alive(link, link.person) and _may_follow(link.ticket, link.person) else None


def end(ticket: Ticket) -> int:
    """End all links to it; how many there were. The next email carries a new one."""
    return RequestLink.objects.filter(ticket=ticket, ended_at=None).update(ended_at=clock.now())


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def forget_old() -> None:
    """Drop what has not worked for long."""
    RequestLink.objects.filter(sent_at__lt=clock.now() - KEPT).delete()


def _is_alive(link: RequestLink, person: "Person") -> bool:
    theirs = (link.address, link.round) == (person.email, person.session_round)
    return theirs and link.sent_at + LIVES > clock.now()


def _may_follow(ticket: Ticket, person: "Person") -> bool:
    if person.has_account or not person.is_active or not person.email or ticket.merged_into_id is not None:
        return False
    # Who has a seat but no account would see the inner side: no link leads there.
    return not works_on(person, ticket) and bool(relations(person, ticket) & ASKING)


def _secret(seed: str) -> str:
    """The same for each try to send, and known to no one who has only the database."""
    made = salted_hmac("firstline.request-link", seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
