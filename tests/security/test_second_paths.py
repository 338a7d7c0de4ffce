"""What the page knows and another way might forget: addresses, held solutions, auditors, priorities, other desks."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from firstline.api.models import Token
from firstline.catalog.models import RequestType
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Ticket
from tests.cast import MONDAY, Cast
from tests.roles import people
from tests.web.conftest import As

ADDRESSES = (
    "omar@corp.example",
    "nobody@corp.example",
    "gone@corp.example",
    "known@elsewhere.example",
    "it@desk.example",
)


def program(person: Person) -> Client:
    return Client(headers={"Authorization": f"Bearer {Token.issue(person, scopes=['read', 'write'])}"})


def post(client: Client, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    answer = client.post(f"/api/v1{path}", json.dumps(body), "application/json")
    return answer.status_code, answer.json()


@pytest.fixture
def addresses(cast: Cast) -> tuple[str, ...]:
    """Known with an account, unknown, deactivated, known without an account, and a desk's own."""
    Person.objects.create_person(name="Gone Away", email=ADDRESSES[2], is_active=False)
    Person.objects.create_person(name="Known Only", email=ADDRESSES[3])
    return ADDRESSES


def plain(text: str, *words: str) -> str:
    """Without what differs from request to request, and the address that was typed."""
    for word in words:
        text = text.replace(word, "…")
    text = re.sub(r"IT-\d+|[A-Za-z0-9]{64}|nonce-[\w-]+|X-CSRFToken\": \"\w+|ticket:\d+|message-\d+", "…", text)
    text = re.sub(r'(data-face|class="face[^"]*"[^>]*>)[^<]*', "…", text)
    return text


def test_the_portal_answers_every_address_alike(cast: Cast, as_: As, addresses: tuple[str, ...]) -> None:
    client, pages = as_(cast.mei), []
    for address in addresses:
        given = {"subject": "Laptop", "text": "Broken", "urgency": "2", "requester": address}
        answer = client.post("/ask/laptop/", given)
        assert (address, answer.status_code) == (address, 302)
        page = client.get(f"/requests/{Ticket.objects.latest('pk').number}/").content.decode()
        assert address in page
        pages.append(page)
    for name in ("Haddad", "Gone Away", "Known Only", "Sales", "Berlin"):
        assert not [page for page in pages if name in page]
    listed = client.get("/requests/").content.decode()
    assert all(address in listed for address in addresses)
    assert "Haddad" not in listed


def test_adding_a_colleague_answers_every_address_alike_on_both_ways(
    cast: Cast, as_: As, addresses: tuple[str, ...]
) -> None:
    ticket = cast.asked()
    told, browser, mei = [], as_(cast.mei), program(cast.mei)
    for address in addresses:
        status, answer = post(mei, f"/tickets/{ticket.number}/participants", {"email": address})
        told.append((status, sorted(answer)))
        added = browser.post(f"/requests/{ticket.number}/colleague/", {"email": address.upper()})
        assert (address, added.status_code) == (address, 302)
    assert told == [told[0]] * len(addresses)
    assert told[0][0] == 200
    page = browser.get(f"/requests/{ticket.number}/").content.decode()
    assert all(address in page for address in addresses)
    assert not [name for name in ("Haddad", "Gone Away", "Known Only") if name in page]


@pytest.mark.parametrize(
    ("verb", "body"),
    [("assign", {"to": "{}"}), ("mention", {"message": 1, "emails": ["{}"]}), ("share", {"email": "{}"})],
)
def test_a_verb_that_one_may_not_do_looks_nobody_up(
    cast: Cast, addresses: tuple[str, ...], verb: str, body: dict[str, Any]
) -> None:
    ticket, mei = cast.asked(), program(cast.mei)
    told = set()
    for address in addresses:
        given = json.loads(json.dumps(body).replace("{}", address))
        told.add(post(mei, f"/tickets/{ticket.number}/{verb}", given)[0])
    assert len(told) == 1


def test_for_a_colleague_by_program_is_refused_alike(cast: Cast, addresses: tuple[str, ...]) -> None:
    mei = program(cast.mei)
    body = {"subject": "A", "text": "B", "desk": "IT"}
    assert {post(mei, "/tickets", {**body, "requester": address})[0] for address in addresses} == {403}


def test_a_held_solution_shows_through_no_filter_field_or_refusal(cast: Cast, as_: As) -> None:
    with clock.moved(MONDAY):
        ticket = cast.asked()
        actions.accept(ticket, by=cast.bo)
    mei, browser = program(cast.mei), as_(cast.mei)

    def seen() -> list[Any]:
        told: list[Any] = [mei.get(f"/api/v1/tickets/{ticket.number}").json()]
        told += [mei.get(f"/api/v1/tickets?phase={phase}").json()["items"] for phase in ("resolved", "in_progress")]
        told += [
            ticket.number in browser.get(f"/requests/?show={show}").content.decode() for show in ("solved", "open")
        ]
        return told

    with clock.moved(MONDAY + timedelta(minutes=1)):
        before = seen()
        actions.resolve(ticket, by=cast.bo, resolution="It works.", undo_seconds=15)
        assert seen() == before
        for verb in (actions.close, actions.reopen, actions.rate):
            more = {"reopen": {"reason": "x"}, "rate": {"score": 1}}.get(verb.__name__, {})
            with pytest.raises(WrongState, match="being worked on"):
                verb(ticket, by=cast.mei, **more)  # type: ignore[operator]
        assert [each.pk for each in Ticket.objects.in_phases(["resolved"], by=cast.bo)] == [ticket.pk]
    with clock.moved(MONDAY + timedelta(minutes=2)):
        assert mei.get("/api/v1/tickets?phase=resolved").json()["items"][0]["number"] == ticket.number


def test_an_auditor_opens_nothing_in_anothers_name_by_any_way(cast: Cast) -> None:
    ivan = people(cast)["ivan"]
    assert ivan is not None
    for more in ({"requester": "mei@corp.example"}, {"channel": "email"}, {"channel": "phone"}, {"impact": 3}):
        given = {"subject": "A", "text": "B", "desk": "IT", **more}
        assert (more, post(program(ivan), "/tickets", given)[0]) == (more, 403)
    for channel in ("portal", "api", "phone", "email"):
        with pytest.raises(NotAllowed):
            cast.ask(by=ivan, requester=cast.mei, channel=channel)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"impact": 2}, NotAllowed),
        ({"impact": 3}, NotAllowed),
        ({"scenario": "VIP line"}, NotAllowed),
        ({"channel": "phone"}, NotAllowed),
        ({"channel": "walk_in"}, NotAllowed),
        ({"channel": "alert"}, NotAllowed),
        ({"writer": "omar"}, NotAllowed),
        ({"requester": "omar", "channel": "api"}, NotAllowed),
        ({"requester": "omar", "channel": "email"}, NotAllowed),
        ({"urgency": 4}, WrongState),
        ({"service": "vpn", "desk": "hr"}, WrongState),
        ({"request_type": "laptop", "desk": "hr"}, WrongState),
    ],
)
def test_the_asking_side_says_only_what_the_table_lets_it(
    cast: Cast, more: dict[str, Any], refusal: type[Exception]
) -> None:
    given = {name: getattr(cast, value) if name in ("writer", "requester", "service", "desk") else value
             for name, value in more.items()}  # fmt: skip
    if "request_type" in given:
        given["request_type"] = RequestType.objects.get(key="laptop")
    with pytest.raises(refusal):
        cast.ask(**given)
    if refusal is NotAllowed:
        cast.ask(**{**given, "by": cast.bo})


def test_a_requester_makes_themselves_no_p1_and_takes_no_other_desks_service_by_program(cast: Cast) -> None:
    body = {"subject": "A", "text": "B", "desk": "HR"}
    mei = program(cast.mei)
    assert post(mei, "/tickets", {**body, "impact": 3, "urgency": 3})[0] == 403
    assert post(mei, "/tickets", {**body, "service": "vpn"})[0] == 409
    assert post(mei, "/tickets", {**body, "request_type": "laptop"})[0] == 409
    assert post(mei, "/tickets", {**body, "urgency": 3})[0] == 201


def test_an_agent_of_another_desk_finds_their_own_request_as_anybody_does(cast: Cast) -> None:
    from firstline.tickets import search

    ticket = cast.asked(by=cast.hana, text="Screen is dark")
    actions.tag(ticket, by=cast.bo, tags=["suspicious"])
    search.index(ticket.pk)

    def found(person: Person, words: str) -> bool:
        answer = program(person).get("/api/v1/tickets", {"q": words}).json()["items"]
        return [each["number"] for each in answer] == [ticket.number]

    assert found(cast.hana, "screen dark")
    assert not found(cast.hana, "suspicious")
    assert found(cast.bo, "suspicious")
