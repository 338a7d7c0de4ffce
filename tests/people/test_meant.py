"""Whom somebody means who types a name or an address: never a stranger who calls themselves that."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from firstline.catalog.models import Membership
from firstline.people.models import Person
from firstline.people.search import meant
from firstline.tickets import actions
from tests.cast import Cast
from tests.letters import arrives, letter
from tests.web.conftest import As

pytestmark = pytest.mark.django_db
WHOSE = "attacker@evil.example"


def stranger(name: str) -> Person:
    arrives(letter(f'"{name}" <{WHOSE}>', text="Hello."))
    return Person.objects.get(email=WHOSE)


@pytest.mark.parametrize("name", ["newhire@corp.example", "Newhire@Corp.example", "Qi Lan"])
def test_a_name_that_a_stranger_chose_means_nobody(cast: Cast, as_: As, name: str) -> None:
    them = stranger(name)
    assert them.name.lower() == name.lower()
    with pytest.raises(ValidationError):
        meant(name)
    assert meant(WHOSE.upper()) == them
    ticket = cast.asked()
    given = {"person": name, "role": "agent", "team": cast.first.pk}
    as_(cast.dana).post("/settings/desks/IT/seats/new/", given)
    as_(cast.bo).post(f"/desk/tickets/{ticket.number}/verbs/add_participant/", {"person": name})
    assert not Membership.objects.filter(person=them).exists()
    assert not ticket.participants.filter(person=them).exists()


def test_a_colleague_is_meant_by_name_however_many_strangers_have_it(cast: Cast) -> None:
    stranger(cast.bo.name)
    assert meant(cast.bo.name.upper()) == cast.bo
    Person.objects.filter(pk=cast.mei.pk).update(account=Person.Account.DOMAIN, name="Own Choice")
    known = Person.objects.create_person(name="Only Called")
    assert meant("only called") == known
    said = {}
    for words in ("Own Choice", "nobody at all", "nobody@corp.example"):
        with pytest.raises(ValidationError) as refused, translation.override("en"):
            meant(words)
        said[words] = refused.value.messages[0]
    assert said["Own Choice"].startswith("Whoever has this name chose it themselves")
    assert said["nobody at all"] == said["nobody@corp.example"] == "Nobody is known by this name or address."
    Person.objects.create_person(name="only called")
    with pytest.raises(ValidationError, match="Several"):
        meant("Only Called")


def test_a_participant_is_added_by_the_address_that_was_typed(cast: Cast, as_: As) -> None:
    them, ticket = stranger("Qi Lan"), cast.asked()
    actions.accept(ticket, by=cast.bo)
    as_(cast.bo).post(f"/desk/tickets/{ticket.number}/verbs/add_participant/", {"person": WHOSE})
    assert ticket.participants.filter(person=them).exists()
