"""Who was in copy: of whom nothing was said yet, and what it means to let one in or to set one aside."""

import pytest

from firstline.channels import cc_suggestions
from firstline.channels.models import InboundMessage
from firstline.people.models import Person
from firstline.tickets.models import Ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ANNA, CARL = ["Anna Berg", "anna@else.example"], ["Carl", "carl@else.example"]


def of(ticket: Ticket, *suggested: list[str]) -> InboundMessage:
    key = str(InboundMessage.objects.count())
    return InboundMessage.objects.create(key=key, sha256="", raw=b"", ticket=ticket, suggested=list(suggested))


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.asked()


def test_open_are_those_of_whom_nothing_was_said() -> None:
    assert cc_suggestions.open_ones([]) == {}
    assert cc_suggestions.open_ones([[ANNA, CARL]]) == {"anna@else.example": "Anna Berg", "carl@else.example": "Carl"}
    assert cc_suggestions.open_ones([[ANNA], [[*ANNA, "aside"], CARL]]) == {"carl@else.example": "Carl"}
    assert cc_suggestions.open_ones([[["cut off"], CARL]]) == {"carl@else.example": "Carl"}


def test_whoever_is_let_in_takes_part_by_their_name_in_the_language_of_the_requester(
    cast: Cast, ticket: Ticket
) -> None:
    rows = [of(ticket, ANNA, CARL), of(ticket, ANNA)]
    elsewhere = of(cast.asked(), ANNA)
    anna = cc_suggestions.let_in(ticket, "anna@else.example", by=cast.bo)
    assert anna is not None
    assert (anna.name, anna.email, anna.language) == ("Anna Berg", "anna@else.example", "zh-hans")
    assert [each.person for each in ticket.participants.all()] == [anna]
    assert ticket.events.get(name="participant_added").by == cast.bo
    for row in (*rows, elsewhere):
        row.refresh_from_db()
    assert [row.suggested for row in rows] == [[[*ANNA, "aside"], CARL], [[*ANNA, "aside"]]]
    assert elsewhere.suggested == [ANNA]
    assert cc_suggestions.let_in(ticket, "anna@else.example", by=cast.bo) is None


@pytest.mark.parametrize(("name", "kept"), [("", "anna"), ("x" * 121, "x" * 120)])
def test_who_has_no_name_is_called_by_the_address_and_a_long_name_is_cut(
    cast: Cast, ticket: Ticket, name: str, kept: str
) -> None:
    of(ticket, [name, "anna@else.example"])
    anna = cc_suggestions.let_in(ticket, "anna@else.example", by=cast.bo)
    assert anna is not None
    assert anna.name == kept


def test_one_whom_we_know_is_let_in_as_who_they_are(cast: Cast, ticket: Ticket) -> None:
    of(ticket, ["O.", "omar@corp.example"])
    assert cc_suggestions.let_in(ticket, "omar@corp.example", by=cast.bo) == cast.omar


def test_one_set_aside_is_suggested_no_more_and_nobody_else_is(cast: Cast, ticket: Ticket) -> None:
    row = of(ticket, ANNA, CARL)
    assert not cc_suggestions.set_aside(ticket, "x@else.example")
    assert cc_suggestions.set_aside(ticket, "carl@else.example")
    assert not cc_suggestions.set_aside(ticket, "carl@else.example")
    row.refresh_from_db()
    assert row.suggested == [ANNA, [*CARL, cc_suggestions.ASIDE]]
    assert not ticket.participants.exists()
    assert not Person.objects.filter(email="carl@else.example").exists()
