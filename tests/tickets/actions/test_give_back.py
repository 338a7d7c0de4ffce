"""Who cannot work on a request any more keeps none of them in hand: they go back to the team, and are told to it."""

from datetime import timedelta

import pytest

from firstline.catalog import config_cache
from firstline.catalog.models import Membership
from firstline.kit import clock
from firstline.people.models import Person
from firstline.retention.journal import _leave
from firstline.tickets import actions, jobs, replay
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Ticket
from firstline.tickets.queues import queue
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.letters import happened

pytestmark = pytest.mark.django_db

WAYS = ("deactivated", "removed", "auditor", "elsewhere")


def goes(cast: Cast, way: str, who: str = "bo") -> None:
    """They leave in a way of which nobody tells the desk."""
    person = getattr(cast, who)
    seats = Membership.objects.filter(person=person)
    if way == "deactivated":
        Person.objects.filter(pk=person.pk).update(is_active=False)
    elif way == "removed":
        seats.delete()
    elif way == "auditor":
        seats.update(role="auditor", team=None)
    else:
        seats.update(desk=cast.hr, team=None)
    config_cache.forget()


def colleague(cast: Cast) -> Person:
    """Another one of Bo's team."""
    Membership.objects.create(person=cast.omar, desk=cast.it, team=cast.first, role="agent")
    return Person.objects.get(pk=cast.omar.pk)


def in_queue(person: Person, key: str, ticket: Ticket) -> bool:
    return queue(person, key).tickets.filter(pk=ticket.pk).exists()


@pytest.mark.parametrize("way", WAYS)
def test_whichever_way_somebody_leaves_what_they_had_waits_to_be_accepted_by_their_team(cast: Cast, way: str) -> None:
    omar = colleague(cast)
    worked, held, asleep = cast.ask(), cast.ask(), cast.ask()
    for ticket in (worked, held, asleep):
        actions.accept(ticket, by=cast.bo)
    actions.hold(held, by=cast.bo, reason="vendor")
    actions.snooze(asleep, by=cast.bo, until=clock.now() + timedelta(days=3))
    yus = actions.accept(cast.ask(), by=cast.yu)
    goes(cast, way)
    jobs.look_for_left.func()
    run_jobs()
    for ticket, phase, key in (
        (worked, "pending", "unaccepted"),
        (held, "waiting", "waiting"),
        (asleep, "pending", "unaccepted"),
    ):
        found = fresh(ticket)
        assert (found.assignee, found.phase, found.snoozed_until) == (None, phase, None)
        assert in_queue(omar, key, found)
        assert replay.differences(found) == []
    assert fresh(yus).assignee == cast.yu
    assert "does not work on it any more" in happened(worked, "given_back")[0]


def test_a_seat_in_another_team_of_the_desk_leaves_everything_in_hand(cast: Cast) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    Membership.objects.filter(person=cast.bo).update(team=cast.network)
    jobs.look_for_left.func()
    run_jobs()
    assert fresh(ticket).assignee == cast.bo
    with pytest.raises(WrongState, match="can work on it"):
        actions.give_back(ticket, by=cast.dana)


def test_what_waited_for_the_requester_is_to_be_accepted_once_they_answer(cast: Cast) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    actions.hold(ticket, by=cast.bo, reason="requester")
    goes(cast, "removed")
    actions.reply(ticket, by=cast.mei, text="Version 5.")
    assert (fresh(ticket).assignee, fresh(ticket).phase) == (None, "pending")


def test_what_waited_for_a_date_is_to_be_accepted_when_it_comes(cast: Cast) -> None:
    with clock.moved(MONDAY):
        ticket = actions.accept(cast.ask(), by=cast.bo)
        actions.hold(ticket, by=cast.bo, reason="date", until=MONDAY + timedelta(days=1))
    goes(cast, "deactivated")
    with clock.moved(MONDAY + timedelta(days=2)):
        jobs.wake_up.func()
    assert (fresh(ticket).assignee, fresh(ticket).phase) == (None, "pending")
    assert replay.differences(fresh(ticket)) == []


@pytest.mark.parametrize("by_reply", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_what_is_reopened_goes_to_the_team_when_who_solved_it_is_gone(cast: Cast, way: str, by_reply: bool) -> None:
    ticket = actions.resolve(cast.ask(), by=cast.bo, resolution="Restart it.")
    goes(cast, way)
    if by_reply:
        actions.reply(ticket, by=cast.mei, text="Not at all, it drops again.")
    else:
        actions.reopen(ticket, by=cast.mei, reason="It drops again.")
    found = fresh(ticket)
    assert (found.assignee, found.phase, found.reopened) == (None, "pending", 1)
    assert replay.differences(found) == []


def test_however_many_somebody_has_they_go_back_some_at_a_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    tickets = [actions.accept(cast.ask(), by=cast.bo) for _n in range(5)]
    run_jobs()
    goes(cast, "deactivated")
    jobs.give_back_soon(by=cast.dana)
    assert run_jobs().count("firstline.tickets.give_back_left") == 3
    assert {fresh(ticket).assignee for ticket in tickets} == {None}
    assert set(tickets[0].events.filter(name="given_back").values_list("by", flat=True)) == {cast.dana.pk}


def test_who_may_do_nothing_there_is_not_said_to_have_given_it_back(cast: Cast) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    goes(cast, "removed")
    jobs.give_back_soon(by=cast.hana)
    run_jobs()
    assert ticket.events.get(name="given_back").by.is_machine


def test_who_left_after_a_backup_was_made_keeps_nothing_in_the_restored_desk(cast: Cast) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    _leave(cast.bo)
    run_jobs()
    assert fresh(ticket).assignee is None
