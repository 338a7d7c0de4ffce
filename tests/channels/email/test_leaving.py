"""On its way out: which way a letter takes, what is made of names and domains, and what a server's answer means."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from anymail.exceptions import AnymailAPIError, AnymailConfigurationError, AnymailRecipientsRefused

from firstline.channels.base import File, GiveUp, NotSent, TryLater
from firstline.channels.email import sender, signing, writing
from firstline.channels.email.answers import about_address, problem
from firstline.channels.email.outgoing import Outgoing
from firstline.channels.email.routes import Route, by_server, by_url
from firstline.notices.models import OutgoingServer
from tests.letters import config


def said(found: NotSent) -> tuple[type, str, str]:
    return type(found), found.reason, found.detail


# A server's answer, what it means for a letter, and whether nothing can help
ANSWERS: list[tuple[int, bytes | str, str, bool]] = [
    *((550, f"5.{status} x", "no_address", True) for status in ("1.1", "1.2", "1.6", "1.10", "4.4")),
    *((550, "5.1.3 x", "bad_address", True), (550, "5.2.1 x", "off", True), (550, "5.2.2 x", "full", True)),
    *((550, "5.2.3 x", "large", True), (550, "5.3.4 x", "large", True), (450, "4.2.2 x", "full", False)),
    *((550, text, "no_address", True) for text in ("no such user", "User unknown", "5.7.1 unknown user")),
    *((550, text, "no_address", True) for text in ("It doesn't exist", "does not exist", "invalid recipient")),
    *((550, "no mailbox", "no_address", True), (550, "no", "refused", True), (550, "5.7.1 no", "refused", True)),
    *((450, "no such user", "busy", False), (554, "no such user", "refused", True)),
    (550, b"5.1.1 \xff", "no_address", True),
    *((552, "x", "large", True), (553, "x", "bad_address", True), (501, "x", "bad_address", True)),
    *((551, "x", "no_address", True), (452, "x", "full", False), (552, "5.2.2 x", "full", True)),
    *((code, "x", "login", False) for code in (454, 530, 534, 535, 538)),
    *((499, "x", "busy", False), (500, "x", "refused", True), (599, "x", "refused", True), (600, "x", "busy", False)),
    *((550, "x5.1.1", "refused", True), (550, "5.1.1234 x", "refused", True), (550, "3.1.1 x", "refused", True)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "answer", "reason", "final"), ANSWERS)
def test_an_answer_says_why_and_whether_that_is_final(code: int, answer: bytes | str, reason: str, final: bool) -> None:
    raw = answer if isinstance(answer, bytes) else answer.encode()
    text = raw.decode("utf-8", "replace")
    for given in (raw, text):
        error = smtplib.SMTPResponseException(code, given)  # type: ignore[arg-type]
        assert said(problem(error)) == (GiveUp if final else TryLater, reason, f"{code} {text}")
        before = "login" if reason == "login" else "busy"
        assert said(problem(error, connecting=True)) == (TryLater, before, f"{code} {text}")


def test_what_is_said_of_a_recipient_a_sender_and_a_login_is_an_answer_too() -> None:
    refused = smtplib.SMTPRecipientsRefused({"a@x.example": (550, b"5.1.1 gone"), "b@x.example": (450, b"later")})
    assert said(problem(refused)) == (GiveUp, "no_address", "550 5.1.1 gone")
    assert said(problem(smtplib.SMTPSenderRefused(553, b"no", "a"))) == (GiveUp, "bad_address", "553 no")
    assert said(problem(smtplib.SMTPAuthenticationError(500, b"no"))) == (TryLater, "login", "500 no")


# What went wrong before any answer
ERRORS = [
    *((smtplib.SMTPNotSupportedError("x"), "no_tls", "x"), (smtplib.SMTPServerDisconnected("x"), "dropped", "x")),
    *((ssl.SSLError("x"), "certificate", "('x',)"), (ssl.SSLCertVerificationError("x"), "certificate", "('x',)")),
    *((TimeoutError(), "slow", "TimeoutError"), (BrokenPipeError(), "dropped", "BrokenPipeError")),
    *((ConnectionResetError("x"), "dropped", "x"), (ConnectionRefusedError("x"), "away", "x")),
    (OSError(), "away", "OSError"),
    *((smtplib.SMTPException("x" * 600), "away", "x" * 500), (RuntimeError("x"), "unexpected", "x")),
]  # fmt: skip


@pytest.mark.parametrize(("error", "reason", "detail"), ERRORS, ids=[type(row[0]).__name__ for row in ERRORS])
def test_what_goes_wrong_before_any_answer_passes(error: Exception, reason: str, detail: str) -> None:
    for connecting in (False, True):
        assert said(problem(error, connecting=connecting)) == (TryLater, reason, detail)


def test_a_server_that_hung_up_because_it_was_waited_for_too_long_is_slow() -> None:
    for first, reason in ((TimeoutError(), "slow"), (OSError(), "dropped")):
        gone = smtplib.SMTPServerDisconnected("gone")
        gone.__context__ = first
        assert problem(gone).reason == reason


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        *((f"5.{rest}", "bounced") for rest in ("0.0", "1.0", "4.1", "4.310")),
        *((f"5.{rest}", "no_address") for rest in ("1.1", "1.2", "1.6", "1.10", "4.4")),
        *(("5.1.3", "bad_address"), ("5.2.1", "off"), ("5.2.2", ""), ("5.2.3", ""), ("5.7.1", ""), ("", "")),
        *(("4.1.1", ""), ("4.0.0", ""), ("2.0.0", ""), ("5", ""), ("5.1.1.1", "")),
    ],
)
def test_a_status_says_whether_it_is_about_the_address(status: str, reason: str) -> None:
    assert about_address(status) == reason


# FIRSTLINE_MAIL_URL, and the way that it names
URLS = [
    *(("", Route("")), ("http://mx.example", Route("")), ("smtp://mx", Route("smtp", "mx"))),
    *(("smtps://mx", Route("smtp", "mx", 465, "tls")), ("smtps://mx:1", Route("smtp", "mx", 1, "tls"))),
    *(("smtp://mx:2525", Route("smtp", "mx", 2525)), ("smtp:", Route("smtp", "127.0.0.1"))),
    *(("smtp://u:p%40@mx", Route("smtp", "mx", 25, "starttls", "u", "p@")), ("smtp://mx?tls=0", Route("smtp", "mx"))),
    *(("smtp://%75ser@mx?tls=0", Route("smtp", "mx", 25, "none", "user")),),
    *(("smtp://mx?tls=1", Route("smtp", "mx", 25, "starttls")), ("smtps://mx?tls=0", Route("smtp", "mx", 465, "tls"))),
    *(("anymail+brevo:", Route("service", service="brevo")),),
    ("anymail+mailgun://?a=b&c=d", Route("service", service="mailgun", options=(("a", "b"), ("c", "d")))),
]  # fmt: skip


@pytest.mark.parametrize(("url", "route"), URLS)
def test_a_url_names_a_way(url: str, route: Route) -> None:
    assert by_url(url) == route


def test_a_way_to_nowhere_is_plain_and_unencrypted_to_port_25() -> None:
    found = Route("smtp")
    assert (found.host, found.port, found.security, found.user, found.password) == ("", 25, "none", "", "")
    assert (found.service, found.anywhere, found.options) == ("", True, ())
    shown = repr(Route("smtp", password="geheim", options=(("api_key", "geheim"),)))
    assert "geheim" not in shown


def test_a_server_of_the_desk_names_a_way() -> None:
    mx = OutgoingServer(kind="smtp", host="mx", port=587, security="starttls", user="it")
    assert by_server(mx) == Route("smtp", "mx", 587, "starttls", "it", anywhere=False)
    mailgun = OutgoingServer(kind="service", service="mailgun", user="desk.example")
    wanted = (("api_key", ""), ("sender_domain", "desk.example"))
    assert by_server(mailgun) == Route("service", service="mailgun", options=wanted)
    brevo = OutgoingServer(kind="service", service="brevo", user="it")
    assert by_server(brevo) == Route("service", service="brevo", options=(("api_key", ""),))


class OfAService(Exception):
    def __init__(self, status: int | None) -> None:
        super().__init__("said")
        self.status_code = status


STATUSES: list[tuple[int | None, type, str]] = [
    *((status, GiveUp, "refused") for status in (400, 402, 404, 407, 409, 428, 430, 499)),
    *((status, TryLater, "login") for status in (401, 403)),
    *((status, TryLater, "busy") for status in (399, 408, 429, 500, 503)),
    *((status, TryLater, "away") for status in (None, 0)),
]


@pytest.mark.parametrize(("status", "kind", "reason"), STATUSES)
def test_a_services_status_says_whether_trying_again_can_help(status: int | None, kind: type, reason: str) -> None:
    assert said(sender._of_service(OfAService(status))) == (kind, reason, "said")  # type: ignore[arg-type]
    assert sender._of_service(ValueError("x")).reason == "away"  # type: ignore[attr-defined]


class Knowing:
    def __init__(self, *known: str) -> None:
        self.known = known

    def has_extn(self, name: str) -> bool:
        return name in self.known


def test_an_address_that_is_not_ascii_wants_a_server_that_takes_it() -> None:
    options: Any = sender._options
    assert options(Knowing(), "mei@corp.example") == []
    assert options(Knowing("smtputf8"), "梅@corp.example") == ["SMTPUTF8"]
    with pytest.raises(GiveUp) as refused:
        options(Knowing("size"), "梅@corp.example")
    assert (refused.value.reason, refused.value.detail) == ("bad_address", "梅@corp.example")


@pytest.mark.parametrize(
    ("address", "written"),
    [
        *(("a@x.example", "a@x.example"), ("ä@bücher.example", "ä@xn--bcher-kva.example")),
        *(("a@BÜCHER.example", "a@xn--bcher-kva.example"), ("a@-", "a@-")),
        ("a@b@bücher.example", "a@b@xn--bcher-kva.example"),
    ],
)
def test_a_domain_is_written_in_ascii(address: str, written: str) -> None:
    assert sender._ascii_domain(address) == written


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        *(("a@b", "a at b"), ("a＠b﹫c", "a at b at c"), ('a<b>"c\\d＜e＞', "a b c d e"), ("a\r\nb\x00c", "a b c")),
        *(("a\u202eb\u2028c\u2029d\u200be", "a b c d e"), ("  a  b ", "a b"), ("梅, 林", "梅, 林")),
    ],
)
def test_a_name_looks_like_no_address_and_turns_no_line_around(name: str, shown: str) -> None:
    assert writing.shown_name(name) == shown
    assert sender._named(name, "a@x.example") == f'"{shown}" <a@x.example>'


def outgoing(**more: Any) -> Outgoing:
    given: dict[str, Any] = {"desk": 1, "letter_id": "<l@x>", "sender_name": "IT", "sender": "it@desk.example"}
    given |= {"to_name": "Mei", "to": "mei@corp.example", "reply_to": "it+IT-1.a@desk.example", "subject": "Printer"}
    given |= {
        "automatic": False,
        "text": "Hello",
        "html": "<p>Hello</p>",
        "date": datetime(2026, 11, 23, 9, tzinfo=UTC),
    }
    return Outgoing(**{**given, **more})


def test_what_a_machine_wrote_says_so_and_how_to_switch_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, mail_domain="desk.example")
    machines = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Firstline-Loop": "desk.example",
    }
    off = {"List-Unsubscribe": "<https://x>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    assert writing.extra_headers(outgoing(automatic=True)) == machines
    assert writing.extra_headers(outgoing(automatic=False)) == {}
    assert writing.extra_headers(outgoing(automatic=False, unsubscribe="https://x")) == off
    assert writing.extra_headers(outgoing(automatic=True, unsubscribe="https://x")) == machines | off


def test_a_letter_names_its_thread_and_bears_both_bodies_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, mail_domain="desk.example")
    text = "Grüße, " * 30
    raw = writing.as_mime(outgoing(thread=("<a@x>", "<b@x>"), unsubscribe="https://x/" + "y" * 90, text=text))
    head = b"In-Reply-To: <b@x>\r\nReferences: <a@x>\r\n <b@x>\r\nList-Unsubscribe: <https://x/" + b"y" * 90 + b">\r\n"
    assert raw.startswith(head)
    assert raw.count(b"List-Unsubscribe:") == 1
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert raw.count(b"Content-Transfer-Encoding: quoted-printable\r\n") == 2
    assert b"Content-Type: text/html" in raw
    bare = writing.as_mime(outgoing())
    assert b"References" not in bare
    assert b"List-Unsubscribe" not in bare
    assert max(map(len, raw.split(b"\r\n")[5:])) <= 78


@pytest.mark.parametrize(("count", "named"), [(0, 0), (12, 12), (13, 12), (20, 12)])
def test_of_a_long_thread_the_first_and_the_last_are_named(count: int, named: int) -> None:
    ids = [str(number) for number in range(count)]
    found = writing._shortened(ids)
    assert len(found) == named
    assert found[:1] + found[1:] == tuple(ids[:1] + ids[1:][-11:])


def test_an_address_that_cannot_be_written_to_is_given_up() -> None:
    with pytest.raises(GiveUp) as refused:
        writing.as_mime(outgoing(to="mei corp.example"))
    assert refused.value.reason == "bad_address"


SERVICE = Route("service", service="brevo", options=(("api_key", "k"),))


class Service:
    """Stands where a service of anymail does; what it was given, and what it raises."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.given = error, []

    def send_messages(self, messages: list[Any]) -> int:
        self.given += messages
        if self.error:
            raise self.error
        return len(messages)


def test_a_service_is_handed_all_that_a_letter_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, mail_domain="desk.example")
    service, asked = Service(), []
    monkeypatch.setattr(sender, "get_connection", lambda *given, **named: asked.append((given, named)) or service)
    file = File("a.txt", "text/plain", b"one")
    assert sender.deliver(outgoing(thread=("<a@x>", "<b@x>"), files=(file,)), SERVICE) is False
    assert asked == [(("anymail.backends.brevo.EmailBackend",), {"api_key": "k"})]
    (message,) = service.given
    assert (message.subject, message.body, message.from_email) == ("Printer", "Hello", '"IT" <it@desk.example>')
    assert (message.to, message.reply_to) == (['"Mei" <mei@corp.example>'], ['"IT" <it+IT-1.a@desk.example>'])
    assert message.extra_headers == {"Message-ID": "<l@x>", "In-Reply-To": "<b@x>", "References": "<a@x> <b@x>"}
    assert [tuple(each) for each in message.alternatives] == [("<p>Hello</p>", "text/html")]
    assert [tuple(each) for each in message.attachments] == [("a.txt", "one", "text/plain")]
    assert sender.deliver(outgoing(), SERVICE) is False
    assert service.given[1].extra_headers == {"Message-ID": "<l@x>"}


# What a service's program raises, and what it means for the letter
RAISED = [
    *((AnymailRecipientsRefused("x"), GiveUp, "no_address"), (AnymailConfigurationError("x"), TryLater, "login")),
    *((AnymailAPIError("x"), TryLater, "away"), (ConnectionError("x"), TryLater, "away")),
]


@pytest.mark.parametrize(("error", "kind", "reason"), RAISED, ids=[type(row[0]).__name__ for row in RAISED])
def test_what_a_service_refuses_is_said(
    monkeypatch: pytest.MonkeyPatch, error: Exception, kind: type, reason: str
) -> None:
    monkeypatch.setattr(sender, "get_connection", lambda *_given, **_named: Service(error))
    with pytest.raises(NotSent) as refused:
        sender.deliver(outgoing(), SERVICE)
    assert said(refused.value) == (kind, reason, "x")


class Line:
    """Stands where the connections do; what its server was told."""

    def __init__(self, error: Exception | None = None, *, was_in_trouble: bool = False) -> None:
        self.error, self.told, self.trouble = error, [], was_in_trouble

    @contextmanager
    def line(self, route: Route) -> Iterator["Line"]:
        self.told.append(route)
        yield self

    def sendmail(self, *given: Any, **named: Any) -> None:
        self.told.append((*given, named))
        if self.error:
            raise self.error

    def has_extn(self, name: str) -> bool:
        return name == "smtputf8"

    def was_in_trouble(self, route: Route) -> bool:
        return self.trouble


def test_a_server_is_told_from_whom_to_whom_and_by_which_key(monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, mail_domain="desk.example")
    raw = b"From: IT <it@desk.example>\r\n\r\nHello"
    monkeypatch.setattr(sender, "as_mime", lambda _letter: raw)
    monkeypatch.setattr(sender, "stands_still", lambda: False)
    asked: list[str] = []
    ways = sender.Ways(route=lambda _desk: Route("smtp", "mx"), key=lambda domain: asked.append(domain))
    # From whom it is in the envelope, to whom, and whether its name is more than ASCII
    for more, back, to, options in (
        ({}, "it+IT-1.a@desk.example", "mei@corp.example", []),
        ({"return_to": "back@desk.example"}, "back@desk.example", "mei@corp.example", []),
        ({"to": "mei@bücher.example"}, "it+IT-1.a@desk.example", "mei@xn--bcher-kva.example", []),
        ({"to": "梅@corp.example"}, "it+IT-1.a@desk.example", "梅@corp.example", ["SMTPUTF8"]),
    ):
        for trouble in (False, True):
            server = Line(was_in_trouble=trouble)
            monkeypatch.setattr(sender, "connections", server)
            assert sender.send(outgoing(**more), ways=ways) is trouble
            assert server.told == [Route("smtp", "mx"), (back, [to], raw, {"mail_options": options})]
    assert set(asked) == {"desk.example"}
    monkeypatch.setattr(sender, "connections", Line(smtplib.SMTPServerDisconnected("x")))
    with pytest.raises(TryLater) as refused:
        sender.send(outgoing(), ways=ways)
    assert refused.value.reason == "dropped"


def test_without_a_way_and_while_all_stands_still_letters_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = sender.Ways(route=lambda _desk: Route(""), key=lambda _domain: None)
    for still, reason in ((False, "no_server"), (True, "restored")):
        monkeypatch.setattr(sender, "stands_still", lambda still=still: still)
        with pytest.raises(TryLater) as refused:
            sender.send(outgoing(), ways=ways)
        assert refused.value.reason == reason


# The head of a letter, and the domain by whose key it is signed
@pytest.mark.parametrize(
    ("head", "domain"),
    [
        *(("From: A <a@X.example>", "x.example"), ("From: A\r\n\t<a@x.example>", "x.example")),
        *(("To: a@x.example", ""), ("From: ", ""), ("X-From: a@x.example", "")),
        ("To: b@y.example\r\nfrom: A\r\n <a@x.example>\r\nCc: c", "x.example"),
    ],
)
def test_a_letter_is_signed_by_the_domain_that_it_is_from(head: str, domain: str) -> None:
    assert signing._domain(head.encode()) == domain


def test_what_is_signed_is_listed() -> None:
    assert [name.decode() for name in signing.HEADERS] == [
        *("from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references"),
        *("mime-version", "content-type", "auto-submitted", "list-unsubscribe", "list-unsubscribe-post"),
    ]
