"""The same request, whichever way it comes: the records differ in nothing but the channel."""

import json

import pytest
from django.test import Client

from firstline.api.models import Token
from firstline.catalog.models import RequestType
from firstline.tickets.models import Message, Ticket
from tests.cast import Cast
from tests.letters import arrives, letter

pytestmark = pytest.mark.django_db

SUBJECT, TEXT = "Laptop is dead", "It does not start since this morning."
OF_THE_WAY = {"verified", "channel", "scenario", "request_type_id", "form_version_id", "creator_id", "unanswered_since"}
"""The channel, the page or form it came by, who wrote it down, and the moment."""


def test_portal_letter_phone_and_api_make_the_same_record() -> None:
    cast = Cast.make()
    for way in (by_portal, by_letter, by_phone, by_api):
        way(cast)
    tickets = list(Ticket.objects.order_by("id"))
    assert [ticket.channel for ticket in tickets] == ["portal", "email", "phone", "api"]
    assert [ticket.creator for ticket in tickets] == [cast.mei, cast.mei, cast.bo, cast.mei]
    rows = [{name: value for name, value in t.tracked().items() if name not in OF_THE_WAY} for t in tickets]
    assert rows[1:] == rows[:1] * 3
    said = [list(Message.objects.filter(ticket=t).values_list("kind", "author", "text")) for t in tickets]
    assert said == [[("request", writer.pk, TEXT)] for writer in (cast.mei, cast.mei, cast.bo, cast.mei)]
    clocks = [list(t.clocks.values_list("kind", "round", "minutes", "state")) for t in tickets]
    assert clocks == [[("acceptance", 1, 5, "running")]] * 4


def by_portal(cast: Cast) -> None:
    key = RequestType.objects.get(key="laptop").key
    form = {"subject": SUBJECT, "text": TEXT, "urgency": 2}
    assert signed_in(cast.mei).post(f"/ask/{key}/", form).status_code == 302


def by_letter(cast: Cast) -> None:
    ticket = arrives(letter(subject=SUBJECT, text=TEXT)).ticket
    assert ticket is not None
    # Nothing proves whose letter it is.
    assert not ticket.verified


def by_phone(cast: Cast) -> None:
    form = {
        "channel": "phone", "requester": cast.mei.pk, "desk": cast.it.pk, "subject": SUBJECT, "text": TEXT,
        "kind": "inquiry", "service": "", "outcome": "leave",
    }  # fmt: skip
    answer = signed_in(cast.bo).post("/desk/record/", form)
    assert answer.status_code == 302, answer.content.decode()


def by_api(cast: Cast) -> None:
    headers = {"Authorization": f"Bearer {Token.issue(cast.mei, scopes=['write'])}"}
    body = json.dumps({"subject": SUBJECT, "text": TEXT, "desk": "IT"})
    assert Client().post("/api/v1/tickets", body, "application/json", headers=headers).status_code == 201


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client
