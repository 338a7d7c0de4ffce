"""Addresses in emails: to whom each leads, and what of a signed one is believed."""

from typing import Any

import pytest
from django.core import signing
from django.test import Client

from firstline.notices import links, preferences
from firstline.notices.links import BadLink, EndedLink
from firstline.notices.models import SwitchedOff
from firstline.notices.preferences import Switch
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db

BASE = "https://desk.example"


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CONFIG = settings.CONFIG.model_copy(update={"base_url": f"{BASE}/"})
    return Cast.make()


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.asked()


def token(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def signed(words: str, salt: str) -> str:
    return signing.Signer(salt=salt).sign(words)


def test_each_address_begins_with_the_configured_one(ticket: Ticket) -> None:
    assert links.absolute("/x/") == f"{BASE}/x/"
    assert links.request_link(ticket) == f"{BASE}/requests/{ticket.number}/"
    assert links.ticket_link(ticket) == f"{BASE}/desk/tickets/{ticket.number}/"


def test_a_request_is_reached_by_account_or_by_a_link_of_ones_own(cast: Cast, ticket: Ticket) -> None:
    vera = Person.objects.create_person(name="Vera", email="vera@far.example")
    hers = cast.asked(by=vera, channel="email")
    assert links.link_for(cast.mei, ticket, address="mei@corp.example") == links.request_link(ticket)
    found = links.link_for(vera, hers, address="vera@far.example")
    assert found.startswith(f"{BASE}/")
    assert hers.number not in found
    assert links.link_for(vera, hers, address="else@far.example") == ""
    # What nobody proved is not shown to whoever has the address.
    doubtful = cast.asked(channel="email", verified=False)
    assert links.link_for(cast.mei, doubtful, address="mei@corp.example") == ""
    assert links.link_for(cast.mei, cast.asked(verified=False), address="mei@corp.example") != ""


@pytest.mark.parametrize("score", [1, 2, 3])
def test_a_verdict_leads_back_to_its_request(ticket: Ticket, score: int) -> None:
    assert links.read_rating(token(links.rating_link(ticket, score))) == (ticket, score)


def test_of_a_verdict_only_what_we_signed_for_this_requester_counts(cast: Cast, ticket: Ticket) -> None:
    salt = "firstline.rating"
    mei = cast.mei.pk
    assert links.read_rating(signed(f"{ticket.pk}.{mei}.0.2", salt)) == (ticket, 2)
    for words in (f"{ticket.pk}.{mei}.0.0", f"{ticket.pk}.{mei}.0.4", f"{ticket.pk}.{mei}.0", "a.b.c.d"):
        with pytest.raises(BadLink) as bad:
            links.read_rating(signed(words, salt))
        assert not isinstance(bad.value, EndedLink)
    for words in (f"{ticket.pk}.{cast.omar.pk}.0.2", f"{ticket.pk}.{mei}.1.2", f"{ticket.pk + 999}.{mei}.0.2"):
        with pytest.raises(EndedLink):
            links.read_rating(signed(words, salt))
    with pytest.raises(BadLink):
        links.read_rating(signed(f"{ticket.pk}.{mei}.0.2", "firstline.letters-off"))
    other = cast.asked(by=cast.omar)
    with pytest.raises(EndedLink):
        links.read_rating(signed(f"{other.pk}.{mei}.0.2", salt))
    Person.objects.filter(pk=mei).update(is_active=False)
    with pytest.raises(EndedLink):
        links.read_rating(signed(f"{ticket.pk}.{mei}.{Person.objects.get(pk=mei).session_round}.2", salt))


def test_a_switch_is_read_from_its_link(cast: Cast, ticket: Ticket) -> None:
    for switch in (Switch(cast.bo, template="assigned"), Switch(cast.omar, ticket=ticket)):
        link = switch.link(address=switch.person.email or "")
        assert preferences.read(token(link)) == switch
        assert link.startswith(f"{BASE}/")


def test_a_switch_is_its_persons_only_while_they_have_the_address_to_which_its_link_went(
    cast: Cast, ticket: Ticket
) -> None:
    for person, switch in (
        (cast.bo, Switch(cast.bo, template="assigned")),
        (cast.omar, Switch(cast.omar, ticket=ticket)),
    ):
        link = token(switch.link(address=(person.email or "").upper()))
        assert preferences.read(link) == switch
        for address in ("elsewhere@corp.example", None):
            Person.objects.filter(pk=person.pk).update(email=address)
            with pytest.raises(BadLink):
                preferences.read(link)
            page = Client().post(f"/letters/{link}/", {"List-Unsubscribe": "One-Click"})
            assert (page.status_code, ticket.number in page.content.decode()) == (404, False)
    assert not SwitchedOff.objects.exists()


def test_of_a_switch_only_what_we_signed_of_somebody_who_is_here_counts(cast: Cast, ticket: Ticket) -> None:
    salt, omar = "firstline.letters-off omar@corp.example", cast.omar.pk
    assert preferences.read(signed(f"{omar}.t{ticket.pk}", salt)).ticket == ticket
    for words in (
        *(f"{omar}.t{ticket.pk + 999}", f"{omar}.tx", f"{omar + 999}.t{ticket.pk}", f"x.t{ticket.pk}", f"{omar}"),
        *(f"{omar}.kreplied", f"{omar}.k", f"{omar}.kmentioned"),
    ):
        with pytest.raises(BadLink):
            preferences.read(signed(words, salt))
    with pytest.raises(BadLink):
        preferences.read(signed(f"{omar}.kassigned", "firstline.rating"))
    for other in ("firstline.letters-off", "firstline.letters-off mei@corp.example"):
        with pytest.raises(BadLink):
            preferences.read(signed(f"{omar}.kassigned", other))
    Person.objects.filter(pk=omar).update(is_active=False)
    for words in (f"{omar}.kassigned", f"{omar}.t{ticket.pk}"):
        with pytest.raises(BadLink):
            preferences.read(signed(words, salt))


def test_a_switch_turns_off_its_own_letters_and_on_again(cast: Cast, ticket: Ticket) -> None:
    every = [
        Switch(cast.omar, template="added"),
        Switch(cast.omar, template="received"),
        Switch(cast.hana, template="added"),
        Switch(cast.omar, ticket=ticket),
        Switch(cast.omar, ticket=cast.asked()),
        Switch(cast.hana, ticket=ticket),
    ]
    for place, switch in enumerate(every):
        switch.turn(off=True)
        switch.turn(off=True)
        assert [each.is_off for each in every] == [place == other for other in range(len(every))]
        switch.turn(off=False)
        switch.turn(off=False)
        assert not SwitchedOff.objects.exists()


def test_turning_one_on_leaves_the_others_off(cast: Cast, ticket: Ticket) -> None:
    kept = [Switch(cast.omar, template="added"), Switch(cast.hana, ticket=ticket), Switch(cast.hana, template="added")]
    on = [Switch(cast.omar, template="received"), Switch(cast.omar, ticket=ticket)]
    for each in (*kept, *on):
        each.turn(off=True)
    for each in on:
        each.turn(off=False)
    assert [each.is_off for each in (*kept, *on)] == [True, True, True, False, False]


def test_a_switch_says_which_letters_it_means(cast: Cast, ticket: Ticket) -> None:
    assert Switch(cast.omar, ticket=ticket).words == f"about {ticket.number}"
    assert Switch(cast.omar, template="added").words == "that somebody added you to a request"


def test_who_asked_and_who_has_it_must_be_told_by_their_part_and_not_by_their_name(cast: Cast, ticket: Ticket) -> None:
    assert preferences.switch_of(ticket, cast.bo, "replied") is not None
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    ticket = fresh(ticket)
    assert preferences.switch_of(ticket, cast.bo, "replied") is None
    for template in preferences.BROUGHT_ABOUT:
        assert preferences.switch_of(ticket, cast.bo, template) == Switch(cast.bo, ticket=ticket)
        assert preferences.switch_of(ticket, cast.mei, template) is None
