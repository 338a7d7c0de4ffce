"""Every address there is, and what stands in its parts: of a request and its desk."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from firstline.catalog.models import Inbox, Mailbox, RequestType, Sender, Tier
from firstline.channels.models import InboundMessage
from firstline.notices.links import rating_link
from firstline.notices.models import OutgoingServer, SigningKey
from firstline.people.models import Person
from firstline.sla.models import CalendarDay, SlaTarget
from firstline.tickets import actions, files
from firstline.tickets.models import Ticket
from tests.cast import Cast
from tests.deliveries import failed_letter
from tests.roles import asked_for_mei

# The demo's own addresses exist in a demo only; the programs' door opens to tokens, never to a session.
API = "api/v1/"
OPEN_API = {"api-docs", "api:openapi-json", "api:api-root"}
# A route that names something of a desk.
OF_A_DESK = re.compile(r"<str:number>|<slug:desk>|<str:desk>")

# address of the settings: what its id is of
SETTINGS = {
    "settings-calendar": "calendar",
    "settings-day": "calendar",
    "settings-fill": "calendar",
    "settings-goal": "goal",
    "settings-sender": "server",
    "settings-sender-address": "sender",
    "settings-signing": "signing",
    "settings-request-type": "form",
    "settings-mailbox": "mailbox",
    "settings-letter": "received",
    "settings-edit": "line",
    "settings-move": "line",
    "settings-remove": "line",
}


def addresses(resolver: Any = None, name: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the resolver as (name, route)."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            inside = f"{name}{each.namespace}:" if each.namespace else name
            yield from addresses(each, inside, route + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield name + (each.name or ""), route + str(each.pattern)


def filled(name: str, route: str, things: dict[str, str]) -> str:
    own = {
        "file": {"id": things["file"]},
        "followed-file": {"id": things["file"]},
        "file-remove": {"id": things["file"]},
        "queue": {"key": "mine"},
    }
    given = things | own.get(name, {})
    if kind := max((each for each in SETTINGS if name.startswith(each)), key=len, default=""):
        given = given | {"id": things[SETTINGS[kind]]}
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: given[part[1]], route)


def at_it(cast: Cast, roles: dict[str, Any]) -> dict[str, str]:
    """What stands in the routes for each of their parts: what Sven asked for Mei, and the IT desk's settings."""
    ticket = asked_for_mei(cast, roles, text="Black screen", html="<p>Black screen</p>")
    file = files.keep(b"words", name="notes.txt", by=cast.mei)
    actions.reply(ticket, by=cast.mei, text="See the file.", attachments=[file])
    return _things(ticket, str(file.pk), by=cast.mei) | {"key": "laptop"}


def at_hr(cast: Cast, roles: dict[str, Any]) -> dict[str, str]:
    """The same of Omar's request at Hana's desk."""
    ticket = cast.asked(
        by=roles["sven"], requester=cast.omar, desk=cast.hr, text="Parental leave", html="<p>Parental leave</p>"
    )
    file = files.keep(b"private", name="private.txt", by=cast.omar)
    actions.reply(ticket, by=cast.omar, text="See the file.", attachments=[file])
    return _things(ticket, str(file.pk), by=cast.omar) | {"key": "leave"}


def _things(ticket: Ticket, file: str, *, by: Person) -> dict[str, str]:
    message, desk = ticket.messages.order_by("pk")[0], ticket.desk
    token = rating_link(ticket, 1).partition("/rate/")[2].rstrip("/")
    day, _new = CalendarDay.objects.get_or_create(calendar=desk.calendar, date=date(2026, 12, 24))
    goal, form = SlaTarget.objects.get(clock="acceptance"), RequestType.objects.filter(desk=desk).order_by("pk")[0]
    inbox = Inbox.objects.filter(desk=desk)[0]
    mailbox = Mailbox.objects.create(
        inbox=inbox, host="127.0.0.1", port=1, user=desk.key, security="none", old_mail="all"
    )
    letter = InboundMessage.objects.create(key=f"odd {desk.key}", inbox=inbox, raw=b"odd", state="unreadable")
    return {
        "mailbox": str(mailbox.pk), "received": str(letter.pk),
        "desk": desk.key, "part": "lines", "line": str(Tier.objects.filter(desk=desk)[0].pk), "day": str(day.pk),
        "goal": str(goal.pk), "form": str(form.pk), "calendar": str(day.calendar_id),
        "number": ticket.number, "message": str(message.pk), "token": token, "kind": "acceptance", "round": "1",
        "verb": "accept", "secret": "unknown", "file": file, "id": str(by.pk),
        "identity": str(by.identities.order_by("pk")[0].pk),
        "seal": "0" * 40,
        "delivery": str(failed_letter(ticket).pk),
        "server": str(OutgoingServer.objects.get_or_create(name="Relay", host="mx.test")[0].pk),
        "sender": str(Sender.objects.get(name="it@desk.example").pk),
        "signing": str(SigningKey.objects.get_or_create(domain="corp.example", selector="s", public="p")[0].pk),
    }  # fmt: skip
