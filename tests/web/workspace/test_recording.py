"""A call or a visit is on record in one step, whoever called and however it ended."""

from typing import Any

import pytest

from firstline.people.models import Person
from firstline.tickets import actions, recording
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Message, Ticket
from tests.cast import Cast, fresh
from tests.web.conftest import As


def _call(cast: Cast, **more: Any) -> dict[str, Any]:
    given = {
        "channel": "phone",
        "requester": cast.mei.pk,
        "desk": cast.it.pk,
        "kind": "inquiry",
        "service": "",
        "subject": "VPN",
        "text": "It drops.",
        "outcome": "leave",
    }
    return {**given, **more}


def test_a_call_waits_for_the_team_with_the_caller_as_requester(cast: Cast, as_: As) -> None:
    answer = as_(cast.bo).post("/desk/record/", _call(cast))
    ticket = Ticket.objects.get()
    assert answer["Location"] == "/desk/record/"
    assert (ticket.channel, ticket.requester, ticket.creator) == ("phone", cast.mei, cast.bo)
    assert (ticket.phase, ticket.requester_city, ticket.subject) == ("pending", "Shanghai", "VPN")
    assert Message.objects.get().author == cast.bo


def test_who_takes_it_goes_on_with_it(cast: Cast, as_: As) -> None:
    given = _call(cast, outcome="take", channel="walk_in", kind="incident", service=cast.vpn.pk)
    answer = as_(cast.bo).post("/desk/record/", given)
    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/desk/tickets/{ticket.number}/"
    assert (ticket.channel, ticket.phase, ticket.assignee) == ("walk_in", "in_progress", cast.bo)
    assert (ticket.kind, ticket.service) == ("incident", cast.vpn)


def test_what_is_solved_on_the_spot_is_solved_at_first_contact(cast: Cast, as_: As) -> None:
    given = _call(cast, outcome="solved", kind="incident", resolution="Restarted the client.")
    as_(cast.bo).post("/desk/record/", given)
    ticket = Ticket.objects.get()
    assert (ticket.phase, ticket.first_contact, ticket.channel) == ("resolved", True, "phone")
    assert (ticket.assignee, ticket.kind) == (cast.bo, "incident")
    assert [e.name for e in ticket.events.all()] == ["opened", "accepted", "classified", "resolved"]
    assert {clock.kind: clock.state for clock in ticket.clocks.all()}["acceptance"] == "stopped"
    assert {message.channel for message in ticket.messages.all()} == {"phone"}


def test_a_new_caller_becomes_a_person(cast: Cast, as_: As) -> None:
    given = _call(cast, requester="new", name="Zhao Min", email="", phone="+86 21 5555 0100")
    as_(cast.bo).post("/desk/record/", given)
    ticket = Ticket.objects.get()
    assert (ticket.requester.name, ticket.requester.phone) == ("Zhao Min", "+86 21 5555 0100")
    assert not ticket.requester.has_usable_password()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"requester": ""}, "Choose who it is, or make a new person."),
        ({"requester": "999999"}, "Choose who it is, or make a new person."),
        ({"requester": "new", "name": "", "phone": "1"}, "Write the name."),
        ({"requester": "new", "name": "Zhao"}, "Write a phone number or an e-mail address"),
        (
            {"requester": "new", "name": "Mei", "email": "MEI@corp.example"},
            "There is already a person with this address.",
        ),
        ({"outcome": "solved", "kind": "incident", "resolution": " "}, "Write how it was solved"),
        ({"outcome": "solved", "resolution": "Done."}, "Say what kind of request it was."),
        ({"subject": ""}, "This field is required."),
        ({"channel": "email"}, "Select a valid choice."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(cast: Cast, as_: As, wrong: dict[str, str], said: str) -> None:
    answer = as_(cast.bo).post("/desk/record/", _call(cast, text="He speaks very softly.") | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "He speaks very softly." in answer.content.decode()
    assert not Ticket.objects.exists()
    assert not Person.objects.filter(name__in=["Zhao", "Mei"]).exists()


def test_a_second_call_joins_the_request_that_is_there(cast: Cast, as_: As) -> None:
    ticket = actions.resolve(cast.ask(), by=cast.bo, resolution="Restart it.")
    bo = as_(cast.bo)
    recent = bo.get(f"/desk/people/{cast.mei.pk}/recent/").content.decode()
    assert f'formaction="/desk/record/{ticket.number}/"' in recent
    answer = bo.post(f"/desk/record/{ticket.number}/", _call(cast, subject="Again", text="It drops again."))
    assert answer["Location"] == f"/desk/tickets/{ticket.number}/"
    assert fresh(ticket).phase == "in_progress"
    added = ticket.messages.latest("id")
    assert (added.kind, added.author, added.channel, added.text) == (
        "request",
        cast.bo,
        "phone",
        "Again\n\nIt drops again.",
    )
    assert Ticket.objects.count() == 1


def test_a_closed_request_takes_no_second_call_and_the_words_stay(cast: Cast, as_: As) -> None:
    ticket = actions.resolve(cast.ask(), by=cast.bo, resolution="Restart it.")
    actions.close(ticket, by=cast.bo)
    bo = as_(cast.bo)
    assert "formaction" not in bo.get(f"/desk/people/{cast.mei.pk}/recent/").content.decode()
    answer = bo.post(f"/desk/record/{ticket.number}/", _call(cast, text="It drops again."))
    assert answer.status_code == 422
    assert "This request is closed." in answer.content.decode()
    assert "It drops again." in answer.content.decode()


def test_a_desks_own_address_is_no_callers(cast: Cast, as_: As) -> None:
    given = _call(cast, requester="new", name="IT", email="IT+x@desk.example", text="He speaks very softly.")
    answer = as_(cast.bo).post("/desk/record/", given)
    assert answer.status_code == 422
    assert "IT+x@desk.example is a desk&#39;s own address." in answer.content.decode()
    assert "He speaks very softly." in answer.content.decode()
    assert not Ticket.objects.exists()


def test_nobody_records_for_a_desk_where_he_does_not_work(cast: Cast, as_: As) -> None:
    hana = as_(cast.hana)
    assert hana.post("/desk/record/", _call(cast)).status_code == 422
    ticket = cast.ask()
    assert hana.post(f"/desk/record/{ticket.number}/", _call(cast)).status_code == 404
    assert Ticket.objects.count() == 1
    said = {"requester": cast.mei, "desk": cast.it, "subject": "VPN", "text": "", "channel": "phone"}
    with pytest.raises(NotAllowed):
        recording.record_contact(by=cast.hana, **said)
    with pytest.raises(WrongState):
        recording.record_contact(by=cast.bo, **{**said, "channel": "portal"})


def test_all_of_it_or_nothing(cast: Cast) -> None:
    said: dict[str, Any] = {"requester": cast.mei, "desk": cast.it, "subject": "VPN", "text": "", "channel": "phone"}
    with pytest.raises(WrongState):
        recording.record_contact(by=cast.bo, **said, kind="nonsense", take=True)
    assert not Ticket.objects.exists()


def test_a_person_is_shown_with_what_the_agent_may_see_of_him(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    private = cast.ask(desk=cast.hr, subject="My salary")
    page = as_(cast.bo).get(f"/desk/people/{cast.mei.pk}/").content.decode()
    assert "Finance" in page
    assert ticket.number in page
    assert private.number not in page
    assert "My salary" not in as_(cast.bo).get(f"/desk/people/{cast.mei.pk}/recent/").content.decode()
    assert as_(cast.bo).get("/desk/people/999999/").status_code == 404


def test_the_search_offers_a_new_person_when_nobody_fits(cast: Cast, as_: As) -> None:
    bo = as_(cast.bo)
    assert f'value="{cast.mei.pk}"' in bo.get("/desk/people/?q=lin").content.decode()
    assert "Nobody found. A new person" in bo.get("/desk/people/?q=zhao").content.decode()
    assert bo.get("/desk/people/?q=").content.decode().strip() == ""


def test_who_works_at_no_desk_records_nothing(cast: Cast, as_: As) -> None:
    ada = as_(cast.ada)
    assert ada.get("/desk/record/").status_code == 404
    assert ada.post("/desk/record/", _call(cast)).status_code == 404
    assert "/desk/record/" not in ada.get("/desk/queue/open/").content.decode()
    assert "/desk/record/" not in ada.get("/desk/palette/?q=record").content.decode()
