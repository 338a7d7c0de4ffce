"""Who is told of what: one table. `tell` reads an event and leaves a row in the outbox for each letter.

Nobody is told of what he did himself (but the requester has his number confirmed). What is internal never goes to
the asking side, and what the desk says among itself goes only to those who work on the ticket.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from procrastinate.contrib.django import app

from firstline.kit import clock
from firstline.notices import budget, recipients
from firstline.notices.models import Delivery, ToldUpTo, new_letter_id
from firstline.notices.preferences import switch_of
from firstline.notices.ways import EMAIL, Way, address_of, way_to
from firstline.people.models import Person
from firstline.tickets import brought
from firstline.tickets.models import Clock, Event, Message, Ticket
from firstline.tickets.rights import readers_of, works_on

SEND = "firstline.channels.send"
INTERRUPTED = timedelta(minutes=10)
"""Within this time the job of an event is taken up again when its worker died (worker.py)."""
MOST_UNTOLD = 100
"""So many events of others are told along. Earlier ones have jobs of their own as well, and are told by those."""


def _always(event: Event) -> bool:
    return True


def _still_open(event: Event) -> bool:
    return event.ticket.is_open


def _for_somebody(event: Event) -> bool:
    return _still_open(event) and _asked_by(event) is not None


def _not_for_somebody(event: Event) -> bool:
    return _still_open(event) and _asked_by(event) is None


def _asked_by(event: Event) -> int | None:
    asker: int | None = event.changes.get("asked_by_id")
    return asker


def _by_the_desk(event: Event) -> bool:
    return event.by_id not in {person.pk for person in recipients.asking_side(event)}


def _not_thanks(event: Event) -> bool:
    return not event.told.get("thanks")


def _of_an_email(event: Event) -> bool:
    return bool(event.told.get("wrote"))


def _unheard_of(event: Event) -> bool:
    """Closed without the requester's word, and he was never told of a solution."""
    told = Delivery.objects.filter(ticket=event.ticket, person=event.ticket.requester, template="resolved")
    return _by_the_desk(event) and not told.filter(state__in=("queued", "sending", "sent")).exists()


def _dissatisfied(event: Event) -> bool:
    return event.told.get("score") == 3 and "satisfaction" in event.changes


def _on_the_line(event: Event) -> bool:
    return event.told["clock"] == Clock.Kind.LINE


def _of_a_promise(event: Event) -> bool:
    return not _on_the_line(event)


@dataclass(frozen=True)
class Notice:
    """One kind of letter: its template, who gets it, and when. `inside`: it goes to those who work at the desk."""

    template: str
    to: Callable[[Event], Iterable[Person]]
    when: Callable[[Event], bool] = _always
    inside: bool = False
    himself: bool = False


NOTICES: dict[str, tuple[Notice, ...]] = {
    # to the asking side
    "opened": (
        Notice("asked_for", recipients.asked_for, when=_for_somebody),
        Notice("received", recipients.requester, when=_not_for_somebody, himself=True),
    ),
    "declined": (Notice("declined", recipients.asker),),
    "shared": (Notice("added", recipients.added),),
    "replied": (Notice("replied", recipients.asking_side),),
    "resolved": (Notice("resolved", recipients.asking_side),),
    "closed": (Notice("closed", recipients.requester, when=_unheard_of),),
    "cancelled": (Notice("cancelled", recipients.asking_side, when=_by_the_desk),),
    "transferred": (Notice("transferred", recipients.requester),),
    "participant_added": (Notice("added", recipients.added),),
    # to the desk
    "assigned": (Notice("assigned", recipients.assignee, inside=True),),
    "mentioned": (Notice("mentioned", recipients.mentioned, inside=True),),
    "asked": (Notice("answered", recipients.handlers, when=_not_thanks, inside=True),),
    "noted": (
        Notice("noted", recipients.told_of_note, when=_of_an_email, inside=True),
        Notice("kept_as_note", recipients.writer_of_note, when=_of_an_email, inside=True),
    ),
    "absorbed": (Notice("merged", recipients.had_the_merged, inside=True),),
    "undelivered": (Notice("undelivered", recipients.handlers, inside=True),),
    "reopened": (Notice("reopened", recipients.handlers, inside=True),),
    "clock_warned": (Notice("clock_warned", recipients.called, when=_of_a_promise, inside=True),),
    "clock_breached": (
        Notice("clock_breached", recipients.called, when=_of_a_promise, inside=True),
        Notice("line_time", recipients.in_hand, when=_on_the_line, inside=True),
    ),
    "rated": (Notice("dissatisfied", recipients.managers, when=_dissatisfied, inside=True),),
}

INSIDE = frozenset(notice.template for notices in NOTICES.values() for notice in notices if notice.inside)


def tell(event: Event) -> None:
    """As `tell_all`, of one event."""
    tell_all([event])


@transaction.atomic(savepoint=False)
def tell_all(events: Sequence[Event]) -> None:
    """Put a letter for everybody who is to hear of these events into the outbox; once, however often it is called, for
    those who are there when it is first called.

    Letters leave in the order of what happened: what the interrupted jobs of earlier events left untold comes first.
    """
    asked = [event for event in events if event.name in NOTICES]
    if not asked:
        return
    known = ToldUpTo.of({event.ticket_id for event in asked})
    asked = _untold(asked, known)
    own = {event.pk for event in asked}
    told = sorted([*asked, *_untold_before(_last_of(asked), known, but=own)], key=lambda event: event.pk)
    messages = _messages(told)
    rows: list[Delivery] = []
    to_nobody, later = set[int](), set[int]()
    for event in told:
        message = messages.get(event.told.get("message") or 0)
        if message is not None and message.leaves_at > clock.now() and event.pk not in own:
            later.add(event.pk)  # what can still be withdrawn has its own job, for when it leaves
        elif (message and message.withdrawn_at) or not (of_event := _rows(event, message)):
            to_nobody.add(event.pk)
        else:
            rows += of_event
    budget.hold_back(rows, inside=INSIDE)
    Delivery.objects.bulk_create(rows)
    jobs: list[Any] = [{"delivery": row.pk} for row in rows if row.state == Delivery.State.QUEUED]
    if jobs:
        app.configure_task(SEND).batch_defer(*jobs)
    # Of an opened request that was told to somebody nothing needs noting: nothing comes before it.
    noted = [event for event in told if event.name != "opened" or event.pk in to_nobody or event.ticket_id in known]
    ToldUpTo.reach(known, noted, to_nobody=to_nobody, later=later)


def _untold(events: list[Event], known: dict[int, ToldUpTo]) -> list[Event]:
    """Those of which nobody was to be told yet: a job may run again, or after others told what it would."""
    there = set(Delivery.objects.filter(event__in=[event.pk for event in events]).values_list("event", flat=True))
    to_nobody = {pk for each in known.values() for pk in each.to_nobody}
    return [event for event in events if event.pk not in there | to_nobody]


def _last_of(events: list[Event]) -> dict[int, Event]:
    """The last event of each ticket, but for those that were just opened: nothing comes before that."""
    return {event.ticket_id: event for event in sorted(events, key=lambda each: each.pk) if event.name != "opened"}


def _rows(event: Event, message: Message | None) -> list[Delivery]:
    payload = _payload(event)
    return [_row(event, notice, person, message, payload) for notice, person in _told(event, message)]


def _untold_before(last: dict[int, Event], known: dict[int, ToldUpTo], *, but: set[int]) -> list[Event]:
    if not last:
        return []
    before = Q(pk=None)
    for ticket, event in last.items():
        told = known.get(ticket)
        since = Q(pk__gt=told.event_id) | Q(pk__in=told.awaited) if told else Q()
        before |= since & Q(ticket=ticket, pk__lt=event.pk, at__gt=event.at - INTERRUPTED)
    lately = Event.objects.filter(before, name__in=NOTICES).exclude(
        Exists(Delivery.objects.filter(event=OuterRef("pk")))
    )
    found = list(lately.exclude(pk__in=but).select_related("by").order_by("-pk")[:MOST_UNTOLD])
    for earlier in found:
        earlier.ticket = last[earlier.ticket_id].ticket
    return found


def hush(ticket: Ticket, *, why: str) -> None:
    """Have this new ticket confirmed to nobody. Must be called in the transaction that opened it."""
    opened = ticket.events.select_related("ticket", "by").get(name="opened")
    notice = next(each for each in NOTICES["opened"] if each.when(opened))
    row = _row(opened, notice, ticket.requester, None, _payload(opened))
    row.state, row.error = Delivery.State.DROPPED, why
    Delivery.objects.bulk_create([row], ignore_conflicts=True)


def hush_word(message: Message, *, why: str) -> None:
    """Have nobody told of this message, nor of what it brought about. Must be called in its own transaction."""
    said = message.ticket.events.select_related("ticket", "by").filter(data__message=message.pk, name__in=NOTICES)
    for event in said:
        rows = [_row(event, notice, person, message, _payload(event)) for notice, person in _told(event, message)]
        for row in rows:
            row.state, row.error = Delivery.State.DROPPED, why
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def is_still_for(delivery: Delivery) -> bool:
    """Whether a letter that waited may still be read by whom it is for: they may have left the desk, or altogether."""
    person, ticket, message = delivery.person, delivery.ticket, delivery.message
    if not person.is_active or not address_of(person, delivery.channel):
        return False
    if delivery.template in INSIDE:
        return works_on(person, ticket)
    return message is None or person.pk in readers_of(message)


def _told(event: Event, message: Message | None) -> Iterator[tuple[Notice, Person]]:
    seen: set[int] = set()
    said_to = readers_of(message) if message is not None and not message.internal else None
    for notice in NOTICES[event.name]:
        if not notice.when(event) or (not notice.inside and _is_internal(event, message)):
            continue
        for person in notice.to(event):
            if not notice.inside and said_to is not None and person.pk not in said_to:
                continue
            if person.pk not in seen and _can_be_told(person, event, notice):
                seen.add(person.pk)
                yield notice, person


def _is_internal(event: Event, message: Message | None) -> bool:
    # A transfer's reason is a note; its letter says that it moved, and never quotes the note.
    return event.internal or (message is not None and message.internal and event.name != "transferred")


def _can_be_told(person: Person, event: Event, notice: Notice) -> bool:
    if not person.is_active or person.is_machine or way_to(person) is None:
        return False
    if person.pk == event.by_id and not notice.himself:
        return False
    if notice.inside and not works_on(person, event.ticket):
        return False
    switch = switch_of(event.ticket, person, notice.template)
    return switch is None or not switch.is_off


def _messages(events: Iterable[Event]) -> dict[int, Message]:
    wanted = {event.told["message"] for event in events if event.told.get("message")}
    return Message.objects.without_html().in_bulk(wanted) if wanted else {}


def _payload(event: Event) -> dict[str, Any]:
    ticket = event.ticket
    payload: dict[str, Any] = {"by": event.by.name, "number": ticket.number}
    if event.name == "undelivered":
        payload |= {"whom": event.told["person"], "reason": event.told["reason"]}
    if event.name == "absorbed":
        payload["merged"] = Ticket.objects.values_list("number", flat=True).get(pk=event.told["other"])
    if "clock" in event.told:
        late = Clock.objects.filter(ticket=ticket, kind=event.told["clock"], round=event.told["round"]).first()
        payload |= {
            "clock": event.told["clock"],
            "due_at": event.told["due_at"],
            "minutes": late.minutes if late else None,
        }
    return payload


def _called(ticket: Ticket, person: Person, notice: Notice) -> str:
    return ticket.subject if notice.inside else brought.request_of(person, ticket).subject


def _row(event: Event, notice: Notice, person: Person, message: Message | None, payload: dict[str, Any]) -> Delivery:
    way = way_to(person) or Way(EMAIL, "email", "")
    row = Delivery(
        ticket=event.ticket,
        event=event,
        message=None if notice.template == "transferred" else message,
        person=person,
        channel=way.channel,
        medium=way.medium,
        address=way.address,
        template=notice.template,
        language=person.language,
        payload=payload | {"subject": _called(event.ticket, person, notice)},
        letter_id=new_letter_id(event.ticket),
        next_try_at=max(clock.now(), message.leaves_at) if message else clock.now(),
    )
    return row
