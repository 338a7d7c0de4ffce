"""Signing in to a mailbox by OAuth 2.0: the token is asked for at a server of our own, and shown to another one."""

import base64
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from firstline.catalog.models import Inbox, Mailbox
from firstline.channels.email import imap
from firstline.channels.email.imap_errors import Trouble
from tests.cast import Cast

pytestmark = pytest.mark.django_db

USER = "it@corp.example"
SAID_NO = base64.b64encode(b'{"status":"401","schemes":"bearer","scope":"https://mail.example/"}')
"""As Google's and Microsoft's servers say why, before they say NO."""


class Issuer(ThreadingHTTPServer):
    """Gives tokens. `answers`: what it says next; afterwards token-1, token-2 and so on, good for an hour."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.asked: list[dict[str, str]] = []
        self.answers: list[tuple[int, Any]] = []

    def answer(self, form: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(form)
        if self.answers:
            return self.answers.pop(0)
        return 200, {"access_token": f"token-{len(self.asked)}", "token_type": "Bearer", "expires_in": 3600}


class Deep:
    """An answer of nothing but brackets."""


class Asked(BaseHTTPRequestHandler):
    server: Issuer

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
        status, said = self.server.answer({name: value for name, (value,) in parse_qs(content).items()})
        body = b"[" * 50_000 if isinstance(said, Deep) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


class Mails(socketserver.ThreadingTCPServer):
    """A mailbox with three letters whose door is XOAUTH2 alone. `good`: tokens that it knows."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.good: set[str] = set()
        self.shown: list[str] = []


class Talk(socketserver.StreamRequestHandler):
    server: Mails

    def handle(self) -> None:
        self.say(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] Ready")
        while line := self.rfile.readline():
            tag, command, *rest = line.split()
            self.say(*self.answers(command.upper(), rest), tag + self.outcome)
            if command.upper() == b"LOGOUT":
                return

    def answers(self, command: bytes, rest: list[bytes]) -> list[bytes]:
        self.outcome = b" OK Done"
        if command == b"AUTHENTICATE":
            self.authenticate(rest[0])
        elif command == b"LOGIN":
            self.outcome = b" NO [AUTHENTICATIONFAILED] Basic authentication is disabled"
        return {
            b"CAPABILITY": [b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2"],
            b"SELECT": [b"* 3 EXISTS", b"* OK [UIDVALIDITY 7] Yes", b"* OK [UIDNEXT 4] Yes"],
            b"EXAMINE": [b"* 3 EXISTS", b"* OK [UIDVALIDITY 7] Yes", b"* OK [UIDNEXT 4] Yes"],
        }.get(command, [])

    def authenticate(self, mechanism: bytes) -> None:
        assert mechanism == b"XOAUTH2"
        self.say(b"+ ")
        shown = base64.b64decode(self.rfile.readline()).decode()
        self.server.shown.append(shown)
        user, bearer, *end = shown.split("\x01")
        if (user, end) == (f"user={USER}", ["", ""]) and bearer.removeprefix("auth=Bearer ") in self.server.good:
            return
        self.say(b"+ " + SAID_NO)
        self.rfile.readline()  # whatever the other side says to that, NO comes after it
        self.outcome = b" NO [AUTHENTICATIONFAILED] Invalid credentials"

    def say(self, *lines: bytes) -> None:
        self.wfile.write(b"".join(line + b"\r\n" for line in lines))


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture(autouse=True)
def _forget_tokens() -> Iterator[None]:
    imap._tokens.clear()
    yield
    imap._tokens.clear()


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    settings.HTTP_ALLOW = ["127.0.0.0/8"]
    issuer = Issuer()
    with running(issuer):
        yield issuer


@pytest.fixture
def mails() -> Iterator[Mails]:
    mails = Mails()
    with running(mails):
        yield mails


@pytest.fixture
def mailbox(db: None, issuer: Issuer, mails: Mails) -> Mailbox:
    Cast.make()
    mailbox = Mailbox(
        inbox=Inbox.objects.get(address="it@desk.example"),
        host="127.0.0.1",
        port=mails.server_address[1],
        security="none",
        user=USER,
        sign_in="oauth",
        token_url=f"http://127.0.0.1:{issuer.server_port}/common/oauth2/v2.0/token",
        client_id="firstline",
        scope="https://mail.example/IMAP offline_access",
    )
    mailbox.client_secret, mailbox.refresh_token = "client's secret", "refresh-0"
    mailbox.save()
    return mailbox


def test_a_token_is_asked_for_once_and_shown_as_it_is_wanted(mailbox: Mailbox, issuer: Issuer, mails: Mails) -> None:
    mails.good = {"token-1"}
    assert imap.check(mailbox) == 3
    assert imap.check(Mailbox.objects.get()) == 3
    assert issuer.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "refresh-0",
            "client_id": "firstline",
            "client_secret": "client's secret",
            "scope": "https://mail.example/IMAP offline_access",
        }
    ]
    assert mails.shown == [f"user={USER}\x01auth=Bearer token-1\x01\x01"] * 2


def test_a_new_refresh_token_takes_the_place_of_the_old_one(mailbox: Mailbox, issuer: Issuer, mails: Mails) -> None:
    mails.good = {"short", "token-2"}
    # Shorter than what is too old to begin with: the next time another one is asked for.
    issuer.answers = [(200, {"access_token": "short", "expires_in": 60, "refresh_token": "refresh-1"})]
    assert imap.check(mailbox) == 3
    assert Mailbox.objects.get().refresh_token.reveal() == "refresh-1"
    assert imap.check(Mailbox.objects.get()) == 3
    assert [form["refresh_token"] for form in issuer.asked] == ["refresh-0", "refresh-1"]


def test_a_token_that_is_not_taken_is_not_shown_again(mailbox: Mailbox, issuer: Issuer, mails: Mails) -> None:
    mails.good = {"token-2"}
    with pytest.raises(Trouble) as told:
        imap.check(mailbox)
    assert told.value.key == "token"
    assert imap.check(mailbox) == 3
    assert len(issuer.asked) == 2


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ((400, {"error": "invalid_grant", "error_description": "The refresh token has expired."}), "token"),
        ((200, {"token_type": "Bearer"}), "token"),
        ((200, ["no", "object"]), "token"),
        ((503, "away"), "token"),
        ((200, {"access_token": ["token"]}), "token"),
        ((200, {"access_token": "token\r\nA1 LOGOUT"}), "token"),
        ((200, {"access_token": "t" * 20_000}), "token"),
        ((200, {"access_token": "token", "expires_in": "abc"}), "token-odd"),
        ((200, {"access_token": "token", "expires_in": [1]}), "token-odd"),
        ((200, {"access_token": "token", "expires_in": {"s": 1}}), "token-odd"),
        ((200, {"access_token": "token", "expires_in": True}), "token-odd"),
        ((200, {"access_token": "token", "expires_in": 10**400}), "token-odd"),
        ((200, {"access_token": "token", "expires_in": float("inf")}), "token-odd"),
        ((200, {"access_token": "token", "expires_in": float("nan")}), "token-odd"),
        ((200, {"access_token": "token", "expires_in": -5}), "token-odd"),
        ((200, {"access_token": "token", "expires_in": "9" * 400}), "token-odd"),
        ((200, {"access_token": "token", "refresh_token": {"a": 1}}), "token-odd"),
        ((200, {"access_token": "token", "refresh_token": ["refresh-1"]}), "token-odd"),
        ((200, {"access_token": "token", "refresh_token": 7}), "token-odd"),
        ((200, {"access_token": "token", "refresh_token": "a\x00b"}), "token-odd"),
        ((200, Deep()), "token-url"),
    ],
)
def test_who_gives_no_token_is_quoted_and_the_mailbox_is_not_asked(
    mailbox: Mailbox, issuer: Issuer, mails: Mails, answer: tuple[int, Any], key: str
) -> None:
    issuer.answers = [answer]
    with pytest.raises(Trouble) as told:
        imap.check(mailbox)
    assert told.value.key == key
    assert "refresh-0" not in told.value.detail
    if isinstance(answer[1], dict) and "error" in answer[1]:
        assert told.value.detail == "The refresh token has expired."
    assert mails.shown == []


@pytest.mark.parametrize("said", ["3600", 3600.5, None, "", 0])
def test_the_time_of_a_token_may_be_said_as_servers_say_it(
    mailbox: Mailbox, issuer: Issuer, mails: Mails, said: Any
) -> None:
    mails.good = {"good"}
    issuer.answers = [(200, {"access_token": "good", "expires_in": said})]
    assert imap.check(mailbox) == 3


def test_a_token_address_inside_is_asked_only_where_the_settings_open_it(
    mailbox: Mailbox, issuer: Issuer, settings: Any
) -> None:
    settings.HTTP_ALLOW = []
    mailbox.anywhere = True  # only the token's address is in question here
    with pytest.raises(Trouble) as told:
        imap.check(mailbox)
    assert told.value.key == "token-url"
    assert issuer.asked == []
