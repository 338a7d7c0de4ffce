"""The last release's processes do the main job on the tables of now, as they must while a new version is brought in."""

import json
import re
import smtplib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.channels.mailserver import running as mail_server
from tests.cli.serving import free_ports, until
from tests.faults.apart import Apart
from tests.faults.burst import answers
from tests.faults.released import unpack
from tests.letters import letter

pytestmark = pytest.mark.system

ASK = """
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.catalog.models import Desk
mei, desk = Person.objects.get(email="mei@corp.example"), Desk.objects.get(key="IT")
print(actions.open_ticket(by=mei, desk=desk, subject="By the new code", text="It fails", channel="portal").number)
"""
SIGN_IN = """
import json
from django.conf import settings
from django.test import Client
from firstline.api.models import Token
from firstline.people.models import Person
mei, bo = (Person.objects.get(email=f"{name}@corp.example") for name in ("mei", "bo"))
told = {}
for person in (mei, bo):
    page = Client()
    page.force_login(person)
    token = Token.issue(person, scopes=["read", "write"])
    told[str(person.email)] = [settings.SESSION_COOKIE_NAME, page.cookies[settings.SESSION_COOKIE_NAME].value, token]
print(json.dumps(told))
"""
JUDGE = "from firstline.cli import integrity\nprint([*integrity.faults()])"
NUMBERS = "SELECT number FROM tickets_ticket ORDER BY number"
RESOLVED = "SELECT count(*) FROM tickets_event WHERE name = 'resolved'"
FAILED = (
    "SELECT task_name FROM procrastinate_jobs WHERE status IN ('failed', 'aborted') OR attempts > 0 AND status = 'todo'"
)
UNSENT = (
    "SELECT id FROM notices_delivery WHERE state IN ('queued', 'sending') UNION ALL"
    " SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at IS NULL OR status = 'doing'"
)


def test_the_last_release_does_the_main_job_on_the_tables_of_now(apart: Callable[..., Apart], tmp_path: Path) -> None:
    unpack(tmp_path)
    port, smtp_port = free_ports(2)
    with mail_server() as postbox, ExitStack() as parts:
        settings = {"FIRSTLINE_SMTP_PORT": str(smtp_port), "FIRSTLINE_MAIL_URL": postbox.url, "FIRSTLINE_DEBUG": "1"}
        new = apart(**settings, FIRSTLINE_UNDO_SECONDS="0")
        old = Apart(new.folder, new.url, new.settings, code=tmp_path)
        number = new.python(ASK)
        people = json.loads(old.python(SIGN_IN))
        for words in (["web", "--port", str(port)], ["worker"], ["mail"]):
            parts.enter_context(old.running(*old.command(*words)))
        url = f"http://127.0.0.1:{port}"
        until(lambda: _is_ready(url) and answers(smtp_port), seconds=180)
        mei, bo = (_person(url, *people[f"{name}@corp.example"]) for name in ("mei", "bo"))

        _ask_on_a_page(mei)
        body = {"subject": "By API", "text": "It fails", "desk": "IT"}
        _ok(mei.post("/api/v1/tickets", json=body, headers={"Idempotency-Key": "one"}))
        with smtplib.SMTP("127.0.0.1", smtp_port, timeout=60) as smtp:
            smtp.send_message(letter(subject="By letter"))
        until(lambda: len(old.asked(NUMBERS)) == 4, seconds=180)
        numbers = [str(row[0]) for row in old.asked(NUMBERS)]
        assert number in numbers
        for each in numbers:
            _ok(bo.get(f"/desk/tickets/{each}/"))
            _ok(bo.post(f"/api/v1/tickets/{each}/accept", json={}))
            _ok(bo.post(f"/api/v1/tickets/{each}/messages", json={"text": "Please try again."}))
            _ok(bo.post(f"/api/v1/tickets/{each}/resolve", json={"resolution": "Restarted it"}))
            _ok(mei.get(f"/requests/{each}/"))
        _ok(mei.get("/requests/"))
        _ok(bo.get("/desk/today/"))
        until(lambda: not old.asked(UNSENT), seconds=180)
        assert old.asked(FAILED) == []

    assert new.asked(RESOLVED) == [(4,)]
    assert len(postbox.letters) >= 8, "a letter about the reply and one about the solving, for each"
    assert new.python(JUDGE) == "[]"


def _person(url: str, cookie: str, session: str, token: str) -> httpx.Client:
    return httpx.Client(
        base_url=url, cookies={cookie: session}, headers={"Authorization": f"Bearer {token}"}, timeout=60
    )


def _ask_on_a_page(person: httpx.Client) -> None:
    _ok(person.get("/ask/else/"))
    form = {"subject": "On a page", "text": "It fails", "urgency": "2"}
    token = person.cookies["firstline_csrf"]
    answer = person.post("/ask/else/", data={**form, "csrfmiddlewaretoken": token})
    assert answer.status_code == 302, answer.text
    assert re.match(r"/requests/IT-\d+/", answer.headers["location"])


def _ok(answer: httpx.Response) -> None:
    assert answer.status_code in (200, 201), f"{answer.request.url}: {answer.status_code} {answer.text[:2000]}"


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/sign-in/", timeout=30).status_code == 200
    except httpx.TransportError:
        return False
