"""Connections to mail servers: who they say they are, how they log in, which are kept, and which are left in peace."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from firstline.channels.base import TryLater
from firstline.channels.email import connections as module
from firstline.channels.email.connections import Connections, opened
from firstline.channels.email.routes import Route
from firstline.kit import clock
from tests.channels.mailserver import served
from tests.letters import config

LETTER = b"Subject: x\r\n\r\nHello\r\n"


class Server:
    """A mail server that notes who came, and says to recipients and letters what the test wants."""

    def __init__(self) -> None:
        self.greeted: list[str] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.rcpt, self.data = "250 OK", "250 OK"

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greeted.append(hostname)
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return self.data

    def logs_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)


@contextmanager
def running(**options: Any) -> Iterator[tuple[Server, Route]]:
    handler = Server()
    given = {"authenticator": handler.logs_in, "auth_require_tls": False} | options

    async def listen() -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: SMTP(handler, hostname="mx.test", loop=loop, **given), "127.0.0.1", 0)

    with served(listen) as port:
        yield handler, Route("smtp", "127.0.0.1", port)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Server, Route]]:
    config(monkeypatch, mail_domain="mx.desk.example")
    with running() as found:
        yield found


def test_we_say_who_we_are_and_log_in_only_where_that_is_asked(server: tuple[Server, Route]) -> None:
    handler, route = server
    opened(route).quit()
    assert (handler.greeted, handler.logins) == (["mx.desk.example"], [])
    opened(Route("smtp", route.host, route.port, user="it", password="right")).quit()
    assert handler.logins == [(b"it", b"right")]


def test_a_wrong_password_is_said_and_nothing_is_sent(server: tuple[Server, Route]) -> None:
    _handler, route = server
    with pytest.raises(TryLater) as refused:
        opened(Route("smtp", route.host, route.port, user="it", password="wrong"))
    assert refused.value.reason == "login"


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_by_every_way_we_give_the_name_of_the_desk(security: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, mail_domain="mx.desk.example")
    told: list[Any] = []
    for each in (module._Plain, module._OverTls):
        monkeypatch.setattr(each, "reach", lambda self, *to, **how: told.append((self, to, how)))
    made = module._connected(Route("smtp", "mx.far.example", 2525, security=security, anywhere=False))
    assert told == [(made, ("mx.far.example", 2525), {"anywhere": False})]
    assert made.local_hostname == "mx.desk.example"
    assert made.timeout == module.CONNECT_SECONDS
    assert isinstance(made, module._OverTls) is (security == "tls")


def test_an_encrypted_connection_is_one_to_the_server_that_was_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config(monkeypatch, mail_domain="mx.desk.example")
    with running(tls_context=certificate(tmp_path)) as (_handler, route), pytest.raises(TryLater) as refused:
        opened(Route("smtp", route.host, route.port, security="starttls"))
    assert refused.value.reason == "certificate"


# What the server says to a recipient and to a letter, and whether the connection is used again
ANSWERS = [
    ("250 OK", "250 OK", True),
    ("550 5.1.1 No such user", "250 OK", True),
    ("450 4.2.1 Later", "250 OK", True),
    ("421 4.3.2 Going down", "250 OK", False),
    ("250 OK", "550 5.7.1 No", True),
    ("250 OK", "451 4.7.1 Later", True),
    ("250 OK", "421 4.3.2 Going down", False),
]


@pytest.mark.parametrize(("rcpt", "data", "kept"), ANSWERS)
def test_after_each_answer_but_421_the_connection_is_used_again(
    server: tuple[Server, Route], rcpt: str, data: str, kept: bool
) -> None:
    handler, route = server
    handler.rcpt, handler.data = rcpt, data
    lines = Connections()
    try:
        with lines.line(route) as first:
            first.sendmail("it@desk.example", ["mei@corp.example"], LETTER)
    except module.smtplib.SMTPException:
        assert (rcpt, data) != ("250 OK", "250 OK")
    handler.rcpt = handler.data = "250 OK"
    with lines.line(route) as second:
        second.sendmail("it@desk.example", ["mei@corp.example"], LETTER)
    assert (first is second) is kept
    lines.close()


@pytest.mark.parametrize("spoilt", [RuntimeError("x"), OSError("x")])
def test_a_connection_in_which_something_else_went_wrong_is_not_used_again(
    server: tuple[Server, Route], spoilt: Exception
) -> None:
    lines = Connections()
    with pytest.raises(type(spoilt)), lines.line(server[1]) as first:
        raise spoilt
    with lines.line(server[1]) as second:
        assert first is not second
    lines.close()


def test_a_connection_is_used_for_fifty_letters_and_two_minutes(server: tuple[Server, Route]) -> None:
    lines = Connections()
    seen = []
    for _letter in range(module.MOST_LETTERS + 1):
        with lines.line(server[1]) as line:
            seen.append(line)
    assert len(set(map(id, seen[:-1]))) == 1
    assert seen[-1] is not seen[-2]
    started = clock.now()
    for seconds, again in ((5, True), (16, False)):
        with clock.moved(started + timedelta(seconds=seconds)), lines.line(server[1]) as line:
            assert (line is seen[-1]) is again
            seen.append(line)
    lines.close()
    used = module.Line(seen[-1], opened_at=started, used_at=started)
    for seconds, fresh in ((119, True), (120, False)):
        with clock.moved(started + timedelta(seconds=seconds)):
            used.used_at = clock.now()
            assert used.is_fresh is fresh


def test_a_server_that_was_away_is_asked_by_one_letter_after_its_rest(server: tuple[Server, Route]) -> None:
    lines, route = Connections(), server[1]
    away = Route("smtp", "127.0.0.1", 1)
    now = clock.now()
    with clock.moved(now):
        for _time in range(2):
            with pytest.raises(TryLater), lines.line(away):
                pass
        assert not lines.was_in_trouble(away)
        assert not lines.was_in_trouble(route)
    with clock.moved(now + module.REST - timedelta(seconds=1)):
        assert lines._troubles[away].is_asked is False
        with pytest.raises(TryLater), lines.line(away):
            pass
    lines._troubles[route] = module.Trouble(TryLater("away"), now)
    with clock.moved(now + timedelta(seconds=1)):
        assert not lines.was_in_trouble(route)
        # While that one asks, nobody else does.
        with lines.line(route), pytest.raises(TryLater), lines.line(route):
            pass
        assert lines.was_in_trouble(route)
        assert not lines.was_in_trouble(route)
    lines.close()


def certificate(folder: Path) -> ssl.SSLContext:
    """Of a server that nobody vouches for."""
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mx.test")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
    plain = serialization.NoEncryption()
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context
