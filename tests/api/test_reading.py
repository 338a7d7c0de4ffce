"""What can be read of a desk, by whom it can be called, and how failures are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import dumps
from django.db import DataError, OperationalError
from django.http import HttpResponse
from django.test import Client

from firstline.api import access, tickets
from firstline.api.models import Token
from firstline.api.problems import as_problem
from firstline.catalog import config_cache
from firstline.catalog.models import Category, Desk, RequestType, Service
from firstline.kit import clock
from firstline.people import security_log
from firstline.people.models import Attempts, Person
from firstline.tickets import actions, quotas
from firstline.tickets.models import Attachment
from firstline.tickets.quotas import TooMuch
from tests.api.test_api import ASK, Program
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


def names(answer: Any) -> list[str]:
    return [each["name"] for each in answer.json()]


def test_whose_token_it_is(cast: Cast) -> None:
    assert Program(cast.mei)("GET", "/persons/me").json() == {
        **{"id": cast.mei.pk, "name": "Lin Mei", "email": "mei@corp.example", "department": "Finance"},
        **{"city": "Shanghai", "country": "CN"},
    }


def test_persons_are_found_by_the_beginning_of_name_or_address_in_order(cast: Cast) -> None:
    bo = Program(cast.bo)
    Person.objects.create_person(name="Bot Wen", email="bo.two@corp.example", kind="bot")
    Person.objects.create_person(name="Robert", email="bo.three@corp.example")
    assert names(bo("GET", "/persons?q=bo")) == ["Bo Wen", "Robert"]
    assert names(bo("GET", "/persons?q=BO.TH")) == ["Robert"]
    assert names(bo("GET", "/persons?q=wen")) == []
    assert names(bo("GET", "/persons?q=bo&limit=1")) == ["Bo Wen"]
    for number in range(21):
        Person.objects.create_person(name=f"Zed {number:02}")
    assert names(bo("GET", "/persons?q=zed")) == [f"Zed {number:02}" for number in range(20)]


def test_persons_are_told_to_those_at_work_alone(cast: Cast) -> None:
    found = {name: Program(getattr(cast, name))("GET", "/persons?q=bo").status_code for name in ("mei", "bo", "ada")}
    assert found == {"mei": 404, "bo": 200, "ada": 200}


def test_desks_services_and_forms_in_use_in_their_order(cast: Cast) -> None:
    office = cast.it.calendar
    Desk.objects.create(key="AA", name_en="Last", name_zh="x", calendar=office, order=2)
    shut = Desk.objects.create(key="XX", name_en="Shut", name_zh="x", calendar=office, active=False)
    category = Category.objects.create(desk=cast.it, key="old", name_en="Old", name_zh="x")
    Service.objects.create(category=category, key="fax", name_en="Fax", name_zh="x", active=False)
    RequestType.objects.create(desk=cast.it, key="old", name_en="Old", name_zh="x", active=False)
    RequestType.objects.create(desk=shut, key="shut", name_en="Shut", name_zh="x")
    config_cache.forget()
    mei = Program(cast.mei)
    english = {"Accept-Language": "en"}
    assert mei("GET", "/desks", **english).json()[0] == {"key": "IT", "name": "IT service desk"}
    assert [each["key"] for each in mei("GET", "/desks").json()] == ["IT", "AA", "HR"]
    services = mei("GET", "/services", **english).json()
    assert {"key": "vpn", "name": "VPN", "category": "Network", "desk": "IT"} in services
    assert {each["key"] for each in services} == {"vpn", "sap"}
    forms = mei("GET", "/request-types", **english).json()
    assert [each["key"] for each in forms] == ["laptop", "else", "leave"]
    laptop = RequestType.objects.get(key="laptop")
    assert forms[0] == {
        **{"key": "laptop", "name": "Laptop or phone", "help": laptop.help, "desk": "IT", "fields": laptop.fields}
    }


def test_a_file_is_kept_as_it_was_named_and_is_its_uploaders(cast: Cast) -> None:
    program = Program(cast.mei)
    given = {"file": SimpleUploadedFile("plan.txt", b"words", "text/plain")}
    headers = {"Authorization": f"Bearer {program.secret}"}
    answer = program.client.post("/api/v1/files", given, headers=headers)
    kept = Attachment.objects.get()
    assert (answer.status_code, answer.json()) == (
        201,
        {"id": str(kept.pk), "name": "plan.txt", "size": 5, "type": kept.type},
    )
    assert (kept.uploader, kept.name, kept.size) == (cast.mei, "plan.txt", 5)
    assert kept.type.startswith("text/")


def test_a_token_does_what_its_scopes_say(cast: Cast) -> None:
    read, both, none = (Program(cast.mei, *scopes) for scopes in (["read"], ["read", "write"], [""]))
    assert [read("GET", "/desks").status_code, read("POST", "/tickets", ASK).status_code] == [200, 403]
    assert [both("GET", "/desks").status_code, both("POST", "/tickets", ASK).status_code] == [200, 201]
    assert none("POST", "/tickets", ASK).status_code == 403
    Token.objects.filter(scopes=[""]).update(scopes=[])
    assert none("GET", "/desks").status_code == 403
    assert "may do nothing" in none("GET", "/desks", **{"Accept-Language": "en"}).json()["detail"]
    assert "only read" in read("POST", "/tickets", ASK, **{"Accept-Language": "en"}).json()["detail"]
    assert set(access.READING) == {"GET", "HEAD", "OPTIONS"}


def test_it_speaks_the_callers_language_unless_another_is_asked_for(cast: Cast) -> None:
    mei = Program(cast.mei)
    assert mei("GET", "/desks").json()[0]["name"] == "IT 服务台"
    assert mei("GET", "/desks", **{"Accept-Language": "en"}).json()[0]["name"] == "IT service desk"
    assert Program(cast.omar)("GET", "/desks").json()[0]["name"] == "IT service desk"


def test_a_token_remembers_that_it_was_used(cast: Cast) -> None:
    read = Program(cast.mei, "read")
    read("GET", "/desks")
    assert Token.objects.get().used_at is not None
    Token.objects.update(used_at=None)
    read("POST", "/tickets", ASK)
    assert Token.objects.get().used_at is None


def test_unknown_tokens_of_one_network_are_noted_once_and_refused_after_sixty(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = {"Accept-Language": "en", "Authorization": "Bearer fl_unknown"}

    def call() -> Any:
        return Client(REMOTE_ADDR="192.0.2.7").get("/api/v1/desks", headers=english)

    noted: list[tuple[str, str]] = []
    monkeypatch.setattr(security_log, "note", lambda what, *, address="": noted.append((what, address)))
    first = call()
    assert (first.status_code, first["WWW-Authenticate"]) == (401, "Bearer")
    assert "Send a valid token" in first.json()["detail"]
    Attempts.objects.update(count=58)
    assert (call().status_code, len(noted)) == (401, 0)
    assert (call().status_code, len(noted)) == (401, 1)
    assert noted == [("tokens_refused", "192.0.2.7")]
    for _again in range(2):
        refused = call()
        assert (refused.status_code, len(noted)) == (429, 1)
    assert "quarter of an hour" in refused.json()["detail"]
    assert Client(REMOTE_ADDR="198.51.100.7").get("/api/v1/desks", headers=english).status_code == 401
    assert Program(cast.mei)("GET", "/desks").status_code == 200


def test_a_cursor_is_one_of_ours(cast: Cast) -> None:
    bo = Program(cast.bo)
    first, second, third = (cast.asked() for _each in range(3))
    page = bo("GET", "/tickets?limit=1").json()
    assert [each["number"] for each in page["items"]] == [third.number]
    page = bo("GET", f"/tickets?limit=2&cursor={page['next']}").json()
    assert ([each["number"] for each in page["items"]], page["next"]) == ([second.number, first.number], None)
    for made_up in ("7", dumps(7), "x:y:z"):
        answer = bo("GET", f"/tickets?cursor={made_up}", **{"Accept-Language": "en"})
        assert (answer.status_code, answer.json()["detail"]) == (400, "This cursor is not one of ours.")


def test_a_key_has_at_most_two_hundred_characters(cast: Cast) -> None:
    mei, english = Program(cast.mei), {"Accept-Language": "en"}
    assert mei("POST", "/tickets", ASK, **{"Idempotency-Key": "k" * 200}).status_code == 201
    refused = mei("POST", "/tickets", ASK, **{"Idempotency-Key": "k" * 201}, **english)
    assert (refused.status_code, refused.json()["detail"]) == (
        400,
        "An Idempotency-Key has at most 200 characters.",
    )


def test_without_a_key_every_call_is_another(cast: Cast) -> None:
    mei = Program(cast.mei)
    numbers = {mei("POST", "/tickets", ASK).json()["number"] for _each in range(2)}
    assert len(numbers) == 2


def test_each_shape_is_kept_as_it_was_answered(cast: Cast) -> None:
    ticket, bo = cast.asked(), Program(cast.bo)
    calls: list[tuple[str, dict[str, str]]] = [("accept", {}), ("messages", {"text": "Which client?"})]

    def call(path: str, body: dict[str, str]) -> tuple[int, Any]:
        answer = bo("POST", f"/tickets/{ticket.number}/{path}", body, **{"Idempotency-Key": path})
        return answer.status_code, answer.json()

    # The second call leaves the answer to the first as it was.
    said, again = ([call(*each) for each in calls] for _time in range(2))
    assert said == again
    assert [status for status, _body in said] == [200, 201]
    assert ticket.messages.filter(text="Which client?").count() == 1


FAILURES: list[tuple[Exception, int, str]] = [
    (PermissionDenied(), 403, "You may not do this."),
    (DataError(), 422, "Something in the call is missing or not understood."),
]


@pytest.mark.parametrize(("error", "status", "detail"), FAILURES, ids=lambda each: type(each).__name__)
def test_each_failure_is_told_as_a_problem(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, detail: str
) -> None:
    def fail(*_given: Any, **_more: Any) -> Any:
        raise error

    monkeypatch.setattr(tickets, "_out", fail)
    number = cast.asked().number
    answer = Program(cast.bo)("GET", f"/tickets/{number}", **{"Accept-Language": "en"})
    assert answer["Content-Type"] == "application/problem+json"
    title = {403: "Forbidden", 422: "Unprocessable Entity"}[status]
    assert answer.json() == {"type": "about:blank", "title": title, "status": status, "detail": detail}


def test_a_fault_of_the_database_that_is_no_outage_stays_a_fault(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    class TooLong(Exception):
        sqlstate = "54000"

    def fail(*_given: Any, **_more: Any) -> Any:
        raise OperationalError from TooLong()

    monkeypatch.setattr(tickets, "_out", fail)
    number, bo = cast.asked().number, Program(cast.bo)
    bo.client.raise_request_exception = False
    assert bo("GET", f"/tickets/{number}").status_code == 500


def test_too_much_says_when_to_come_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: Any, **_more: Any) -> None:
        raise TooMuch("Later, please.", retry_after=77)

    monkeypatch.setattr(quotas, "may_ask", refuse)
    answer = Program(cast.mei)("POST", "/tickets", ASK)
    assert (answer.status_code, answer["Retry-After"], answer.json()["detail"]) == (429, "77", "Later, please.")


def test_what_is_not_there_and_what_is_not_understood_are_said(cast: Cast) -> None:
    mei, english = Program(cast.mei), {"Accept-Language": "en"}
    missing = mei("GET", "/tickets/IT-0", **english)
    assert (missing.status_code, missing.json()["detail"]) == (404, "There is nothing here that you may see.")
    wrong = mei("POST", "/tickets", {"subject": "x" * 251, "text": "x", "desk": "IT"}, **english).json()
    assert wrong["detail"] == "Something in the call is missing or not understood."
    assert wrong["errors"] == [
        {"where": "body.given.subject", "what": "String should have at most 250 characters"},
    ]
    denied = mei("POST", f"/tickets/{cast.asked().number}/accept", {}, **english)
    assert (denied.status_code, denied.json()["status"]) == (403, 403)


def test_what_failed_elsewhere_is_told_as_a_problem_with_its_headers() -> None:
    page = HttpResponse("<p>No</p>", status=405, headers={"Allow": "GET", "Content-Length": "9"})
    found = as_problem(page)
    assert (found.status_code, found["Allow"], found["Content-Type"]) == (405, "GET", "application/problem+json")
    assert "Content-Length" not in found.headers
    said = {404: "nothing here", 405: "this method", 500: "fault is ours", 418: "missing or not understood"}
    for status, words in said.items():
        assert words in as_problem(HttpResponse("", status=status)).content.decode()
    for status in (200, 302, 399):
        kept = HttpResponse("x", status=status)
        assert as_problem(kept) is kept
    assert as_problem(HttpResponse("x", status=400)).content != b"x"
    assert as_problem(found) is found


def test_each_message_and_event_says_what_it_is(cast: Cast) -> None:
    with clock.moved(MONDAY):
        ticket = cast.asked(by=cast.omar, requester=cast.mei)
    with clock.moved(MONDAY + timedelta(minutes=1)):
        said = actions.reply(ticket, by=cast.bo, text="*Which*?", format="markdown", to_askers=True, channel="api")
        note = actions.note(ticket, by=cast.bo, text="Inside.")
    bo = Program(cast.bo)
    rows = {each["id"]: each for each in bo("GET", f"/tickets/{ticket.number}/messages").json()["items"]}
    assert rows[said.pk] == {
        **{"id": said.pk, "kind": "reply", "author": "Bo Wen", "author_id": cast.bo.pk, "to_askers": True},
        **{"channel": "api", "text": "*Which*?", "format": "markdown", "html": said.shown, "internal": False},
        **{"created_at": "2026-11-23T01:01:00Z", "proof": said.proof},
    }
    assert (rows[note.pk]["internal"], rows[note.pk]["kind"]) == (True, "note")
    event = ticket.events.get(name="noted")
    events = {each["id"]: each for each in bo("GET", f"/tickets/{ticket.number}/events").json()["items"]}
    assert events[event.pk] == {
        **{"id": event.pk, "name": "noted", "by": "Bo Wen", "at": "2026-11-23T01:01:00Z", "data": event.data}
    }
