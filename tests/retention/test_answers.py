"""What programs were answered is kept for calls sent again, and holds no words or names that were let go of."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from firstline.api.models import Answer, Token
from firstline.kit import clock
from firstline.people.models import Person
from firstline.retention import retaining
from firstline.retention.erasing import erase_person
from firstline.retention.models import Rule
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db
Call = Callable[..., Any]


def program(person: Person) -> Call:
    secret, client = Token.issue(person, scopes=["read", "write"]), Client()

    def call(address: str, key: str = "", **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key or f"{address} {body}"}
        answer = client.post(f"/api/v1{address}", json.dumps(body), "application/json", headers=headers)
        assert answer.status_code < 300, answer.content
        return answer.json()

    return call


def kept() -> str:
    return json.dumps(list(Answer.objects.values_list("body", flat=True)), ensure_ascii=False)


def close(ticket: Ticket, *, by: Person, cast: Cast) -> None:
    actions.accept(fresh(ticket), by=cast.bo)
    actions.resolve(fresh(ticket), by=cast.bo, resolution="x")
    actions.close(fresh(ticket), by=by)


def test_no_words_that_the_rule_let_go_of_and_the_young_stay() -> None:
    cast = Cast.make()
    found = {}
    for name, days in (("OLD", 10), ("YOUNG", 1)):
        with clock.moved(MONDAY - timedelta(days=days)):
            call = program(cast.mei)
            number = call("/tickets", subject=f"{name} subject", text=f"{name} text", desk="IT")["number"]
            call(f"/tickets/{number}/messages", text=f"{name} words")
            found[name] = Ticket.objects.get(number=number)
            close(found[name], by=cast.mei, cast=cast)
    Rule.objects.create(what="words", desk=cast.it, days=5)
    with clock.moved(MONDAY):
        retaining.let_go()
    assert (fresh(found["OLD"]).subject, fresh(found["YOUNG"]).subject) == ("—", "YOUNG subject")
    assert "OLD" not in kept()
    assert "YOUNG subject" in kept()
    assert "YOUNG words" in kept()


def test_whoever_asked_for_another_is_named_in_none_and_a_call_sent_again_still_changes_nothing() -> None:
    cast = Cast.make()
    ticket = cast.ask(by=cast.mei, requester=cast.omar)
    call = program(cast.chen)
    body = call(f"/tickets/{ticket.number}/tags", key="k", tags=["a"])
    assert body["asked_by"] == cast.mei.name
    erase_person(cast.mei, by=cast.ada)
    assert cast.mei.name not in kept()
    again = call(f"/tickets/{ticket.number}/tags", key="k", tags=["a"])
    assert again == body | {"asked_by": "—"}


def test_whoever_worked_on_it_then_is_named_in_none_whatever_they_are_called_by_now() -> None:
    cast = Cast.make()
    ticket, other = cast.ask(by=cast.mei), cast.ask(by=cast.mei)
    actions.assign(fresh(ticket), by=cast.dana, to=cast.bo)
    actions.assign(fresh(other), by=cast.dana, to=cast.chen)
    call, name = program(cast.chen), cast.bo.name
    assert call(f"/tickets/{ticket.number}/tags", tags=["a"])["assignee"] == name
    call(f"/tickets/{other.number}/tags", tags=["a"])
    actions.assign(fresh(ticket), by=cast.dana, to=cast.chen)
    Person.objects.filter(pk=cast.bo.pk).update(name="Somebody Else")
    erase_person(Person.objects.get(pk=cast.bo.pk), by=cast.ada)
    assert name not in kept()
    assert cast.chen.name in kept()


def test_the_requester_of_that_time_is_in_none_though_it_is_anothers_by_now() -> None:
    cast = Cast.make()
    ticket = cast.ask(by=cast.omar, requester=cast.mei)
    call = program(cast.chen)
    assert call(f"/tickets/{ticket.number}/tags", tags=["a"])["requester_email"] == cast.mei.email
    actions.decline(fresh(ticket), by=cast.mei)
    assert fresh(ticket).requester == cast.omar
    erase_person(cast.mei, by=cast.ada)
    assert cast.mei.email not in kept()
    assert cast.mei.name not in kept()
