"""Fields that a form or a call does not declare change nothing, whoever sends them. Threat 34 (mass assignment).

Each form is sent twice by each role, once as it is meant and once with every field of every model besides: what is
different in the database afterwards must be the same.
"""

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from firstline.kit import clock
from firstline.tickets import actions
from tests.cast import MONDAY, Cast
from tests.roles import Asking, asked_by_mei
from tests.security.test_api_matrix import DOING, Programs, filled

MOVES_ITSELF = {"updated_at", "search", "letter_id", "hash", "used_at", "last_login"}
HOSTILE = {"true": ("admin", "vip", "is_active", "verified", "internal", "first_contact", "is_superuser", "is_staff")}

# address, what it is sent, by whom; {number} is Mei's ticket, which Bo has accepted
ASK = {"subject": "Laptop", "text": "It is dead", "urgency": "2", "requester": "", "colleagues": ""}
FILE = {"remarks": "R", "description": "D", "module": "", "cause": "", "business": "", "repeated": ""}
FORMS: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("/ask/", ASK, ("mei", "bo")),
    ("/ask/laptop/", ASK, ("mei",)),
    ("/requests/{number}/reply/", {"text": "Still there"}, ("mei", "pia", "omar")),
    ("/requests/{number}/colleague/", {"email": "omar@corp.example"}, ("mei", "pia")),
    ("/requests/{number}/cancel/", {"reason": "Over"}, ("mei", "pia")),
    ("/account/", {"phone": "123 456", "language": "en", "zone": "UTC"}, ("mei", "bo", "ada")),
    ("/language/", {"language": "en"}, ("mei",)),
    (
        "/desk/tickets/{number}/send/",
        {"mode": "reply", "text": "Try", "then": "", "to_askers": ""},
        ("bo", "ivan", "mei", "hana"),
    ),
    ("/desk/tickets/{number}/send/", {"mode": "note", "text": "Hm", "then": "", "to_askers": ""}, ("bo", "ivan")),
    ("/desk/tickets/{number}/draft/", {"mode": "reply", "text": "Dear"}, ("bo",)),
    ("/desk/tickets/{number}/verbs/classify/", {"kind": "incident", "service": ""}, ("bo", "ivan", "hana")),
    ("/desk/tickets/{number}/verbs/change_priority/", {"pair": "1-1"}, ("bo", "ivan")),
    ("/desk/tickets/{number}/verbs/rename/", {"subject": "New"}, ("bo", "ivan")),
    ("/desk/tickets/{number}/verbs/tag/", {"tags": "a, b"}, ("bo",)),
    ("/desk/tickets/{number}/verbs/file/", FILE, ("bo",)),
    ("/desk/tickets/{number}/verbs/resolve/", {"resolution": "Done", "cause": ""}, ("bo",)),
    ("/desk/views/", {"name": "Mine", "query": "", "base": "all"}, ("bo",)),
    ("/settings/people/{mei}/", {"name": "Lin Mei", "email": "mei@corp.example"}, ("mei", "bo", "dana")),
]


@pytest.mark.parametrize(("path", "body", "by"), FORMS, ids=[f"{p} {'-'.join(b)}" for p, _f, b in FORMS])
def test_a_form_takes_only_its_own_fields(
    cast: Cast, asking: Asking, roles: dict[str, Any], path: str, body: dict[str, str], by: tuple[str, ...]
) -> None:
    with clock.moved(MONDAY):
        ticket = asked_by_mei(cast, roles)
        actions.accept(ticket, by=cast.bo)
        path = path.replace("{number}", ticket.number).replace("{mei}", str(cast.mei.pk))
        more = {name: value for name, value in every_field(cast).items() if name not in body}
        assert {"admin", "requester_id", "status", "verified", "author", "assignee", "kind", "desk"} <= {*more, *body}
        for role in by:
            clean = effects(asking.clients[role], path, body)
            dirty = effects(asking.clients[role], path, {**more, **body})
            assert (role, dirty) == (role, clean)


def test_what_each_form_declares_has_an_effect(cast: Cast, asking: Asking, roles: dict[str, Any]) -> None:
    """Else the comparison above would compare nothing with nothing."""
    with clock.moved(MONDAY):
        ticket = asked_by_mei(cast, roles)
        actions.accept(ticket, by=cast.bo)
        for path, body, by in FORMS:
            if not path.startswith(("/settings", "/language")):
                at = path.replace("{number}", ticket.number)
                assert effects(asking.clients[by[0]], at, body)[1], path


def test_a_call_with_a_field_that_it_does_not_declare_is_refused(cast: Cast, roles: dict[str, Any]) -> None:
    ticket, other, programs = asked_by_mei(cast, roles), cast.asked(), Programs(roles, "read", "write")
    fields = ["admin", "requester_id", "creator", "status", "phase", "verified", "assignee_id", "author", "kind_", "by"]
    for path, (body, _row) in DOING.items():
        if path != "/files":
            sent = filled(body, ticket, other, own=True) or {}
            at = path.replace("{number}", ticket.number)
            taken = [field for field in fields if programs("bo", "post", at, {**sent, field: 1}) != 422]
            assert (path, taken) == (path, [])


def every_field(cast: Cast) -> dict[str, str]:
    """Each field of each model by both its names, with a value that would do harm."""
    models = [
        m
        for label in ("people", "tickets", "catalog", "api", "notices")
        for m in apps.get_app_config(label).get_models()
    ]
    names = {name for model in models for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    given = {name: str(cast.omar.pk) for name in names if name.endswith("_id")}
    given |= dict.fromkeys(HOSTILE["true"], "true")
    plain = {name: "evil" for name in names if name not in given}
    of_desk = {"desk": str(cast.hr.pk), "status": "closed", "priority": "1", "role": "manager", "scopes": "write"}
    return {
        **plain,
        **given,
        **of_desk,
        "author": str(cast.omar.pk),
        "assignee": str(cast.omar.pk),
        "service": "",
        "about": "",
    }


def effects(client: Client, path: str, body: dict[str, str]) -> tuple[int, list[tuple[str, str, Any]]]:
    """The status, and what is different in the database: (table, column, value); the world is then as before."""
    kept = client.cookies.output(header="", sep="\n")
    with transaction.atomic():
        before = rows()
        status = client.post(path, body).status_code
        after = rows()
        transaction.set_rollback(True)
    client.cookies.load(kept)
    changed = []
    for key, row in after.items():
        was = before.get(key, {})
        new = key not in before
        changed += [
            (key[0], column, value)
            for column, value in row.items()
            if was.get(column) != value
            and not (new and column in ("id", "number", "ticket_id", "message_id", "event_id"))
        ]
    changed += [(key[0], "gone", key[1]) for key in before.keys() - after.keys()]
    return status, sorted(changed, key=str)


def rows() -> dict[tuple[str, Any], dict[str, Any]]:
    found = {}
    for label in ("people", "tickets", "catalog", "api"):
        for model in apps.get_app_config(label).get_models():
            if model._meta.object_name in ("Event", "Attempts"):
                continue
            for row in model._default_manager.values():
                pk = row[model._meta.pk.attname]  # type: ignore[union-attr]
                told = {name: value for name, value in row.items() if name not in MOVES_ITSELF}
                found[model._meta.label, pk] = told
    return found
