"""What a letter may speak of: flat names, and nothing blank among them, so that a blank is found before it is sent."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from firstline.catalog import config_cache
from firstline.kit import mailtext, time_format
from firstline.notices import failure_reasons
from firstline.notices.enclosures import enclosures
from firstline.notices.links import link_for, rating_link, ticket_link
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets.following import LIVES
from firstline.tickets.models import Clock, Rating
from firstline.tickets.rights import works_on


def facts_of(delivery: Delivery) -> dict[str, Any]:
    """Name → value in the active language. A value that would be blank is left out, its name undefined."""
    ticket = config_cache.current().dress(delivery.ticket)
    person = delivery.person
    inside = works_on(person, ticket)
    link = ticket_link(ticket) if inside else link_for(person, ticket, address=delivery.address)
    given = {
        "reply_line": mailtext.REPLY_LINE,
        "language": "zh-Hans" if (get_language() or "en").startswith("zh") else "en",
        "company": settings.CONFIG.company,
        "desk": config_cache.current().desks[delivery.desk_id].name,
        "line": ticket.line.name if ticket.line else "",
        "person": delivery.person.name,
        "requester": _named(ticket.requester_name, ticket.requester, inside, doubted=ticket.is_doubtful),
        "number": delivery.payload.get("number"),
        "subject": _subject(delivery),
        "merged": delivery.payload.get("merged"),
        "by": _writer(delivery, inside=inside),
        "link": link,
        "link_days": LIVES.days if link and not inside and not person.has_account else None,
        "words": _verdict(delivery),
        **_said(delivery, link=link),
        **_failure(delivery),
        **_clock(delivery),
    }
    if delivery.template == "resolved" and delivery.person_id == ticket.requester_id:
        given["ratings"] = [(label, rating_link(ticket, score)) for score, label in Rating.Score.choices]
    return {name: value for name, value in given.items() if value not in (None, [], ()) and str(value).strip()}


def _verdict(delivery: Delivery) -> str:
    """What they wrote to their rating; nothing if it went since, with the one who gave it."""
    if delivery.template != "dissatisfied":
        return ""
    found = Rating.objects.filter(ticket=delivery.ticket, by=delivery.event.by).first()
    return found.words if found else ""


def _subject(delivery: Delivery) -> str:
    # The confirmation of a stranger's letter must not carry his words: it may be sent to a third person's address.
    if delivery.template == "received" and delivery.ticket.is_doubtful:
        return _("Your request")
    return delivery.payload.get("subject", "")


def _writer(delivery: Delivery, *, inside: bool) -> str | None:
    """Who wrote it, and that it is not proved where it is not."""
    by, message = delivery.payload.get("by"), delivery.message
    if not by:
        return None
    doubted = message is not None and message.is_doubted
    named = _named(by, delivery.event.by, inside, doubted=doubted)
    return f"{named} ({message.get_proof_display()})" if message and doubted else named


def _named(name: str, person: Person, inside: bool, *, doubted: bool) -> str:
    """The name, to whoever works on it with the address where anybody could have chosen the name."""
    beside = person.beside(doubted=doubted) if inside else ""
    return f"{name} <{beside}>" if beside else name


def _said(delivery: Delivery, *, link: str) -> dict[str, Any]:
    message = delivery.message
    if message is None:
        return {}
    enclosed = enclosures(delivery)
    return {
        "text": message.text,
        "text_html": Markup(message.shown),  # noqa: S704  cleaned by kit.html
        "files": [file.name for file in enclosed.attached if not file.inline],
        # Who has no account fetches them where the request is shown.
        "large": [each if delivery.person.has_account else replace(each, link=link) for each in enclosed.large],
    }


def _failure(delivery: Delivery) -> dict[str, Any]:
    """Which other letter did not arrive, why, and what can be done."""
    if "reason" not in delivery.payload:
        return {}
    whom = Person.objects.values_list("name", flat=True).get(pk=delivery.payload["whom"])
    reason = delivery.payload["reason"]
    return {"whom": whom, "why": failure_reasons.words(reason), "advice": failure_reasons.advice(reason)}


def _clock(delivery: Delivery) -> dict[str, Any]:
    if "clock" not in delivery.payload:
        return {}
    due = delivery.payload.get("due_at")
    with timezone.override(ZoneInfo(delivery.person.zone)):
        due_words = time_format.full(datetime.fromisoformat(due)) if due else ""
    return {
        "clock": Clock.Kind(delivery.payload["clock"]).label,
        "due": due_words,
        "minutes": delivery.payload.get("minutes"),
    }
