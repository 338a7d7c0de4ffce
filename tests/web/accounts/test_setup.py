"""The first start: an administrator, and a desk that can be used at once."""

from argparse import Namespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from firstline.audit.models import AuditEntry
from firstline.catalog.models import Desk, Inbox, Membership
from firstline.cli import administrator
from firstline.people import identities
from firstline.people.models import Person
from firstline.sla.models import Calendar, SlaTarget
from firstline.tickets.models import Ticket
from tests.cast import Cast

GIVEN = {
    "name": "Ada Okoye", "email": "Ada@corp.example", "password": "a long enough secret", "desk_en": "IT service desk",
    "desk_zh": "IT 服务台", "key": "IT", "zone": "Asia/Shanghai",
}  # fmt: skip


@pytest.mark.django_db
def test_an_empty_installation_leads_to_the_first_start_and_then_can_be_used_at_once() -> None:
    client = Client()
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/setup/"
    assert client.post("/setup/", GIVEN)["Location"] == "/desk/"
    ada = Person.objects.get(email="ada@corp.example")
    assert ada.admin
    assert ada.check_password(GIVEN["password"])
    desk = Desk.objects.get()
    assert [line.key for line in desk.lines.all()] == ["L1", "L1.5", "L2", "L3"]
    assert all(line.teams.exists() for line in desk.lines.all())
    assert SlaTarget.objects.get(clock="acceptance").minutes == 5
    assert SlaTarget.objects.get(clock="line").minutes == 20
    assert Inbox.objects.get().address == "it@desk.example"
    assert Calendar.objects.get().days.exists()  # China's holidays, by the time zone
    assert {seat.role for seat in Membership.objects.filter(person=ada)} == {"manager", "agent"}
    assert client.get("/desk/", follow=True).status_code == 200
    client.post("/ask/it-broken/", {"subject": "It is broken", "text": "", "urgency": "3"})
    assert Ticket.objects.get().due_clock == "acceptance"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "bad", [{"password": "short"}, {"password": "password123"}, {"key": "it"}, {"zone": "Mars/Base"}]
)
def test_what_does_not_do_is_said_and_nothing_is_made(bad: dict[str, str]) -> None:
    answer = Client().post("/setup/", {**GIVEN, **bad})
    assert answer.status_code == 422
    assert "Ada Okoye" in answer.content.decode()
    assert not Person.objects.filter(admin=True).exists()
    assert not Desk.objects.exists()


def test_it_does_not_exist_once_there_is_an_administrator(cast: Cast) -> None:
    assert Client().get("/setup/").status_code == 404
    assert Client().post("/setup/", {**GIVEN, "email": "evil@corp.example"}).status_code == 404
    assert not Person.objects.filter(email="evil@corp.example").exists()


def test_desks_that_are_there_already_are_left_alone(cast: Cast) -> None:
    Person.objects.update(admin=False, account="")
    Client().post("/setup/", {**GIVEN, "email": "new@corp.example"})
    assert Desk.objects.count() == 2
    assert Person.objects.get(email="new@corp.example").admin


def test_it_takes_nobody_over(cast: Cast) -> None:
    """Somebody who is only known, by a letter or a colleague, is not whoever types their address."""
    Person.objects.update(admin=False, account="")
    identities.add(cast.mei, "email", "mei@home.example")
    for address in ("mei@corp.example", "MEI@home.example"):
        answer = Client().post("/setup/", {**GIVEN, "email": address})
        assert answer.status_code == 422
        assert "somebody&#39;s here already" in answer.content.decode()
    mei = Person.objects.get(pk=cast.mei.pk)
    assert (mei.name, mei.admin, mei.account) == ("Lin Mei", False, "")


@pytest.mark.parametrize("left", ["deactivated", "role taken away", "erased, with every account"])
def test_where_no_administrator_is_left_nobody_becomes_one_by_the_web(cast: Cast, left: str) -> None:
    signed_in_once = Client()
    cast.ada.set_password("a long enough secret")
    cast.ada.save()
    signed_in_once.post("/sign-in/", {"email": "ada@corp.example", "password": "a long enough secret"})
    gone: dict[str, dict[str, Any]] = {
        "deactivated": {"is_active": False},
        "role taken away": {"admin": False},
        "erased, with every account": {"admin": False, "account": "", "is_active": False, "email": None},
    }
    which = Person.objects.all() if left.startswith("erased") else Person.objects.filter(admin=True)
    which.update(**gone[left])
    client = Client()
    for answer in (client.get("/setup/"), client.post("/setup/", {**GIVEN, "email": "eve@evil.example"})):
        assert answer.status_code == 403
        assert "firstline administrator" in answer.content.decode()
    assert client.get("/sign-in/").status_code == 200
    assert not Person.objects.filter(email="eve@evil.example").exists()


@pytest.mark.parametrize("address", ["new@corp.example", "mei@corp.example", "ada@corp.example"])
def test_whoever_runs_the_desk_makes_somebody_an_administrator_by_a_link(
    cast: Cast, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Person.objects.filter(pk__in=[cast.ada.pk, cast.mei.pk]).update(is_active=False, account="")
    assert administrator.appoint(Namespace(person=address.upper(), name="Nia")) == 0
    path = urlsplit(capsys.readouterr().out.strip()).path
    client = Client()
    client.get(path)
    client.post("/sign-in/new-password/", {"password": "a very long passphrase 9"})
    person = Person.objects.get(email=address)
    assert person.admin
    assert person.has_account
    assert person.check_password("a very long passphrase 9")
    assert AuditEntry.objects.filter(name="role_changed", about=person, data__what="admin_given").exists()
    assert Client().get("/setup/").status_code == 404


def test_a_machine_a_second_address_and_what_is_none_make_no_administrator(cast: Cast) -> None:
    identities.add(cast.mei, "email", "mei@home.example")
    for address in ("mei@home.example", "mei", ""):
        assert administrator.appoint(Namespace(person=address, name="")) == 1
    assert not Person.objects.get(pk=cast.mei.pk).admin
