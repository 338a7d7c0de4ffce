"""Every address × every role, declared: an address not in this table fails, and so does an answer that differs.

A row lists the expected status for each of ROLES, in order. Mei asked the ticket, at the IT desk; a POST is empty.
What somebody may not know of answers 404. A new address needs a row: in GET, in POST, or in both.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from firstline.catalog.models import RequestType
from firstline.notices.links import rating_link
from firstline.sla.models import CalendarDay, Goal
from firstline.tickets import actions, files
from tests.cast import Cast, fresh
from tests.web.conftest import As

# Mei asked; Omar has nothing to do with it; Bo works on it (L1), Hana at another desk; Dana leads; Ada administers.
ROLES = ("anonymous", "mei", "omar", "bo", "hana", "dana", "ada")
Row = tuple[int, ...]

#                  anon  mei omar   bo hana dana  ada
EVERYBODY: Row = (200, 200, 200, 200, 200, 200, 200)
SIGNED_IN: Row = (302, 200, 200, 200, 200, 200, 200)
AT_WORK: Row = (302, 404, 404, 200, 200, 200, 200)
RECORDS: Row = (302, 404, 404, 200, 200, 200, 404)
AT_THIS_DESK: Row = (302, 404, 404, 200, 404, 200, 200)
READS_IT: Row = (302, 200, 404, 200, 404, 200, 200)
NOBODY: Row = (404,) * 7
SETTLES: Row = (302, 404, 404, 404, 404, 200, 200)
ADMINISTERS: Row = (302, 404, 404, 404, 404, 404, 200)

GET: dict[str, Row] = {
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "api-docs": EVERYBODY,
    # The portal. Those who only work on a request are sent from its page to the desk's.
    "home": SIGNED_IN,
    "find": SIGNED_IN,
    "ask-anything": SIGNED_IN,
    "ask": SIGNED_IN,
    "my-requests": SIGNED_IN,
    "request": (302, 200, 404, 302, 404, 302, 302),
    "letter": READS_IT,
    "file": READS_IT,
    "rate": EVERYBODY,
    "rate-thanks": EVERYBODY,
    # Accounts
    "sign-in": (200, 302, 302, 302, 302, 302, 302),
    "setup": NOBODY,
    "profile": SIGNED_IN,
    # The workspace
    "desk-home": (302, 404, 404, 302, 302, 302, 302),
    "rail": AT_WORK,
    "queue": AT_WORK,
    "bulk": AT_WORK,
    "palette": AT_WORK,
    "people-search": AT_WORK,
    "person": AT_WORK,
    "person-recent": AT_WORK,
    "record": RECORDS,
    "today": AT_WORK,
    "ticket": AT_THIS_DESK,
    "ticket-parts": AT_THIS_DESK,
    "ticket-earlier": AT_THIS_DESK,
    "ticket-answers": AT_THIS_DESK,
    "ticket-colleagues": AT_THIS_DESK,
    "ticket-faces": AT_THIS_DESK,
    "ticket-clock": AT_THIS_DESK,
    "ticket-verb": AT_THIS_DESK,
    # The settings: a manager has his own desk's; what is common belongs to administrators
    "settings": SETTLES,
    "settings-people": ADMINISTERS,
    "settings-person-new": ADMINISTERS,
    "settings-person": ADMINISTERS,
    "settings-suggest": SETTLES,
    "settings-calendars": SETTLES,
    "settings-calendar-new": ADMINISTERS,
    "settings-calendar": SETTLES,
    "settings-calendar-remove": ADMINISTERS,
    "settings-goals": SETTLES,
    "settings-goal-new": SETTLES,
    "settings-goal": ADMINISTERS,
    "settings-goal-remove": ADMINISTERS,
    "settings-history": SETTLES,
    "settings-desk-new": ADMINISTERS,
    "settings-desk": SETTLES,
    "settings-request-type-new": SETTLES,
    "settings-request-type": SETTLES,
    "settings-list": SETTLES,
    "settings-new": SETTLES,
    "settings-edit": SETTLES,
    "settings-remove": SETTLES,
}

# An empty form is refused with 422 by those pages that need something said.
SAYS_SOMETHING: Row = (302, 422, 422, 422, 422, 422, 422)
AT_THIS_DESK_SAYS: Row = (302, 404, 404, 422, 404, 422, 422)
ANY_VIEW: Row = (302, 404, 404, 404, 404, 404, 404)
SETTLES_SAYS: Row = (302, 404, 404, 404, 404, 422, 422)
ADMINISTERS_SAYS: Row = (302, 404, 404, 404, 404, 404, 422)
TAKES_PART: Row = (302, 422, 404, 422, 404, 422, 422)

POST: dict[str, Row] = {
    "upload": SAYS_SOMETHING,
    "file-remove": (302, 204, 204, 204, 204, 204, 204),
    "language": (302,) * 7,
    "theme": (302,) * 7,
    # The portal
    "ask-anything": SAYS_SOMETHING,
    "ask": SAYS_SOMETHING,
    "request-reply": TAKES_PART,
    "request-colleague": TAKES_PART,
    "request-cancel": (302, 302, 404, 302, 404, 302, 422),
    "request-confirm": TAKES_PART,
    "request-reopen": TAKES_PART,
    "request-rate": TAKES_PART,
    "rate": (422,) * 7,
    # Accounts
    "sign-in": (422,) * 7,
    "sign-out": (302,) * 7,
    "setup": NOBODY,
    "profile": SAYS_SOMETHING,
    "password": SAYS_SOMETHING,
    "demo-sign-in": NOBODY,
    # The workspace
    "bulk": (302, 404, 404, 422, 422, 422, 422),
    "view-save": (302, 404, 404, 302, 302, 302, 302),
    "view-change": ANY_VIEW,
    "view-delete": ANY_VIEW,
    "record": (302, 404, 404, 422, 422, 422, 404),
    "record-add": AT_THIS_DESK_SAYS,
    "ticket-send": AT_THIS_DESK_SAYS,
    "ticket-undo": (302, 404, 404, 302, 404, 302, 302),
    "ticket-draft": AT_THIS_DESK_SAYS,
    "ticket-present": AT_THIS_DESK,
    "ticket-verb": (302, 404, 404, 302, 404, 302, 422),
    # The settings
    "settings-person-new": ADMINISTERS_SAYS,
    "settings-person": ADMINISTERS_SAYS,
    "settings-calendar-new": ADMINISTERS_SAYS,
    "settings-calendar": ADMINISTERS_SAYS,
    "settings-day-new": ADMINISTERS_SAYS,
    "settings-day-remove": (302, 404, 404, 404, 404, 404, 302),
    "settings-fill": ADMINISTERS_SAYS,
    "settings-calendar-remove": ADMINISTERS_SAYS,
    "settings-goal-new": SETTLES_SAYS,
    "settings-goal": ADMINISTERS_SAYS,
    "settings-goal-move": (302, 404, 404, 404, 404, 404, 302),
    "settings-goal-remove": ADMINISTERS_SAYS,
    "settings-desk-new": ADMINISTERS_SAYS,
    "settings-desk": SETTLES_SAYS,
    "settings-request-type-new": SETTLES_SAYS,
    "settings-request-type": SETTLES_SAYS,
    "settings-new": SETTLES_SAYS,
    "settings-edit": SETTLES_SAYS,
    "settings-move": (302, 404, 404, 404, 404, 302, 302),
    "settings-remove": SETTLES_SAYS,
}

# The demo's own addresses exist in a demo only; the programs' door opens to tokens, never to a session.
API = "api/v1/"
OPEN_API = {"api-docs", "api:openapi-json", "api:api-root"}


def test_every_address_is_declared() -> None:
    names = {name for name, route in addresses() if not route.startswith(API)}
    assert names - GET.keys() - POST.keys() == set()
    assert (GET.keys() | POST.keys()) - names == {"api-docs"}


@pytest.mark.parametrize(("method", "table"), [("get", GET), ("post", POST)])
def test_each_role_gets_what_is_declared(
    cast: Cast, as_: As, things: dict[str, str], method: str, table: dict[str, Row]
) -> None:
    found = {
        name: answers(method, filled(name, route, things), cast, as_) for name, route in addresses() if name in table
    }
    assert {name: row for name, row in found.items() if row != table[name]} == {}


def test_what_is_not_declared_for_a_method_is_not_answered(cast: Cast, as_: As, things: dict[str, str]) -> None:
    client = as_(cast.ada)
    for name, route in addresses():
        if not route.startswith(API) and name not in ("healthz", "readyz"):
            for method, table in (("get", GET), ("post", POST)):
                if name not in table:
                    status = getattr(client, method)(filled(name, route, things)).status_code
                    assert (name, method, status) == (name, method, 405)


def test_a_session_opens_nothing_of_the_programs_door(cast: Cast, as_: As, things: dict[str, str]) -> None:
    client = as_(cast.ada)
    for name, route in addresses():
        if route.startswith(API) and name not in OPEN_API:
            statuses = {getattr(client, method)(filled(name, route, things)).status_code for method in ("get", "post")}
            assert (name, statuses - {405}) == (name, {401})


def addresses(resolver: Any = None, name: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the resolver as (name, route)."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            inside = f"{name}{each.namespace}:" if each.namespace else name
            yield from addresses(each, inside, route + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield name + (each.name or ""), route + str(each.pattern)


@pytest.fixture
def things(cast: Cast) -> dict[str, str]:
    """What stands in the routes for each of their parts."""
    ticket = cast.asked(text="Black screen", html="<p>Black screen</p>")
    file = files.keep(b"words", name="notes.txt", by=cast.mei)
    actions.reply(fresh(ticket), by=cast.mei, text="See the file.", attachments=[file])
    message = ticket.messages.order_by("pk").first()
    assert message is not None
    token = rating_link(ticket, 1).partition("/rate/")[2].rstrip("/")
    day = CalendarDay.objects.create(calendar=cast.it.calendar, date=date(2026, 12, 24))
    goal, form = Goal.objects.get(clock="acceptance"), RequestType.objects.get(key="laptop")
    return {
        "desk": "IT", "part": "lines", "line": str(cast.first.line_id), "day": str(day.pk), "goal": str(goal.pk),
        "form": str(form.pk), "calendar": str(day.calendar_id),
        "number": ticket.number, "message": str(message.pk), "token": token, "kind": "acceptance", "round": "1",
        "verb": "accept", "key": "laptop", "file": str(file.pk), "id": str(cast.mei.pk),
    }  # fmt: skip


# address of the settings: what its id is of
SETTINGS = {
    "settings-calendar": "calendar",
    "settings-day": "calendar",
    "settings-fill": "calendar",
    "settings-goal": "goal",
    "settings-request-type": "form",
    "settings-edit": "line",
    "settings-move": "line",
    "settings-remove": "line",
}


def filled(name: str, route: str, things: dict[str, str]) -> str:
    own = {"file": {"id": things["file"]}, "file-remove": {"id": things["file"]}, "queue": {"key": "mine"}}
    given = things | own.get(name, {})
    if kind := next((each for each in SETTINGS if name.startswith(each)), ""):
        given = given | {"id": things[SETTINGS[kind]]}
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: given[part[1]], route)


def answers(method: str, path: str, cast: Cast, as_: As) -> Row:
    """The status for each role, each asked in a world where the others were not."""
    found = []
    for role in ROLES:
        with transaction.atomic():
            client: Client = as_(getattr(cast, role) if role != "anonymous" else None, raise_request_exception=False)
            found.append(getattr(client, method)(path).status_code)
            transaction.set_rollback(True)
    return tuple(found)
