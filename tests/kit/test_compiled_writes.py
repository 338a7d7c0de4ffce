"""What is stored by a sentence composed once is what saving would store."""

import pytest
from django.db import DatabaseError

from firstline.kit.compiled_writes import update
from firstline.people.models import Person
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db
DIFFERENT = {
    "id",
    "number",
    "ticket",
    "at",
    "data",
    "created_at",
    "updated_at",
    "due_at",
    "unanswered_since",
    "leaves_at",
}


def test_a_row_is_stored_as_saving_would_store_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = cast.ask(subject="Printer", text="It is stuck.")
    monkeypatch.setattr("firstline.tickets.write_guard.insert", lambda row: False)
    slow = cast.ask(subject="Printer", text="It is stuck.")
    for one, other in (
        (quick, slow),
        (quick.messages.get(), slow.messages.get()),
        (quick.events.get(), slow.events.get()),
    ):
        one.refresh_from_db()
        other.refresh_from_db()
        for field in type(one)._meta.concrete_fields:
            if field.name not in DIFFERENT:
                assert getattr(one, field.attname) == getattr(other, field.attname), field.name
    assert quick.number == f"IT-{quick.pk}"


def test_what_is_changed_is_stored_and_nothing_else(cast: Cast) -> None:
    ticket = cast.ask()
    ticket.subject, ticket.tags, ticket.answers, ticket.scenario = "Printer", ["paper"], {"floor": 3}, "not stored"
    assert update(ticket, ["subject", "tags", "answers"])
    stored = fresh(ticket)
    assert (stored.subject, stored.tags, stored.answers, stored.scenario) == ("Printer", ["paper"], {"floor": 3}, "")


def test_a_row_that_is_gone_is_not_changed_in_silence(cast: Cast) -> None:
    person = Person.objects.create_person(name="Nobody")
    gone = Person.objects.get(pk=person.pk)
    person.delete()
    with pytest.raises(DatabaseError):
        update(gone, ["name"])
