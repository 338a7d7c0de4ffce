"""A copy that somebody sends before the email itself takes its place only if it was taken for no less."""

from collections.abc import Callable
from time import process_time

import dkim
import pytest

from firstline.channels.email import seals
from firstline.channels.email.ingest import keep, look_at
from firstline.channels.models import InboundMessage
from firstline.channels.outcomes import TWICE
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.channels.email.test_sender_authentication import PEM, txt
from tests.letters import arrives, back_to, config, letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "ask", txt)


def mei(*more: str, to: str = "it@desk.example", words: str = "My laptop was stolen.", **headers: str) -> bytes:
    """Mei's email, to Omar as well, with her domain's signature."""
    raw = letter(to=f"{to}, omar@corp.example", text=f"{words}\n", **headers).as_bytes().replace(b"\n", b"\r\n")
    return bytes(dkim.sign(raw, b"s", b"corp.example", PEM)) + raw


def unsigned(raw: bytes) -> bytes:
    return raw[raw.index(b"From:") :]


# What Omar makes of it and sends first, under which sender of the envelope
COPIES: dict[str, tuple[Callable[[bytes, str], bytes], str]] = {
    "a broken signature": (lambda raw, _own: raw.replace(b"bh=", b"bh=AAAA", 1), "omar@evil.example"),
    "no signature": (lambda raw, _own: unsigned(raw), "omar@evil.example"),
    "a lone CR": (lambda raw, _own: b"X-A: b\rX-B: c\r\n" + raw, "omar@evil.example"),
    "a second sender": (lambda raw, _own: b"From: eve@evil.example\r\n" + raw, "omar@evil.example"),
    "an automatic one": (lambda raw, _own: b"Auto-Submitted: auto-replied\r\n" + raw, "omar@evil.example"),
    "a program's": (lambda raw, _own: b"Auto-Submitted: auto-generated\r\n" + raw, "omar@evil.example"),
    "the null sender": (lambda raw, _own: raw, ""),
    "to their own request": (lambda raw, own: b"Delivered-To: " + own.encode() + b"\r\n" + raw, "omar@evil.example"),
    "by another header": (lambda raw, own: b"X-Delivered-To: " + own.encode() + b"\r\n" + raw, "omar@evil.example"),
    "away by a trace": (lambda raw, _own: b"Delivered-To: autoresponder@evil.example\r\n" + raw, "omar@evil.example"),
    "a blank before the colon": (lambda raw, _own: b"Received : from a by b\r\n" + raw, "omar@evil.example"),
    "a sign in a trace": (lambda raw, _own: b"Received: from a by b\x0b\r\n" + raw, "omar@evil.example"),
    "a bare LF above": (lambda raw, _own: b"Received: from a by b\n" + raw, "omar@evil.example"),
    "a bare LF in it": (lambda raw, _own: raw.replace(b"\r\nSubject:", b"\nSubject:", 1), "omar@evil.example"),
    "unsigned to their own": (
        lambda raw, own: unsigned(raw).replace(b"it@desk.example", own.encode(), 1),
        "omar@evil.example",
    ),
}


@pytest.mark.parametrize(("copied", "sender"), COPIES.values(), ids=COPIES.keys())
def test_a_copy_that_comes_first_swallows_no_new_request(
    cast: Cast, copied: Callable[[bytes, str], bytes], sender: str
) -> None:
    own = cast.asked(by=cast.omar, subject="Omar's own", text="x")
    raw = mei()
    first = arrives(copied(raw, back_to(own)), at="it@desk.example", envelope_sender=sender)
    genuine = arrives(raw, at="it@desk.example", envelope_sender="mei@corp.example")
    assert genuine.pk != first.pk
    assert (genuine.state, genuine.reason, genuine.person) == ("done", "", cast.mei)
    assert genuine.ticket
    assert genuine.ticket not in (first.ticket, own)
    assert genuine.ticket.verified
    assert genuine.ticket.requester == cast.mei
    notes = list(genuine.ticket.messages.filter(kind="note").values_list("text", flat=True))
    assert [first.ticket.number in note for note in notes] == [True] if first.ticket else notes == []
    # A third one is no more than that.
    again = arrives(b"X-Relay: again\r\n" + raw, at="it@desk.example", envelope_sender="mei@corp.example")
    assert (again.state, again.reason, again.ticket) == ("ignored", TWICE, genuine.ticket)
    assert arrives(raw, at="it@desk.example", envelope_sender="mei@corp.example") == genuine


@pytest.mark.parametrize(("copied", "sender"), COPIES.values(), ids=COPIES.keys())
def test_nor_does_it_swallow_an_answer_which_wakes_its_request(
    cast: Cast, copied: Callable[[bytes, str], bytes], sender: str
) -> None:
    own = cast.asked(by=cast.omar, subject="Omar's own", text="x")
    ticket = cast.asked()
    actions.accept(fresh(ticket), by=cast.bo)
    actions.resolve(fresh(ticket), by=cast.bo, resolution="Done.")
    raw = mei(to=back_to(ticket), words="It is NOT solved.")
    copy = copied(raw.replace(b"it@desk", b"it@desk"), back_to(own))
    if copied is COPIES["unsigned to their own"][0]:
        copy = unsigned(raw).replace(back_to(ticket).encode(), back_to(own).encode())
    arrives(copy, at="it@desk.example", envelope_sender=sender)
    genuine = arrives(raw, at=back_to(ticket), envelope_sender="mei@corp.example")
    assert (genuine.state, genuine.ticket) == ("done", ticket)
    assert genuine.message
    assert (genuine.message.author, genuine.message.proof, genuine.message.internal) == (cast.mei, "dkim", False)
    assert fresh(ticket).phase != "solved"


# What comes after the email itself, or beside it, in ordinary life
LATER: dict[str, Callable[[bytes], bytes]] = {
    "by a list": lambda raw: b"List-Id: <all.corp.example>\r\nPrecedence: list\r\n" + raw,
    "by a list that broke its signature": lambda raw: raw.replace(b"bh=", b"bh=AAAA", 1),
    "by a list that removed it": unsigned,
    "delivered elsewhere": lambda raw: b"Delivered-To: all@corp.example\r\nX-Other: a\r\n" + raw,
    "passed on by a machine": lambda raw: b"Auto-Submitted: auto-forwarded\r\n" + raw,
}


@pytest.mark.parametrize("changed", LATER.values(), ids=LATER.keys())
@pytest.mark.parametrize("answer", [False, True], ids=["new", "answer"])
def test_what_comes_after_it_by_another_way_is_the_same(
    cast: Cast, changed: Callable[[bytes], bytes], answer: bool
) -> None:
    raw = mei(to=back_to(cast.asked())) if answer else mei()
    first = arrives(raw, at="it@desk.example")
    count = Ticket.objects.count()
    later = arrives(changed(raw), at="it@desk.example")
    assert (later.state, later.reason, later.ticket) == ("ignored", TWICE, first.ticket)
    assert Ticket.objects.count() == count
    assert first.ticket
    assert not first.ticket.messages.filter(kind="note").exists()


def test_the_list_that_was_quicker_makes_no_second_request(cast: Cast) -> None:
    raw = mei()
    first = arrives(LATER["by a list"](raw), at="it@desk.example")
    assert (arrives(raw, at="it@desk.example").state, first.state) == ("ignored", "done")


def test_by_smtp_again_and_by_imap_it_is_one(cast: Cast) -> None:
    raw = mei(to=back_to(cast.asked()))
    inbox = arrives(raw, at="it@desk.example").inbox
    assert inbox
    fetched = b"Return-Path: <mei@corp.example>\r\nDelivered-To: it@desk.example\r\nReceived: from a by b\r\n" + raw
    for sender, at in (("mei@corp.example", "it@desk.example"), (None, "it@desk.example"), ("other@list.example", "")):
        keep(fetched, inbox=inbox.pk, sender=sender, recipients=[at] if at else [])
    assert InboundMessage.objects.count() == 1
    bounce = letter("<mailer-daemon@far.example>", subject="x").as_bytes()
    keep(bounce, inbox=inbox.pk, sender="", recipients=["it@desk.example"])
    keep(b"Return-Path: <>\r\n" + bounce, inbox=inbox.pk, sender=None, recipients=["it@desk.example"])
    assert InboundMessage.objects.count() == 2


def test_what_our_server_refused_does_not_take_the_place_of_what_it_proved(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(monkeypatch, mail_authserv="mx.desk.example")
    raw = unsigned(mei())

    def said(dmarc: str, domain: str) -> bytes:
        spf = f"spf=pass smtp.mailfrom={domain}"
        return f"Authentication-Results: mx.desk.example; {spf}; dmarc={dmarc} header.from=corp.example\r\n".encode()

    first = arrives(said("fail", "evil.example") + raw, at="it@desk.example")
    genuine = arrives(said("pass", "corp.example") + raw, at="it@desk.example")
    assert genuine.pk != first.pk
    assert (genuine.state, genuine.person) == ("done", cast.mei)
    again = arrives(said("none", "corp.example") + raw, at="it@desk.example")
    assert again == genuine  # without a policy it is the server of the envelope that proves it
    worse = arrives(said("none", "evil.example") + raw, at="it@desk.example")
    assert worse not in (first, genuine)
    assert (worse.state, worse.ticket) == ("ignored", genuine.ticket)
    assert arrives(said("pass", "mail.corp.example") + raw, at="it@desk.example") == genuine


def test_a_copy_for_another_desk_keeps_no_desk_from_its_own(cast: Cast) -> None:
    raw = mei(to="it@desk.example, hr@desk.example")
    broken = raw.replace(b"bh=", b"bh=AAAA", 1)
    arrives(broken, at="hr@desk.example", envelope_sender="omar@evil.example")
    run_jobs()
    genuine = arrives(raw, at="it@desk.example", envelope_sender="mei@corp.example")
    run_jobs()
    assert genuine.state == "done"
    mine = Ticket.objects.filter(requester=cast.mei, verified=True)
    assert sorted(mine.values_list("desk__key", flat=True)) == ["HR", "IT"]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (b"\r\nSubject: ", b"\r\nSubject:\r\n "),
        (b"\r\nSubject:", b"\r\nSUBJECT:"),
    ],
)
def test_nor_does_one_whose_rows_were_written_in_another_way_so_that_its_signature_breaks(
    cast: Cast, given: bytes, made: bytes
) -> None:
    raw = unsigned(mei(words="My laptop was stolen.\nYes."))
    raw = bytes(dkim.sign(raw, b"s", b"corp.example", PEM, canonicalize=(b"simple", b"simple"))) + raw
    assert given in raw
    first = arrives(raw.replace(given, made, 1), at="it@desk.example", envelope_sender="omar@evil.example")
    assert not first.ticket or not first.ticket.verified
    genuine = arrives(raw, at="it@desk.example", envelope_sender="mei@corp.example")
    assert genuine.pk != first.pk
    assert (genuine.state, genuine.person) == ("done", cast.mei)
    assert genuine.ticket
    assert genuine.ticket.verified


@pytest.mark.parametrize("trace", ["Delivered-To: autoresponder@evil.example\r\n", "Received : from a by b\r\n"])
def test_nor_does_it_where_our_server_proved_both(cast: Cast, monkeypatch: pytest.MonkeyPatch, trace: str) -> None:
    config(monkeypatch, mail_authserv="mx.desk.example")
    said = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=corp.example\r\n"
    raw = unsigned(mei())
    first = arrives(said + trace.encode() + raw, at="it@desk.example", envelope_sender="omar@evil.example")
    genuine = arrives(said + raw, at="it@desk.example", envelope_sender="mei@corp.example")
    assert genuine.pk != first.pk
    assert (genuine.state, genuine.person) == ("done", cast.mei)
    assert genuine.ticket
    assert genuine.ticket.verified


def test_an_email_of_many_thousand_senders_is_kept_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, mail_authserv="mx.desk.example")
    said = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=corp.example\r\n"
    for senders in (b"From: " + b"a," * 60 + b"\r\n") * 1900, b"From: " + b"a@b.example," * 20_000 + b"\r\n":
        began = process_time()
        seen = look_at((said + senders)[:250_000] + b"\r\nwords\r\n")
        assert process_time() - began < 1.5
        assert "none" in seen.oddities, "nothing proves it"
