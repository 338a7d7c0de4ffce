"""Switching letters off from a letter: one POST does it, opening does not, and what must arrive still does."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from firstline.channels.email.connections import connections
from firstline.notices.models import SwitchedOff
from firstline.notices.preferences import switch_of
from firstline.tickets import actions
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.channels.mailserver import MailServer, running
from tests.letters import config, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with running() as server:
        config(monkeypatch, mail_url=server.url, base_url="https://desk.corp.example")
        yield server
        connections.close()


def test_a_participant_leaves_a_ticket_alone_by_one_click_and_comes_back(cast: Cast, server: MailServer) -> None:
    ticket = cast.asked()
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    actions.reply(fresh(ticket), by=cast.bo, text="One.")
    run_jobs()
    to_omar = next(each for each in server.letters if "omar@" in each["To"] and "One." in each.as_string())
    assert to_omar["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.fullmatch(r"<https://desk\.corp\.example(/letters/\S+/)>", to_omar["List-Unsubscribe"])
    assert link is not None
    outside = Client(enforce_csrf_checks=True)
    assert outside.get(link[1]).status_code == 200
    assert not SwitchedOff.objects.exists()
    assert outside.post(link[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert outside.post(link[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    actions.reply(fresh(ticket), by=cast.bo, text="Two.")
    run_jobs()
    assert told(cast.omar).count("replied") == 1
    assert told(cast.mei).count("replied") == 2
    outside.post(link[1], {"do": "on"})
    actions.reply(fresh(ticket), by=cast.bo, text="Three.")
    run_jobs()
    assert told(cast.omar).count("replied") == 2


def test_whoever_asked_cannot_lose_his_answers(cast: Cast, server: MailServer) -> None:
    ticket = cast.asked()
    actions.reply(fresh(ticket), by=cast.bo, text="One.")
    run_jobs()
    confirmed, answered = (each["List-Unsubscribe"] for each in server.letters if "mei@" in each["To"])
    assert confirmed
    assert answered is None


def test_a_kind_is_off_for_its_person_only(cast: Cast) -> None:
    ticket = cast.asked()
    switch = switch_of(ticket, cast.bo, "assigned")
    assert switch is not None
    Client().post("/" + switch.link(address=cast.bo.email or "").split("/", 3)[3])
    assert switch.is_off
    other = switch_of(ticket, cast.chen, "assigned")
    assert other is not None
    assert not other.is_off


@pytest.mark.parametrize("token", ["x", "1.kassigned:forged", "1.t1"])
def test_a_forged_link_does_nothing(cast: Cast, token: str) -> None:
    assert Client().post(f"/letters/{token}/").status_code == 404
    assert not SwitchedOff.objects.exists()


def test_a_forged_host_changes_no_letter(cast: Cast, server: MailServer, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    client = Client(headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    client.force_login(cast.mei)
    client.post("/ask/", {"subject": "VPN", "text": "Broken", "description": "Broken"})
    cast.asked()
    run_jobs()
    assert server.letters
    assert [each for each in server.letters if "evil.example" in each.as_string()] == []
    assert "https://desk.corp.example/" in server.letters[0].as_string()
