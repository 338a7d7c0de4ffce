"""The link by which somebody without an account follows one request: to whom it is given, and what ends it."""

from datetime import timedelta

import pytest

from firstline.catalog.models import Membership
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions, following, jobs
from firstline.tickets.models import RequestLink, Ticket
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db

VERA = "vera@far.example"


@pytest.fixture
def vera(cast: Cast) -> Person:
    return Person.objects.create_person(name="Vera Sand", email=VERA)


@pytest.fixture
def ticket(cast: Cast, vera: Person) -> Ticket:
    return cast.asked(by=vera, channel="email")


def secret(ticket: Ticket, person: Person, address: str = VERA) -> str:
    return following.secret_for(fresh(ticket), Person.objects.get(pk=person.pk), address=address)


def leads(given: str) -> bool:
    return following.found(following.digest(given)) is not None


def test_it_is_given_to_the_present_address_of_whoever_asks_and_to_nobody_else(
    cast: Cast, ticket: Ticket, vera: Person
) -> None:
    assert leads(secret(ticket, vera))
    # An email that waited until she had another address.
    assert secret(ticket, vera, "vera@former.example") == ""
    other = Person.objects.create_person(name="Otto", email="otto@far.example")
    assert secret(ticket, other, "otto@far.example") == ""
    assert secret(ticket, cast.mei, "mei@corp.example") == ""
    actions.add_participant(ticket, by=cast.bo, person=other)
    assert leads(secret(ticket, other, "otto@far.example"))


def test_it_stays_the_same_and_works_thirty_days_from_the_last_email(ticket: Ticket, vera: Person) -> None:
    with clock.moved(MONDAY):
        first = secret(ticket, vera)
    with clock.moved(MONDAY + timedelta(days=29)):
        assert secret(ticket, vera) == first
    with clock.moved(MONDAY + timedelta(days=59) - timedelta(seconds=1)):
        assert leads(first)
    with clock.moved(MONDAY + timedelta(days=59)):
        assert not leads(first)
        again = secret(ticket, vera)
        assert again != first
        assert leads(again)
        assert not leads(first)
    assert RequestLink.objects.filter(ended_at=None).count() == 1


@pytest.mark.parametrize("ended", ["address", "round", "inactive", "account", "seat", "merged", "by an agent"])
def test_each_of_these_ends_it(cast: Cast, ticket: Ticket, vera: Person, ended: str) -> None:
    given = secret(ticket, vera)
    assert leads(given)
    match ended:
        case "address":
            Person.objects.filter(pk=vera.pk).update(email="vera@new.example")
        case "round":
            Person.objects.filter(pk=vera.pk).update(session_round=vera.session_round + 1)
        case "inactive":
            Person.objects.filter(pk=vera.pk).update(is_active=False)
        case "account":
            Person.objects.filter(pk=vera.pk).update(account=Person.Account.ADMINISTRATOR)
        case "seat":
            Membership.objects.create(person=vera, desk=cast.it, team=None, role="auditor")
        case "merged":
            actions.merge(ticket, by=cast.bo, into=cast.ask(by=cast.omar))
        case "by an agent":
            assert following.end(ticket) == 1
            assert following.end(ticket) == 0
    assert not leads(given)


def test_what_has_not_worked_for_ninety_days_is_forgotten(ticket: Ticket, vera: Person) -> None:
    with clock.moved(MONDAY):
        secret(ticket, vera)
    for days, kept in ((90, 1), (91, 0)):
        with clock.moved(MONDAY + timedelta(days=days)):
            following.forget_old()
        assert RequestLink.objects.count() == kept


def test_each_email_carries_the_one_link_and_puts_its_end_off(cast: Cast, ticket: Ticket, vera: Person) -> None:
    other = cast.asked(by=vera, channel="email")
    with clock.moved(MONDAY):
        mine, others = secret(ticket, vera), secret(other, vera)
        assert (secret(ticket, vera), secret(other, vera)) == (mine, others)
    assert mine != others
    with clock.moved(MONDAY + timedelta(days=5)):
        assert secret(ticket, vera) == mine
    assert dict(RequestLink.objects.values_list("ticket", "sent_at")) == {
        ticket.pk: MONDAY + timedelta(days=5),
        other.pk: MONDAY,
    }
    link = RequestLink.objects.get(ticket=ticket)
    assert (link.address, link.round, link.hash, link.ended_at) == (
        VERA,
        vera.session_round,
        following.digest(mine),
        None,
    )
    with clock.moved(MONDAY + timedelta(days=6)):
        assert following.end(ticket) == 1
        link.refresh_from_db()
        assert link.ended_at == MONDAY + timedelta(days=6)
        again = secret(ticket, vera)
    assert again != mine
    assert RequestLink.objects.count() == 3
    with clock.moved(MONDAY + timedelta(days=7)):
        assert (leads(mine), leads(again), leads(others)) == (False, True, True)
    Person.objects.filter(pk=vera.pk).update(email="vera@new.example")
    with clock.moved(MONDAY + timedelta(days=8)):
        assert leads(secret(ticket, vera, "vera@new.example"))
    # What had ended keeps the moment when it did.
    ends = RequestLink.objects.filter(ticket=ticket).order_by("pk").values_list("ended_at", flat=True)
    assert list(ends) == [MONDAY + timedelta(days=6), MONDAY + timedelta(days=8), None]


def test_a_new_address_gets_a_link_of_its_own_and_others_keep_theirs(cast: Cast, ticket: Ticket, vera: Person) -> None:
    otto = Person.objects.create_person(name="Otto", email="otto@far.example")
    actions.add_participant(ticket, by=cast.bo, person=otto)
    ottos, old = secret(ticket, otto, "otto@far.example"), secret(ticket, vera)
    assert len({ottos, old}) == 2
    assert {len(each) for each in (ottos, old)} == {43}, "256 bits each"
    assert (secret(ticket, vera), secret(ticket, otto, "otto@far.example")) == (old, ottos)
    Person.objects.filter(pk=vera.pk).update(email="vera@new.example")
    new = secret(ticket, vera, "vera@new.example")
    assert new not in (old, "")
    assert (leads(old), leads(new), leads(ottos)) == (False, True, True)
    assert RequestLink.objects.filter(ended_at=None).count() == 2


@pytest.mark.parametrize("why", ["account", "inactive", "no address", "seat", "merged", "no share"])
def test_these_are_given_none(cast: Cast, ticket: Ticket, vera: Person, why: str) -> None:
    person, address = vera, VERA
    match why:
        case "account":
            Person.objects.filter(pk=vera.pk).update(account=Person.Account.DOMAIN)
        case "inactive":
            Person.objects.filter(pk=vera.pk).update(is_active=False)
        case "no address":
            Person.objects.filter(pk=vera.pk).update(email=None)
            address = None  # type: ignore[assignment]
        case "seat":
            Membership.objects.create(person=vera, desk=cast.it, team=None, role="auditor")
        case "merged":
            actions.merge(ticket, by=cast.bo, into=cast.ask(by=cast.omar))
        case "no share":
            person = Person.objects.create_person(name="Otto", email="otto@far.example")
            address = "otto@far.example"
    assert secret(ticket, person, address) == ""
    assert not RequestLink.objects.exists()


def test_what_it_lets_them_do_is_written_down_a_second_time() -> None:
    steps = {"reply": "reply", "confirm": "close", "reopen": "reopen", "rate": "rate", "decline": "decline"}
    assert steps == following.STEPS


def test_the_night_forgets_what_is_old(ticket: Ticket, vera: Person) -> None:
    with clock.moved(MONDAY):
        secret(ticket, vera)
    with clock.moved(MONDAY + timedelta(days=91)):
        jobs.forget_links()
    assert not RequestLink.objects.exists()
