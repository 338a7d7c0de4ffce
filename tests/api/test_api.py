"""The API does what the pages do, by the same rules."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firstline.api.models import Token
from firstline.api.shapes import TicketOut
from firstline.catalog import config_cache
from firstline.catalog.models import Team
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions, replay
from firstline.tickets.models import Ticket
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


class Program:
    """A program that calls with a person's token."""

    def __init__(self, person: Person, *scopes: str) -> None:
        self.secret = Token.issue(person, scopes=list(scopes or ("read", "write")))
        self.client = Client()

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            "application/json",
            headers={"Authorization": f"Bearer {self.secret}", **headers},
        )


ASK = {"subject": "Laptop is dead", "text": "It does not start.", "desk": "IT"}


def test_a_request_is_opened_and_read_back():
    cast = Cast.make()
    opened = Program(cast.mei)("POST", "/tickets", ASK)
    assert opened.status_code == 201, opened.content
    number = opened.json()["number"]
    seen = Program(cast.bo)("GET", f"/tickets/{number}").json()
    assert (seen["subject"], seen["status"], seen["channel"], seen["line"]) == (
        "Laptop is dead",
        "pending",
        "api",
        "L1",
    )
    assert seen["requester_department"] == "Finance"


def test_opening_costs_at_most_fourteen_statements():
    cast = Cast.make()
    program = Program(cast.mei)
    program("POST", "/tickets", ASK)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert program("POST", "/tickets", ASK, **{"Idempotency-Key": "one"}).status_code == 201
    assert len(queries) <= 14, "\n".join(q["sql"][:160] for q in queries)


def test_without_a_key_opening_is_one_transaction_of_eight_statements():
    cast = Cast.make()
    program = Program(cast.mei)
    program("POST", "/tickets", ASK)
    with CaptureQueriesContext(connection) as queries:
        assert program("POST", "/tickets", ASK).status_code == 201
    told = [each["sql"].split()[0] for each in queries]
    assert told.count("SAVEPOINT") == 1, told  # the test's own transaction makes it one
    assert len(told) <= 10, told  # one of them counts what this person asks


def test_the_same_key_again_changes_nothing_and_answers_the_same():
    cast = Cast.make()
    program = Program(cast.mei)
    first = program("POST", "/tickets", ASK, **{"Idempotency-Key": "abc"})
    again = program("POST", "/tickets", ASK, **{"Idempotency-Key": "abc"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert Ticket.objects.count() == 1


def test_the_same_key_for_another_call_is_refused():
    cast = Cast.make()
    program = Program(cast.mei)
    program("POST", "/tickets", ASK, **{"Idempotency-Key": "abc"})
    other = program("POST", "/tickets", {**ASK, "text": "Something else."}, **{"Idempotency-Key": "abc"})
    assert other.status_code == 422
    assert other["Content-Type"] == "application/problem+json"


def test_the_same_key_and_words_at_another_address_are_another_call():
    cast = Cast.make()
    first, second = cast.asked(), cast.asked()
    program = Program(cast.bo)
    key = {"Idempotency-Key": "abc"}
    assert program("POST", f"/tickets/{first.number}/accept", {}, **key).status_code == 200
    other = program("POST", f"/tickets/{second.number}/accept", {}, **key)
    assert other.status_code == 422
    assert program("POST", f"/tickets/{first.number}/hold", {}, **key).status_code == 422
    assert first.number not in other.content.decode()
    second.refresh_from_db()
    assert second.phase == "pending"


def test_the_same_key_of_another_token_is_another_call():
    cast = Cast.make()
    for who in (cast.mei, cast.mei, cast.omar):
        assert Program(who)("POST", "/tickets", ASK, **{"Idempotency-Key": "abc"}).status_code == 201
    assert Ticket.objects.count() == 3


def test_a_refused_call_keeps_no_answer_so_that_it_can_be_sent_again():
    cast = Cast.make()
    bo, number = Program(cast.bo), cast.asked().number
    body = {"handover": "  ", "line": "L2"}
    assert bo("POST", f"/tickets/{number}/escalate", body, **{"Idempotency-Key": "k"}).status_code == 409
    assert not bo.client.session.keys()
    body = {"handover": "Rekey fails.", "line": "L2"}
    assert bo("POST", f"/tickets/{number}/escalate", body, **{"Idempotency-Key": "k"}).status_code == 200


def test_without_a_token_nothing_is_told():
    cast = Cast.make()
    number = cast.asked().number
    answer = Client().get(f"/api/v1/tickets/{number}")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_cookies_count_for_nothing():
    cast = Cast.make()
    client = Client()
    client.force_login(cast.ada)
    assert client.get(f"/api/v1/tickets/{cast.asked().number}").status_code == 401


def test_a_token_that_may_read_may_not_write():
    cast = Cast.make()
    assert Program(cast.mei, "read")("POST", "/tickets", ASK).status_code == 403


def test_a_foreign_ticket_does_not_exist():
    cast = Cast.make()
    number = cast.asked().number
    assert Program(cast.omar)("GET", f"/tickets/{number}").status_code == 404
    assert Program(cast.hana)("POST", f"/tickets/{number}/accept", {}).status_code == 404


def test_what_is_the_desks_own_and_what_has_not_left_is_told_inside_alone():
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.asked()
        actions.accept(ticket, by=cast.bo)
        actions.classify(ticket, by=cast.bo, kind="incident", service=cast.vpn)
        actions.tag(ticket, by=cast.bo, tags=["vip"])
    with clock.moved(MONDAY + timedelta(minutes=2)):
        actions.reply(ticket, by=cast.bo, text="I look.")
    with clock.moved(MONDAY + timedelta(minutes=3)):
        actions.hold(ticket, by=cast.bo, reason="vendor")
    with clock.moved(MONDAY + timedelta(minutes=13)):
        actions.resolve(ticket, by=cast.bo, resolution="Restart it.")
    with clock.moved(MONDAY + timedelta(minutes=32)):
        actions.close(ticket, by=cast.mei)
        inside, outside = (Program(who)("GET", f"/tickets/{ticket.number}").json() for who in (cast.bo, cast.mei))
    durations = {"first_response_seconds": 120, "resolution_seconds": 1800, "handling_seconds": 1200}
    assert {name: inside[name] for name in durations} == {name: outside[name] for name in durations} == durations
    within = {"line": "L1", "team": "l1", "tags": ["vip"]}
    assert {name: inside[name] for name in within} == within
    assert {name: outside[name] for name in within} == {"line": None, "team": None, "tags": []}
    assert inside["service"] == outside["service"] == "vpn"


def test_each_field_of_a_request_says_what_it_is():
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.asked(answers={"asset": "L-7"}, urgency=3)
        actions.accept(ticket, by=cast.bo)
    seen = Program(cast.bo)("GET", f"/tickets/{ticket.number}").json()
    nine = "2026-11-23T01:00:00Z"
    empty = dict.fromkeys("service asked_by first_response_at resolved_at closed_at satisfaction".split())
    durations = dict.fromkeys("first_response_seconds resolution_seconds handling_seconds due_at".split())
    assert {name: seen[name] for name in TicketOut.model_fields} == empty | durations | {
        **{"number": ticket.number, "subject": "VPN keeps dropping", "kind": "inquiry", "status": "in_progress"},
        **{"phase": "in_progress", "channel": "portal", "served_by": ticket.served_by, "scenario": "", "desk": "IT"},
        **{"line": "L1", "team": "l1", "assignee": "Bo Wen", "priority": 2, "impact": 1, "urgency": 3, "tags": []},
        **{"creator_id": cast.mei.pk, "requester_id": cast.mei.pk, "requester_name": "Lin Mei"},
        **{"requester_email": "mei@corp.example", "requester_country": "CN", "requester_city": "Shanghai"},
        **{"requester_department": "Finance", "created_at": nine, "updated_at": nine, "accepted_at": nine},
        **{"answers": {"asset": "L-7"}},
    }


def test_to_whoever_asked_for_somebody_no_more_of_them_is_told_than_the_address():
    cast = Cast.make()
    ticket = cast.asked(requester=cast.omar, answers={"asset": "L-7"})
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    actions.close(ticket, by=cast.omar)
    actions.rate(ticket, by=cast.omar, score=1)
    seen = Program(cast.mei)("GET", f"/tickets/{ticket.number}").json()
    of_omar = {name: value for name, value in seen.items() if name.startswith("requester_")}
    assert of_omar == {
        **{"requester_id": None, "requester_name": "omar@corp.example", "requester_email": "omar@corp.example"},
        **dict.fromkeys(("requester_country", "requester_city", "requester_department"), ""),
    }
    assert (seen["satisfaction"], seen["asked_by"], seen["first_response_at"]) == (None, "Lin Mei", None)
    assert Program(cast.omar)("GET", f"/tickets/{ticket.number}").json()["satisfaction"] == 1


def test_a_line_and_team_that_there_are_none_of_are_none():
    cast = Cast.make()
    Team.objects.filter(desk=cast.hr).update(desk=cast.it)
    config_cache.forget()
    ticket = cast.asked(desk=cast.hr, by=cast.omar)
    seen = Program(cast.hana)("GET", f"/tickets/{ticket.number}").json()
    assert (seen["line"], seen["team"], seen["service"], seen["assignee"]) == (None, None, None, None)
    assert (seen["first_response_seconds"], seen["resolution_seconds"]) == (None, None)


def test_a_first_answer_is_told_outside_when_it_can_no_longer_be_withdrawn():
    cast = Cast.make()
    ticket = cast.asked()
    with clock.moved(MONDAY):
        actions.reply(ticket, by=cast.bo, text="I look.", undo_seconds=settings.CONFIG.undo_seconds)
    for seconds, told in ((1, False), (settings.CONFIG.undo_seconds + 1, True)):
        with clock.moved(MONDAY + timedelta(seconds=seconds)):
            seen = Program(cast.mei)("GET", f"/tickets/{ticket.number}").json()
            assert (seen["first_response_at"] is not None, seen["first_response_seconds"] is not None) == (told, told)
            assert Program(cast.bo)("GET", f"/tickets/{ticket.number}").json()["first_response_at"] is not None


def test_notes_and_events_stay_inside():
    cast = Cast.make()
    ticket = cast.asked()
    actions.note(ticket, by=cast.bo, text="canary-7311")
    mei = Program(cast.mei)
    assert "canary-7311" not in mei("GET", f"/tickets/{ticket.number}/messages").content.decode()
    assert mei("GET", f"/tickets/{ticket.number}/events").status_code == 404
    assert "canary-7311" in Program(cast.bo)("GET", f"/tickets/{ticket.number}/messages").content.decode()


def test_a_whole_story_by_program():
    cast = Cast.make()
    mei, bo, chen = Program(cast.mei), Program(cast.bo), Program(cast.chen)
    number = mei("POST", "/tickets", ASK).json()["number"]

    def do(program: Program, verb: str, **body: Any) -> dict[str, Any]:
        answer = program("POST", f"/tickets/{number}/{verb}", body)
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    do(bo, "accept")
    do(bo, "classify", kind="incident", service="vpn")
    do(bo, "priority", impact=2, urgency=3)
    assert do(bo, "escalate", line="L2", handover="Rekey fails.")["team"] == "network"
    do(chen, "accept")
    do(chen, "messages", text="Please try SH-2.")
    do(chen, "hold", reason="requester")
    do(mei, "messages", text="It holds now, but slowly.")
    assert do(chen, "resolve", resolution="Gateway repaired.")["phase"] == "resolved"
    assert do(mei, "rate", score=1, stars=5)["satisfaction"] == 1
    assert do(mei, "close")["closed_at"]
    assert replay.differences(Ticket.objects.get(number=number)) == []


def test_every_verb_of_the_desk_can_be_called():
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    called = {path.rpartition("/")[2].replace("-", "_") for path in paths if "{number}/" in path}
    other_names = {"change_priority": "priority", "tag": "tags", "add_participant": "participants"}
    elsewhere = {
        "open_ticket",
        "reply",
        "note",
        "withdraw",
    }  # POST /tickets and …/messages; a program's reply leaves at once
    by_time = {"breach_clock", "warn_clock", "recompute", "wake", "give_back"}
    of_the_outbox = {"held_back", "undelivered", "send_again", "also_sent", "named_another", "not_handed_on"}
    others = elsewhere | by_time | of_the_outbox | {"restate"}
    wanted = {other_names.get(verb, verb) for verb in actions.__all__ if verb not in others}
    assert wanted <= called


def test_splitting_calling_and_filing_by_program():
    cast = Cast.make()
    ticket = cast.asked()
    message = ticket.messages.get().pk
    bo = Program(cast.bo)
    assert bo("POST", f"/tickets/{ticket.number}/split", {"message": message, "subject": "Another"}).status_code == 200
    assert (
        bo(
            "POST", f"/tickets/{ticket.number}/mention", {"message": message, "emails": ["chen@corp.example"]}
        ).status_code
        == 200
    )
    assert bo("POST", f"/tickets/{ticket.number}/file", {"cause": "hardware", "repeated": True}).status_code == 200
    assert bo("POST", f"/tickets/{ticket.number}/split", {"message": 1, "subject": "Foreign"}).status_code == 409
    assert Ticket.objects.get(subject="Another").requester == cast.mei
    assert Ticket.objects.get(pk=ticket.pk).repeated is True


def test_a_list_is_paged_without_loss_or_repetition():
    cast = Cast.make()
    numbers = [cast.asked().number for _each in range(7)]
    bo, cursor, seen = Program(cast.bo), "", []
    while True:
        answer = bo("GET", f"/tickets?limit=3&cursor={cursor}").json()
        seen += [item["number"] for item in answer["items"]]
        if not answer["next"]:
            break
        cursor = answer["next"]
    assert seen == numbers[::-1]


def test_a_list_costs_the_same_whatever_its_length():
    cast = Cast.make()
    bo = Program(cast.bo)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert bo("GET", "/tickets?limit=100").status_code == 200
        return len(queries)

    cast.ask()
    cost()
    few = cost()
    for _each in range(20):
        cast.ask()
    assert cost() == few


def test_unknown_fields_are_refused():
    cast = Cast.make()
    answer = Program(cast.mei)("POST", "/tickets", {**ASK, "assignee": "bo@corp.example"})
    assert answer.status_code == 422
    assert "assignee" in answer.content.decode()


def test_refusals_speak_the_language_of_the_caller():
    cast = Cast.make()
    ticket = cast.asked()
    answer = Program(cast.bo)("POST", f"/tickets/{ticket.number}/close", {}, **{"Accept-Language": "zh-Hans"})
    assert answer.status_code == 409
    assert "受理" in answer.json()["detail"]


def test_it_describes_itself_as_openapi_3_1():
    described = Client().get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/tickets/{number}/resolve" in described["paths"]


def test_only_a_hash_of_a_token_is_kept():
    cast = Cast.make()
    secret = Token.issue(cast.mei, scopes=["read"])
    assert secret not in str(Token.objects.values())


@pytest.mark.parametrize("words", ["a+" * 4_000, "%20".join("abcdefghijk"), "x" * 201])
def test_a_search_for_more_than_is_looked_for_is_refused_in_a_sentence(words: str):
    cast = Cast.make()
    for who in (cast.mei, cast.bo, cast.ada):
        answer = Program(who)("GET", f"/tickets?q={words}")
        assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "query.q"), answer.content
    assert Program(cast.bo)("GET", f"/persons?q={'x' * 201}").status_code == 422
    assert Program(cast.mei)("GET", "/tickets?q=" + "%20".join("abcdefghij")).status_code == 200


def test_too_many_words_are_named_in_the_sentence():
    cast = Cast.make()
    english = {"Accept-Language": "en"}
    Person.objects.filter(pk=cast.mei.pk).update(language="en")
    errors = Program(cast.mei)("GET", "/tickets?q=" + "+".join("abcdefghijk"), **english).json()["errors"]
    assert errors[0]["what"] == "A search takes at most 10 words and 200 characters."
