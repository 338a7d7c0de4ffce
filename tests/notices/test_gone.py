"""When who has a request cannot work on it any more, what is told to them is told to their team."""

import pytest

from firstline.catalog import config_cache
from firstline.catalog.models import Membership
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, letter
from tests.tickets.actions.test_give_back import WAYS, goes

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """In Bo's hands; Omar is of his team."""
    Membership.objects.create(person=cast.omar, desk=cast.it, team=cast.first, role="agent")
    config_cache.forget()
    ticket = actions.accept(cast.ask(), by=cast.bo)
    run_jobs()
    return fresh(ticket)


def told(ticket: Ticket, template: str) -> set[Person]:
    return {each.person for each in Delivery.objects.filter(ticket=ticket, template=template)}


@pytest.mark.parametrize("given_back", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_an_answer_is_told_to_the_team(cast: Cast, ticket: Ticket, way: str, given_back: bool) -> None:
    goes(cast, way)
    if given_back:
        actions.give_back(ticket, by=cast.ada)
    arrives(letter(to=back_to(ticket), text="Version 5.", letter_id="<4@x.example>"))
    assert told(ticket, "answered") == {cast.omar}


@pytest.mark.parametrize("way", WAYS)
def test_a_reopening_is_told_to_the_team(cast: Cast, ticket: Ticket, way: str) -> None:
    actions.resolve(ticket, by=cast.bo, resolution="Restart it.")
    goes(cast, way)
    actions.reopen(ticket, by=cast.mei, reason="It drops again.")
    run_jobs()
    assert told(ticket, "reopened") == {cast.omar}


@pytest.mark.parametrize("way", WAYS)
def test_a_strangers_email_is_told_to_the_team(cast: Cast, ticket: Ticket, way: str) -> None:
    goes(cast, way)
    arrives(letter("Eve <eve@far.example>", to=back_to(ticket), text="I am her assistant.", letter_id="<6@x.example>"))
    assert told(ticket, "noted") == {cast.omar}


def test_who_watches_it_is_told_beside_the_team(cast: Cast, ticket: Ticket) -> None:
    actions.watch(ticket, by=cast.chen)
    goes(cast, "removed")
    actions.reply(ticket, by=cast.mei, text="Version 5.")
    run_jobs()
    assert told(ticket, "answered") == {cast.omar, cast.chen}


def test_where_nobody_of_the_team_is_left_those_who_manage_the_desk_are_told(cast: Cast, ticket: Ticket) -> None:
    goes(cast, "removed")
    goes(cast, "deactivated", "omar")
    actions.reply(ticket, by=cast.mei, text="Version 5.")
    run_jobs()
    assert told(ticket, "answered") == {cast.dana}


def test_what_nobody_ever_had_is_told_to_no_team_at_each_word(cast: Cast) -> None:
    asked = cast.ask()
    actions.reply(asked, by=cast.mei, text="And the printer.")
    run_jobs()
    assert told(asked, "answered") == set()
