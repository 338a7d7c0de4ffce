"""A form is answered whole, whichever way it comes: every way refuses what the page refuses, with its sentence."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from firstline.catalog import config_cache
from firstline.catalog.models import RequestType, Service
from firstline.tickets import actions
from firstline.tickets.errors import NotUnderstood, WrongState
from firstline.tickets.models import Ticket
from tests.api.test_api import Program
from tests.cast import Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


def choices(*values: str) -> list[dict[str, str]]:
    return [{"value": value, "label_en": value.title(), "label_zh": value} for value in values]


QUESTIONS: list[dict[str, Any]] = [
    {"key": "approved", "kind": "radio", "required": True, "choices": choices("no", "yes")},
    {"key": "until", "kind": "date", "required": True},
    {"key": "why", "kind": "text", "required": True, "show_if": {"approved": "yes"}},
    {"key": "seats", "kind": "number"},
    {"key": "systems", "kind": "checkbox", "choices": choices("sap", "vpn")},
    {"key": "urgent", "kind": "checkbox"},
    {"key": "mail", "kind": "email"},
    {"key": "phone", "kind": "phone"},
]
RIGHT: dict[str, Any] = {
    **{"approved": "yes", "until": "2026-12-24", "why": "New project", "seats": 3, "systems": ["vpn"], "urgent": True},
    **{"mail": "ada@corp.example", "phone": "+86 21 1234"},
}
NO = {"approved": "no", "until": "2026-12-24"}


@pytest.fixture
def form(cast: Cast) -> RequestType:
    asked = [{"label_en": each["key"].title(), "label_zh": each["key"], **each} for each in QUESTIONS]
    return RequestType.objects.create(desk=cast.it, key="access", name_en="Access", name_zh="权限", fields=asked)


def opened(cast: Cast, form: RequestType, answers: dict[str, Any]) -> Ticket:
    return cast.asked(request_type=form, answers=answers)


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        (RIGHT, RIGHT),
        (NO, NO),
        ({**NO, "seats": "3", "urgent": False, "systems": [], "mail": "", "why": None}, {**NO, "seats": 3}),
        ({**NO, "seats": 2.5}, {**NO, "seats": 2.5}),
    ],
)
def test_what_answers_the_form_is_kept_as_the_page_keeps_it(
    cast: Cast, form: RequestType, answers: dict[str, Any], kept: dict[str, Any]
) -> None:
    assert opened(cast, form, answers).answers == kept
    said = Program(cast.mei)("POST", "/tickets", {"text": "t", "request_type": "access", "answers": answers})
    assert (said.status_code, said.json()["answers"]) == (201, kept)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "“Approved”"),
    ({"approved": "yes", "until": "2026-12-24"}, "“Why”"),
    ({"approved": "no"}, "“Until”"),
    ({**RIGHT, "approved": "Yes, approved by Ada"}, "“Approved”"),
    ({**RIGHT, "approved": ["yes"]}, "“Approved”"),
    ({**RIGHT, "until": "soon"}, "“Until”"),
    ({**RIGHT, "until": 20261224}, "“Until”"),
    ({**RIGHT, "why": ["a", "b"]}, "“Why”"),
    ({**RIGHT, "why": "x" * 301}, "“Why”"),
    ({**RIGHT, "seats": "many"}, "“Seats”"),
    ({**RIGHT, "seats": True}, "“Seats”"),
    ({**RIGHT, "systems": ["mainframe"]}, "“Systems”"),
    ({**RIGHT, "systems": "vpn"}, "“Systems”"),
    ({**RIGHT, "urgent": "no"}, "“Urgent”"),
    ({**RIGHT, "mail": "ada"}, "“Mail”"),
    ({**RIGHT, "phone": "call me"}, "“Phone”"),
    ({**NO, "why": "I want it"}, "“Why”"),
    ({**NO, "nothing": "x"}, "“nothing”"),
]


@pytest.mark.parametrize(("answers", "named"), WRONG)
def test_what_is_none_is_refused_by_the_verb_and_by_program_and_nothing_is_opened(
    cast: Cast, form: RequestType, answers: dict[str, Any], named: str
) -> None:
    with pytest.raises(NotUnderstood, match=named):
        opened(cast, form, answers)
    given = {"text": "t", "request_type": "access", "answers": answers}
    for person, more in ((cast.omar, {}), (cast.bo, {"channel": "phone", "requester": "mei@corp.example"})):
        said = Program(person)("POST", "/tickets", {**given, **more})
        assert (said.status_code, named in said.json()["detail"]) == (422, True), said.content
    assert not Ticket.objects.exists()


def test_the_sentence_is_that_of_the_page(cast: Cast, form: RequestType) -> None:
    given = {"subject": "s", "urgency": "2", "answer-approved": "no", "answer-until": "soon"}
    page = signed_in(cast.bo).post(reverse("ask", args=["access"]), given).content.decode()
    assert "Enter a valid date." in page
    said = Program(cast.bo)(
        "POST", "/tickets", {"text": "t", "request_type": "access", "answers": {**NO, "until": "soon"}}
    )
    assert said.json()["detail"] == "“Until”: Enter a valid date."


def test_without_a_form_a_program_opens_as_before(cast: Cast) -> None:
    assert Program(cast.mei)("POST", "/tickets", {"text": "t", "desk": "IT", "service": "vpn"}).status_code == 201


@pytest.mark.parametrize("way", ["service", "request_type"])
def test_what_is_switched_off_is_refused_and_its_form_asks_without_it(cast: Cast, form: RequestType, way: str) -> None:
    if way == "service":
        Service.objects.filter(pk=cast.vpn.pk).update(active=False)
    else:
        RequestType.objects.filter(pk=form.pk).update(active=False)
    config_cache.forget()
    given = {
        "text": "t",
        "desk": "IT",
        **({"service": "vpn"} if way == "service" else {"request_type": "access", "answers": NO}),
    }
    assert Program(cast.mei)("POST", "/tickets", given).status_code == 409
    more: dict[str, Any] = (
        {"service": Service.objects.get(pk=cast.vpn.pk)}
        if way == "service"
        else {"request_type": RequestType.objects.get(pk=form.pk), "answers": NO}
    )
    with override("en"), pytest.raises(WrongState, match="not offered any more"):
        cast.ask(**more)


def test_no_request_is_put_to_a_service_that_is_switched_off_but_one_stays_there(cast: Cast) -> None:
    here, other = cast.asked(service=cast.vpn), cast.asked()
    Service.objects.filter(pk=cast.vpn.pk).update(active=False)
    config_cache.forget()
    gone = Service.objects.get(pk=cast.vpn.pk)
    assert actions.classify(here, by=cast.bo, kind="incident", service=gone).service == gone
    with pytest.raises(WrongState, match="not offered any more"):
        actions.classify(fresh(other), by=cast.bo, kind="incident", service=gone)
