"""What mail servers say of a letter, read sign by sign; what is believed of it; and how the DNS is asked."""
# ruff: noqa: E501  tables as they stand

from base64 import b64encode
from types import SimpleNamespace
from typing import Any

import dkim
import dns.exception
import dns.name
import dns.resolver
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from firstline.channels.email import seals
from firstline.channels.email.results import Malformed, Result, author_of, results_of
from firstline.channels.email.sender_authentication import OUR_SERVER, REFUSED, UNPROVED, prove
from tests.channels.email.test_sender_authentication import LETTER, PEM, ZONE, signed, txt
from tests.letters import config

Said = list[tuple[str, str, dict[str, str]]]
PASSED: Said = [("dkim", "pass", {})]
# A field, who says it, and what is said; None where it can be read in more ways than one
FIELDS: list[tuple[str, str, Said | None]] = [
    *(("mx; none", "mx", []), ("mx;", "mx", []), ("mx", "mx", []), ("", "", []), (";", "", [])),
    *((text, "mx", PASSED) for text in ("mx; dkim=pass", "mx 1; dkim=pass", "MX;DKIM=PASS", "mx; ;; dkim=pass;")),
    *((text, "mx", PASSED) for text in ("mx; none; dkim=pass", "mx; dkim/1=pass", "mx; dkim / 1 = pass")),
    *((text, "mx", PASSED) for text in ('"mx"; dkim=pass', "mx\t(x); dkim= pass", 'mx ("q") ; dkim=pass')),
    *((text, "mx", PASSED) for text in ("(a) mx (b); dkim=pass", "mx (c (d) \\) e); dkim=pass (x)", "mx; dkim=\r\n pass")),
    *((text, "mx", PASSED) for text in ('"mx" ; dkim=pass', '"mx"\t(x);dkim=pass', "mx (a \\)) ; dkim=pass", 'mx; dkim="pass" (x) ;')),
    *((text, "mx", PASSED) for text in ("mx; none (x); dkim=pass", "mx; none ;dkim=pass", "mx;dkim=pass; none (x)", "mx; dkim=pass;none\t")),
    ("mx; none=pass", "mx", [("none", "pass", {})]),
    ("mx; dkim=", "mx", [("dkim", "", {})]),
    ('"m\\"x"; none', 'm"x', []),
    ('"a"@x.test; none', '"a"@x.test', []),
    ('"m\\\nx"; none', "m\nx", []),
    ('mx; x=pass a="x.test" (b) ; y=fail c="y.test" d=z.test', "mx", [("x", "pass", {"a": "x.test"}), ("y", "fail", {"c": "y.test", "d": "z.test"})]),
    ("mx; dkim=pass header.D=A.Test", "mx", [("dkim", "pass", {"header.d": "a.test"})]),
    ("mx; dkim=pass header.d=a.test header.d=a.test", "mx", [("dkim", "pass", {"header.d": "a.test"})]),
    ("mx; dkim=pass header.d=a.test header.d=b.test", "mx", [("dkim", "pass", {"header.d": ""})]),
    ("mx; dkim=pass header.i=a@x.test y.z=b@y.test", "mx", [("dkim", "pass", {"header.i": "", "y.z": ""})]),
    ("mx; spf=pass smtp.mailfrom=a@x.test y.z=b@y.test", "mx", [("spf", "pass", {"smtp.mailfrom": "", "y.z": ""})]),
    ("mx; dmarc=pass a=a@x.test b=b@y.test", "mx", [("dmarc", "pass", {"a": "x.test", "b": "y.test"})]),
    ("mx; dkim=pass a=a@x.test b=x.test", "mx", [("dkim", "pass", {"a": "x.test", "b": "x.test"})]),
    *((f"mx; x=pass a={value}", "mx", [("x", "pass", {"a": ""})]) for value in ('"a b"@x.test', '"a"@x.test', "-x.test")),
    *((f"mx; x=pass a={value}", "mx", [("x", "pass", {"a": ""})]) for value in ("a@b@-", '"a b"', "", "x.test-", "@")),
    *((f"mx; x=pass a={value}", "mx", [("x", "pass", {"a": "x_y.test"})]) for value in ('"x_y.test"', "a@X_y.test", "@x_y.test")),
    *((text, "mx", None) for text in ("mx; none x", "mx; dkim pass", "mx; dkim=pass x", "mx dkim=pass", "mx; =pass", "mx x")),
    *((text, "", None) for text in ("mx (open; dkim=pass", 'mx ("q) ; dkim=pass', '"mx"x; dkim=pass', '"mx; dkim=pass', "mx\\a;")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "author", "said"), FIELDS)
def test_a_field_is_read_in_one_way_or_none(text: str, author: str, said: Said | None) -> None:
    assert author_of(text) == author
    if said is None:
        with pytest.raises(Malformed):
            results_of(text)
    else:
        assert results_of(text) == [Result(*each) for each in said]


def test_a_field_that_is_too_long_is_not_read() -> None:
    start = "mx; dkim=pass x="
    assert results_of(start + "y" * (16_000 - len(start)))
    with pytest.raises(Malformed):
        results_of(start + "y" * (16_001 - len(start)))


# What our server says of corp.example, and what is believed
BELIEVED = [
    *(("dmarc=pass header.from=corp.example", "pass"), ("dkim=pass header.d=corp.example", "pass")),
    *(("dkim=pass header.d=corp.example; spf=fail smtp.mailfrom=corp.example", "pass"), ("dmarc=pass", "none")),
    *(("dmarc=none; dkim=pass header.d=corp.example", "pass"), ("dkim=pass", "none"), ("dkim=pass header.d=", "none")),
    *(("dkim=pass header.d=corp.example; dkim=fail header.d=corp.example", "pass"), ("none", "none"), ("x=pass", "none")),
    *((f"{method}=fail", "fail") for method in ("dmarc", "dkim", "spf")),
    *((f"dmarc={said} header.from=evil.example", "fail") for said in ("pass", "fail", "none")),
    *(("dmarc=fail header.from=corp.example", "fail"), ("dmarc=fail; dkim=pass header.d=corp.example", "fail")),
    *(("dkim=fail header.d=corp.example", "fail"), ("spf=fail smtp.mailfrom=corp.example", "fail")),
    *((f"{method} {name}=evil.example", "none") for method, name in (("dkim=fail", "header.d"), ("spf=fail", "smtp.mailfrom"))),
    *(("dkim=pass header.d=evil.example", "none"), ("spf=softfail smtp.mailfrom=corp.example", "none")),
    *(("dkim=pass header.d=corp.example header.i=@evil.example", "none"), ("dmarc=fail header.from=x@y@z", "fail")),
    ("dmarc=pass header.from=corp.example; dmarc=pass header.from=corp.example", "none"),
    *(("dkim=fail header.d=evil.example; spf=fail", "fail"), ("iprev=fail", "none")),
    *(("broken dmarc=fail", "fail"), ("broken", "none"), ("dmarc = FAIL x y", "fail"), ("xdmarc=fail x y", "none")),
]  # fmt: skip


@pytest.mark.parametrize(("said", "result"), BELIEVED)
def test_our_servers_word_is_believed_as_far_as_it_is_about_the_sender(
    monkeypatch: pytest.MonkeyPatch, said: str, result: str
) -> None:
    config(monkeypatch, mail_authserv="MX.desk.example")
    found = prove(LETTER, address="mei@corp.example", results=("other", f"mx.desk.example;  {said}"))
    assert found.result == result
    assert found.why == {"pass": OUR_SERVER, "fail": REFUSED, "none": UNPROVED}[result]
    assert found.detail == f"mx.desk.example; {said}"


def test_a_long_word_of_our_server_is_kept_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, mail_authserv="mx")
    assert len(prove(LETTER, address="a@corp.example", results=(f"mx; x=y ({'z' * 900})",)).detail) == 500


@pytest.mark.parametrize(
    ("authserv", "checks", "raw", "why"),
    [
        *(("mx", False, LETTER, "UNPROVED"), ("", False, LETTER, "UNSIGNED"), ("", True, LETTER, "UNSIGNED")),
        *(("mx", True, LETTER, "UNSIGNED"), ("", False, signed(), "UNSIGNED"), ("", True, signed(), "SIGNATURE")),
        *(("", True, signed("evil.example"), "UNSIGNED"), ("", True, signed().replace(b"words", b"x"), "BROKEN")),
        ("", True, b"X: " + b"x" * 256 * 1024 + b"\r\n" + signed(), "UNSIGNED"),
    ],
    ids=range(9),
)
def test_without_our_servers_word_the_signature_counts_where_it_is_checked(
    monkeypatch: pytest.MonkeyPatch, authserv: str, checks: bool, raw: bytes, why: str
) -> None:
    from firstline.channels.email import sender_authentication

    config(monkeypatch, mail_authserv=authserv, mail_dkim=checks)
    found = prove(raw, address="mei@corp.example", results=("other; dmarc=pass",), txt=txt)
    assert found.why == getattr(sender_authentication, why)
    assert found.result == {"SIGNATURE": "pass", "BROKEN": "fail"}.get(why, "none")
    if why == "SIGNATURE":
        assert found.detail == "d=corp.example"
    if why == "BROKEN":
        assert found.detail.startswith("ValidationError: body hash mismatch")


def resigned(raw: bytes, domain: str, selector: bytes = b"s") -> bytes:
    return dkim.sign(raw, selector, domain.encode(), PEM) + raw


@pytest.mark.parametrize(("others", "signer"), [(2, "corp.example"), (3, "")])
def test_the_first_three_signatures_are_looked_at(others: int, signer: str) -> None:
    raw = resigned(LETTER, "corp.example")
    for _each in range(others):
        raw = resigned(raw, "evil.example")
    assert seals.signer_of(raw, "corp.example", txt=txt) == signer


# Two numbers that are prime, and of how many bits the key is that they make
PRIMES = [(2**521 - 1, 2**502 - 671, 1023), (2**521 - 1, 2**503 - 91, 1024)]


@pytest.mark.parametrize(("first", "second", "bits"), PRIMES, ids=["1023", "1024"])
def test_a_key_of_1024_bits_is_long_enough_and_a_shorter_one_is_not(
    monkeypatch: pytest.MonkeyPatch, first: int, second: int, bits: int
) -> None:
    key = made_of(first, second)
    assert key.key_size == bits
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    monkeypatch.setitem(ZONE, "s._domainkey.corp.example", b"v=DKIM1; k=rsa; p=" + b64encode(public))
    raw = dkim.sign(LETTER, b"s", b"corp.example", pem) + LETTER
    if bits == 1024:
        assert seals.signer_of(raw, "corp.example", txt=txt) == "corp.example"
        return
    with pytest.raises(seals.Wrong, match="public key too small: 1023"):
        seals.signer_of(raw, "corp.example", txt=txt)


def made_of(first: int, second: int) -> rsa.RSAPrivateKey:
    """The key of two primes, as no library of today makes one that is so short."""
    private = pow(65537, -1, (first - 1) * (second - 1))
    rests = rsa.rsa_crt_dmp1(private, first), rsa.rsa_crt_dmq1(private, second), rsa.rsa_crt_iqmp(first, second)
    public = rsa.RSAPublicNumbers(65537, first * second)
    return rsa.RSAPrivateNumbers(first, second, private, *rests, public).private_key()


def test_of_several_signatures_one_that_is_right_is_enough() -> None:
    right = resigned(LETTER, "corp.example")
    head = right[: right.index(b"From:")]
    for spoilt, said in (
        (head.replace(b"bh=", b"bh=x"), "ValidationError: "),
        (head.replace(b"s=s;", b"s=t;"), "d=corp.example"),
    ):
        assert spoilt != head
        assert seals.signer_of(spoilt + right, "corp.example", txt=txt) == "corp.example"
        with pytest.raises(seals.Wrong) as refused:
            seals.signer_of(spoilt + LETTER, "corp.example", txt=txt)
        assert said in str(refused.value)


POLICIES = [
    *((b"v=DMARC1; adkim=s", True), (b"v=dmarc1; p=none; ADKIM=s", False), (b"v=DMARC1; adkim=S", True)),
    *((b"v=DMARC1; adkim=r", False), (b"v=DMARC1", False), (b"v=spf1; adkim=s", False), (b"adkim=s", False)),
    *((None, False), (b"", False), (b"v = DMARC1 ; adkim = s ;;", True)),
]


@pytest.mark.parametrize(("record", "strict"), POLICIES)
@pytest.mark.parametrize("at", ["_dmarc.corp.example", "_dmarc.post.corp.example"])
def test_a_strict_policy_of_the_domain_or_its_organisation_counts(
    monkeypatch: pytest.MonkeyPatch, record: bytes | None, strict: bool, at: str
) -> None:
    monkeypatch.setitem(ZONE, at, record)  # type: ignore[arg-type]
    found = seals.signer_of(signed(), "post.corp.example", txt=txt)
    assert found == ("" if strict else "corp.example")


def test_the_nearer_policy_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ZONE, "_dmarc.corp.example", b"v=DMARC1; adkim=s")
    monkeypatch.setitem(ZONE, "_dmarc.post.corp.example", b"v=DMARC1")
    assert seals.signer_of(signed(), "post.corp.example", txt=txt) == "corp.example"


def asked(monkeypatch: pytest.MonkeyPatch, answer: Any, name: Any = "s.corp.example", **more: float) -> list[Any]:
    """The answer of `ask`, and what the resolver was asked, twice."""
    told: list[Any] = []

    def resolve(*given: Any, **named: Any) -> Any:
        told.append((given, named))
        if isinstance(answer, type):
            raise answer
        return answer

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    monkeypatch.setattr(seals, "_silent_until", {})
    for _each in range(2):
        try:
            told.append(seals.ask(name, **more))
        except seals.Silent:
            told.append("silent")
    return told


class Answer(list[Any]):
    rrset: Any = None


def test_the_dns_is_asked_for_a_text_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    record = Answer([SimpleNamespace(strings=(b"v=DKIM1; ", b"p=x"))])
    record.rrset = record
    question = {"lifetime": 2.0, "raise_on_no_answer": False}
    wanted = [(("s.corp.example", "TXT"), question), b"v=DKIM1; p=x"]
    assert asked(monkeypatch, record) == wanted * 2
    assert asked(monkeypatch, record, b"s.corp.example", timeout=9.0) == wanted * 2
    assert asked(monkeypatch, record, timeout=1.0)[0] == (("s.corp.example", "TXT"), question | {"lifetime": 1.0})
    assert asked(monkeypatch, Answer())[1] is None


@pytest.mark.parametrize("kind", [b"v=DMARC1; adkim=s", b"v=DKIM1; p=x", b" V = dmarc1; p=none"])
def test_beside_other_texts_of_a_name_the_one_that_says_its_version_counts(
    monkeypatch: pytest.MonkeyPatch, kind: bytes
) -> None:
    texts = [b"google-site-verification=v=DMARC1", b"v=spf1 -all", kind]
    for order in (texts, texts[::-1]):
        record = Answer([SimpleNamespace(strings=(text[:4], text[4:])) for text in order])
        record.rrset = record
        assert asked(monkeypatch, record)[1] == kind
    record = Answer([SimpleNamespace(strings=(text,)) for text in (b"p=x", b"p=y")])
    record.rrset = record
    assert asked(monkeypatch, record)[1] == b"p=x"


@pytest.mark.parametrize(
    "nothing", [dns.resolver.NXDOMAIN, dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong]
)
def test_a_name_that_is_none_has_no_record(monkeypatch: pytest.MonkeyPatch, nothing: type) -> None:
    assert asked(monkeypatch, nothing)[1::2] == [None, None]


@pytest.mark.parametrize(
    "trouble", [dns.resolver.NoNameservers, dns.resolver.NoResolverConfiguration, dns.exception.Timeout, OSError]
)
def test_a_dns_that_does_not_answer_is_left_in_peace_for_a_minute(
    monkeypatch: pytest.MonkeyPatch, trouble: type
) -> None:
    found = asked(monkeypatch, trouble)
    assert len(found) == 3
    assert found[1:] == ["silent", "silent"]
    now = seals.time.monotonic()
    assert all(now + 50 < until <= now + 60 for until in seals._silent_until.values())
    assert len(seals._silent_until) == 1


@pytest.mark.parametrize("trouble", [dns.resolver.NoNameservers, dns.exception.Timeout])
def test_a_name_for_which_nobody_answers_silences_no_other(monkeypatch: pytest.MonkeyPatch, trouble: type) -> None:
    told: list[str] = []

    def resolve(name: str, *_given: Any, **_named: Any) -> Any:
        told.append(name)
        if "evil" in name:
            raise trouble
        return Answer()

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    monkeypatch.setattr(seals, "_silent_until", {})
    for name in ("s._domainkey.evil.example.", b"S._domainkey.evil.example"):
        with pytest.raises(seals.Silent):
            seals.ask(name)
    # Nor does a selector that somebody else made up silence the domain.
    assert seals.ask("_dmarc.corp.example") is None
    assert seals.ask("s._domainkey.corp.example") is None
    assert told == ["s._domainkey.evil.example.", "_dmarc.corp.example", "s._domainkey.corp.example"]


def test_without_a_resolver_no_name_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, dns.resolver.NoResolverConfiguration)
    with pytest.raises(seals.Silent):
        seals.ask("s.other.example")


def test_of_silent_names_so_many_are_kept_and_not_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_given: Any, **_named: Any) -> Any:
        raise dns.resolver.NoNameservers

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    monkeypatch.setattr(seals, "_silent_until", {})
    monkeypatch.setattr(seals, "_REMEMBERED", 3)
    for number in range(9):
        with pytest.raises(seals.Silent):
            seals.ask(f"{number}.evil.example")
    assert list(seals._silent_until) == [f"{number}.evil.example" for number in (6, 7, 8)]
