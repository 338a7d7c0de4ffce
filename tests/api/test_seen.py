"""A request field by field: as who works on it, who asks, who asked it for somebody else and who came late see it."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from firstline.api.shapes import TicketOut
from firstline.kit import clock
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from firstline.tickets.write_guard import door
from tests.api.test_api import Program
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


def minute(number: float) -> Any:
    return MONDAY + timedelta(minutes=number)


def said(number: float) -> str:
    return minute(number).isoformat().replace("+00:00", "Z")


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Omar asked it for Mei; Hana takes part from later on; it is solved, closed and rated; a note came last."""
    with clock.moved(minute(0)):
        ticket = cast.asked(by=cast.omar, requester=cast.mei, answers={"asset": "L-7"})
    with clock.moved(minute(1)):
        actions.accept(ticket, by=cast.bo)
        actions.classify(ticket, by=cast.bo, kind="incident", service=cast.vpn)
        actions.change_priority(ticket, by=cast.bo, impact=3, urgency=1)
        actions.tag(ticket, by=cast.bo, tags=["vip"])
    with clock.moved(minute(2)):
        actions.reply(ticket, by=cast.bo, text="I look.")
    with clock.moved(minute(10)):
        actions.resolve(ticket, by=cast.bo, resolution="Restart it.")
    with clock.moved(minute(20)):
        actions.close(ticket, by=cast.mei)
    with clock.moved(minute(25)):
        actions.rate(ticket, by=cast.mei, score=2)
    with clock.moved(minute(30)):
        actions.note(ticket, by=cast.bo, text="Inside.")
    with door():  # only a system says so
        Ticket.objects.filter(pk=ticket.pk).update(scenario="onboarding")
    return Ticket.objects.get(pk=ticket.pk)


def seen(program: Program, ticket: Ticket, at: float) -> dict[str, Any]:
    with clock.moved(minute(at)):
        found: dict[str, Any] = program("GET", f"/tickets/{ticket.number}").json()
    return found


def everything(cast: Cast, ticket: Ticket) -> dict[str, Any]:
    return {
        **{"number": ticket.number, "subject": "VPN keeps dropping", "kind": "incident", "status": "closed"},
        **{"phase": "closed", "channel": "portal", "served_by": ticket.served_by, "scenario": "onboarding"},
        **{"desk": "IT", "service": "vpn", "line": "L1", "team": "l1", "assignee": "Bo Wen"},
        **{"priority": ticket.priority, "impact": 3, "urgency": 1, "tags": ["vip"], "creator_id": cast.omar.pk},
        **{"asked_by": "Omar Haddad", "requester_id": cast.mei.pk, "requester_name": "Lin Mei"},
        **{"requester_email": "mei@corp.example", "requester_country": "CN", "requester_city": "Shanghai"},
        **{"requester_department": "Finance", "created_at": said(0), "updated_at": said(30), "accepted_at": said(1)},
        **{"first_response_at": said(2), "resolved_at": said(10), "closed_at": said(20), "due_at": None},
        **{"first_response_seconds": 120, "resolution_seconds": 1080, "handling_seconds": 1080, "satisfaction": 2},
        **{"answers": {"asset": "L-7"}},
    }


OUTSIDE = {"scenario": "", "line": None, "team": None, "tags": [], "due_at": None, "updated_at": said(20)}
OF_A_STRANGER: dict[str, Any] = {
    **{"requester_name": "mei@corp.example", "requester_email": "mei@corp.example", "requester_id": None},
    **{"requester_country": "", "requester_city": "", "requester_department": "", "satisfaction": None},
    **{"first_response_at": None, "first_response_seconds": None},
}


def test_each_field_as_each_reader_sees_it(cast: Cast, ticket: Ticket) -> None:
    every = everything(cast, ticket)
    assert every.keys() == TicketOut.model_fields.keys()
    assert seen(Program(cast.bo), ticket, 60) == every
    assert seen(Program(cast.mei), ticket, 60) == every | OUTSIDE
    assert seen(Program(cast.omar), ticket, 60) == every | OUTSIDE | OF_A_STRANGER


def test_who_came_late_reads_nothing_of_the_form(cast: Cast) -> None:
    with clock.moved(minute(0)):
        stays, goes = (cast.asked(by=by, answers={"asset": "L-7"}) for by in (cast.mei, cast.omar))
    with clock.moved(minute(5)):
        actions.merge(goes, by=cast.bo, into=stays)
    assert seen(Program(cast.mei), stays, 10)["answers"] == {"asset": "L-7"}
    assert seen(Program(cast.omar), stays, 10)["answers"] == {}
    assert seen(Program(cast.bo), stays, 10)["answers"] == {"asset": "L-7"}


def test_a_deadline_is_the_desks_own(cast: Cast) -> None:
    with clock.moved(minute(0)):
        ticket = cast.asked()
    assert seen(Program(cast.bo), ticket, 1)["due_at"] == said(5)
    assert seen(Program(cast.mei), ticket, 1)["due_at"] is None


def test_to_the_asking_side_it_moved_when_something_happened_that_they_see(cast: Cast) -> None:
    with clock.moved(minute(0)):
        ticket = cast.asked()
    mei, bo = Program(cast.mei), Program(cast.bo)
    steps: list[tuple[float, Any, float]] = [
        (1, lambda: actions.note(ticket, by=cast.bo, text="Inside."), 0),
        (2, lambda: actions.accept(ticket, by=cast.bo), 2),
        (3, lambda: actions.reply(ticket, by=cast.bo, text="I look."), 3),
        (4, lambda: actions.rename(ticket, by=cast.bo, subject="Other"), 3),
        (5, lambda: actions.resolve(ticket, by=cast.bo, resolution="Done."), 5),
        (6, lambda: actions.close(ticket, by=cast.mei), 6),
        (7, lambda: actions.tag(ticket, by=cast.bo, tags=["x"]), 6),
    ]
    assert seen(mei, ticket, 0)["updated_at"] == said(0)
    for at, do, told in steps:
        with clock.moved(minute(at)):
            do()
        assert seen(mei, ticket, at + 0.9)["updated_at"] == said(told), at
        assert seen(bo, ticket, at + 0.9)["updated_at"] == said(at), at


def test_a_first_answer_is_told_outside_from_the_second_on_in_which_it_leaves(cast: Cast) -> None:
    with clock.moved(minute(0)):
        ticket = cast.asked()
        actions.accept(ticket, by=cast.bo)
        actions.reply(ticket, by=cast.bo, text="I look.")
    last = settings.CONFIG.undo_seconds / 60
    for at, outside in ((last - 0.01, None), (last, said(0))):
        assert seen(Program(cast.mei), ticket, at)["first_response_at"] == outside
        assert seen(Program(cast.bo), ticket, at)["first_response_at"] == said(0)


def test_a_list_says_of_each_request_what_its_own_page_says(cast: Cast, ticket: Ticket) -> None:
    own = cast.asked(by=cast.omar)
    for who in (cast.bo, cast.mei, cast.omar):
        program = Program(who)
        with clock.moved(minute(60)):
            items = program("GET", "/tickets").json()["items"]
            assert items == [program("GET", f"/tickets/{each['number']}").json() for each in items]
    assert len(items) == 2
    assert own.number in {each["number"] for each in items}
