"""Moments of a working day, and the clocks of a ticket, for tests."""

from datetime import datetime, timedelta

from firstline.kit import clock
from firstline.tickets import actions
from firstline.tickets.models import Clock, Ticket
from tests.cast import MONDAY, Cast


def at(minutes: float):
    return clock.moved(MONDAY + timedelta(minutes=minutes))


def at_time(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    """That hour in Shanghai, so many days after the Monday."""
    return MONDAY + timedelta(days=day, hours=hour - 9, minutes=minute)


def the_clock(ticket: Ticket, kind: str, round: int = 1) -> Clock:
    return Clock.objects.get(ticket=ticket, kind=kind, round=round)


def incident(cast: Cast) -> Ticket:
    """Asked on Monday at nine and classified at once; its first answer is given."""
    with at(0):
        ticket = cast.ask()
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
        actions.reply(ticket, by=cast.bo, text="I look into it.")
    return ticket


def raise_at(ticket: Ticket, moment: datetime, cast: Cast) -> None:
    with clock.moved(moment):
        actions.change_priority(ticket, by=cast.bo, impact=2, urgency=3)


def lower_at(ticket: Ticket, moment: datetime, cast: Cast) -> None:
    with clock.moved(moment):
        actions.change_priority(ticket, by=cast.bo, impact=1, urgency=1)
