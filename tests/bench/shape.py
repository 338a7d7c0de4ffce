"""Whether copies are as the verbs make them: the log tells each row and clock, and words are found as indexed."""

from collections.abc import Callable
from random import Random

from django.db import connection

from firstline.catalog import config_cache
from firstline.notices.models import Delivery
from firstline.tickets import search
from firstline.tickets.models import Clock, Event, Message, Ticket
from firstline.tickets.replay import differences
from tests.bench.copying import BASE

SAMPLE = 60


def compared(say: Callable[[str], object]) -> str:
    """A sentence with what was compared; raises AssertionError where a copy differs."""
    config_cache.forget()
    newest = Ticket.objects.latest("pk").pk
    rng = Random(5)
    chosen = [rng.randrange(BASE, newest) for _place in range(SAMPLE)]
    found = {ticket.number: wrong for ticket in Ticket.objects.filter(pk__in=chosen) if (wrong := _wrong(ticket))}
    assert not found, f"{len(found)} of {SAMPLE} copies are told otherwise by their events: {next(iter(found.items()))}"
    for pk in chosen[:20]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tsvector_to_array(search) FROM tickets_ticket WHERE id = %s", [pk])
            copied = set(cursor.fetchone()[0])
            search.index(pk)
            cursor.execute("SELECT tsvector_to_array(search) FROM tickets_ticket WHERE id = %s", [pk])
            ours = set(cursor.fetchone()[0])
        missing = {word for word in ours - copied if len(word) < 3 or word.isascii()}
        assert not missing, f"{pk}: {missing} {ours - copied}"
    patterns = Ticket.objects.filter(pk__lt=BASE).order_by("pk")
    shapes = {_shape(ticket) for ticket in patterns}
    for ticket in Ticket.objects.filter(pk__in=chosen):
        assert _shape(ticket) in shapes, f"{ticket.number} has a shape that no pattern has"
    messages = Message.objects.count() / Ticket.objects.count()
    events = Event.objects.count() / Ticket.objects.count()
    said = (
        f"{SAMPLE} copies compared with their logs: each column and clock is what the events tell. "
        f"{messages:.1f} messages and {events:.1f} events a ticket."
    )
    say(said)
    return said


def _wrong(ticket: Ticket) -> list[str]:
    """An open one was moved by minutes, out of working hours perhaps, so that its deadlines would be others."""
    found = differences(ticket)
    return [each for each in found if ticket.phase == "closed" or not each.startswith(("clocks", "next deadline"))]


def _shape(ticket: Ticket) -> tuple:
    """Which columns are empty, and the rows that hang on it."""
    empty = tuple(name for name, value in ticket.tracked().items() if value in (None, "", [], {}))
    return (
        empty,
        tuple(Event.objects.filter(ticket=ticket).order_by("id").values_list("name", "internal")),
        tuple(Message.objects.filter(ticket=ticket).order_by("id").values_list("kind", "channel")),
        tuple(Clock.objects.filter(ticket=ticket).order_by("kind", "round").values_list("kind", "round", "state")),
        tuple(sorted(Delivery.objects.filter(ticket=ticket).values_list("template", "state"))),
    )
