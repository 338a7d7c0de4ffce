"""What a program may send: every bound of every field, written down a second time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from ninja import Schema
from pydantic import ValidationError

from firstline.api import shapes
from firstline.catalog.models import Desk, Team, Tier
from firstline.kit import clock
from firstline.tickets.models import Ticket
from tests.api.shapes import BODIES_TAKEN
from tests.api.test_api import Program
from tests.background import run_jobs
from tests.cast import Cast

SOME = {"text": "x", "impact": 1, "urgency": 1, "score": 1, "resolution": "x", "message": 1, "emails": [], "files": []}
# Shape, field, values that may be said, and some that may not
BOUNDS: list[tuple[str, str, list[Any], list[Any]]] = [
    ("TicketIn", "subject", ["", "x" * 250], ["x" * 251]),
    ("TicketIn", "text", ["", "x" * 100_000], ["x" * 100_001]),
    ("TicketIn", "format", ["plain", "markdown"], ["html", ""]),
    ("TicketIn", "channel", "api chat alert phone walk_in portal email".split(), ["fax", ""]),
    ("TicketIn", "impact", [1, 2, 3], [0, 4]),
    ("TicketIn", "urgency", [1, 2, 3], [0, 4]),
    ("TicketIn", "files", [[], [uuid4()] * 20], [[uuid4()] * 21, ["x"]]),
    ("MessageIn", "text", ["", "x" * 100_000], ["x" * 100_001]),
    ("MessageIn", "format", ["plain", "markdown"], ["html"]),
    ("MessageIn", "files", [[], [uuid4()] * 20], [[uuid4()] * 21]),
    ("ChangePriorityIn", "impact", [1, 2, 3], [0, 4]),
    ("ChangePriorityIn", "urgency", [1, 2, 3], [0, 4]),
    ("WriteDownIn", "channel", ["phone", "walk_in"], ["email", "portal", "chat", "api"]),
    ("HoldIn", "reason", ["requester", "vendor", "approval", "date"], ["x", ""]),
    ("ClassifyIn", "kind", ["inquiry", "incident", "question"], ["x", "", None]),
    ("LinkIn", "kind", ["related", "duplicate", "child", "caused", "follows"], ["split", "cousin"]),
    ("ResolveIn", "format", ["plain", "markdown"], ["html"]),
    ("RateIn", "score", [1, 2, 3], [0, 4]),
    ("RateIn", "stars", [None, 1, 5], [0, 6]),
    ("MentionIn", "emails", [[], ["x"] * 20], [["x"] * 21]),
    ("AttachIn", "files", [[], [uuid4()] * 20], [[uuid4()] * 21]),
]


@pytest.mark.parametrize(
    ("shape", "name", "said", "refused"), BOUNDS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_bound_is_where_it_is(shape: str, name: str, said: list[Any], refused: list[Any]) -> None:
    kind: type[Schema] = BODIES_TAKEN[shape]
    base = {field: SOME.get(field, "phone") for field, about in kind.model_fields.items() if about.is_required()}
    for value in said:
        assert getattr(kind.model_validate({**base, name: value}), name) == value
    for value in refused:
        with pytest.raises(ValidationError):
            kind.model_validate({**base, name: value})


def test_no_bound_is_without_a_row() -> None:
    bounded = {
        (kind.__name__, name)
        for kind in BODIES_TAKEN.values()
        for name, about in kind.model_fields.items()
        if about.metadata or "Literal" in str(about.annotation)
    }
    # Which message it is about must be a number.
    assert bounded <= {(shape, name) for shape, name, _said, _refused in BOUNDS}


@pytest.mark.django_db
def test_each_filter_of_the_list_narrows_it() -> None:
    cast = Cast.make()
    from firstline.tickets import actions

    mine = cast.asked(subject="Printer", urgency=3)
    hers = cast.asked(by=cast.omar, subject="Scanner", channel="chat")
    actions.accept(mine, by=cast.bo)
    actions.classify(mine, by=cast.bo, kind="incident", service=None)
    run_jobs()
    dana, bo = Program(cast.dana), Program(cast.bo)

    def found(query: str, program: Program = dana) -> set[str]:
        return {each["number"] for each in program("GET", f"/tickets?{query}").json()["items"]}

    both = {mine.number, hers.number}
    assert found("") == both
    for query, wanted in {
        "desk=IT": both, "desk=HR": set(), "phase=in_progress": {mine.number}, "phase=pending": {hers.number},
        "kind=incident": {mine.number}, "kind=inquiry": {hers.number}, "channel=chat": {hers.number},
        "channel=portal": {mine.number}, "priority=2": {mine.number}, "priority=4": set(),
        "assignee=bo@corp.example": {mine.number}, "assignee=me": set(), "requester=omar@corp.example": {hers.number},
        "requester=me": set(), "q=printer": {mine.number}, "q=nothing": set(),
    }.items():  # fmt: skip
        assert found(query) == wanted, query
    assert found("assignee=me", bo) == {mine.number}
    assert found("requester=me", Program(cast.omar)) == {hers.number}


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "most"), [("/tickets", 100), ("/persons", 100)])
def test_a_page_has_one_row_at_least_and_so_many_at_most(path: str, most: int) -> None:
    cast = Cast.make()
    cast.ask()
    bo = Program(cast.bo)
    for limit, status in ((0, 422), (1, 200), (most, 200), (most + 1, 422)):
        answer = bo("GET", f"{path}?limit={limit}&q=vpn")
        assert answer.status_code == status, answer.content
    assert bo("GET", "/persons?q=").status_code == 422


NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def asked(**more: Any) -> Ticket:
    """A request that is nowhere stored, on no line and of no service."""
    given: dict[str, Any] = {"desk": Desk(key="IT"), "number": "IT-7", "status_id": "pending", "answers": {}}
    given |= {"requester_id": 7, "creator_id": 7, "created_at": NINE, "updated_at": NINE, "tags": []}
    given |= {"priority": 3, "served_by": "agent"}
    ticket = Ticket(**{**given, **more})
    for name in ("line", "team", "service", "assignee", "asked_by", "requester"):
        if name not in more:
            ticket._state.fields_cache[name] = None
    return ticket


def test_outside_a_first_answer_counts_from_the_moment_in_which_it_leaves() -> None:
    leaves = NINE + timedelta(seconds=settings.CONFIG.undo_seconds)
    ticket = asked(first_response_at=NINE, created_at=NINE - timedelta(seconds=90))
    for at, told in ((leaves - timedelta(seconds=1), None), (leaves, NINE)):
        with clock.moved(at):
            outside, inside = (shapes.TicketOut.of(ticket, inside=inside) for inside in (False, True))
            asker = shapes.TicketOut.of(ticket, inside=False, asker=True)
        assert (outside.first_response_at, inside.first_response_at, asker.first_response_at) == (told, NINE, None)
        seconds = (outside.first_response_seconds, inside.first_response_seconds, asker.first_response_seconds)
        assert seconds == (90 if told else None, 90, None)


def test_what_is_of_the_desk_alone_is_of_nobody_outside() -> None:
    line, due, closed = Tier(key="L1"), NINE + timedelta(hours=1), NINE + timedelta(seconds=61.9)
    ticket = asked(
        line=line, team=Team(key="l1"), scenario="x", tags=["vip"], due_at=due, updated_at=due,
        first_response_at=NINE, closed_at=closed, waited=timedelta(seconds=61), answers={"asset": "L-7"},
    )  # fmt: skip
    with clock.moved(due):
        inside, outside = (shapes.TicketOut.of(ticket, inside=inside) for inside in (True, False))
    own = "line team scenario tags due_at updated_at".split()
    assert [getattr(inside, name) for name in own] == ["L1", "l1", "x", ["vip"], due, due]
    assert [getattr(outside, name) for name in own] == [None, None, "", [], None, closed]
    for seen in (inside, outside):
        assert (seen.resolution_seconds, seen.handling_seconds, seen.answers) == (61, 0, {"asset": "L-7"})
    assert shapes.TicketOut.of(ticket, inside=False, late=True).answers == {}
    bare = shapes.TicketOut.of(asked(), inside=True)
    found = (bare.line, bare.team, bare.service, bare.assignee, bare.asked_by, bare.due_at, bare.resolution_seconds)
    assert found == (None,) * 7


@pytest.mark.parametrize("name", ["accepted_at", "resolved_at", "closed_at", "first_response_at"])
def test_outside_it_moved_when_the_last_of_these_happened(name: str) -> None:
    later = NINE + timedelta(hours=1)
    with clock.moved(later + timedelta(hours=1)):
        assert shapes.TicketOut.of(asked(**{name: later}), inside=False).updated_at == later
        assert shapes.TicketOut.of(asked(**{name: later}), inside=True).updated_at == NINE


def test_of_a_stranger_the_address_is_told_and_never_the_name() -> None:
    known = {"requester_name": "Lin Mei", "requester_country": "CN", "requester_city": "x", "satisfaction": 2}
    for email, told in (("mei@corp.example", "mei@corp.example"), ("", "—")):
        ticket = asked(**known, requester_email=email, requester_department="x")
        seen = shapes.TicketOut.of(ticket, inside=False, asker=True)
        assert (seen.requester_name, seen.requester_email, seen.requester_id, seen.satisfaction) == (
            *(told, told, None),
            None,
        )
        assert (seen.requester_country, seen.requester_city, seen.requester_department) == ("", "", "")
        plain = shapes.TicketOut.of(ticket, inside=False)
        assert (plain.requester_name, plain.requester_id, plain.requester_department) == ("Lin Mei", 7, "x")
