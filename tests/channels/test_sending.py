"""Servers, connections and signatures: by which way a letter leaves, and what a server that behaves badly costs."""

import socket
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from django.test import Client

from firstline.channels import outbox
from firstline.channels.base import GiveUp, TryLater
from firstline.channels.email import connections as module
from firstline.channels.email import signing, trying
from firstline.channels.email.answers import problem
from firstline.channels.email.connections import connections
from firstline.channels.email.routes import by_url, route_of
from firstline.kit import clock
from firstline.notices.models import Delivery, DeskServer, OutgoingServer, SigningKey
from firstline.people.models import Person
from firstline.tickets import actions, files
from tests.background import run_jobs
from tests.cast import Cast
from tests.channels.mailserver import MailServer, running
from tests.letters import arrives, config, letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _hang_up() -> Iterator[None]:
    connections.close()
    yield
    connections.close()


def row(server: MailServer, name: str = "Relay", **values: Any) -> OutgoingServer:
    given = {"host": "127.0.0.1", "port": server.port, "security": "none"} | values
    return OutgoingServer.objects.create(name=name, **given)


def test_a_desk_sends_by_its_own_server_and_the_others_by_that_for_all(cast: Cast, server: MailServer) -> None:
    with running() as own, running() as common:
        DeskServer.objects.create(desk=cast.hr, server=row(own))
        cast.asked(by=cast.omar, desk=cast.hr)
        cast.asked()
        run_jobs()
        assert (len(own.letters), len(common.letters), len(server.letters)) == (1, 0, 1)
        row(common, name="Common", for_all=True)
        cast.asked()
        run_jobs()
        assert (len(own.letters), len(common.letters), len(server.letters)) == (1, 1, 1)


def test_one_connection_carries_several_letters(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    opened = module.opened
    monkeypatch.setattr(module, "opened", lambda route: made.append(route) or opened(route))
    for _number in range(4):
        cast.asked()
    run_jobs()
    assert (len(server.letters), len(made)) == (4, 1)
    with clock.moved(clock.now() + module.KEEP + timedelta(seconds=1)):
        cast.asked()
        run_jobs()
    assert (len(server.letters), len(made)) == (5, 2)


def test_a_kept_connection_that_the_server_closed_costs_no_try(cast: Cast, server: MailServer) -> None:
    cast.asked()
    run_jobs()
    (line,) = connections._idle[by_url(server.url)]
    assert line.server.sock is not None
    line.server.sock.shutdown(socket.SHUT_RDWR)
    cast.asked()
    run_jobs()
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_server_that_is_away_is_asked_once_and_then_left_in_peace(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as server:
        config(monkeypatch, mail_url=server.url)
    asked: list[Any] = []
    opened = module.opened
    monkeypatch.setattr(module, "opened", lambda route: asked.append(route) or opened(route))
    for _number in range(5):
        cast.asked()
    run_jobs()
    assert len(asked) == 1
    assert set(Delivery.objects.values_list("state", "reason")) == {("queued", "away")}


def test_when_a_server_is_well_again_what_waited_for_it_leaves_at_once(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = module.opened

    def away(route: Any) -> Any:
        raise TryLater("away", "Connection refused")

    monkeypatch.setattr(module, "opened", away)
    start = clock.now()
    for _number in range(3):
        cast.asked()
    run_jobs()
    Delivery.objects.update(next_try_at=start + timedelta(hours=4))
    monkeypatch.setattr(module, "opened", opened)
    with clock.moved(start + timedelta(minutes=1)):
        cast.asked()
        run_jobs()
        assert len(server.letters) == 1
        outbox.sweep()
        run_jobs()
    assert len(server.letters) == 4


def test_a_server_that_hangs_is_given_up_after_its_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT_SECONDS", 0.05)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        config(monkeypatch, mail_url=f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        cast.asked()
        run_jobs()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == ("queued", "slow")


def test_a_lost_250_means_one_more_letter_with_the_same_id(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server took the letter, and the connection broke before it could say so."""
    import smtplib

    sendmail, lost = smtplib.SMTP.sendmail, [True]

    def losing(self: smtplib.SMTP, *args: Any, **options: Any) -> Any:
        done = sendmail(self, *args, **options)
        if lost:
            lost.pop()
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        return done

    monkeypatch.setattr(smtplib.SMTP, "sendmail", losing)
    cast.asked()
    run_jobs()
    assert (Delivery.objects.get().state, Delivery.objects.get().reason) == ("queued", "dropped")
    for minutes in (2, 30, 600):
        with clock.moved(clock.now() + timedelta(minutes=minutes)):
            run_jobs()
    assert Delivery.objects.get().state == "sent"
    assert len(server.letters) == 2
    assert len({arrived["Message-ID"] for arrived in server.letters}) == 1


@pytest.mark.parametrize(
    ("code", "said", "kind", "reason"),
    [
        (550, "5.1.1 No such user", GiveUp, "no_address"),
        (550, "User unknown in virtual mailbox table", GiveUp, "no_address"),
        (552, "5.2.2 Mailbox full", GiveUp, "full"),
        (452, "4.2.2 Over quota", TryLater, "full"),
        (552, "5.3.4 Message too big", GiveUp, "large"),
        (554, "5.7.1 Relay access denied", GiveUp, "refused"),
        (550, "5.7.1 spam", GiveUp, "refused"),
        (451, "4.7.1 Greylisted", TryLater, "busy"),
        (530, "5.7.0 Must issue STARTTLS first", TryLater, "login"),
        (421, "4.3.2 going down", TryLater, "busy"),
        (454, "4.7.0 Temporary authentication failure", TryLater, "login"),
        (534, "5.7.9 Mechanism too weak", TryLater, "login"),
        (535, "5.7.8 Bad credentials", TryLater, "login"),
        (538, "5.7.11 Encryption required", TryLater, "login"),
        (550, "5.1.2 Bad domain", GiveUp, "no_address"),
        (550, "5.1.3 Bad syntax", GiveUp, "bad_address"),
        (550, "5.1.6 Moved", GiveUp, "no_address"),
        (550, "5.1.10 Not found", GiveUp, "no_address"),
        (550, "5.2.1 Disabled", GiveUp, "off"),
        (552, "5.2.3 Longer than may be", GiveUp, "large"),
        (550, "5.4.4 No route", GiveUp, "no_address"),
        (552, "too large", GiveUp, "large"),
        (553, "not allowed", GiveUp, "bad_address"),
        (501, "syntax", GiveUp, "bad_address"),
        (551, "not local", GiveUp, "no_address"),
        (452, "no room", TryLater, "full"),
        (550, "no", GiveUp, "refused"),
        (550, "no mailbox here", GiveUp, "no_address"),
        (499, "odd", TryLater, "busy"),
        (599, "odd", GiveUp, "refused"),
        (600, "odd", TryLater, "busy"),
    ],
)
def test_each_answer_is_understood(code: int, said: str, kind: type, reason: str) -> None:
    import smtplib

    found = problem(smtplib.SMTPDataError(code, said.encode()))
    assert (type(found), found.reason, found.detail) == (kind, reason, f"{code} {said}")
    refused = problem(smtplib.SMTPRecipientsRefused({"x@y": (code, said.encode())}))
    assert (type(refused), refused.reason) == (kind, reason)


def test_encryption_that_is_required_and_not_offered_sends_nothing(cast: Cast, server: MailServer) -> None:
    OutgoingServer.objects.all().delete()
    row(server, security="starttls", for_all=True, user="bot", secret="hush")
    cast.asked()
    run_jobs()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == ("queued", "no_tls")
    assert server.letters == []


def test_a_password_that_cannot_be_decrypted_makes_letters_wait(cast: Cast, server: MailServer) -> None:
    row(server, for_all=True, user="bot", secret="hush")
    OutgoingServer.objects.update(secret=module_secret())
    cast.asked()
    run_jobs()
    assert (Delivery.objects.get().state, Delivery.objects.get().reason) == ("queued", "secret")


def module_secret() -> Any:
    from cryptography.fernet import Fernet

    from firstline.kit.secrets import Secret

    return Secret(Fernet(Fernet.generate_key()).encrypt(b"hush").decode())


def test_a_provider_gets_its_key_and_its_domain(cast: Cast) -> None:
    OutgoingServer.objects.create(
        name="Mailgun", kind="service", service="mailgun", user="mg.corp.example", secret="key-1", for_all=True
    )
    route = route_of(cast.it.pk)
    assert (route.kind, route.service) == ("service", "mailgun")
    assert dict(route.options) == {"api_key": "key-1", "sender_domain": "mg.corp.example"}
    assert "key-1" not in repr(route)


def test_a_test_letter_says_plainly_what_is_wrong(cast: Cast, server: MailServer) -> None:
    trying.send_test(cast.ada, row(server))
    (arrived,) = server.letters
    assert arrived["To"].addresses[0].addr_spec == "ada@corp.example"
    with pytest.raises(TryLater) as wrong:
        trying.send_test(cast.ada, row(server, name="Safe", security="starttls"))
    assert wrong.value.reason == "no_tls"


def test_a_signed_letter_is_verified_by_its_published_record(cast: Cast, server: MailServer) -> None:
    key = signing.new_key("desk.example")
    assert "BEGIN" not in str(SigningKey.objects.values_list("private").get())
    records = {f"{key.record_name}.".encode(): key.record.encode()}

    def dns(name: bytes, timeout: int = 5) -> bytes | None:
        return records.get(name)

    assert serialization.load_der_public_key(b64decode(key.record.partition("p=")[2])).key_size == 2048
    assert signing.published(key, dnsfunc=dns)
    assert not signing.published(key, dnsfunc=lambda name: b"v=DKIM1; p=other")
    arrives(letter())
    assert not dkim.verify(bytes(server.envelopes[0].original_content or b""), dnsfunc=dns)
    SigningKey.objects.update(active=True)
    ticket = cast.asked()
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    actions.reply(ticket, by=cast.bo, text="# 你好\n\nLong line " + "x" * 2000)
    run_jobs()
    raws = [bytes(envelope.original_content or b"") for envelope in server.envelopes[1:]]
    assert [dkim.verify(raw, dnsfunc=dns) for raw in raws] == [True] * len(raws)
    assert len(raws) >= 4
    assert not dkim.verify(raws[0].replace(b"Subject: ", b"Subject: Re "), dnsfunc=dns)
    assert any(
        b"List-Unsubscribe" in raw and b"list-unsubscribe-post" in raw.partition(b"\r\nFrom:")[0] for raw in raws
    )


def test_a_letter_that_failed_is_sent_again_to_the_corrected_address(cast: Cast, server: MailServer) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(email="gone@corp.example")
    cast.mei.refresh_from_db()
    ticket = cast.asked()
    run_jobs()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == ("failed", "no_address")
    assert "Check the address" in delivery.advice
    Person.objects.filter(pk=cast.mei.pk).update(email="mei@corp.example")
    assert outbox.send_again(Delivery.objects.get(), by=cast.bo)
    assert not outbox.send_again(Delivery.objects.get(), by=cast.bo)
    run_jobs()
    sent = Delivery.objects.get()
    assert (sent.state, sent.address, sent.letter_id) == ("sent", "mei@corp.example", delivery.letter_id)
    assert [event.name for event in ticket.events.order_by("pk")][-2:] == ["undelivered", "sent_again"]


def test_a_letter_that_waits_can_be_tried_at_once(cast: Cast, server: MailServer) -> None:
    server.answers = ["451 busy"]
    cast.asked()
    run_jobs()
    assert outbox.retry(Delivery.objects.get())
    run_jobs()
    assert Delivery.objects.get().state == "sent"
    assert not outbox.retry(Delivery.objects.get())


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Too large for an email; fetch them here:"), ("zh-hans", "请在此下载：")]
)
def test_files_too_large_are_links_that_ask_for_sign_in_and_small_ones_travel(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch, client: Client, language: str, said: str
) -> None:
    config(monkeypatch, mail_attached_mb=0.01, base_url="https://help.corp.example")
    Person.objects.filter(pk=cast.mei.pk).update(language=language)
    ticket = cast.asked()
    small = files.keep(b"small" * 1000, name="small.txt", by=cast.bo)
    large = files.keep(b"large" * 4000, name="<large>.txt", by=cast.bo)
    last = files.keep(b"last", name="last.txt", by=cast.bo)
    actions.reply(ticket, by=cast.bo, text="", attachments=[large, small, last])
    run_jobs()
    arrived = server.letters[-1]
    names = {file.get_filename(): file.get_payload(decode=True) for file in arrived.iter_attachments()}
    assert names == {"small.txt": b"small" * 1000, "last.txt": b"last"}
    link = f"https://help.corp.example/files/{large.pk}/"
    for part, shown in (("plain", "<large>.txt"), ("html", "&lt;large&gt;.txt")):
        body = arrived.get_body((part,))
        assert body is not None
        text = body.get_content()
        assert said in text
        assert link in text
        (attached,) = (line for line in text.splitlines() if "small.txt" in line)
        assert "last.txt" in attached
        assert "large" not in attached
        assert text.count(shown) == 1
    path = link.removeprefix("https://help.corp.example")
    assert client.get(path).status_code == 302
    client.force_login(cast.omar)
    assert client.get(path).status_code == 404
    client.force_login(cast.mei)
    assert client.get(path).getvalue() == b"large" * 4000


def test_no_name_begins_a_header(cast: Cast, server: MailServer) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(name="Mei\r\nBcc: omar@corp.example")
    cast.mei.refresh_from_db()
    cast.asked(subject="Printer\r\nBcc: omar@corp.example")
    run_jobs()
    (arrived,) = server.letters
    assert arrived["Bcc"] is None
    assert server.envelopes[0].rcpt_tos == ["mei@corp.example"]
