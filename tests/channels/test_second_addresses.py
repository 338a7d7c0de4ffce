"""Letters to the address that somebody prefers come back: another one that is proved to be theirs is written to."""

import pytest

from firstline.channels import outbox
from firstline.notices import bounced, ways
from firstline.notices.models import Delivery
from firstline.people import identities
from firstline.people.models import Identity, Person
from firstline.tickets import actions
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.channels.mailserver import MailServer
from tests.deliveries import failed_letter, marked

pytestmark = pytest.mark.django_db

HOME, THIRD = "mei@home.example", "mei@third.example"


def knows(person: Person, address: str, *, how: str = Identity.How.LINK) -> None:
    identities.add(person, Identity.EMAIL, address, how=how)


def told_at(person: Person) -> str:
    return ways.address_of(Person.objects.get(pk=person.pk), Identity.EMAIL)


@pytest.mark.parametrize("how", Identity.How.values)
def test_only_while_letters_come_back_and_only_a_proved_one(cast: Cast, how: str) -> None:
    identities.add(cast.mei, Identity.EMAIL, THIRD)  # nobody proved it
    marked(cast.mei)
    assert told_at(cast.mei) == "mei@corp.example"
    knows(cast.mei, HOME, how=how)
    assert told_at(cast.mei) == HOME
    bounced.clear(Person.objects.get(pk=cast.mei.pk))
    assert told_at(cast.mei) == "mei@corp.example"


def test_one_from_which_letters_come_back_too_is_no_way(cast: Cast) -> None:
    knows(cast.mei, HOME)
    knows(cast.mei, THIRD)
    delivery = failed_letter(cast.asked())
    for address, then in (("mei@corp.example", HOME), (HOME, THIRD), (THIRD, "mei@corp.example")):
        delivery.address = address
        bounced.mark(delivery, why="off")
        assert told_at(cast.mei) == then
    mei = Person.objects.get(pk=cast.mei.pk)
    assert mei.bounced_address == "mei@corp.example"
    bounced.try_again(mei, by=cast.ada)
    assert not mei.identities.exclude(bounced_at=None).exists()


def test_an_address_of_somebody_else_is_not_marked(cast: Cast) -> None:
    identities.add(cast.omar, Identity.EMAIL, HOME)
    delivery = failed_letter(cast.asked())
    delivery.address = HOME
    bounced.mark(delivery, why="off")
    assert not Identity.objects.exclude(bounced_at=None).exists()


def test_confirmation_and_answers_arrive_there(cast: Cast, server: MailServer) -> None:
    knows(cast.mei, HOME)
    marked(cast.mei)
    ticket = cast.ask(by=Person.objects.get(pk=cast.mei.pk))
    actions.reply(fresh(ticket), by=cast.bo, text="Please restart.")
    run_jobs()
    rows = Delivery.objects.filter(person=cast.mei).values_list("address", "state")
    assert set(rows) == {(HOME, "sent")}
    assert len(rows) == 2


def test_what_was_addressed_before_the_mark_leaves_for_the_other_address(cast: Cast, server: MailServer) -> None:
    knows(cast.mei, HOME)
    ticket = cast.asked()
    run_jobs()
    Delivery.objects.filter(person=cast.mei).update(state="queued", address="mei@corp.example")
    marked(cast.mei)
    for row in Delivery.objects.filter(person=cast.mei):
        outbox.send(row.pk)
    assert set(Delivery.objects.filter(person=cast.mei).values_list("address", "state")) == {(HOME, "sent")}
    assert ticket.requester == cast.mei


def test_where_there_is_no_other_it_is_held_as_before(cast: Cast, server: MailServer) -> None:
    identities.add(cast.mei, Identity.EMAIL, HOME)
    marked(cast.mei)
    cast.ask(by=Person.objects.get(pk=cast.mei.pk))
    run_jobs()
    assert set(Delivery.objects.filter(person=cast.mei).values_list("state", "reason")) == {("dropped", "held")}
