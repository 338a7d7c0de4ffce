"""Settings → Sending letters: a server is added and edited, and a letter to try it says what is wrong."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from firstline.channels.email.connections import connections
from firstline.notices.models import OutgoingServer, SigningKey
from tests.cast import Cast
from tests.channels.mailserver import MailServer, served
from tests.web.admin.hands import as_

NEW = "/settings/mail/sending/new/"


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """Takes letters from the user "desk" alone."""
    settings.HTTP_ALLOW = ["127.0.0.0/8"]
    server = MailServer()

    def knows(smtp: SMTP, session: Session, envelope: Envelope, way: str, given: Any) -> AuthResult:
        said = isinstance(given, LoginPassword) and (given.login, given.password) == (b"desk", b"a secret word")
        return AuthResult(success=said, handled=False)

    async def listen() -> asyncio.Server:
        loop = asyncio.get_running_loop()
        ours = {"authenticator": knows, "auth_require_tls": False, "auth_required": True}
        return await loop.create_server(lambda: SMTP(server, hostname="mx.test", loop=loop, **ours), "127.0.0.1", 0)

    with served(listen) as server.port:
        yield server
        connections.close()


def typed(server: MailServer, **more: Any) -> dict[str, Any]:
    return {
        "name": "Relay", "kind": "smtp", "host": "127.0.0.1", "port": server.port, "security": "none", "service": "",
        "user": "desk", "secret": "a secret word", "active": "on", **more,
    }  # fmt: skip


def tried(cast: Cast, row: OutgoingServer) -> str:
    client = as_(cast.ada)
    return client.post("/settings/mail/sending/test/", {"server": row.pk}, follow=True).content.decode()


def test_a_server_is_added_with_its_secret_which_an_edit_keeps_and_no_page_shows(
    cast: Cast, server: MailServer
) -> None:
    client = as_(cast.ada)
    assert client.post(NEW, typed(server)).status_code == 302
    row = OutgoingServer.objects.get()
    path = f"/settings/mail/sending/{row.pk}/"
    assert "a secret word" not in client.get(path).content.decode()
    assert client.post(path, typed(server, name="Smarthost", secret="")).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.secret.reveal()) == ("Smarthost", "a secret word")
    assert "The server took an email to ada@corp.example." in tried(cast, row)
    assert len(server.letters) == 1


def test_a_wrong_password_and_a_wrong_port_are_named(cast: Cast, server: MailServer) -> None:
    as_(cast.ada).post(NEW, typed(server, secret="another word"))
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, and nobody listens
        as_(cast.ada).post(NEW, typed(server, name="Off", port=nobody.getsockname()[1]))
        wrong = tried(cast, OutgoingServer.objects.get(name="Relay"))
        assert "The mail server does not accept user and password." in wrong
        assert "another word" not in wrong
        assert "The mail server cannot be reached." in tried(cast, OutgoingServer.objects.get(name="Off"))
    assert server.letters == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"host": "😀 <script>"}, "Enter the name of a server, such as mail.example.org, or its IP address."),
        ({"host": "-5"}, "Enter the name of a server, such as mail.example.org, or its IP address."),
        ({"host": "99999999"}, "Enter the name of a server, such as mail.example.org, or its IP address."),
        ({"port": 0}, "A port is a number from 1 to 65535."),
        ({"port": 65536}, "A port is a number from 1 to 65535."),
    ],
)
def test_what_can_be_no_server_is_not_saved(cast: Cast, server: MailServer, wrong: dict[str, Any], said: str) -> None:
    answer = as_(cast.ada).post(NEW, typed(server, **wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not OutgoingServer.objects.exists()


@pytest.mark.parametrize("host", [" mail.corp.example ", "postfix", "::1", "邮件.例子"])
def test_names_and_numbers_of_servers_are_taken(cast: Cast, server: MailServer, host: str) -> None:
    assert as_(cast.ada).post(NEW, typed(server, host=host)).status_code == 302
    assert OutgoingServer.objects.get().host == host.strip()


def test_the_provider_is_called_so_and_not_a_service_of_a_desk(cast: Cast) -> None:
    page = as_(cast.ada).get(NEW).content.decode()
    assert ">Provider" in page
    assert ">Service " not in page


def test_no_key_is_made_for_a_domain_that_is_too_long_to_be_one(cast: Cast) -> None:
    answer = as_(cast.ada).post("/settings/mail/sending/keys/", {"domain": "a." * 300 + "example"}, follow=True)
    assert "Enter a domain, such as example.org." in answer.content.decode()
    assert not SigningKey.objects.exists()


def test_what_is_missing_is_said_beside_its_field(cast: Cast, server: MailServer) -> None:
    answer = as_(cast.ada).post(NEW, typed(server, host=""))
    assert answer.status_code == 422
    assert "Enter the name of the mail server." in answer.content.decode()
    assert not OutgoingServer.objects.exists()
