"""Opening a ticket."""

import pytest
from django.db import DatabaseError, connection, transaction

from firstline.tickets import rebuild
from firstline.tickets.door import Shut
from firstline.tickets.models import Ticket
from firstline.tickets.refusals import WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_an_inquiry_waits_pending_at_the_first_team():
    cast = Cast.make()
    ticket = cast.asked()
    assert (ticket.kind, ticket.status_id, ticket.team, ticket.line) == (
        "inquiry",
        "pending",
        cast.first,
        cast.first.line,
    )
    assert ticket.number == f"IT-{ticket.pk}"
    assert ticket.pk > 1000


def test_the_person_is_copied_as_he_is_now():
    cast = Cast.make()
    ticket = cast.asked()
    cast.mei.department = "Sales"
    cast.mei.save()
    assert (fresh(ticket).requester_department, fresh(ticket).requester_city) == ("Finance", "Shanghai")


def test_somebody_can_ask_for_another():
    cast = Cast.make()
    ticket = cast.asked(by=cast.bo, requester=cast.mei, channel="phone")
    assert (ticket.creator, ticket.requester, ticket.requester_name) == (cast.bo, cast.mei, "Lin Mei")
    assert ticket.messages.get().author == cast.bo


def test_the_subject_is_made_of_the_first_words_when_there_is_none():
    cast = Cast.make()
    assert cast.asked(subject="", text="\n\nMy screen is black.\nHelp.").subject == "My screen is black."


def test_nothing_at_all_is_refused():
    cast = Cast.make()
    with pytest.raises(WrongState):
        cast.ask(subject=" ", text="\n")


def test_urgency_and_impact_give_the_priority():
    cast = Cast.make()
    assert cast.asked(by=cast.bo, impact=3, urgency=2).priority == 1
    assert cast.asked(impact=1, urgency=1).priority == 4


def test_colleagues_can_take_part_from_the_start():
    cast = Cast.make()
    ticket = cast.asked(participants=[cast.omar, cast.mei])
    assert [p.person for p in ticket.participants.all()] == [cast.omar]


@pytest.mark.parametrize("channel", ["portal", "email", "phone", "api"])
def test_the_record_can_be_rebuilt_from_its_event(channel):
    cast = Cast.make()
    ticket = cast.ask(by=cast.bo, requester=cast.mei, channel=channel)
    assert rebuild.differences(ticket) == []


def test_tickets_of_different_channels_differ_in_nothing_but_channel():
    cast = Cast.make()
    rows = []
    for channel in ("portal", "email", "phone", "api"):
        row = cast.asked(by=cast.bo, channel=channel).tracked()
        assert row.pop("channel") == channel
        row.pop("unanswered_since")
        rows.append(row)
    assert all(row == rows[0] for row in rows)


def test_nobody_may_write_a_ticket_without_a_verb():
    cast = Cast.make()
    ticket = cast.asked()
    ticket.subject = "Changed behind the log"
    with pytest.raises(Shut):
        ticket.save()
    with pytest.raises(Shut):
        Ticket.objects.filter(pk=ticket.pk).update(subject="x")
    with pytest.raises(Shut):
        ticket.messages.all().delete()


def test_the_database_refuses_to_change_the_log():
    cast = Cast.make()
    ticket = cast.asked()
    for act in (
        "UPDATE tickets_event SET name = 'x'",
        "DELETE FROM tickets_event",
        "TRUNCATE tickets_event CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)
    assert ticket.events.get().name == "opened"


@pytest.mark.parametrize(("long", "end"), [(250, "x"), (251, "…"), (998, "…")])
def test_a_subject_that_is_too_long_says_that_it_is_cut(long: int, end: str):
    ticket = Cast.make().ask(subject="x" * long)
    assert (len(ticket.subject), ticket.subject[-1]) == (250, end)
