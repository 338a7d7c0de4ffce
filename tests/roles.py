"""Those who come to a desk, by their relation to one request: what the matrix, the canaries and the fields ask as.

It is Mei's; Omar has nothing to do with it; Pia takes part; Sven asked it for Mei; Bo's team works on it, Chen's is
another of the same desk, Hana's of another desk; Dana leads; Ivan audits; Ada administers. Nobody approves yet:
approvals do not exist.
"""

from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from firstline.catalog.models import Membership
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.cast import Cast, fresh

ROLES = ("anonymous", "mei", "omar", "pia", "sven", "bo", "chen", "hana", "dana", "ivan", "ada")
Row = tuple[int, ...]

# What Sven asked for Omar at Hana's desk: who stands to it as whom to Mei's request.
ELSEWHERE = {
    "anonymous": "anonymous", "mei": "omar", "omar": "mei", "pia": "omar", "sven": "sven", "bo": "hana", "chen": "hana",
    "hana": "bo", "dana": "hana", "ivan": "hana", "ada": "ada",
}  # fmt: skip


def people(cast: Cast) -> dict[str, Person | None]:
    """The person of each role; Pia, Sven and Ivan are made here."""
    make = Person.objects.create_person
    more = {"zone": "Asia/Shanghai", "account": Person.Account.ADMINISTRATOR}
    pia = make(name="Pia Brandt", email="pia@corp.example", department="Finance", **more)
    sven = make(name="Sven Lund", email="sven@corp.example", department="Sales", **more)
    ivan = make(name="Ivan Petrov", email="ivan@corp.example", department="Audit", **more)
    Membership.objects.create(person=ivan, desk=cast.it, role="auditor")
    known = {"anonymous": None, "pia": pia, "sven": sven, "ivan": ivan}
    return {role: known[role] if role in known else getattr(cast, role) for role in ROLES}


def asked_by_mei(cast: Cast, people: dict[str, Person | None], **more: Any) -> Ticket:
    """Mei's request at the IT desk, in which Pia takes part."""
    return _with_pia(cast.ask(**more), cast, people)


def asked_for_mei(cast: Cast, people: dict[str, Person | None], **more: Any) -> Ticket:
    """The same, asked by Sven for Mei."""
    return _with_pia(cast.ask(by=people["sven"], requester=cast.mei, **more), cast, people)


def _with_pia(ticket: Ticket, cast: Cast, people: dict[str, Person | None]) -> Ticket:
    actions.add_participant(ticket, by=cast.mei, person=people["pia"])  # type: ignore[arg-type]
    return fresh(ticket)


class Asking:
    """`asking("mei", "get", path)`: the answer to her browser, in a world that is afterwards as it was before."""

    def __init__(self, people: dict[str, Person | None], as_: Callable[..., Client], **more: Any) -> None:
        self.clients = {role: as_(person, raise_request_exception=False, **more) for role, person in people.items()}

    def __call__(self, role: str, method: str, path: str, *args: Any, **more: Any) -> HttpResponse:
        client = self.clients[role]
        kept = client.cookies.output(header="", sep="\n")
        with transaction.atomic():
            answer: HttpResponse = getattr(client, method)(path, *args, **more)
            transaction.set_rollback(True)
        client.cookies = SimpleCookie(kept)
        return answer

    def row(self, method: str, path: str) -> Row:
        """The status for each role."""
        return tuple(self(role, method, path).status_code for role in ROLES)


def moved(row: Row) -> Row:
    """What is declared for Mei's request, as it must be for Omar's at Hana's desk."""
    return tuple(row[ROLES.index(ELSEWHERE[role])] for role in ROLES)
