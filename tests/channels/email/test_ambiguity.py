"""A head that programs read in different ways proves nobody, by no way in; what stands there is read all the same."""

# ruff: noqa: E501  tables as they stand
from time import process_time

import dkim
import pytest

from firstline.channels.email import seals
from firstline.channels.email.ambiguity import is_ambiguous
from firstline.channels.email.ingest import keep
from firstline.channels.email.sender_authentication import AMBIGUOUS, FAIL, NONE, PASS, REFUSED, prove
from firstline.channels.models import InboundMessage
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.channels.email.test_sender_authentication import LETTER, PEM, signed, txt
from tests.channels.test_pipe import piped
from tests.letters import arrives, config

HEAD = b"From: Lin Mei <mei@corp.example>\r\nTo: it@desk.example\r\nSubject: %s\r\nMessage-ID: <a@corp.example>\r\n"
OWN = b"From: Omar <omar@corp.example>\r\nTo: friend@far.example\r\nSubject: hi\r\nMessage-ID: <o@corp.example>\r\n\r\nhello\r\n"
NEL, LS, PS = "\x85".encode(), "\u2028".encode(), "\u2029".encode()

# What some program takes for an end of a line, a blank or a field, and another does not
ODD: dict[str, bytes] = {
    **{f"{sign!r} in a value": b"X-A: a" + sign + b"b\r\n" for sign in (b"\r", b"\n", b"\r\r", b"\x00", b"\x0b", b"\x0c")},
    **{f"{sign!r} in a value": b"X-A: a" + sign + b"b\r\n" for sign in (b"\x1c", b"\x1d", b"\x1e", NEL, LS, PS)},
    **{f"a field behind {sign!r}": b"X-A: b" + sign + b"X-B: c\r\n" for sign in (b"\r", b"\n", b"\r\r\n", b"\x0b", NEL)},
    "beside broken UTF-8": b"X-A: \xff" + NEL + b"b\r\n",
    "a row of blanks": b"X-A: b\r\n \r\n",
    "a row of tabs": b"X-A: b\r\n\t\t\r\n c\r\n",
    "a blank before the colon": b"X-A : b\r\n",
    "a mailbox's row that is a field": b"From : Lin Mei <mei@corp.example>\r\n",
    "a mailbox's row in the middle": b"X-A: b\r\nFrom x@y.example Mon Nov 30 12:00:00 2026\r\n",
    "one that was quoted": b">From x@y.example Mon Nov 30 12:00:00 2026\r\n",
    "a stray row": b"stray\r\n",
    "an address of the web": b"http://x.example/: y\r\n",
    "an odd name": b"X\xc3\xa4: y\r\n",
    "a mark before it": b"\xef\xbb\xbfX-A: b\r\n",
    "an empty row before it": b"\r\n",
    "a second subject": b"Subject: [IT-1] urgent\r\n",
    "a second type": b"Content-Type: text/html\r\ncontent-type: text/plain\r\n",
    "a second id": b"Message-Id: <b@corp.example>\r\nMessage-ID: <c@corp.example>\r\n",
    "more than is read": b"X-A: " + b"b" * 256 * 1024 + b"\r\n",
    "more fields than are read": b"X-A: b\r\n" * 2_001,
}  # fmt: skip
PLAIN: dict[str, bytes] = {
    "nothing": b"",
    "folds": b"X-A: b\r\n c\r\n\td\r\n",
    "nothing in it": b"X-A:\r\nX-B:\r\n c\r\n",
    "blanks at the end": b"X-A: b \t\r\n",
    "raw words": "X-A: 打印机坏了 é\r\n".encode(),
    "raw words in GB 18030": "X-A: 打印机坏了\r\n".encode("gb18030"),
    "bytes of an old charset": b"X-A: wait\x85 b\r\n",
    "an escape": b"X-A: \x1b$B4A;z\x1b(B\r\n",
    "the same field often": b"Received: a\r\nReceived: b\r\nX-A: b\r\nX-A: c\r\n",
    "a mailbox's row": b"From x@y.example Mon Nov 30 12:00:00 2026\r\n",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_what_is_read_in_two_ways_proves_nobody_by_a_signature_or_our_servers_word(
    monkeypatch: pytest.MonkeyPatch, odd: bytes
) -> None:
    results = ("mx.desk.example; dmarc=pass header.from=corp.example",)
    for raw in (odd + signed(), signed().replace(b"\r\n\r\n", b"\r\n" + odd + b"\r\n", 1)):
        if odd == b"\r\n" and raw != odd + signed():
            continue  # it ends the head, and the words begin with an empty row
        assert is_ambiguous(raw)
        config(monkeypatch, mail_authserv="")
        assert prove(raw, address="mei@corp.example", results=(), txt=txt).result != PASS
        config(monkeypatch, mail_authserv="mx.desk.example")
        found = prove(raw, address="mei@corp.example", results=results)
        assert (found.result, found.why) == (NONE, AMBIGUOUS)


@pytest.mark.parametrize("plain", PLAIN.values(), ids=PLAIN.keys())
@pytest.mark.parametrize("end", [b"\r\n", b"\n"], ids=["CRLF", "LF"])
def test_what_everybody_reads_alike_is_proved_as_ever(plain: bytes, end: bytes) -> None:
    raw = (plain + signed()).replace(b"\r\n", end)
    assert not is_ambiguous(raw)
    assert prove(raw, address="mei@corp.example", results=(), txt=txt).result == PASS
    assert not is_ambiguous(b"")
    assert not is_ambiguous(raw.partition(end * 2)[0])


def test_line_ends_and_signs_below_the_head_make_no_difference() -> None:
    words = LETTER + b"a\rb\nc\x00\x0b\x0c\x1c" + NEL + b"\r\nSubject: z\r\n"
    raw = dkim.sign(words, b"s", b"corp.example", PEM) + words
    assert prove(raw, address="mei@corp.example", results=(), txt=txt).result == PASS


def test_what_our_server_refused_is_no_better_for_an_odd_head(monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, mail_authserv="mx.desk.example")
    said = (
        "mx.desk.example; dmarc=pass header.from=corp.example",
        "mx.desk.example; dmarc=fail header.from=corp.example",
    )
    for results in (said, said[::-1]):
        found = prove(b"X-A: b\rX-B: c\r\n" + LETTER, address="mei@corp.example", results=results)
        assert (found.result, found.why) == (FAIL, REFUSED)


@pytest.mark.parametrize("name", ["mx.des\u212a.example", "m\u00d7.desk.example", "mx.desk.example\u2028"])
def test_what_only_looks_like_our_servers_name_is_another(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    config(monkeypatch, mail_authserv="mx.desk.example", mail_dkim=False)
    said = f"{name}; dmarc=pass header.from=corp.example"
    assert prove(LETTER, address="mei@corp.example", results=(said,)).result == NONE


def smuggled(ticket: Ticket, way: str) -> bytes:
    """Omar's own email, truly signed by their domain, below a head of Mei's that only we would see."""
    head = HEAD % f"[{ticket.number}] urgent".encode()
    own = dkim.sign(OWN, b"s", b"corp.example", PEM, include_headers=[b"from", b"subject", b"to"]) + OWN
    words = b"Send the password to my own phone.\r\n"
    if way == "a lone CR":
        return b"X-A: b\r" + head.replace(b"\r\n", b"\r") + b"\r" + words + own
    if way == "a row of blanks":
        return head.replace(b"From:", b"From :") + b" \r\n " + words + own
    return head.split(b"\r\n")[2] + b"\r\n" + own.replace(b"Omar <omar", b"Lin Mei <mei")


WAYS_IN = ["SMTP", "pipe"]


@pytest.mark.django_db
@pytest.mark.parametrize("by", WAYS_IN)
@pytest.mark.parametrize("way", ["a lone CR", "a row of blanks"])
def test_a_signed_email_below_a_second_head_speaks_for_nobody_and_its_words_are_not_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, way: str, by: str
) -> None:
    monkeypatch.setattr(seals, "ask", txt)
    ticket = cast.asked()
    raw = smuggled(ticket, way)
    if by == "pipe":
        assert piped(raw, inbox="it@desk.example", sender="omar@evil.example") == 0
        run_jobs()
    else:
        arrives(raw, at="it@desk.example")
    received = InboundMessage.objects.get()
    assert received.ticket != ticket
    assert (received.state, received.proof["result"]) == ("done", NONE)
    assert received.ticket
    assert not received.ticket.verified
    message = received.message
    assert message
    assert (message.proof, "Send the password" in message.text) == ("none", True)


@pytest.mark.django_db
def test_a_subject_above_the_signed_one_leads_nowhere(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "ask", txt)
    ticket = cast.asked()
    mine = LETTER.replace(b"\r\n\r\n", b"\r\nTo: friend@far.example\r\nMessage-ID: <m@corp.example>\r\n\r\n")
    raw = dkim.sign(mine, b"s", b"corp.example", PEM) + mine
    received = arrives(f"Subject: [{ticket.number}] do it\r\n".encode() + raw, at="it@desk.example")
    assert received.ticket != ticket
    assert (received.proof["result"], received.proof["why"]) == (NONE, AMBIGUOUS)


@pytest.mark.django_db
@pytest.mark.parametrize("hiding", [b"X-A: b\r", b"X-A: b\n", b"X-A: b\x0b", b"X-A: b\r\x0c\r"])
def test_our_servers_word_behind_an_odd_end_of_a_line_proves_nobody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, hiding: bytes
) -> None:
    config(monkeypatch, mail_authserv="mx.desk.example")
    said = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=corp.example\r\n"
    raw = b"Received: from evil by mx.desk.example\r\n" + hiding + said + HEAD % b"VPN" + b"\r\nIt drops.\r\n"
    received = keep(raw, inbox=None, sender="x@evil.example", recipients=["it@desk.example"])
    run_jobs()
    received = arrives(raw, at="it@desk.example")
    assert received.proof["result"] == NONE
    assert received.ticket
    assert not received.ticket.verified
    assert received.message
    assert "It drops." in received.message.text


def test_a_head_is_looked_at_once_however_it_is_made() -> None:
    before = process_time()
    heads = [b"\r", b"\n\r", b" \r\n", b"a:\r\n", b"a:", b"From ", b"\x80", b":", b"\r\n \t"]
    for piece in heads:
        is_ambiguous(b"X: y\r\n" + piece * (1_000_000 // len(piece)))
    assert process_time() - before < 2
