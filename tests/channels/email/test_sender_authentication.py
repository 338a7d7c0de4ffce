"""Who is believed: our own mail server, or a signature of the sender's own domain; nobody else."""

from base64 import b64encode
from time import process_time

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from firstline.channels.email import seals
from firstline.channels.email.domains import is_aligned
from firstline.channels.email.sender_authentication import (
    FAIL,
    NONE,
    OUR_SERVER,
    PASS,
    REFUSED,
    SIGNATURE,
    UNKNOWN,
    Proof,
    prove,
)
from firstline.tickets.models import Message
from tests.letters import config

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC = b64encode(PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
LETTER = b"From: Mei <mei@corp.example>\r\nSubject: x\r\n\r\nwords\r\n"
ZONE = {"s._domainkey.corp.example": b"v=DKIM1; k=rsa; p=" + PUBLIC, "s._domainkey.evil.example": b"k=rsa; p=" + PUBLIC}


def txt(name: bytes | str, timeout: float = 5) -> bytes | None:
    name = name.decode() if isinstance(name, bytes) else name
    return ZONE.get(name.rstrip("."))


def signed(domain: str = "corp.example", **more: bool) -> bytes:
    return dkim.sign(LETTER, b"s", domain.encode(), PEM, **more) + LETTER


def found(raw: bytes, *results: str, address: str = "mei@corp.example") -> Proof:
    return prove(raw, address=address, results=results, txt=txt)


def test_the_domains_own_signature_proves_the_sender() -> None:
    assert found(signed()).passed


# A letter, and why it proves nothing.
UNPROVED = {
    "no signature": LETTER,
    "somebody else's signature": signed("evil.example"),
    "other words": signed().replace(b"words", b"swords"),
    "another From": signed().replace(b"mei@", b"bo@"),
    "a signature over the beginning only": signed(length=True) + b"more words\r\n",
    "a key that nobody knows": signed().replace(b"s=s;", b"s=t;"),
    "a broken signature": b"DKIM-Signature: v=1; d=corp.example; s=s; b=x\r\n" + LETTER,
    "an empty one": b"DKIM-Signature: \r\n" + LETTER,
}


@pytest.mark.parametrize("raw", UNPROVED.values(), ids=UNPROVED.keys())
def test_what_does_not_fit_proves_nothing(raw: bytes) -> None:
    assert not found(raw).passed


def test_a_strict_domain_wants_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    raw, sub = signed(), "mei@post.corp.example"
    assert found(raw, address=sub).passed
    monkeypatch.setitem(ZONE, "_dmarc.corp.example", b"v=DMARC1; p=reject; adkim=s")
    assert not found(raw, address=sub).passed
    assert found(raw).passed


def test_a_dns_that_does_not_answer_proves_nothing_and_breaks_nothing() -> None:
    def silent(name: object, timeout: float = 5) -> bytes | None:
        raise seals.Silent

    assert prove(signed(), address="mei@corp.example", results=(), txt=silent).result == "none"


# What the topmost headers say, and whether it proves corp.example.
RESULTS: list[tuple[tuple[str, ...], bool]] = [
    (("mx.desk.example; dmarc=pass header.from=corp.example",), True),
    (("mx.desk.example 1; dmarc=pass (p=reject) header.from=corp.example; spf=fail",), True),
    (("MX.Desk.Example; dkim=pass header.d=corp.example",), True),
    (("mx.desk.example; spf=pass smtp.mailfrom=bounce@mail.corp.example",), True),
    (("mx.desk.example; dmarc=none; dkim=pass header.i=@corp.example",), True),
    (("mx.desk.example; dmarc=fail header.from=corp.example; dkim=pass header.d=corp.example",), False),
    (("mx.desk.example; dmarc=pass header.from=evil.example",), False),
    (("mx.desk.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example",), False),
    (("mx.desk.example; none",), False),
    (("mx.evil.example; dmarc=pass header.from=corp.example",), False),
    (("(mx.desk.example) mx.evil.example; dmarc=pass header.from=corp.example",), False),
    (("mx.desk.example.evil.example; dmarc=pass header.from=corp.example",), False),
    (("mx.desk.example; dmarc=fail", "mx.desk.example; dmarc=pass header.from=corp.example"), False),
    (("", ";;;=", "mx.desk.example"), False),
]


@pytest.mark.parametrize(("results", "proves"), RESULTS, ids=[str(row[0][0])[:60] for row in RESULTS])
def test_only_our_own_servers_last_word_counts(
    monkeypatch: pytest.MonkeyPatch, results: tuple[str, ...], proves: bool
) -> None:
    config(monkeypatch, mail_authserv="mx.desk.example")
    assert found(LETTER, *results).passed is proves


MX, PROVED = "mx.desk.example", "dmarc=pass header.from=corp.example"
KEY = '"x header.d=corp.example"@evil.example'
# What a sender of evil.example can make our server repeat, so that it seems to prove corp.example.
SMUGGLED = {
    "a property in a quoted local part": f'{MX}; spf=pass smtp.mailfrom="x smtp.mailfrom=corp.example"@evil.example',
    "a result in a quoted local part": f'{MX}; spf=pass smtp.mailfrom="a; {PROVED} "@evil.example; dmarc=none',
    "an escaped quote": f'{MX}; spf=pass smtp.mailfrom="a\\"; {PROVED}; x=\\""@evil.example',
    "a property in the name of a key": f"{MX}; dkim=pass header.d=evil.example header.i={KEY}",
    "only the name of a key": f"{MX}; dkim=pass header.i={KEY}",
    "a comment that a quote holds open": f'{MX}; spf=pass (of "x); {PROVED}; y=("@evil.example)',
    "one of which nothing else tells": f'{MX}; spf=pass (of "x); {PROVED}; y=z ("@evil.example)',
    "a comment in a comment": f"{MX}; spf=none (of (x); {PROVED}; (y) z) smtp.mailfrom=evil.example",
    "a long comment": f"{MX}; spf=none ({'x' * 600}; {PROVED}; dkim=none) smtp.mailfrom=evil.example",
    "a comment that does not end": f"{MX}; {PROVED}; spf=none (of x",
    "a quote that does not end": f'{MX}; {PROVED}; spf=none reason="x',
    "a reason": f'{MX}; dkim=fail reason="bad; {PROVED}; x=y" header.d=evil.example',
    "an address without its quotes": f"{MX}; spf=pass smtp.mailfrom=corp.example smtp.mailfrom=x@evil.example",
    "a second address": f"{MX}; spf=pass smtp.mailfrom=x@corp.example y.z=x@evil.example",
    "words of an address": f"{MX}; spf=pass smtp.mailfrom=corp.example x@evil.example",
    "a domain twice": f"{MX}; dkim=pass header.d=corp.example header.d=evil.example",
    "a local part with a domain": f"{MX}; spf=pass smtp.mailfrom=x@corp.example@evil.example",
    "the quoted local part of ours": f'{MX}; spf=pass smtp.mailfrom="x"@corp.example',
    "a quoted whole that is no address": f'{MX}; spf=pass smtp.mailfrom="x@evil.example y.corp.example"',
    "DMARC twice": f"{MX}; spf=pass smtp.mailfrom=a; {PROVED}; spf=none smtp.helo=b@evil.example; dmarc=none",
    "a key's name beside its domain": f"{MX}; dkim=pass header.i=@evil.example header.d=corp.example",
    "words after the last one": f"{MX}; {PROVED} and more",
    "a backslash": f"{MX}; {PROVED}; spf=pass smtp.mailfrom=a\\;b@evil.example",
    "more than is read": f"{MX}; {PROVED}; x=y z={'z' * 16_000}",
}


@pytest.mark.parametrize("result", SMUGGLED.values(), ids=SMUGGLED.keys())
def test_what_a_sender_makes_our_server_repeat_proves_nothing(monkeypatch: pytest.MonkeyPatch, result: str) -> None:
    config(monkeypatch, mail_authserv=MX)
    assert found(LETTER, result).result == "none"


@pytest.mark.parametrize("result", SMUGGLED.values(), ids=SMUGGLED.keys())
def test_no_way_to_spoil_a_result_hides_that_dmarc_failed(monkeypatch: pytest.MonkeyPatch, result: str) -> None:
    config(monkeypatch, mail_authserv=MX)
    failed = "dmarc=fail header.from=corp.example"
    for said in (f"{result}; {failed}", result.replace(f"{MX};", f"{MX}; {failed};", 1)):
        assert found(LETTER, said).result == "fail"


# As servers in use write it: of Google, Microsoft, Yahoo, Fastmail, Exim, Rspamd and OpenDMARC.
WRITTEN = [
    'dkim=pass header.i=@corp.example header.s=2023 header.b="ab/c+d="; spf=pass (mx: domain of a@corp.example '
    "designates 192.0.2.1 as permitted sender) smtp.mailfrom=a@corp.example; dmarc=pass (p=NONE sp=NONE dis=NONE) "
    "header.from=corp.example",
    "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=corp.example; dkim=pass (signature was verified) "
    "header.d=corp.example;dmarc=pass action=none header.from=corp.example;compauth=pass reason=100",
    "dkim=pass header.i=@corp.example header.s=x; spf=pass smtp.mailfrom=corp.example; dmarc=pass(p=NONE) "
    "header.from=corp.example;",
    "x-tls=pass smtp.version=TLSv1.3 smtp.bits=256/256; dmarc=pass policy.published-domain-policy=reject "
    "(p=reject,d=none) policy.policy-from=p header.from=corp.example; bimi=pass policy.authority-uri=https://corp.example/a.pem",
    "iprev=pass (host.corp.example) smtp.remote-ip=2001:db8::1; "
    "spf=pass smtp.mailfrom=SRS0=ab=cd=x.example=a@corp.example",
    'spf=pass (mx: domain of "a@corp.example" designates 192.0.2.1) smtp.mailfrom="a@corp.example"',
    "dkim=pass (2048-bit key; unprotected) header.d=corp.example header.i=bo+x@post.corp.example header.a=rsa-sha256",
    "spf=pass smtp.mailfrom=bounce+a=b.example@corp.example smtp.helo=mx.other.example; dmarc=none",
    "spf=none smtp.mailfrom= smtp.helo=mx.corp.example; dkim/1 = pass (ok (really)) header.d = corp.example",
    "spf=fail smtp.mailfrom=list@list.example; dkim=fail header.d=list.example; dkim=pass header.d=corp.example",
]


@pytest.mark.parametrize("said", WRITTEN)
def test_what_servers_in_use_write_is_understood(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    config(monkeypatch, mail_authserv=MX)
    assert found(LETTER, f"{MX}; {said}").passed
    assert found(LETTER, f"(a) {MX} 1 (b); {said}").passed
    assert not found(LETTER, f"{MX}; {said}", address="mei@evil.example").passed


@pytest.mark.parametrize("sign", ["(", '"', "\\", ";", "=", '("', "a=", "a.", "a/1", "(\\", '"a"@', " ", "a=b;"])
def test_a_field_of_one_sign_is_read_at_once(monkeypatch: pytest.MonkeyPatch, sign: str) -> None:
    config(monkeypatch, mail_authserv=MX)
    before = process_time()
    assert found(LETTER, f"{MX}; {PROVED}; {sign * (15_900 // len(sign))}").result in ("none", "pass")
    assert process_time() - before < 0.5


def test_without_a_server_that_is_named_no_header_is_believed() -> None:
    assert not found(LETTER, "mx.desk.example; dmarc=pass header.from=corp.example").passed


def test_domains_are_one_only_below_what_somebody_registered() -> None:
    assert is_aligned("a.corp.co.uk", "b.corp.co.uk")
    assert is_aligned("mail.corp.example", "corp.example")
    for other in ("evil.example", "corp.com-evil.com", "co.uk", "", "xcorp.example"):
        assert not is_aligned("corp.example", other)
        assert not is_aligned(other, "corp.example")
    assert not is_aligned("", "")
    assert not is_aligned("a.co.uk", "b.co.uk")
    assert not is_aligned("corp-a.com", "corp-b.com")
    assert is_aligned("mail.例子.公司.cn", "例子.公司.cn")
    assert not is_aligned("一.公司.cn", "二.公司.cn")
    assert is_aligned("a.city.kawasaki.jp", "city.kawasaki.jp")  # the exception from *.kawasaki.jp
    assert not is_aligned("a.b.kawasaki.jp", "a.c.kawasaki.jp")
    assert not is_aligned("one.github.io", "other.github.io")


OF_MESSAGE = [
    *((PASS, SIGNATURE, Message.Proof.DKIM), (PASS, OUR_SERVER, Message.Proof.SERVER)),
    *((FAIL, REFUSED, Message.Proof.FAILED), (NONE, UNKNOWN, Message.Proof.NONE)),
]


@pytest.mark.parametrize(("result", "why", "kept"), OF_MESSAGE)
def test_a_message_keeps_by_what_its_sender_was_proved(result: str, why: str, kept: str) -> None:
    found = Proof(result, why)
    assert (found.of_message, found.passed) == (kept, result == PASS)
