"""Every address × every role, declared: an address not in this table fails, and so does an answer that differs.

A row lists the expected status for each of tests.roles.ROLES, in order, for a request that Mei asked at the IT desk; a
POST is empty. What somebody may not know of answers 404. A new address needs a row: in GET, in POST, or in both.
Where a route names something of a desk, the same row must hold, its roles exchanged, for what Omar asked at Hana's.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from firstline.catalog.models import Inbox, Line, Mailbox, RequestType
from firstline.channels.models import Received
from firstline.notices.links import rating_link
from firstline.notices.models import OutgoingServer, SigningKey
from firstline.people.models import Person
from firstline.sla.models import CalendarDay, Goal
from firstline.tickets import actions, files
from firstline.tickets.models import Ticket
from tests.cast import Cast
from tests.deliveries import failed_letter
from tests.roles import Asking, Row, asked_by_mei, moved, people
from tests.web.conftest import As

#                  anon  mei omar  pia   bo chen hana dana ivan  ada
EVERYBODY: Row = (200, 200, 200, 200, 200, 200, 200, 200, 200, 200)
SIGNED_IN: Row = (302, 200, 200, 200, 200, 200, 200, 200, 200, 200)
AT_WORK: Row = (302, 404, 404, 404, 200, 200, 200, 200, 200, 200)
RECORDS: Row = (302, 404, 404, 404, 200, 200, 200, 200, 404, 404)
AT_THIS_DESK: Row = (302, 404, 404, 404, 200, 200, 404, 200, 200, 200)
READS_IT: Row = (302, 200, 404, 200, 200, 200, 404, 200, 200, 200)
NOBODY: Row = (404,) * 10
SETTLES: Row = (302, 404, 404, 404, 404, 404, 404, 200, 404, 200)
UNKNOWN: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 404)
ADMINISTERS: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 200)

GET: dict[str, Row] = {
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "metrics": EVERYBODY,  # from this machine only, as the test's clients are: tests/web/test_metrics.py
    "api-docs": EVERYBODY,
    # The portal. Those who only work on a request are sent from its page to the desk's.
    "home": SIGNED_IN,
    "find": SIGNED_IN,
    "ask-anything": SIGNED_IN,
    "ask": SIGNED_IN,
    "my-requests": SIGNED_IN,
    "request": (302, 200, 404, 200, 302, 302, 404, 302, 302, 302),
    "letter": READS_IT,
    "letter-picture": UNKNOWN,  # to whom a real one is shown: tests/web/test_letter_pictures.py
    "file": READS_IT,
    "rate": EVERYBODY,
    "rate-thanks": EVERYBODY,
    "letters-off": NOBODY,
    # Accounts
    "sign-in": (200, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    "second-factor": (302,) * 10,
    "forgotten": EVERYBODY,
    "link": (302,) * 10,
    "new-password": (410,) * 10,
    "setup": NOBODY,
    "profile": SIGNED_IN,
    "confirm": SIGNED_IN,
    "security": SIGNED_IN,
    "app": SIGNED_IN,
    "tokens": SIGNED_IN,
    # The workspace
    "desk-home": (302, 404, 404, 404, 302, 302, 302, 302, 302, 302),
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
    "settings-tokens": ADMINISTERS,
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
    "settings-sending": ADMINISTERS,
    "settings-sender-new": ADMINISTERS,
    "settings-sender": ADMINISTERS,
    "settings-sender-remove": ADMINISTERS,
    "settings-mail": SETTLES,
    "settings-letters": SETTLES,
    "settings-letter-raw": SETTLES,
    "settings-mailbox-new": SETTLES,
    "settings-mailbox": SETTLES,
    "settings-audit": ADMINISTERS,
    "settings-status": ADMINISTERS,
    "settings-erase": ADMINISTERS,
    "settings-retention": ADMINISTERS,
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
SAYS_SOMETHING: Row = (302, 422, 422, 422, 422, 422, 422, 422, 422, 422)
AT_THIS_DESK_SAYS: Row = (302, 404, 404, 404, 422, 422, 404, 422, 422, 422)
ANY_VIEW: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 404)
SETTLES_SAYS: Row = (302, 404, 404, 404, 404, 404, 404, 422, 404, 422)
SETTLES_DOES: Row = (302, 404, 404, 404, 404, 404, 404, 302, 404, 302)
ADMINISTERS_SAYS: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 422)
TAKES_PART: Row = (302, 422, 404, 422, 422, 422, 404, 422, 422, 422)
NOTHING_OF_HIS: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 404)
ADMINISTERS_GOES_ON: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 302)

POST: dict[str, Row] = {
    "upload": SAYS_SOMETHING,
    "file-remove": (302, 204, 204, 204, 204, 204, 204, 204, 204, 204),
    "language": (302,) * 10,
    "theme": (302,) * 10,
    # The portal
    "ask-anything": SAYS_SOMETHING,
    "ask": SAYS_SOMETHING,
    "request-reply": TAKES_PART,
    "request-colleague": TAKES_PART,
    "request-cancel": (302, 302, 404, 422, 302, 302, 404, 302, 422, 422),
    "request-confirm": TAKES_PART,
    "request-reopen": TAKES_PART,
    "request-rate": TAKES_PART,
    "rate": (422,) * 10,
    "letters-off": NOBODY,
    # Accounts
    "sign-in": (422,) * 10,
    "second-factor": (302,) * 10,
    "passkey-enter": (422,) * 10,
    "passkey-options": EVERYBODY,
    "forgotten": (422,) * 10,
    "new-password": (410,) * 10,
    "sign-out": (302,) * 10,
    "setup": NOBODY,
    "profile": SAYS_SOMETHING,
    "confirm": SAYS_SOMETHING,
    "password": SAYS_SOMETHING,
    "passkey-add": (302,) * 10,
    "passkey-new-options": SIGNED_IN,
    "passkey-remove": NOTHING_OF_HIS,
    "app": SAYS_SOMETHING,
    "app-remove": NOTHING_OF_HIS,
    "codes-renew": NOTHING_OF_HIS,
    "sessions-end": (302,) * 10,
    "session-end": NOTHING_OF_HIS,
    "tokens": SAYS_SOMETHING,
    "token-revoke": NOTHING_OF_HIS,
    "demo-sign-in": NOBODY,
    # The workspace
    "bulk": (302, 404, 404, 404, 422, 422, 422, 422, 422, 422),
    "view-save": (302, 404, 404, 404, 302, 302, 302, 302, 302, 302),
    "view-change": ANY_VIEW,
    "view-delete": ANY_VIEW,
    "record": (302, 404, 404, 404, 422, 422, 422, 422, 404, 404),
    "record-add": AT_THIS_DESK_SAYS,
    "ticket-send": AT_THIS_DESK_SAYS,
    "ticket-undo": (302, 404, 404, 404, 302, 302, 404, 302, 302, 302),
    "letter-again": (302, 404, 404, 404, 302, 302, 404, 302, 403, 403),
    "try-address": (302, 404, 404, 404, 302, 302, 302, 302, 404, 302),
    "ticket-forwarded": (302, 404, 404, 404, 302, 302, 404, 302, 403, 403),
    "ticket-copied": (302, 404, 404, 404, 302, 302, 404, 302, 403, 403),
    "ticket-draft": AT_THIS_DESK_SAYS,
    "ticket-present": AT_THIS_DESK,
    "ticket-verb": (302, 404, 404, 404, 302, 302, 404, 302, 422, 422),
    # The settings
    "settings-person-new": ADMINISTERS_SAYS,
    "settings-person": ADMINISTERS_SAYS,
    "settings-person-invite": ADMINISTERS_GOES_ON,
    "settings-person-sign-out": ADMINISTERS_GOES_ON,
    "settings-person-factors-remove": NOTHING_OF_HIS,
    "settings-token-revoke": NOTHING_OF_HIS,
    "settings-calendar-new": ADMINISTERS_SAYS,
    "settings-calendar": ADMINISTERS_SAYS,
    "settings-day-new": ADMINISTERS_SAYS,
    "settings-day-remove": (302, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-fill": ADMINISTERS_SAYS,
    "settings-calendar-remove": ADMINISTERS_SAYS,
    "settings-sender-new": ADMINISTERS_SAYS,
    "settings-sender": ADMINISTERS_SAYS,
    "settings-sender-remove": (302, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-sender-test": (302, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-signing-new": (302, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-signing": (302, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-goal-new": SETTLES_SAYS,
    "settings-goal": ADMINISTERS_SAYS,
    "settings-goal-move": (302, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-goal-remove": ADMINISTERS_SAYS,
    "settings-audit-check": (302, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-erase": ADMINISTERS_SAYS,
    "settings-retention": ADMINISTERS_SAYS,
    "settings-desk-new": ADMINISTERS_SAYS,
    "settings-desk": SETTLES_SAYS,
    "settings-request-type-new": SETTLES_SAYS,
    "settings-request-type": SETTLES_SAYS,
    "settings-new": SETTLES_SAYS,
    "settings-edit": SETTLES_SAYS,
    "settings-mailbox-new": SETTLES_SAYS,
    "settings-mailbox": SETTLES_SAYS,
    "settings-mailbox-test": SETTLES_DOES,
    "settings-letter-again": SETTLES_DOES,
    "settings-letters-again": SETTLES_DOES,
    "settings-move": (302, 404, 404, 404, 404, 404, 404, 302, 404, 302),
    "settings-remove": SETTLES_SAYS,
}

# The demo's own addresses exist in a demo only; the programs' door opens to tokens, never to a session.
API = "api/v1/"
OPEN_API = {"api-docs", "api:openapi-json", "api:api-root"}


def test_every_address_is_declared() -> None:
    names = {name for name, route in addresses() if not route.startswith(API)}
    assert names - GET.keys() - POST.keys() == set()
    assert (GET.keys() | POST.keys()) - names == {"api-docs"}


@pytest.mark.parametrize("whose", ["mei's", "omar's"])
@pytest.mark.parametrize(("method", "table"), [("get", GET), ("post", POST)], ids=["get", "post"])
def test_each_role_gets_what_is_declared(
    cast: Cast, asking: Asking, roles: dict[str, Person], method: str, table: dict[str, Row], whose: str
) -> None:
    own = whose == "mei's"
    things = at_it(cast, roles) if own else at_hr(cast)
    found, declared = {}, {}
    for name, route in addresses():
        if name in table and (own or OF_A_DESK.search(route) or name == "file"):
            found[name] = asking.row(method, filled(name, route, things))
            declared[name] = table[name] if own else moved(table[name])
    assert {name: row for name, row in found.items() if row != declared[name]} == {}


def test_what_is_of_another_request_or_desk_is_not_there_by_way_of_an_own_one(
    cast: Cast, asking: Asking, roles: dict[str, Person]
) -> None:
    """Row 2 of the threats: the first id of a route is one's own, the second is not."""
    theirs = ("message", "line", "form", "delivery", "mailbox")
    mixed = at_it(cast, roles) | {name: id for name, id in at_hr(cast).items() if name in theirs}
    answers = {}
    for name, route in addresses():
        if OF_A_DESK.search(route) and re.search("<int:message>|<int:id>", route):
            path = filled(name, route, mixed)
            answers |= {(name, method): asking("dana", method, path).status_code for method in ("get", "post")}
    assert len(answers) > 8
    assert {each: status for each, status in answers.items() if status not in (404, 405)} == {}


def test_what_is_not_declared_for_a_method_is_not_answered(
    cast: Cast, asking: Asking, roles: dict[str, Person]
) -> None:
    things = at_it(cast, roles)
    for name, route in addresses():
        if not route.startswith(API) and name not in ("healthz", "readyz"):
            undeclared = ["put", "patch", "delete"]
            undeclared += [method for method, table in (("get", GET), ("post", POST)) if name not in table]
            for method in undeclared:
                status = asking("ada", method, filled(name, route, things)).status_code
                assert (name, method, status in (404, 405)) == (name, method, True)


def test_a_session_opens_nothing_of_the_programs_door(cast: Cast, asking: Asking, roles: dict[str, Person]) -> None:
    things = at_it(cast, roles)
    for name, route in addresses():
        if route.startswith(API) and name not in OPEN_API:
            path = filled(name, route, things)
            statuses = {asking("ada", method, path).status_code for method in ("get", "post", "put", "delete")}
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
def roles(cast: Cast) -> dict[str, Any]:
    return people(cast)


@pytest.fixture
def asking(roles: dict[str, Any], as_: As) -> Asking:
    return Asking(roles, as_)


OF_A_DESK = re.compile(r"<str:number>|<slug:desk>|<str:desk>")


def at_it(cast: Cast, roles: dict[str, Any]) -> dict[str, str]:
    """What stands in the routes for each of their parts: Mei's request, and the IT desk's settings."""
    ticket = asked_by_mei(cast, roles, text="Black screen", html="<p>Black screen</p>")
    file = files.keep(b"words", name="notes.txt", by=cast.mei)
    actions.reply(ticket, by=cast.mei, text="See the file.", attachments=[file])
    return _things(ticket, str(file.pk), by=cast.mei) | {"key": "laptop"}


def at_hr(cast: Cast) -> dict[str, str]:
    """The same of Omar's request at Hana's desk."""
    ticket = cast.asked(by=cast.omar, desk=cast.hr, text="Parental leave", html="<p>Parental leave</p>")
    file = files.keep(b"private", name="private.txt", by=cast.omar)
    actions.reply(ticket, by=cast.omar, text="See the file.", attachments=[file])
    return _things(ticket, str(file.pk), by=cast.omar) | {"key": "leave"}


def _things(ticket: Ticket, file: str, *, by: Person) -> dict[str, str]:
    message, desk = ticket.messages.order_by("pk")[0], ticket.desk
    token = rating_link(ticket, 1).partition("/rate/")[2].rstrip("/")
    day, _new = CalendarDay.objects.get_or_create(calendar=desk.calendar, date=date(2026, 12, 24))
    goal, form = Goal.objects.get(clock="acceptance"), RequestType.objects.filter(desk=desk).order_by("pk")[0]
    inbox = Inbox.objects.filter(desk=desk)[0]
    mailbox = Mailbox.objects.create(
        inbox=inbox, host="127.0.0.1", port=1, user=desk.key, security="none", old_mail="all"
    )
    letter = Received.objects.create(key=f"odd {desk.key}", inbox=inbox, raw=b"odd", state="unreadable")
    return {
        "mailbox": str(mailbox.pk), "received": str(letter.pk),
        "desk": desk.key, "part": "lines", "line": str(Line.objects.filter(desk=desk)[0].pk), "day": str(day.pk),
        "goal": str(goal.pk), "form": str(form.pk), "calendar": str(day.calendar_id),
        "number": ticket.number, "message": str(message.pk), "token": token, "kind": "acceptance", "round": "1",
        "verb": "accept", "secret": "unknown", "file": file, "id": str(by.pk),
        "seal": "0" * 40,
        "delivery": str(failed_letter(ticket).pk),
        "server": str(OutgoingServer.objects.get_or_create(name="Relay", host="mx.test")[0].pk),
        "signing": str(SigningKey.objects.get_or_create(domain="corp.example", selector="s", public="p")[0].pk),
    }  # fmt: skip


# address of the settings: what its id is of
SETTINGS = {
    "settings-calendar": "calendar",
    "settings-day": "calendar",
    "settings-fill": "calendar",
    "settings-goal": "goal",
    "settings-sender": "server",
    "settings-signing": "signing",
    "settings-request-type": "form",
    "settings-mailbox": "mailbox",
    "settings-letter": "received",
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
