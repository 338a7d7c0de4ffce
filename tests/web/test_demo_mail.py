"""The mailbox of a demo, and the answer that goes in by real SMTP."""

import socket
from collections.abc import Iterator

import pytest
from django.test import Client

from firstline.channels.models import DemoLetter
from firstline.config import Config
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from firstline.web import demo_doors
from tests.background import run_jobs
from tests.cast import Cast
from tests.channels.mailserver import MailServer, running
from tests.letters import arrives, config

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.demo_urls")]


@pytest.fixture
def receiver() -> Iterator[MailServer]:
    with running() as server:
        yield server


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch, receiver: MailServer) -> Ticket:
    """Mei's request, with Bo's answer in her mailbox."""
    config(monkeypatch, demo=True, smtp_port=receiver.port)
    monkeypatch.setattr(demo_doors, "config", lambda: Config(demo=True))
    cast = Cast.make()
    ticket = cast.ask()
    run_jobs()
    actions.reply(ticket, by=cast.bo, text="Which client?")
    run_jobs()
    return ticket


def test_it_lists_everybodys_letters_or_one_persons(client: Client, answered: Ticket) -> None:
    everybody = client.get("/demo/mail/").content.decode()
    assert everybody.count("mailbox-row") == 2
    assert "Lin Mei" in everybody
    assert client.get("/demo/mail/", {"of": "omar@corp.example"}).content.decode().count("mailbox-row") == 0


def test_a_letter_is_shown_in_a_frame_in_which_nothing_runs(client: Client, answered: Ticket) -> None:
    shown = DemoLetter.objects.first()
    assert shown is not None
    page = client.get(f"/demo/mail/{shown.pk}/").content.decode()
    assert f'src="/demo/mail/{shown.pk}/body/" sandbox=' in " ".join(page.split())
    assert "allow-scripts" not in page
    body = client.get(f"/demo/mail/{shown.pk}/body/")
    assert "Which client?" in body.content.decode()
    policy = body["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script" not in policy


def test_an_answer_goes_in_as_from_a_mail_program(client: Client, answered: Ticket, receiver: MailServer) -> None:
    shown = DemoLetter.objects.first()
    assert shown is not None
    response = client.post(f"/demo/mail/{shown.pk}/answer/", {"text": "Version 5.\r\nOn Windows."})
    assert response.status_code == 302
    (sent,) = receiver.letters
    assert sent["In-Reply-To"] == shown.letter_id
    assert sent["Subject"].startswith("Re: [")
    assert answered.number.lower() in sent["To"].addresses[0].addr_spec.lower()
    plain = sent.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert "> " in plain
    assert "\n-- \nLin Mei\n" in plain
    arrives(sent, at=receiver.envelopes[0].rcpt_tos[0])
    message = answered.messages.last()
    assert (message.kind, message.text) == ("request", "Version 5.\nOn Windows.")
    assert "Which client?" in message.quoted


def test_without_a_receiver_it_says_so_and_keeps_the_text(
    client: Client, answered: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        config(monkeypatch, smtp_port=unused.getsockname()[1])
    shown = DemoLetter.objects.first()
    assert shown is not None
    response = client.post(f"/demo/mail/{shown.pk}/answer/", {"text": "Version 5."})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Version 5.</textarea>" in page
    assert "did not take it" in page


def test_an_ordinary_installation_has_no_such_page() -> None:
    from firstline.urls import urlpatterns

    assert not any("demo" in str(pattern.pattern) for pattern in urlpatterns)
