"""What computes with a signature is bounded, and done by a process that may be ended: the worker goes on."""

import os
import signal
from base64 import b64encode
from collections.abc import Callable, Iterator
from time import process_time
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from firstline.channels.email import parser_sandbox, seals, verifying
from firstline.channels.email.sender_authentication import BROKEN, SIGNATURE, UNCHECKED, UNKNOWN, Proof, prove
from firstline.kit.sandbox import Died
from firstline.tickets.models import Message
from tests.cast import Cast
from tests.channels.email.test_sender_authentication import LETTER, PEM, ZONE, signed, txt
from tests.letters import arrives

KEY = "s._domainkey.corp.example"
BASE64 = b64encode(b"x" * 32)
HEAD = b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=corp.example; s=s;"
FORGED = HEAD + b" h=from; bh=" + BASE64 + b"; b=" + BASE64 + b"\r\n"
BLANKS = LETTER + b"x" + b" " * 50_000 + b"y\r\n"


@pytest.fixture(scope="module", autouse=True)
def begun() -> Iterator[None]:
    """A process that has begun already, and none left behind."""
    assert found(signed()).passed
    yield
    parser_sandbox.hang_up()


def found(raw: bytes, address: str = "mei@corp.example", *, by: seals.Txt = txt) -> Proof:
    return prove(raw, address=address, results=(), txt=by)


def der(tag: int, content: bytes) -> bytes:
    length = len(content).to_bytes(4, "big")
    return bytes([tag, 0x84]) + length + content


def record(modulus: int, exponent: int = 65537) -> bytes:
    """The DNS's word of a key that no library would make."""
    numbers = [number.to_bytes(number.bit_length() // 8 + 1, "big") for number in (modulus, exponent)]
    return b"v=DKIM1; k=rsa; p=" + b64encode(der(0x30, b"".join(der(2, number) for number in numbers)))


def with_key(key: bytes) -> Callable[..., bytes | None]:
    return lambda name, timeout=5: key if KEY in str(name) else None


# Emails that took seconds each, and the keys that the DNS tells of
SLOW: dict[str, tuple[bytes, bytes]] = {
    "blanks in a body": (FORGED + BLANKS, ZONE[KEY]),
    "the same, signed thrice": (FORGED * 3 + BLANKS, ZONE[KEY]),
    "a large body signed thrice": (FORGED * 3 + LETTER + b"word  word \r\n" * 1_600_000, ZONE[KEY]),
    "a large modulus": (signed(), record((1 << 180_000) + 1)),
    "a large exponent": (signed(), record((1 << 16_000) + 1, (1 << 16_000) + 1)),
    "a tail of folds": (signed().replace(b"\r\nFrom:", b"\r\n " * 8_000 + b"\r\nFrom:", 1), ZONE[KEY]),
    "blanks among the names": (FORGED.replace(b"h=from", b"h=from" + b" " * 20_000 + b"x") + LETTER, ZONE[KEY]),
    "a head of folds": (FORGED + b"X: y\r\n" + b" z\r\n" * 500_000 + LETTER, ZONE[KEY]),
}


@pytest.mark.heavy
@pytest.mark.parametrize(("raw", "key"), SLOW.values(), ids=SLOW.keys())
def test_what_takes_long_does_not_take_the_workers_time_and_counts_as_not_checked(
    monkeypatch: pytest.MonkeyPatch, raw: bytes, key: bytes
) -> None:
    monkeypatch.setattr(seals, "CPU_SECONDS", 0.5)
    before = process_time()
    proof = found(raw, by=with_key(key))
    assert process_time() - before < 0.5
    assert (proof.result, proof.why) == ("none", UNCHECKED)
    assert proof.detail
    assert found(signed()).passed


def test_nothing_of_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = signed()

    def never(*_given: Any, **_named: Any) -> None:
        raise AssertionError

    for name in ("verify", "set_message"):
        monkeypatch.setattr(dkim.DKIM, name, never)
    assert found(raw).why == SIGNATURE
    assert found(raw.replace(b"words", b"other")).why == BROKEN


@pytest.mark.parametrize(
    ("modulus", "exponent", "why"),
    [
        *(((1 << 4096) - 1, 65537, BROKEN), ((1 << 4096) + 1, 65537, UNCHECKED)),
        *(((1 << 2048) - 1, (1 << 32) - 1, BROKEN), ((1 << 2048) - 1, 1 << 32, UNCHECKED)),
        *((0, 3, BROKEN), (1, 0, BROKEN)),
    ],
    ids=["4096", "4097", "32", "33", "no modulus", "no exponent"],
)
def test_a_key_that_is_too_large_is_not_tried(modulus: int, exponent: int, why: str) -> None:
    assert found(signed(), by=with_key(record(modulus, exponent))).why == why


@pytest.mark.heavy
def test_the_largest_key_that_is_tried_proves() -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=4096)
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    raw = dkim.sign(LETTER, b"s", b"corp.example", pem) + LETTER
    assert found(raw, by=with_key(b"p=" + b64encode(public))).why == SIGNATURE


@pytest.mark.parametrize(("names", "why"), [(200, SIGNATURE), (201, UNCHECKED)])
def test_a_signature_covers_two_hundred_fields_and_not_more(names: int, why: str) -> None:
    covered = [b"from"] + [b"x-%d" % number for number in range(names - 1)]
    assert found(dkim.sign(LETTER, b"s", b"corp.example", PEM, include_headers=covered) + LETTER).why == why


@pytest.mark.heavy
@pytest.mark.parametrize(("more", "why"), [(0, SIGNATURE), (1, UNCHECKED)])
def test_a_signature_of_eight_kilobytes_is_checked_and_one_byte_more_is_not(more: int, why: str) -> None:
    # Names of which there is no field may be covered: that they stay away is signed too.
    def of(length: int) -> bytes:
        field: bytes = dkim.sign(LETTER, b"s", b"corp.example", PEM, include_headers=[b"from", b"x" * length])
        return field

    def size(field: bytes) -> int:
        return len(field) - len(b"DKIM-Signature:")

    wanted = verifying.LONGEST_SIGNATURE + more
    length = next(length for length in range(wanted - 900, wanted) if size(of(length)) == wanted)
    assert found(of(length) + LETTER).why == why


def test_one_that_is_not_checked_hides_none_that_is_right_and_none_that_is_right_above_it() -> None:
    long = FORGED.replace(b"h=from", b"h=from" + b":x" * 200)
    assert found(long + LETTER).why == UNCHECKED
    assert found(long + signed()).why == SIGNATURE
    right = signed()
    head = right[: -len(LETTER)]
    assert found(head + long + LETTER).why == SIGNATURE
    # Whoever adds one gains no more than whoever leaves theirs away.
    assert found(FORGED + long + LETTER).result == "none"


def test_what_one_cannot_read_as_a_key_is_wrong_and_breaks_nothing() -> None:
    for key in (
        b"",
        b"p=",
        b"p=!",
        b"k=rsa; p=MAUCAQA=",
        b"k=x; p=AA==",
        b"p=MAIFAQ==",
        b"\xff=\x00",
        b"v=2",
        b"k=ed25519; p=AA",
    ):
        assert found(signed(), by=with_key(key)).why == BROKEN


def test_only_keys_of_the_senders_own_organisation_are_asked_for_and_each_once() -> None:
    asked: list[str] = []

    def note(name: Any, timeout: float = 5) -> bytes | None:
        asked.append(str(name).rstrip("."))
        return txt(name)

    raw = FORGED.replace(b"corp.example", b"evil.example") + FORGED.replace(b"s=s", b"s=t") + signed()
    assert found(raw, by=note).why == SIGNATURE
    assert asked == ["_dmarc.corp.example", "t._domainkey.corp.example", KEY]


def test_after_one_question_without_an_answer_no_other_is_asked() -> None:
    asked: list[str] = []

    def silent(name: Any, timeout: float = 5) -> bytes | None:
        if "_domainkey" in str(name):
            asked.append(str(name))
            raise seals.Silent
        return None

    assert found(FORGED + FORGED.replace(b"s=s", b"s=t") + signed(), by=silent).why == UNKNOWN
    assert asked == [f"{KEY}."]


def test_one_that_is_right_counts_though_nobody_answers_for_the_next() -> None:
    def half(name: Any, timeout: float = 5) -> bytes | None:
        if str(name).startswith("t."):
            raise seals.Silent
        return txt(name)

    other = FORGED.replace(b"s=s", b"s=t")
    right = signed()
    assert found(right[: -len(LETTER)] + other + LETTER, by=half).why == SIGNATURE
    assert found(FORGED + other + LETTER, by=half).why == UNKNOWN


def test_a_process_that_was_killed_is_replaced_unseen_and_one_that_cannot_be_counts_as_not_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert found(signed()).why == SIGNATURE
    os.kill(parser_sandbox.readers.idle[0].process.pid, signal.SIGKILL)
    assert found(signed()).why == SIGNATURE

    def died(*_given: Any, **_named: Any) -> None:
        raise Died("gone")

    monkeypatch.setattr(parser_sandbox.readers, "asked", died)
    assert found(signed()).why == UNCHECKED


@pytest.mark.heavy
def test_one_that_takes_too_much_memory_counts_as_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    parser_sandbox.hang_up()
    monkeypatch.setattr(parser_sandbox.readers, "memory", 200_000_000)
    proof = found(FORGED + LETTER + b"\n" * 30_000_000)
    parser_sandbox.hang_up()
    assert (proof.why, proof.detail) == (UNCHECKED, "more memory than it may take")


@pytest.mark.django_db
def test_an_email_whose_signature_takes_too_long_comes_in_as_not_proved(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "CPU_SECONDS", 0.3)
    monkeypatch.setattr(seals, "ask", txt)
    before = process_time()
    head = (
        b"From: Lin Mei <mei@corp.example>\r\nTo: it@desk.example\r\nSubject: VPN\r\nMessage-ID: <1@corp.example>\r\n"
    )
    received = arrives(FORGED * 3 + head + BLANKS[BLANKS.index(b"\r\n\r\n") :], at="it@desk.example")
    assert received.ticket is not None
    assert received.ticket.messages.get().proof == Message.Proof.NONE
    assert process_time() - before < 3


class Written(dkim.DKIM):  # type: ignore[misc]
    """Signs with more tags than there should be."""

    def __init__(self, raw: bytes, *tags: tuple[bytes, bytes], instead: dict[bytes, bytes] | None = None) -> None:
        super().__init__(raw)
        self.tags, self.instead = tags, instead or {}

    def gen_header(self, fields: Any, *given: Any, **named: Any) -> Any:
        fields = [(name, self.instead.get(name, value)) for name, value in fields]
        return super().gen_header([*fields[:-1], *self.tags, fields[-1]], *given, **named)


def written(*tags: tuple[bytes, bytes], domain: bytes = b"evil.example", **more: Any) -> bytes:
    field: bytes = Written(LETTER, *tags, **more).sign(b"s", domain, PEM)
    return field + LETTER


CONTROLS = [bytes([code]) for code in (*range(1, 9), 11, 12, *range(14, 32), 127)]
ODD_NAMES = [name for each in CONTROLS for name in (b"d" + each, each + b"d", b"d" + each + b" ")]


@pytest.mark.parametrize("name", [*ODD_NAMES, b"d", b" d", b"d\t", b"\xc2\xa0d", b"d\xe2\x80\x8b", b"1d", b"-d", b""])
def test_nobody_signs_for_another_domain_by_a_tag_that_is_read_in_two_ways(name: bytes) -> None:
    raw = written((name, b"corp.example"))
    proof = found(raw)
    assert not proof.passed
    if name.strip(b" \t") and name not in (b"1d", b"-d"):
        assert (proof.result, proof.why) == ("fail", BROKEN)
    # Nor is it right for the domain whose key it was.
    assert not found(raw, "omar@evil.example").passed


@pytest.mark.parametrize("tag", [b"d", b"s", b"h", b"i", b"x", b"l", b"a", b"c", b"bh", b"q", b"v", b"t"])
def test_a_tag_that_is_there_twice_makes_a_signature_wrong_whatever_it_says(tag: bytes) -> None:
    for more in (b"", b"\x1e", b"\x0b", b"\x0c"):
        for value in (b"1", b"corp.example"):
            proof = found(written((tag + more, value), (tag, value), domain=b"corp.example"))
            assert (proof.result, proof.why) == ("fail", BROKEN)


@pytest.mark.parametrize(
    "part", [b"corp.exa\x1fmple", b"corp .example", b"corp.example.", b"co\xc2\xadrp.example", b".corp.example"]
)
def test_a_domain_that_is_not_plainly_written_is_nobodys(part: bytes) -> None:
    def any_key(name: Any, timeout: float = 5) -> bytes | None:
        return ZONE[KEY] if b"domainkey" in bytes(str(name), "utf-8", "replace") else None

    for tag in (b"d", b"s"):
        assert not found(written(instead={tag: part}, domain=b"corp.example"), by=any_key).passed


def test_a_signature_that_does_not_cover_the_sender_proves_nobody() -> None:
    field: bytes = Written(LETTER, instead={b"h": b"subject"}).sign(
        b"s", b"corp.example", PEM, include_headers=[b"from", b"subject"]
    )
    assert found(field + LETTER).why == BROKEN

    class Without(dkim.DKIM):  # type: ignore[misc]
        def gen_header(self, fields: Any, names: Any, *given: Any, **named: Any) -> Any:
            fields = [(name, b"subject" if name == b"h" else value) for name, value in fields]
            return super().gen_header(fields, (b"subject",), *given, **named)

    raw = Without(LETTER).sign(b"s", b"corp.example", PEM) + LETTER
    assert dkim.DKIM(raw).verify(dnsfunc=txt)  # the library takes it
    assert found(raw).why == BROKEN


def test_what_can_be_read_in_two_ways_hides_no_signature_that_is_right() -> None:
    odd = written((b"d\x1f", b"corp.example"))[: -len(LETTER)]
    assert found(odd + LETTER).why == BROKEN
    right = signed()
    assert found(right[: -len(LETTER)] + odd + LETTER).why == SIGNATURE


@pytest.mark.parametrize("record", [b"v=DMARC1; adkim=r; adkim=s", b"v=DMARC1; adkim\x1f=s", b"v=DMARC1; x"])
def test_a_policy_that_can_be_read_in_two_ways_is_taken_for_the_stricter(
    monkeypatch: pytest.MonkeyPatch, record: bytes
) -> None:
    assert found(signed(), "mei@post.corp.example").passed
    monkeypatch.setitem(ZONE, "_dmarc.corp.example", record)
    assert not found(signed(), "mei@post.corp.example").passed
    assert found(signed()).passed
