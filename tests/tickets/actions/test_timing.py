"""What time does: warnings and breaches."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.sla.models import Goal
from firstline.tickets import actions, jobs, rebuild
from firstline.tickets.refusals import NotAllowed, WrongState
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


def test_a_warning_and_a_breach_are_each_told_once():
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
    for minute in (1, 4, 4.5, 5, 6, 7):
        with clock.moved(MONDAY + timedelta(minutes=minute)):
            jobs.watch_clocks()
    names = [e.name for e in ticket.events.all()]
    assert names == ["opened", "clock_warned", "clock_breached"]
    assert ticket.events.get(name="clock_breached").data["tell"] == ["manager"]
    assert ticket.clocks.get().breached_at == MONDAY + timedelta(minutes=5)
    assert rebuild.differences(ticket) == []


def test_a_breach_can_raise_the_priority_and_move_the_ticket():
    cast = Cast.make()
    Goal.objects.filter(clock="acceptance").update(on_breach=["raise", "reassign:l15"])
    with clock.moved(MONDAY):
        ticket = cast.ask()
    with clock.moved(MONDAY + timedelta(minutes=6)):
        jobs.watch_clocks()
    ticket = fresh(ticket)
    assert (ticket.priority, ticket.team) == (2, cast.first_plus)
    assert rebuild.differences(ticket) == []


def test_a_waiting_ticket_is_not_breached():
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
        actions.reply(ticket, by=cast.bo, text="The provider is asked.")
        actions.hold(ticket, by=cast.bo, reason="vendor")
    with clock.moved(MONDAY + timedelta(days=3)):
        jobs.watch_clocks()
    assert not ticket.events.filter(name="clock_breached").exists()
    with pytest.raises(WrongState):
        actions.accept(ticket, by=cast.bo)
    with pytest.raises(NotAllowed):
        actions.resume(ticket, by=cast.mei)
