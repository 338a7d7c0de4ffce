"""The conversation of a ticket as its page shows it: messages, and the happenings between them."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from firstline.kit import clock, html
from firstline.kit.compiled_queries import composed
from firstline.kit.limits import limit
from firstline.kit.numbers import whole
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets.models import NEVER, Attachment, Event, Message, Ticket
from firstline.tickets.pages import fitting
from firstline.tickets.recording import SPOKEN
from firstline.tickets.rights import may
from firstline.tickets.told import as_told
from firstline.web.workspace.event_descriptions import Happening, Names, persons_in, tickets_in, told

LONG = 100
PAGE = 50
MOST_SINCE = 200
MOST_STEPS = limit(
    200, "steps", of="what happened to a request", per="page", said="Show earlier messages; the API gives all by pages."
)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
OF_OTHERS = ("number", "subject", "merged_into", "desk", "requester", "creator", "status", "phase", "updated_at")
NOTHING = Markup()

SAID_BY = {
    "portal": _("on the portal"),
    "email": _("by e-mail"),
    "phone": _("by phone"),
    "walk_in": _("in person"),
    "chat": _("in chat"),
    "alert": _("from monitoring"),
    "api": _("by a program"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the talk: either a message or a happening."""

    key: str
    at: datetime
    message: Message | None = None
    happening: Happening | None = None
    body: Markup = NOTHING
    quoted: Markup = NOTHING
    files: Sequence[Attachment] = ()
    origin: str = ""
    how: Any = ""
    leaving: bool = False
    deliveries: Sequence[Delivery] = ()

    @property
    def shown_files(self) -> list[tuple[str, str, str, str]]:
        """Name, address, thumbnail or "", and size of each file, as components/message.html takes them."""
        return [_shown_file(file) for file in self.files]


@dataclass
class Talk:
    """`newest`: the last message that both sides read that is in it; `earlier`: the place before it, if there is more;
    `is_cut`: whether the page, left open for long, showed more than it can be given again."""

    entries: list[Entry] = field(default_factory=list)
    newest: int = 0
    since: str = ""
    earlier: str = ""
    tickets: dict[int, Ticket] = field(default_factory=dict)
    may_send: bool = False
    is_cut: bool = False


def conversation(ticket: Ticket, *, by: Person, since: str = "", before: str = "", also: Sequence[int] = ()) -> Talk:
    """The conversation that `by` may read, oldest first; of a long one the last part.

    `since` and `before` are places that an earlier answer gave. `also`: ids of tickets whose numbers are wanted.
    """
    messages, has_more = _messages(ticket, by=by, since=since, before=before)
    first = messages[0] if messages and (has_more or since) else None
    events, has_more_events = _events(ticket, start=first.created_at if first else None, since=since, before=before)
    begins = place(messages[0]) if messages else ""
    if has_more_events:
        moment = int(events[0].at.timestamp() * 1000) + 1
        begins, has_more = f"{moment}-0-{events[0].pk}", True
        messages = [each for each in messages if each.created_at >= datetime.fromtimestamp(moment / 1000, tz=UTC)]
    about = tickets_in(events) | {message.origin_id for message in messages if message.origin_id} | set(also)
    tickets = _tickets(about, ticket, by=by)
    as_told(tickets.values(), to=by)
    names = Names(_persons(events), {pk: other.number for pk, other in tickets.items()})
    loose = _loose_files(ticket, events)
    sent = _deliveries(messages)
    lost = _lost(events)
    entries = [_of_message(message, names, sent.get(message.pk, ()), ticket) for message in messages]
    entries += [entry for event in events if (entry := _of_event(event, names, loose, lost))]
    entries.sort(key=_in_order)
    said = [message.pk for message in messages if message.kind != Message.Kind.NOTE]
    may_send = may(by, "note", ticket)
    earlier = begins if has_more and not since else ""
    return Talk(entries, max(said, default=0), since or begins, earlier, tickets, may_send, bool(since) and has_more)


def place(message: Message) -> str:
    """Where in the conversation a message stands; what `since` and `before` take."""
    return f"{int(message.created_at.timestamp() * 1000)}-{message.pk}"


def _messages(ticket: Ticket, *, by: Person, since: str, before: str) -> tuple[list[Message], bool]:
    """The newest of them, oldest first, and whether there are more before these."""
    found = Message.objects.visible_to(by, ticket).order_by("-created_at", "-pk")
    long, part = LONG, PAGE
    if since and (at := _place(since)):
        found = found.filter(Q(created_at__gt=at[0]) | Q(created_at=at[0], pk__gte=at[1]))
        long = part = MOST_SINCE
    elif before and (at := _place(before)):
        found = found.filter(Q(created_at__lt=at[0]) | Q(created_at=at[0], pk__lt=at[1]))
        long = PAGE
    most = fitting(found, long)
    files = Prefetch("attachments", Attachment.objects.in_order())
    rows = list(found.without_html().select_related("author").prefetch_related(files)[: most + 1])
    shown = rows if len(rows) <= most else rows[: min(most, part)]
    return shown[::-1], len(shown) < len(rows)


def _events(ticket: Ticket, *, start: datetime | None, since: str, before: str) -> tuple[list[Event], bool]:
    """The newest of them, oldest first, and whether there are more before these."""
    begin, end = _place(since) if since else None, _place(before) if before else None
    first, last = begin[2] if begin else 0, end[2] if end else 0
    found = _events_between(
        ticket.pk,
        LONG_AGO if first else start or (begin[0] if begin else LONG_AGO),
        NEVER if last or not end else end[0],
        first,
        last or sys.maxsize,
    )
    return found[:MOST_STEPS][::-1], len(found) > MOST_STEPS


@composed
def _events_between(ticket: int, start: datetime, end: datetime, first: int, before: int) -> QuerySet[Event]:
    events = Event.objects.filter(ticket=ticket, at__gte=start, at__lt=end, pk__gte=first, pk__lt=before)
    events = events.select_related("by").order_by("-pk")[: MOST_STEPS + 1]
    return events.only("ticket", "name", "at", "internal", "version", "data", "words", "by__name")


def _persons(events: Sequence[Event]) -> dict[int, str]:
    known = {event.by_id: event.by.name for event in events}
    missing = persons_in(events) - known.keys()
    return known | (dict(Person.objects.filter(pk__in=missing).values_list("pk", "name")) if missing else {})


def _tickets(ids: set[int], ticket: Ticket, *, by: Person) -> dict[int, Ticket]:
    """The other tickets that the page names, and those merged into this one; only those that `by` may see."""
    named = ids - {ticket.pk}
    if not named:
        return {other.pk: other for other in _merged_into(ticket.pk, by=by)}
    found = Ticket.objects.visible_to(by).filter(Q(pk__in=named) | Q(merged_into=ticket))
    return {other.pk: other for other in found.only(*OF_OTHERS)}


@composed
def _merged_into(ticket: int, *, by: Person) -> QuerySet[Ticket]:
    return Ticket.objects.visible_to(by).filter(merged_into=ticket).only(*OF_OTHERS)


def _loose_files(ticket: Ticket, events: Sequence[Event]) -> dict[str, Attachment]:
    """Files that an earlier version added without a message."""
    told = [event.told for event in events if event.name == "attached"]
    ids = [pk for each in told if "message" not in each for pk in each["files"]]
    found = Attachment.objects.filter(ticket=ticket, pk__in=ids, message=None) if ids else ()
    return {str(file.pk): file for file in found}


def _deliveries(messages: Sequence[Message]) -> dict[int, list[Delivery]]:
    """How far the letters about the replies have come."""
    return Delivery.objects.for_messages([each.pk for each in messages if each.kind == Message.Kind.REPLY])


def _lost(events: Sequence[Event]) -> dict[int, Delivery]:
    """By the last event that tells of it: each letter that failed and belongs to no message of the talk."""
    last = {event.told["delivery"]: event.pk for event in events if event.name == "undelivered"}
    if not last:
        return {}
    found = Delivery.objects.filter(pk__in=last).exclude(message__kind=Message.Kind.REPLY)
    return {last[delivery.pk]: delivery for delivery in found if delivery.has_failed or delivery.is_delayed}


def _of_message(message: Message, names: Names, deliveries: Sequence[Delivery], ticket: Ticket) -> Entry:
    return Entry(
        key=f"message-{message.pk}",
        at=message.created_at,
        message=message,
        body=Markup(message.shown),  # noqa: S704  both come out of a sanitiser
        quoted=Markup(html.shown(message.quoted, "plain")),  # noqa: S704
        deliveries=deliveries,
        files=list(message.attachments.all()),
        origin=names.ticket(message.origin_id) if message.origin_id else "",
        how=_how(message, ticket),
        leaving=message.withdrawn_at is None and message.leaves_at > clock.now(),
    )


def _how(message: Message, ticket: Ticket) -> str:
    """By which way it came, and for whom, where it stands under the name of somebody who wrote it for the requester."""
    if message.kind != Message.Kind.REQUEST:
        return str(_("reply"))
    way = str(SAID_BY.get(message.channel, ""))
    written_down = message.channel in SPOKEN and message.author_id != ticket.requester_id
    if message.origin_id is None and (written_down or message.author_id == ticket.asked_by_id):
        return gettext("%(way)s, for %(name)s") % {"way": way, "name": ticket.requester_name}
    return way


def _of_event(event: Event, names: Names, loose: dict[str, Attachment], lost: dict[int, Delivery]) -> Entry | None:
    happening = told(event, names)
    if happening is None:
        return None
    files = [loose[pk] for pk in event.told.get("files", ()) if pk in loose]
    deliveries = [lost[event.pk]] if event.pk in lost else ()
    return Entry(key=f"event-{event.pk}", at=event.at, happening=happening, files=files, deliveries=deliveries)


def _shown_file(file: Attachment) -> tuple[str, str, str, str]:
    href = reverse("file", args=[file.pk])
    return file.name, href, href if file.is_picture else "", filesizeformat(file.size)


def _in_order(entry: Entry) -> tuple[datetime, int, int]:
    """By time; at one moment an acceptance comes before the words that caused it, everything else after them."""
    if entry.message:
        return entry.at, 1, entry.message.pk
    assert entry.happening is not None
    return entry.at, 0 if entry.happening.icon in ("check", "phone") else 2, entry.happening.id


def _place(text: str) -> tuple[datetime, int, int] | None:
    """A moment, a message at it, and the event with which the part before it ends, if that is no message."""
    moment, _dash, rest = text.partition("-")
    number, _dash, event = rest.partition("-")
    at, pk = whole(moment, digits=14), whole(number)
    return None if at is None or pk is None else (datetime.fromtimestamp(at / 1000, tz=UTC), pk, whole(event) or 0)
