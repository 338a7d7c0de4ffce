"""Whoever names somebody by an address is told that address and no more: no name, and no other address of theirs."""

import datetime as dt
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from django.test import Client

from firstline.api.models import Token
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.notices.render import render
from firstline.people import identities
from firstline.people.models import Person
from firstline.retention.erasing import erase_person
from firstline.tickets import actions
from firstline.tickets.models import Participant, Ticket
from firstline.tickets.naming import person_at
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, letter
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
HIDDEN = ("Vera Quagga", "vera@main.example")
NAMED = "vera@second.example"


@pytest.fixture(params=["an account", "known by an email", "has left", "an agent", "without a main address"])
def vera(request: pytest.FixtureRequest, cast: Cast) -> Person:
    """Somebody with a name, a main address and another one, of whom nobody told Omar."""
    if request.param == "known by an email":
        arrives(letter("Vera Quagga <vera@main.example>", subject="x", text="y", letter_id="<v@x>"))
        person = Person.objects.by_email("vera@main.example")
        assert person is not None
    else:
        account = Person.Account.ADMINISTRATOR
        person = Person.objects.create_person(name="Vera Quagga", email="vera@main.example", account=account)
    identities.add(person, "email", NAMED, how="administrator")
    if request.param == "an agent":
        person.memberships.create(desk=cast.hr, team=cast.hr.teams.get(), role="agent")
    elif request.param == "has left":
        Person.objects.filter(pk=person.pk).update(is_active=False)
    elif request.param == "without a main address":
        person.email = None
        person.save()
    return Person.objects.get(pk=person.pk)


def ask(person: Person, **named: str) -> Ticket:
    signed_in(person).post("/ask/laptop/", {"urgency": "2", "subject": "S", "text": "T", **named})
    found = Ticket.objects.order_by("pk").last()
    assert found is not None
    return found


def program(person: Person) -> Client:
    until = clock.now() + dt.timedelta(days=1)
    secret = Token.issue(person, scopes=[Token.Scope.WRITE], name="x", expires_at=until)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def told(person: Person, ticket: Ticket) -> Iterator[str]:
    """All that this person is shown of it."""
    browser, api = signed_in(person), program(person)
    yield browser.get(f"/requests/{ticket.number}/").content.decode()
    yield browser.get("/requests/").content.decode()
    yield browser.get("/").content.decode()
    yield api.get(f"/api/v1/tickets/{ticket.number}").content.decode()
    yield api.get("/api/v1/tickets").content.decode()
    yield api.get(f"/api/v1/tickets/{ticket.number}/messages").content.decode()
    for each in Delivery.objects.filter(ticket=ticket, person=person).exclude(state=Delivery.State.DROPPED):
        rendered = render(each)
        yield rendered.subject + rendered.text + rendered.html


def handled(cast: Cast, ticket: Ticket) -> Ticket:
    """With everything that the desk tells askers."""
    run_jobs()
    actions.accept(fresh(ticket), by=cast.bo)
    actions.reply(fresh(ticket), by=cast.bo, text="words", to_askers=ticket.asked_by is not None)
    run_jobs()
    return fresh(ticket)


WAYS: dict[str, Callable[[Cast], Ticket]] = {
    "for them": lambda cast: ask(cast.omar, requester=NAMED),
    "for another, with them beside": lambda cast: ask(cast.omar, requester="else@corp.example", colleagues=NAMED),
    "with them beside": lambda cast: ask(cast.omar, colleagues=NAMED),
}


@pytest.mark.parametrize("way", WAYS)
def test_whoever_named_an_address_is_told_that_address_alone(cast: Cast, vera: Person, way: str) -> None:
    ticket = handled(cast, WAYS[way](cast))
    said = [unescape(each) for each in told(cast.omar, ticket)]
    assert not [(hidden, each) for each in said for hidden in HIDDEN if hidden in each]
    assert NAMED in said[0]


def test_so_it_is_when_the_requester_adds_them_later_on_the_page_or_by_program(cast: Cast, vera: Person) -> None:
    ticket = ask(cast.omar)
    signed_in(cast.omar).post(f"/requests/{ticket.number}/colleague/", {"email": NAMED})
    other = ask(cast.omar)
    given = {"email": NAMED}
    answer = program(cast.omar).post(
        f"/api/v1/tickets/{other.number}/participants", given, content_type="application/json"
    )
    assert answer.status_code == 200
    for each in (ticket, other):
        said = [unescape(page) for page in told(cast.omar, handled(cast, each))]
        assert not [page for page in said for hidden in HIDDEN if hidden in page]
        assert NAMED in said[0]


def test_two_addresses_of_one_person_stay_two(cast: Cast, vera: Person) -> None:
    """Whether one came to nothing would tell whose it is."""
    identities.add(vera, "email", "vera@third.example")
    ticket = ask(cast.omar, colleagues=f"{NAMED}, vera@third.example")
    later = ask(cast.omar, colleagues=NAMED)
    signed_in(cast.omar).post(f"/requests/{later.number}/colleague/", {"email": "vera@third.example"})
    for each in (ticket, later):
        page = signed_in(cast.omar).get(f"/requests/{each.number}/").content.decode()
        assert NAMED in page
        assert "vera@third.example" in page


def test_the_other_askers_and_the_requester_are_told_the_address_too(cast: Cast, vera: Person) -> None:
    ticket = ask(cast.omar, requester="mei@corp.example", colleagues=f"{NAMED}, ida@corp.example")
    ida = Person.objects.by_email("ida@corp.example")
    assert ida is not None
    Person.objects.filter(pk=ida.pk).update(account=Person.Account.ADMINISTRATOR)
    handled(cast, ticket)
    for who in (cast.mei, Person.objects.get(pk=ida.pk)):
        said = [unescape(each) for each in told(who, ticket)]
        assert not [each for each in said for hidden in HIDDEN if hidden in each]
        assert NAMED in said[0]
        assert "Omar Haddad" in said[0]


def test_who_let_them_read_hears_no_name_and_finds_them_by_no_other_address(cast: Cast) -> None:
    vera = Person.objects.create_person(name="Vera Quagga", email="vera@main.example", account="administrator")
    identities.add(vera, "email", NAMED)
    ticket = ask(cast.omar, requester="mei@corp.example", colleagues=NAMED)
    answer = signed_in(cast.mei).post(f"/requests/{ticket.number}/share/", {"person": vera.pk}, follow=True)
    assert "Vera Quagga" not in answer.content.decode()
    assert NAMED in answer.content.decode()
    api = program(cast.mei)
    url = f"/api/v1/tickets/{ticket.number}/unshare"
    assert api.post(url, {"email": "vera@main.example"}, content_type="application/json").status_code == 409
    assert api.post(url, {"email": NAMED}, content_type="application/json").status_code == 200


def test_an_address_that_was_not_named_finds_nothing_in_the_list_of_who_asked(cast: Cast, vera: Person) -> None:
    ticket = ask(cast.omar, requester=NAMED)
    api = program(cast.omar)

    def found(address: str) -> list[str]:
        return [each["number"] for each in api.get("/api/v1/tickets", {"requester": address}).json()["items"]]

    assert found("vera@main.example") == []
    assert found(NAMED) == [ticket.number]
    assert ask(cast.omar).number in found("me")
    works_there = program(cast.bo).get("/api/v1/tickets", {"requester": NAMED}).json()["items"]
    assert ticket.number in [each["number"] for each in works_there]


def test_a_merge_takes_the_address_along_and_an_erasure_away(cast: Cast) -> None:
    vera = Person.objects.create_person(name="Vera Quagga", email="vera@main.example", account="administrator")
    identities.add(vera, "email", NAMED)
    own, other = ask(cast.omar, colleagues=NAMED), cast.ask()
    also = actions.open_ticket(
        by=cast.omar, requester=person_at(NAMED), desk=cast.it, subject="S", text="T", channel="portal"
    )
    for each in (own, also):
        actions.merge(fresh(each), by=cast.bo, into=fresh(other), share=True)
    page = signed_in(cast.omar).get(f"/requests/{other.number}/").content.decode()
    assert NAMED in page
    assert not [hidden for hidden in HIDDEN if hidden in page]
    actions.cancel(fresh(other), by=cast.bo, reason="x")
    run_jobs()
    erase_person(Person.objects.get(pk=vera.pk), by=cast.ada)
    assert not Participant.objects.filter(named__contains=[NAMED]).exists()
