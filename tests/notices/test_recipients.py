"""Who could be told: those who were there, without mere addresses, and with nobody twice."""

from datetime import timedelta
from typing import Any

import pytest

from firstline.catalog.models import Membership
from firstline.notices import recipients
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Event, Ticket
from firstline.tickets.write_guard import door
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.asked(requester=cast.omar)


@pytest.fixture
def strange() -> Person:
    """Of whom nothing but the address is known."""
    return Person.objects.create_person(name="strange@far.example", email="strange@far.example")


def event(ticket: Ticket, **data: Any) -> Event:
    return Event(ticket=fresh(ticket), name="x", at=MONDAY, data=data)


def test_for_whom_it_was_asked_is_written_to_unless_nothing_but_the_address_is_known(
    cast: Cast, ticket: Ticket, strange: Person
) -> None:
    assert list(recipients.asked_for(event(ticket))) == [cast.omar]
    assert list(recipients.asked_for(event(cast.asked()))) == []
    assert list(recipients.asked_for(event(cast.asked(requester=strange)))) == []
    actions.decline(ticket, by=cast.omar)
    assert list(recipients.asked_for(event(ticket))) == []


def test_the_asking_side_is_who_was_there_when_it_was_said(cast: Cast, ticket: Ticket, strange: Person) -> None:
    for person in (cast.hana, cast.yu, strange):
        actions.add_participant(ticket, by=cast.omar, person=person)
    actions.watch(ticket, by=cast.chen)
    actions.add_participant(cast.ask(), by=cast.mei, person=cast.chen)
    everybody = [cast.omar, cast.hana, cast.mei, cast.yu]
    assert sorted(recipients.asking_side(event(ticket)), key=lambda each: each.email or "") == sorted(
        everybody, key=lambda each: each.email or ""
    )
    for at, there in ((MONDAY - timedelta(seconds=1), True), (MONDAY, False), (MONDAY + timedelta(seconds=1), False)):
        with door():
            ticket.participants.filter(person=cast.yu).update(sees_from=at)
        assert (cast.yu in list(recipients.asking_side(event(ticket)))) is there
    # An asker is there from the beginning, whatever they see.
    with door():
        ticket.participants.filter(person=cast.mei).update(sees_from=MONDAY + timedelta(days=1))
    assert cast.mei in list(recipients.asking_side(event(ticket)))


def test_one_with_two_parts_is_there_once(cast: Cast, ticket: Ticket) -> None:
    actions.share(ticket, by=cast.omar, person=cast.mei)
    assert [each.pk for each in recipients.asking_side(event(ticket))].count(cast.mei.pk) == 1


def test_an_added_address_of_which_nothing_is_known_is_not_written_to(
    cast: Cast, ticket: Ticket, strange: Person
) -> None:
    assert list(recipients.added(event(ticket, person=cast.hana.pk))) == [cast.hana]
    assert list(recipients.added(event(ticket, person=strange.pk))) == []
    assert list(recipients.asker(event(ticket, person=cast.mei.pk))) == [cast.mei]


def test_a_note_goes_to_who_has_it_or_the_team_but_not_to_its_proved_writer(cast: Cast, ticket: Ticket) -> None:
    def of_note(writer: Person | None, *, proved: bool) -> list[Person]:
        wrote = {"writer": writer.pk if writer else None, "proved": proved}
        return list(recipients.told_of_note(event(ticket, wrote=wrote)))

    assert of_note(None, proved=True) == [cast.bo]  # the team of the first line
    actions.watch(ticket, by=cast.yu)
    assert of_note(None, proved=True) == [cast.yu]
    actions.assign(ticket, by=cast.dana, to=cast.chen)
    assert of_note(None, proved=False) == [cast.chen, cast.yu]
    assert of_note(cast.chen, proved=True) == [cast.yu]
    assert of_note(cast.chen, proved=False) == [cast.chen, cast.yu]


def test_the_team_is_everybody_in_it_once_and_nobody_where_there_is_none(cast: Cast, ticket: Ticket) -> None:
    Membership.objects.create(person=cast.yu, desk=cast.it, team=cast.first, role="agent")
    found = list(recipients.team(event(ticket)))
    assert sorted(each.email or "" for each in found) == ["bo@corp.example", "yu@corp.example"]
    nowhere = event(ticket)
    nowhere.ticket.team_id = None
    assert list(recipients.team(nowhere)) == []


def test_managers_are_those_of_the_desk(cast: Cast, ticket: Ticket) -> None:
    Membership.objects.create(person=cast.hana, desk=cast.hr, team=None, role="manager")
    Membership.objects.create(person=cast.yu, desk=cast.it, team=None, role="auditor")
    assert list(recipients.managers(event(ticket))) == [cast.dana]


def test_a_clock_calls_whom_it_names_and_nobody_unheard_of(cast: Cast, ticket: Ticket) -> None:
    assert list(recipients.called(event(ticket))) == []
    assert list(recipients.called(event(ticket, tell=["nobody"]))) == []
    assert list(recipients.called(event(ticket, tell=["manager", "team"]))) == [cast.dana, cast.bo]
    assert list(recipients.called(event(ticket, tell=["assignee"]))) == []


def test_mentioned_are_those_who_were(cast: Cast, ticket: Ticket) -> None:
    found = recipients.mentioned(event(ticket, persons=[cast.chen.pk, cast.dana.pk]))
    assert set(found) == {cast.chen, cast.dana}
