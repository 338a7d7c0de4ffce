"""The first start: an administrator, and a desk that can be used at once."""

import pytest
from django.test import Client

from firstline.catalog.models import Desk, Inbox, Membership
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
    Person.objects.filter(admin=True).update(admin=False)
    Client().post("/setup/", GIVEN)
    assert Desk.objects.count() == 2
    assert Person.objects.get(email="ada@corp.example").admin
