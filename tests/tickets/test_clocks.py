"""Clocks follow the events."""

from datetime import timedelta

import pytest

from firstline.catalog import register
from firstline.kit import clock
from firstline.sla.models import Goal
from firstline.tickets import actions, rebuild
from firstline.tickets.models import NEVER, Clock, Ticket
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


def at(minutes: float):
    return clock.moved(MONDAY + timedelta(minutes=minutes))


def the_clock(ticket: Ticket, kind: str, round: int = 1) -> Clock:
    return Clock.objects.get(ticket=ticket, kind=kind, round=round)


def test_until_the_kind_is_known_only_acceptance_runs():
    cast = Cast.make()
    with at(0):
        ticket = cast.asked()
    assert [c.kind for c in ticket.clocks.all()] == ["acceptance"]
    assert ticket.due_at == MONDAY + timedelta(minutes=5)
    assert ticket.due_clock == "acceptance"


def test_accepting_in_time_stops_the_acceptance_clock():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(3):
        actions.accept(ticket, by=cast.bo)
    done = the_clock(ticket, "acceptance")
    assert done.state == "stopped"
    assert done.spent == timedelta(minutes=3)
    assert not done.late


def test_accepting_late_is_late():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(6):
        actions.accept(ticket, by=cast.bo)
    assert the_clock(ticket, "acceptance").late


def test_classifying_starts_the_clocks_of_that_kind_from_the_moment_of_asking():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(3):
        actions.accept(ticket, by=cast.bo)
    with at(4):
        actions.classify(ticket, by=cast.bo, kind="incident", service=cast.vpn)
    assert the_clock(ticket, "first_response").due_at == MONDAY + timedelta(minutes=30)
    # 8 working hours from 9:00, less an hour for lunch: 18:00.
    assert the_clock(ticket, "resolution").due_at == MONDAY + timedelta(hours=9)


def test_waiting_pauses_and_a_change_of_priority_does_not_forget_it():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    with at(10):
        actions.hold(ticket, by=cast.bo, reason="vendor")
    assert the_clock(ticket, "resolution").state == "paused"
    assert the_clock(ticket, "resolution").due_at is None
    assert fresh(ticket).due_at == NEVER
    with at(70):
        actions.resume(ticket, by=cast.bo)
    with at(80):
        actions.change_priority(ticket, by=cast.bo, impact=2, urgency=3)
    resolution = the_clock(ticket, "resolution")
    assert resolution.minutes == 240
    # 4 hours + 1 hour waited + 1 hour of lunch
    assert resolution.due_at == MONDAY + timedelta(hours=6)
    assert rebuild.differences(ticket) == []


def test_reopening_lets_the_resolution_clock_go_on_where_it_stood():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    with at(30):
        actions.resolve(ticket, by=cast.bo, resolution="Restarted it.")
    assert the_clock(ticket, "resolution").spent == timedelta(minutes=30)
    with at(90):
        actions.reopen(ticket, by=cast.mei, reason="It drops again.")
    assert the_clock(ticket, "resolution").spent == timedelta(minutes=30)
    with at(100):
        actions.resolve(ticket, by=cast.bo, resolution="New certificate.")
    assert the_clock(ticket, "resolution").spent == timedelta(minutes=40)
    assert rebuild.differences(ticket) == []


def test_each_team_that_gets_it_has_its_own_time_to_accept():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(2):
        actions.accept(ticket, by=cast.bo)
    with at(10):
        actions.escalate(ticket, by=cast.bo, to=cast.network, handover="Rekey fails.")
    with at(12):
        actions.accept(ticket, by=cast.chen)
    second = the_clock(ticket, "acceptance", 2)
    assert (second.started_at, second.spent) == (MONDAY + timedelta(minutes=10), timedelta(minutes=2))


def test_the_first_line_has_twenty_minutes_without_the_time_it_waited():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
        actions.accept(ticket, by=cast.bo)
    with at(15):
        actions.hold(ticket, by=cast.bo, reason="requester")
    with at(60):
        actions.reply(ticket, by=cast.mei, text="Here is the log.")
    line = the_clock(ticket, "line")
    assert line.due_at == MONDAY + timedelta(minutes=65)
    assert fresh(ticket).status_id == "in_progress"


def test_a_goal_edited_now_applies_to_open_tickets_when_they_are_recomputed():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    Goal.objects.filter(clock="acceptance").update(minutes=15)
    register.forget()
    with at(1):
        actions.recompute(ticket, by=type(cast.bo).objects.system())
    assert fresh(ticket).due_at == MONDAY + timedelta(minutes=15)


def test_without_goals_a_ticket_has_no_clocks_and_works():
    cast = Cast.make()
    Goal.objects.all().delete()
    register.forget()
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    assert not ticket.clocks.exists()
    assert fresh(ticket).due_at == NEVER


def test_durations_follow_the_definitions_of_the_process():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(2):
        actions.accept(ticket, by=cast.bo)
    with at(5):
        actions.reply(ticket, by=cast.bo, text="Which gateway?")
        actions.hold(ticket, by=cast.bo, reason="requester")
    with at(25):
        actions.reply(ticket, by=cast.mei, text="SH-1")
    with at(60):
        actions.resolve(ticket, by=cast.bo, resolution="Use SH-2.")
    with at(65):
        actions.close(ticket, by=cast.mei)
    done = fresh(ticket)
    assert done.first_response_time == timedelta(minutes=5)
    assert done.resolution_time == timedelta(minutes=60)
    assert done.waited == timedelta(minutes=20)
    assert done.handling_time == timedelta(minutes=40)
