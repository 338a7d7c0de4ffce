"""A mailbox by IMAP, step by step: what is asked of the server, and how what goes wrong is said."""

import imaplib
import socket
import ssl
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from firstline.catalog.models import Mailbox
from firstline.channels.email import imap
from firstline.channels.email.imap import Folder
from firstline.channels.email.imap_errors import TROUBLES, Trouble, in_words
from firstline.kit.outgoing_connections import TooMuch
from firstline.kit.url_policy import Refused

TOLD: dict[bytes, Any] = {b"UIDVALIDITY": 7, b"UIDNEXT": 9, b"EXISTS": 3, b"PERMANENTFLAGS": (b"\\Seen",)}


class Client:
    """An IMAP server, as imapclient shows it: notes what it is asked, and tells what the test wants."""

    def __init__(self, told: dict[bytes, Any] | None = None, *, knows: str = "", broken: str = "") -> None:
        self.told = TOLD if told is None else told
        self.knows, self.broken = knows, broken
        self.asked: list[tuple[Any, ...]] = []
        self.normalise_times = True

    def _note(self, name: str, *given: Any) -> None:
        self.asked.append((name, *given))
        if self.broken == name:
            raise IMAPClientError("b'NO, not that'")

    def select_folder(self, name: str, readonly: bool = False) -> dict[bytes, Any]:
        self._note("select", name, readonly)
        return self.told

    def folder_status(self, name: str, what: list[str]) -> dict[bytes, Any]:
        self._note("status", name, *what)
        return {b"UIDNEXT": 11, b"MESSAGES": 0}

    def starttls(self, context: Any) -> None:
        self._note("starttls")

    def has_capability(self, name: str) -> bool:
        return name == self.knows

    def id_(self, said: dict[str, str]) -> None:
        self._note("id", said)

    def login(self, user: str, password: str) -> None:
        self._note("login", user, password)

    def plain_login(self, user: str, password: str) -> None:
        self._note("plain", user, password)

    def shutdown(self) -> None:
        self._note("shutdown")


def mailbox(**more: Any) -> Mailbox:
    given: dict[str, Any] = {
        "host": "imap.corp.example",
        "port": 993,
        "security": "tls",
        "user": "it",
        "folder": "INBOX",
    }
    return Mailbox(**{**given, "after": Mailbox.After.LEAVE, **more})


def opened(told: dict[bytes, Any] | None = None, **more: Any) -> tuple[Folder, list[tuple[Any, ...]]]:
    client: Any = Client(told)
    return imap.open_folder(client, mailbox(**more)), client.asked


def test_a_folder_is_opened_for_reading_only_where_nothing_is_to_change() -> None:
    assert opened() == (Folder(7, 9, 3, keeps_keywords=False), [("select", "INBOX", True)])
    for after in (Mailbox.After.KEYWORD, Mailbox.After.MOVE):
        assert opened(after=after, into="Done")[1] == [("select", "INBOX", False)]


def test_what_the_server_does_not_say_is_asked_or_nought() -> None:
    folder, asked = opened({b"UIDVALIDITY": b"7"}, folder="Support")
    assert folder == Folder(7, 11, 0, keeps_keywords=False)
    assert asked == [("select", "Support", True), ("status", "Support", "UIDNEXT")]


@pytest.mark.parametrize(
    ("flags", "keeps"), [((b"\\*",), True), ((b"Done",), True), ((b"\\Seen", b"Other"), False), ((), False)]
)
def test_whether_a_folder_keeps_our_keyword_is_known(flags: tuple[bytes, ...], keeps: bool) -> None:
    assert opened(TOLD | {b"PERMANENTFLAGS": flags}, into="Done")[0].keeps_keywords is keeps


def checked(monkeypatch: pytest.MonkeyPatch, client: Client, **more: Any) -> int:
    monkeypatch.setattr(imap, "connect", lambda _mailbox: client)
    return imap.check(mailbox(**more))


def test_a_check_tries_all_that_fetching_needs_and_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    left = Client()
    assert checked(monkeypatch, left) == 3
    assert left.asked == [("select", "INBOX", True), ("shutdown",)]
    moved = Client()
    assert checked(monkeypatch, moved, after=Mailbox.After.MOVE, into="Done") == 3
    assert moved.asked == [("select", "INBOX", False), ("status", "Done", "MESSAGES"), ("shutdown",)]
    keeping = Client(TOLD | {b"PERMANENTFLAGS": (b"\\*",)})
    assert checked(monkeypatch, keeping, after=Mailbox.After.KEYWORD, into="Done") == 3
    assert keeping.asked == [("select", "INBOX", False), ("shutdown",)]


@pytest.mark.parametrize(
    ("after", "broken", "key", "detail"),
    [
        (Mailbox.After.LEAVE, "select", "folder", "NO, not that"),
        (Mailbox.After.MOVE, "status", "move", "NO, not that"),
        (Mailbox.After.KEYWORD, "", "keyword", "Done"),
    ],
)
def test_a_check_that_fails_says_why_and_hangs_up_as_well(
    monkeypatch: pytest.MonkeyPatch, after: str, broken: str, key: str, detail: str
) -> None:
    client = Client(broken=broken)
    with pytest.raises(Trouble) as trouble:
        checked(monkeypatch, client, after=after, into="Done")
    assert (trouble.value.key, trouble.value.detail) == (key, detail)
    assert client.asked[-1] == ("shutdown",)


def connected(monkeypatch: pytest.MonkeyPatch, client: Client, password: str = "", **more: Any) -> dict[str, Any]:
    """How the connection was made."""
    made: dict[str, Any] = {}

    def make(host: str, **options: Any) -> Client:
        made.update(options, host=host)
        return client

    monkeypatch.setattr(imap, "BoundedClient", make)
    box = mailbox(**more)
    monkeypatch.setattr(type(box.password), "reveal", lambda _secret: password)
    imap.connect(box)
    return made


def test_a_connection_is_made_as_the_mailbox_says(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    made = connected(monkeypatch, client, "geheim", anywhere=True)
    assert (made["host"], made["port"], made["ssl"], made["anywhere"]) == ("imap.corp.example", 993, True, True)
    assert (made["timeout"].connect, made["timeout"].read) == (15, 60)
    assert isinstance(made["ssl_context"], ssl.SSLContext)
    assert client.asked == [("login", "it", "geheim")]
    assert client.normalise_times is False
    client = Client(knows="ID")
    made = connected(monkeypatch, client, "geheim", security="starttls", port=143)
    assert (made["port"], made["ssl"], made["anywhere"]) == (143, False, False)
    assert client.asked == [("starttls",), ("login", "it", "geheim"), ("id", {"name": "Firstline"})]


@pytest.mark.parametrize(("user", "password"), [("it", "geheïm"), ("ït", "geheim")])
def test_what_is_not_ascii_is_said_in_another_way(monkeypatch: pytest.MonkeyPatch, user: str, password: str) -> None:
    client = Client()
    connected(monkeypatch, client, password, user=user)
    assert client.asked == [("plain", user, password)]


@pytest.mark.parametrize(
    ("broken", "security", "key"),
    [("starttls", "starttls", "encryption"), ("login", "tls", "sign-in"), ("id", "tls", "other")],
)
def test_where_a_connection_fails_it_is_hung_up_and_said(
    monkeypatch: pytest.MonkeyPatch, broken: str, security: str, key: str
) -> None:
    client = Client(broken=broken, knows="ID")
    with pytest.raises(Trouble) as trouble:
        connected(monkeypatch, client, "geheim", security=security)
    assert (trouble.value.key, trouble.value.detail) == (key, "NO, not that")
    assert client.asked[-1] == ("shutdown",)


def strict(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, "x")
    error.reason = reason
    return error


def certificate() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_message = "expired"
    return error


# What goes wrong, what it is called where the connection is made, and later, and what is said beside it
ERRORS: list[tuple[Callable[[], BaseException], str, str, str]] = [
    (lambda: Trouble("keyword", "Done"), "keyword", "keyword", "Done"),
    (lambda: Refused("private", "10.0.0.1"), "private", "private", "10.0.0.1"),
    (lambda: TooMuch("a lot"), "too-much", "too-much", "a lot"),
    (certificate, "certificate", "certificate", "expired"),
    (lambda: strict("WRONG_VERSION"), "encryption", "encryption", "WRONG_VERSION"),
    (lambda: strict(""), "encryption", "encryption", "x"),
    (lambda: socket.gaierror(1, "no such name"), "host", "host", "no such name"),
    (lambda: TimeoutError("x"), "slow", "slow", ""),
    (lambda: ConnectionRefusedError("x"), "refused", "refused", ""),
    (lambda: UnicodeError("odd"), "host", "folder", ""),
    (lambda: IMAPClientAbortError("gone"), "cut", "cut", "gone"),
    (lambda: imaplib.IMAP4.abort("gone"), "cut", "cut", "gone"),
    (lambda: OSError("gone"), "cut", "cut", "gone"),
    (lambda: IMAPClientError("b'NO'"), "no-imap", "folder", "NO"),
    (lambda: IMAPClientError('b"NO"'), "no-imap", "folder", "NO"),
    (lambda: imaplib.IMAP4.error("plain"), "no-imap", "folder", "plain"),
]


@pytest.mark.parametrize(("error", "first", "later", "detail"), ERRORS, ids=range(len(ERRORS)))
def test_each_failure_is_said_as_what_it_is(
    error: Callable[[], BaseException], first: str, later: str, detail: str
) -> None:
    for otherwise, key in (("cut", first), ("folder", later)):
        with pytest.raises(Trouble) as trouble, imap.said(otherwise):
            raise error()
        assert trouble.value.key == key
        assert detail in trouble.value.detail
        assert bool(trouble.value.detail) is bool(detail)


def test_a_trouble_is_said_in_words_and_in_short() -> None:
    assert len(TROUBLES) == 19
    assert str(Trouble("slow")) == in_words("slow") == TROUBLES["slow"]
    assert in_words("of-nobody") == TROUBLES["other"]
    assert in_words("") == ""
    assert Trouble("cut", b"a\x00\xff" + b"b" * 600).detail == "a\ufffd" + "b" * 498


@pytest.mark.parametrize("error", [OSError, IMAPClientError, AttributeError, ValueError])
def test_hanging_up_and_waking_raise_nothing(error: type[Exception]) -> None:
    def fails(*_given: Any) -> None:
        raise error("x")

    broken: Any = SimpleNamespace(shutdown=fails)
    imap.hang_up(broken)
    if error is not IMAPClientError:
        broken.socket = lambda: SimpleNamespace(shutdown=fails)
        imap.interrupt(broken)
    told: list[int] = []
    broken.socket = lambda: SimpleNamespace(shutdown=told.append)
    imap.interrupt(broken)
    assert told == [socket.SHUT_RDWR]
