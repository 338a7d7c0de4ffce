"""Closing."""

from datetime import timedelta

import pytest

from firstline.catalog import config_cache
from firstline.catalog.models import Desk
from firstline.kit import clock
from firstline.sla.models import Calendar
from firstline.tickets import actions, jobs, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


def test_the_requester_confirms():
    cast = Cast.make()
    ticket = actions.resolve(cast.ask(), by=cast.bo, resolution="Done.")
    ticket = actions.close(ticket, by=cast.mei)
    assert (ticket.phase, ticket.closed_by) == ("closed", cast.mei)
    assert replay.differences(ticket) == []


def test_what_is_not_solved_cannot_be_closed():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.close(cast.ask(), by=cast.bo)
    with pytest.raises(NotAllowed):
        actions.close(cast.ask(), by=cast.omar)


def test_after_the_desks_working_days_it_closes_by_itself():
    cast = Cast.make()
    Desk.objects.update(close_after_days=2)
    friday = MONDAY + timedelta(days=4)
    config_cache.forget()
    with clock.moved(friday):
        ticket = actions.resolve(cast.ask(), by=cast.bo, resolution="Done.")
    with clock.moved(friday + timedelta(days=4, hours=8, minutes=59)):  # Tuesday, 17:59
        jobs.close_solved()
    assert fresh(ticket).phase == "resolved"
    with clock.moved(friday + timedelta(days=4, hours=9)):
        jobs.close_solved()
    assert (fresh(ticket).phase, fresh(ticket).closed_by.kind) == ("closed", "system")


def test_each_desk_closes_by_its_own_days_and_calendar():
    cast = Cast.make()
    always = Calendar.objects.create(key="always", name_en="Always", name_zh="全天", always=True)
    Desk.objects.filter(key="HR").update(calendar=always, close_after_days=1)
    config_cache.forget()
    with clock.moved(MONDAY):
        ours = actions.resolve(cast.ask(), by=cast.bo, resolution="Done.")
        theirs = actions.resolve(cast.ask(desk=cast.hr), by=cast.hana, resolution="Done.")
    with clock.moved(MONDAY + timedelta(days=1, minutes=1)):
        jobs.close_solved()
    assert (fresh(ours).phase, fresh(theirs).phase) == ("resolved", "closed")


def test_what_was_closed_long_ago_takes_nobodys_place_and_the_oldest_are_first(monkeypatch: pytest.MonkeyPatch):
    cast = Cast.make()
    monkeypatch.setattr(jobs, "BATCH", 1)
    made = []
    for day in range(3):
        with clock.moved(MONDAY + timedelta(days=day)):
            made.append(actions.resolve(cast.ask(), by=cast.bo, resolution="Done."))
    actions.close(made[0], by=cast.bo)
    with clock.moved(MONDAY + timedelta(days=60)):
        jobs.close_solved()
        assert [fresh(each).phase for each in made] == ["closed", "closed", "resolved"]
        jobs.close_solved()
    assert [fresh(each).phase for each in made] == ["closed"] * 3
