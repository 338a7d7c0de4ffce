"""Receiving by real SMTP and LMTP: what is accepted, and that nothing is acknowledged before it is committed."""

import smtplib
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError
from procrastinate.contrib.django.models import ProcrastinateJob

from firstline.catalog.models import Inbox
from firstline.channels.email import backpressure, ingest, receiver, recipients, signed
from firstline.channels.models import InboundMessage
from firstline.tickets.models import Ticket
from tests.channels.committed import committed, desks
from tests.channels.mailserver import served
from tests.channels.receiving import Receiver, pouring, receiving
from tests.letters import config, letter

__all__ = ["desks", "receiving"]


def waiting() -> list[dict[str, Any]]:
    return list(ProcrastinateJob.objects.filter(task_name="firstline.channels.take").values_list("args", flat=True))


def test_it_greets_as_our_mail_domain_and_says_how_much_it_takes(receiving: Receiver) -> None:
    with socket.create_connection(("127.0.0.1", receiving.port), 10) as line:
        assert line.recv(200).startswith(b"220 desk.example ")
    with receiving.client() as client:
        client.ehlo()
        assert int(client.esmtp_features["size"]) == 25 * 1024 * 1024


def test_after_250_the_letter_is_there_and_its_job_too(receiving: Receiver) -> None:
    raw = letter().as_bytes().replace(b"\n", b"\r\n")
    receiving.send(raw, sender="bounces@corp.example")
    received = InboundMessage.objects.get()
    assert bytes(received.raw) == raw
    assert (received.inbox, received.letter_id, received.state) == (receiving.it, "<one@corp.example>", "new")
    assert received.envelope == {"sender": "bounces@corp.example", "recipients": ["it@desk.example"]}
    assert waiting() == [{"received": received.pk}]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("it@desk.example", 250),
        ("IT@Desk.Example", 250),
        ("it+IT-7.abcdefghijklmnop@desk.example", 250),
        ("nobody@desk.example", 550),
        ("it@elsewhere.example", 550),
        ("firstline+IT-7.abcdefghijklmnop@desk.example", 550),
    ],
)
def test_only_addresses_of_desks_are_accepted(receiving: Receiver, address: str, code: int) -> None:
    with receiving.client() as client:
        client.ehlo()
        client.mail("mei@corp.example")
        assert client.rcpt(address)[0] == code


def test_a_signed_address_is_accepted_even_without_an_inbox(receiving: Receiver) -> None:
    ticket = Ticket(id=7, prefix="IT")
    ticket.number = "IT-7"  # type: ignore[assignment]
    receiving.send(letter().as_bytes(), signed.reply_address(ticket, "firstline@desk.example"))
    assert InboundMessage.objects.get().inbox is None


def test_an_inbox_that_is_switched_off_takes_nothing(receiving: Receiver) -> None:
    committed(lambda: Inbox.objects.filter(pk=receiving.hr.pk).update(active=False))
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        receiving.send(letter().as_bytes(), "hr@desk.example")


def test_the_same_letter_again_is_one_and_another_under_its_id_is_not(receiving: Receiver) -> None:
    for text in ("One.", "One.", "Two."):
        receiving.send(letter(text=text).as_bytes())
    assert InboundMessage.objects.count() == 2
    assert len(waiting()) == 2


def test_a_letter_to_two_desks_is_kept_for_each_and_to_one_desk_once(receiving: Receiver) -> None:
    receiving.send(letter().as_bytes(), "it@desk.example", "it+x@desk.example", "hr@desk.example")
    kept = {received.inbox: received.envelope["recipients"] for received in InboundMessage.objects.all()}
    assert kept == {receiving.it: ["it@desk.example", "it+x@desk.example"], receiving.hr: ["hr@desk.example"]}


def test_a_letter_without_an_id_or_with_a_broken_head_is_kept_all_the_same(receiving: Receiver) -> None:
    for raw in (letter(letter_id="").as_bytes(), b"\xff\xfe\x00 no letter at all\r\n", b""):
        receiving.send(raw)
        receiving.send(raw)
    assert InboundMessage.objects.count() == 3


def test_the_null_sender_of_bounces_is_accepted(receiving: Receiver) -> None:
    receiving.send(letter().as_bytes(), sender="")
    assert InboundMessage.objects.get().envelope["sender"] == ""


def test_lines_of_any_real_length_are_accepted_and_huge_letters_are_not(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiving.send(letter().as_bytes() + b"x" * 3_000_000 + b"\r\n")
    assert len(bytes(InboundMessage.objects.get().raw)) > 3_000_000
    config(monkeypatch, upload_mb=1)
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        receiving.send(letter().as_bytes() + b"x\r\n" * 500_000)
    assert refused.value.smtp_code == 552
    with receiving.client() as client:
        client.ehlo()
        client.mail("mei@corp.example")
        client.rcpt("it@desk.example")
        assert client.data(b"x" * 3_000_000)[0] == 552
        # The talk goes on, and a command is no letter.
        assert client.docmd("NOOP", "x" * 20_000)[0] == 500
        client.sendmail("mei@corp.example", ["it@desk.example"], letter(text="Short.").as_bytes())
    assert InboundMessage.objects.count() == 2


def test_while_the_database_is_away_the_sender_is_asked_to_come_again(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(ingest, "store", away)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            receiving.send(letter().as_bytes())
        assert refused.value.smtp_code == 451
        patch.setattr(receiver.Inboxes, "read", away)
        patch.setattr(recipients, "FRESH_SECONDS", -1)
        with pytest.raises(smtplib.SMTPRecipientsRefused) as unheard:
            receiving.send(letter().as_bytes())
        assert unheard.value.recipients["it@desk.example"][0] == 451
    assert not InboundMessage.objects.exists()
    receiving.send(letter().as_bytes())
    assert InboundMessage.objects.count() == 1


def test_what_nobody_thought_of_is_no_reason_to_lose_a_letter(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(ingest, "store", broken)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        receiving.send(letter().as_bytes())
    assert refused.value.smtp_code == 451


def test_a_job_that_cannot_be_deferred_takes_its_letter_with_it(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def configure_task(self, *args: Any, **kwargs: Any) -> None:
            raise OperationalError("no queue")

    monkeypatch.setattr(ingest, "app", Broken())
    with pytest.raises(smtplib.SMTPDataError):
        receiving.send(letter().as_bytes())
    assert not InboundMessage.objects.exists()


def test_lmtp_answers_for_each_recipient(desks: tuple[Inbox, Inbox]) -> None:
    with served(lambda: receiver.listen("127.0.0.1", 0, lmtp=True)) as port:
        client = smtplib.LMTP("127.0.0.1", port, local_hostname="mx.test")
        client.ehlo("mx.corp.example")
        client.mail("mei@corp.example")
        for address in ("it@desk.example", "hr@desk.example"):
            assert client.rcpt(address)[0] == 250
        client.putcmd("data")
        assert client.getreply()[0] == 354
        client.send(letter().as_bytes().replace(b"\n", b"\r\n") + b".\r\n")
        assert [client.getreply()[0], client.getreply()[0]] == [250, 250]
        client.quit()
    assert InboundMessage.objects.count() == 2


def test_many_at_once_are_each_kept_once_and_a_second_pouring_adds_nothing(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backpressure, "PATIENCE_SECONDS", 0.0)  # nobody takes them in here
    ids = ["" if number % 3 == 0 else f"<{number}@corp.example>" for number in range(40)]
    letters = [letter(letter_id=id, text=f"Letter {number}").as_bytes() for number, id in enumerate(ids)]
    pouring(receiving, letters)
    pouring(receiving, letters + letters)
    assert InboundMessage.objects.count() == len(letters)
    assert len(waiting()) == len(letters)


def test_one_letter_that_cannot_be_stored_does_not_keep_away_those_beside_it(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ingest.store

    def choosy(letters: list[InboundMessage]) -> None:
        if any(b"poison" in bytes(each.raw) for each in letters):
            raise OperationalError("not this one")
        store(letters)

    monkeypatch.setattr(ingest, "store", choosy)
    good = [letter(letter_id=f"<{number}@corp.example>").as_bytes() for number in range(12)]
    with ThreadPoolExecutor(8) as clients:
        sent = [clients.submit(receiving.send, raw) for raw in (*good, letter(text="poison").as_bytes())]
    assert [type(each.exception()) for each in sent] == [type(None)] * 12 + [smtplib.SMTPDataError]
    assert InboundMessage.objects.count() == 12


def test_an_email_is_read_once_however_many_desks_it_is_for(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    monkeypatch.setattr(receiver, "look_at", lambda raw: seen.append(raw) or ingest.look_at(raw))
    receiving.send(letter().as_bytes(), "it@desk.example", "hr@desk.example")
    assert len(seen) == 1
    assert InboundMessage.objects.count() == 2
