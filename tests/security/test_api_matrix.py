"""Every operation of the API × every role, and × every kind of token: an operation that is not declared fails.

Threats 1, 2, 25 and 32. Nobody approves yet: approvals do not exist.
"""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from firstline.api.models import Token
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets.models import Ticket
from tests.cast import Cast
from tests.roles import ROLES, Row, asked_by_mei, asked_for_mei, moved

#                 anon  mei omar  pia sven   bo chen hana dana ivan  ada
ALL: Row = (401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200)
AT_WORK: Row = (401, 404, 404, 404, 404, 200, 200, 200, 200, 200, 200)
READS: Row = (401, 200, 404, 200, 200, 200, 200, 404, 200, 200, 200)
INSIDE: Row = (401, 404, 404, 404, 404, 200, 200, 404, 200, 200, 200)
WORKS: Row = (401, 403, 404, 403, 403, 200, 200, 404, 200, 403, 403)
# As WORKS, but the state of the ticket forbids it to those who may.
NOT_NOW: Row = (401, 403, 404, 403, 403, 409, 409, 404, 409, 403, 403)
# As WORKS: whether one may is asked before anything that is named is looked up.
WITH_ANOTHER = WORKS
WATCHES: Row = (401, 403, 404, 403, 403, 200, 200, 404, 200, 200, 200)

READING: dict[str, Row] = {
    "/persons/me": ALL,
    "/persons?q=a": AT_WORK,
    "/desks": ALL,
    "/services": ALL,
    "/request-types": ALL,
    "/tickets": ALL,
    "/tickets/{number}": READS,
    "/tickets/{number}/messages": READS,
    "/tickets/{number}/events": INSIDE,
}
LATER = "2031-01-01T00:00:00Z"
# what it is sent, and the row; the ticket is new, has one message, and nobody has accepted it
DOING: dict[str, tuple[dict[str, Any], Row]] = {
    "/tickets": ({"subject": "A", "text": "B", "desk": "IT"}, (401, *(201,) * 10)),
    "/tickets/{number}/messages": (
        {"text": "Words"},
        (401, 201, 404, 201, 201, 201, 201, 404, 201, 403, 403),
    ),
    "/tickets/{number}/accept": ({}, WORKS),
    "/tickets/{number}/assign": ({"to": "bo@corp.example"}, WORKS),
    "/tickets/{number}/classify": ({"kind": "incident"}, WORKS),
    "/tickets/{number}/priority": ({"impact": 1, "urgency": 1}, WORKS),
    "/tickets/{number}/escalate": ({"line": "L2", "handover": "H"}, WORKS),
    "/tickets/{number}/send-back": ({"reason": "R"}, NOT_NOW),
    "/tickets/{number}/transfer": ({"desk": "HR", "reason": "R"}, WORKS),
    "/tickets/{number}/hold": ({"reason": "vendor"}, WORKS),
    "/tickets/{number}/resume": ({}, NOT_NOW),
    "/tickets/{number}/snooze": ({"until": LATER}, WORKS),
    "/tickets/{number}/wake": ({}, NOT_NOW),
    "/tickets/{number}/resolve": ({"resolution": "R"}, WORKS),
    "/tickets/{number}/close": ({}, (401, 409, 404, 403, 403, 409, 409, 404, 409, 403, 403)),
    "/tickets/{number}/reopen": ({"reason": "R"}, (401, 409, 404, 403, 403, 409, 409, 404, 409, 403, 403)),
    "/tickets/{number}/cancel": ({"reason": "R"}, (401, 200, 404, 403, 403, 200, 200, 404, 200, 403, 403)),
    "/tickets/{number}/rate": ({"score": 1}, (401, 409, 404, 403, 403, 403, 403, 404, 403, 403, 403)),
    "/tickets/{number}/merge": ({"other": "{other}"}, WITH_ANOTHER),
    "/tickets/{number}/unmerge": ({}, NOT_NOW),
    "/tickets/{number}/link": ({"other": "{other}"}, WITH_ANOTHER),
    "/tickets/{number}/unlink": ({"other": "{other}"}, WITH_ANOTHER),
    "/tickets/{number}/participants": (
        {"email": "omar@corp.example"},
        (401, 200, 404, 403, 403, 200, 200, 404, 200, 403, 403),
    ),
    # Sven asked it for her.
    "/tickets/{number}/share": ({}, (401, 200, 404, 403, 403, 403, 403, 404, 403, 403, 403)),
    "/tickets/{number}/unshare": ({}, (401, 200, 404, 403, 403, 403, 403, 404, 403, 403, 403)),
    "/tickets/{number}/decline": ({}, (401, 200, 404, 403, 403, 403, 403, 404, 403, 403, 403)),
    "/tickets/{number}/rename": ({"subject": "S"}, WORKS),
    "/tickets/{number}/tags": ({"tags": ["t"]}, WORKS),
    "/tickets/{number}/file": ({}, WORKS),
    "/tickets/{number}/split": ({"message": "{message}", "subject": "S"}, WORKS),
    "/tickets/{number}/mention": ({"message": "{message}", "emails": ["bo@corp.example"]}, WORKS),
    "/tickets/{number}/attach": ({"files": []}, (401, 409, 404, 409, 409, 409, 409, 404, 409, 403, 403)),
    "/tickets/{number}/watch": ({}, WATCHES),
    "/tickets/{number}/unwatch": ({}, WATCHES),
    "/tickets/{number}/end-links": ({}, NOT_NOW),
    "/tickets/{number}/write-down": ({"text": "T", "channel": "phone"}, WORKS),
    "/files": ({}, (401, *(201,) * 10)),
}


class Programs:
    """A program for each role: `call(role, method, path, body)` is its status, in a world that is as before."""

    def __init__(self, roles: dict[str, Person], *scopes: str, **more: Any) -> None:
        self.client = Client(raise_request_exception=False)
        self.secrets = {
            role: Token.issue(person, scopes=list(scopes), **more) if person else "" for role, person in roles.items()
        }

    def __call__(self, role: str, method: str, path: str, body: Any = None) -> int:
        secret = self.secrets[role]
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        with transaction.atomic():
            if path == "/files":
                given = {"file": SimpleUploadedFile("a.txt", b"words")}
                answer = self.client.post("/api/v1/files", given, headers=headers)
            else:
                sent = "" if body is None else json.dumps(body)
                answer = self.client.generic(method, f"/api/v1{path}", sent, "application/json", headers=headers)
            transaction.set_rollback(True)
        return answer.status_code


@pytest.fixture
def programs(roles: dict[str, Any]) -> Programs:
    return Programs(roles, "read", "write")


def operations() -> set[tuple[str, str]]:
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    return {(method, path.removeprefix("/api/v1")) for path, known in paths.items() for method in known}


@pytest.mark.django_db
def test_every_operation_is_declared() -> None:
    declared = {("get", path.partition("?")[0]) for path in READING} | {("post", path) for path in DOING}
    assert operations() == declared


@pytest.mark.parametrize("whose", ["mei's", "omar's"])
def test_each_role_gets_what_is_declared_by_program(
    cast: Cast, roles: dict[str, Any], programs: Programs, whose: str
) -> None:
    own = whose == "mei's"
    ticket, other = (asked_for_mei(cast, roles), cast.asked()) if own else (hr(cast, roles["sven"]), hr(cast))
    found, declared = {}, {}
    table = {("get", path): (None, row) for path, row in READING.items()}
    table |= {("post", path): given for path, given in DOING.items()}  # type: ignore[misc]
    for (method, path), (body, row) in table.items():
        if own or "{number}" in path:
            sent = filled(body, ticket, other, own=own)
            at = path.replace("{number}", ticket.number)
            found[method, path] = tuple(programs(role, method, at, sent) for role in ROLES)
            declared[method, path] = row if own else moved(row)
    differing = [f"{path} is {row}, declared {declared[m, path]}" for (m, path), row in found.items()]
    same = (lambda row: row) if own else allowed
    assert [each for each, at in zip(differing, found, strict=True) if same(found[at]) != same(declared[at])] == []


def test_a_foreign_id_in_a_body_is_not_there(cast: Cast, roles: dict[str, Any], programs: Programs) -> None:
    """Threat 2: what stands in the body is looked up by the same rights as what stands in the address."""
    ticket, foreign = asked_by_mei(cast, roles), hr(cast)
    file = foreign.attachments.create(uploader=cast.omar, name="a", type="text/plain", size=1, sha256="0" * 64)
    message = foreign.messages.get().pk
    for verb, body in {
        "merge": {"other": foreign.number},
        "link": {"other": foreign.number},
        "unlink": {"other": foreign.number},
        "split": {"message": message, "subject": "S"},
        "mention": {"message": message, "emails": []},
        "attach": {"files": [str(file.pk)]},
        "messages": {"text": "Words", "files": [str(file.pk)]},
        "resolve": {"resolution": "R", "cause": "leave"},
        "classify": {"kind": "incident", "service": "payroll"},
        "escalate": {"team": "hr", "handover": "H"},
        "assign": {"to": "hana@corp.example"},
    }.items():
        assert (verb, programs("bo", "post", f"/tickets/{ticket.number}/{verb}", body)) == (verb, 409)


def test_a_token_that_may_read_changes_nothing(cast: Cast, roles: dict[str, Any]) -> None:
    ticket, other = asked_by_mei(cast, roles), cast.asked()
    programs = Programs(roles, "read")
    for path, (body, _row) in DOING.items():
        at = path.replace("{number}", ticket.number)
        for role in ("mei", "bo", "ada"):
            status = programs(role, "post", at, filled(body, ticket, other, own=True))
            assert (path, role, status) == (path, role, 403)
    assert programs("bo", "get", f"/tickets/{ticket.number}") == 200


def test_a_token_that_is_over_and_one_of_somebody_who_left_open_nothing(cast: Cast, roles: dict[str, Any]) -> None:
    over = Programs(roles, "read", "write", expires_at=clock.now() - timedelta(seconds=1))
    valid = Programs(roles, "read", "write")
    Person.objects.filter(pk=cast.bo.pk).update(is_active=False)
    for path in READING:
        at = path.replace("{number}", "IT-1")
        assert (path, over("ada", "get", at), valid("bo", "get", at)) == (path, 401, 401)


def test_one_at_work_may_say_how_it_came_and_for_whom_and_nobody_else_may(
    cast: Cast, roles: dict[str, Any], programs: Programs
) -> None:
    for more in ({"requester": "mei@corp.example"}, {"channel": "phone"}):
        body = {"subject": "A", "text": "B", "desk": "IT", **more}
        found = {role: programs(role, "post", "/tickets", body) for role in ("omar", "hana", "bo", "ada")}
        assert found == {"omar": 403, "hana": 403, "bo": 201, "ada": 201}


def allowed(row: Row) -> Row:
    """The row without what depends on the ticket's state: Hana's desk has one line, one team and one agent."""
    return tuple(200 if status in (201, 409) else status for status in row)


def hr(cast: Cast, asker: Person | None = None) -> Ticket:
    """What Omar asked at Hana's desk, or the asker for Omar."""
    return cast.asked(by=asker or cast.omar, requester=cast.omar, desk=cast.hr, text="Parental leave")


def filled(body: dict[str, Any] | None, ticket: Ticket, other: Ticket, *, own: bool) -> dict[str, Any] | None:
    """The body with its blanks filled in, and with what is of the ticket's own desk."""
    if body is None:
        return None
    blanks = {"{other}": other.number, "{message}": ticket.messages.get().pk}
    here = {} if own else {"L2": "L1", "HR": "IT", "bo@corp.example": "hana@corp.example"}
    given = {name: blanks.get(str(value), here.get(str(value), value)) for name, value in body.items()}
    return {name: [here.get(str(each), each) for each in v] if isinstance(v, list) else v for name, v in given.items()}
