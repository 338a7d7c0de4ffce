"""Who is believed: our own mail server, or a signature of the sender's own domain; nobody else."""

from base64 import b64encode

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from firstline.channels.email import seals
from firstline.channels.email.domains import is_aligned
from firstline.channels.email.proof import Proof, prove
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


def test_without_a_server_that_is_named_no_header_is_believed() -> None:
    assert not found(LETTER, "mx.desk.example; dmarc=pass header.from=corp.example").passed


def test_domains_are_one_only_below_what_somebody_registered() -> None:
    assert is_aligned("a.corp.co.uk", "b.corp.co.uk")
    assert is_aligned("mail.corp.example", "corp.example")
    for other in ("evil.example", "corp.com-evil.com", "co.uk", "", "xcorp.example"):
        assert not is_aligned("corp.example", other)
    assert not is_aligned("a.co.uk", "b.co.uk")
    assert not is_aligned("corp-a.com", "corp-b.com")
