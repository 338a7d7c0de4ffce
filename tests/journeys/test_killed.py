"""Nothing that was acknowledged is lost when a part of the desk is killed: kill -9, in the middle of the work."""

import json
import os
import signal
import smtplib
import threading
import time
from email.message import EmailMessage

import httpx
import pytest

from tests.cli.serving import Serving, until
from tests.journeys.conftest import Postbox

TOKEN = """
from firstline.api.models import Token
from firstline.people.models import Person
print(Token.issue(Person.objects.by_email("mei@corp.example"), scopes=["read", "write"]))
"""

SEEN = """
import json
from firstline.tickets import rebuild
from firstline.tickets.models import Message, Ticket
from firstline.channels.models import Received
print(json.dumps({
    "subjects": list(Ticket.objects.values_list("subject", flat=True)),
    "texts": list(Message.objects.values_list("text", flat=True)),
    "wrong": [d for t in Ticket.objects.all() for d in rebuild.differences(t)],
    "half": Ticket.objects.filter(messages__isnull=True).count() + Ticket.objects.filter(events__isnull=True).count(),
    "waiting": Received.objects.filter(state="new").count(),
}))
"""


class Journal:
    """What the desk acknowledged, kept by those who asked."""

    def __init__(self, desk: Serving, token: str) -> None:
        self.desk = desk
        self.http = httpx.Client(base_url=desk.url, headers={"Authorization": f"Bearer {token}"}, timeout=20)
        self.asked: list[str] = []
        self.written: list[str] = []
        self.over = threading.Event()

    def go_on(self) -> None:
        """Wait until a few more of each were acknowledged."""
        asked, written = len(self.asked), len(self.written)
        until(lambda: len(self.asked) > asked + 2 and len(self.written) > written + 2, seconds=60)

    def ask(self) -> None:
        """Ask by API, each request again with its key until it is acknowledged."""
        number = 0
        while not self.over.is_set():
            number += 1
            subject = f"asked {number}"
            while not self.over.is_set():
                try:
                    body = {"subject": subject, "text": subject, "desk": "IT"}
                    answer = self.http.post("/api/v1/tickets", json=body, headers={"Idempotency-Key": subject})
                    if answer.status_code == 201:
                        self.asked.append(subject)
                        break
                except httpx.TransportError:
                    pass
                time.sleep(0.1)

    def write(self) -> None:
        """Write letters, each again with its Message-ID until it is acknowledged."""
        number = 0
        while not self.over.is_set():
            number += 1
            letter = EmailMessage()
            letter["From"], letter["To"], letter["Subject"] = "mei@corp.example", "it@desk.example", f"written {number}"
            letter["Message-ID"] = f"<written-{number}@corp.example>"
            letter.set_content(f"written {number}")
            while not self.over.is_set():
                try:
                    with smtplib.SMTP("127.0.0.1", self.desk.smtp_port, timeout=10) as smtp:
                        smtp.send_message(letter)
                    self.written.append(f"written {number}")
                    break
                except (OSError, smtplib.SMTPException):
                    time.sleep(0.1)


@pytest.mark.system
def test_nothing_acknowledged_is_lost_or_doubled(desk: Serving, postbox: Postbox) -> None:
    journal = Journal(desk, desk.python(TOKEN))
    people = [threading.Thread(target=work, daemon=True) for work in (journal.ask, journal.write)]
    for person in people:
        person.start()
    for part in ("web", "mail", "postgres", "worker", "postgres", "web"):
        journal.go_on()
        os.kill(desk.children()[part], signal.SIGKILL)
        until(lambda: part in desk.children(), seconds=30)  # noqa: B023 - called at once
    journal.go_on()
    journal.over.set()
    for person in people:
        person.join(60)

    def settled() -> bool:
        return json.loads(desk.python(SEEN))["waiting"] == 0

    until(settled, seconds=90)
    seen = json.loads(desk.python(SEEN))
    assert sorted(s for s in seen["subjects"] if s in journal.asked) == sorted(journal.asked)
    assert sorted(s for s in seen["subjects"] if s in journal.written) == sorted(journal.written)
    assert len(seen["subjects"]) == len(set(seen["subjects"]))
    assert seen["wrong"] == []
    assert seen["half"] == 0
