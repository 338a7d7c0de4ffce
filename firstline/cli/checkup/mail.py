"""Letters: the server that they leave by, and the receiver that they come to."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from firstline.cli.checkup import Finding
from firstline.config import config

TIMEOUT_SECONDS = 5
PORTS = {"smtp": 25, "smtps": 465}


def check_mail() -> Iterator[Finding]:
    yield from _out()
    yield from _in()


def _out() -> Iterator[Finding]:
    url = urlsplit(config().mail_url)
    if not config().mail_url:
        if config().demo:
            yield Finding("Letters land in the demo's mailbox, /demo/mail")
        else:
            yield Finding("No letter leaves: no mail server is set.", "Set FIRSTLINE_MAIL_URL; see docs/settings.md")
    elif url.scheme.startswith("anymail+"):
        yield Finding(f"Letters leave by {url.scheme.removeprefix('anymail+')}")
    elif url.scheme in PORTS and url.hostname:
        host, port = url.hostname, url.port or PORTS[url.scheme]
        problem = _problem(host, port, greeting=b"220" if url.scheme == "smtp" else b"")
        yield Finding(
            f"The mail server {host}:{port} does not answer ({problem})."
            if problem
            else f"Letters leave by {host}:{port}",
            "See that FIRSTLINE_MAIL_URL is right and that this machine may reach it." if problem else "",
        )
    else:
        yield Finding(
            "FIRSTLINE_MAIL_URL cannot be understood.", "Write smtp://user:password@host:587, or see docs/settings.md"
        )
    if not config().demo and config().mail_domain == "desk.example":
        yield Finding(
            "Letters come from desk.example, which is nobody's.", "Set FIRSTLINE_MAIL_DOMAIN to your own domain."
        )


def _in() -> Iterator[Finding]:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config().smtp_host, config().smtp_host)  # noqa: S104
    where = f"{host}:{config().smtp_port}"
    problem = _problem(host, config().smtp_port, greeting=b"220")
    yield Finding(
        f"Letters are not received at {where} ({problem})." if problem else f"Letters are received at {where}",
        "Run: firstline mail" if problem else "",
    )


def _problem(host: str, port: int, *, greeting: bytes) -> str:
    """Why nothing that greets like this listens there; empty if something does."""
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT_SECONDS) as connection:
            if not greeting:
                return ""
            said = connection.recv(200)
            return "" if said.startswith(greeting) else f"it says {said[:60]!r}"
    except OSError as error:
        return error.strerror or str(error)
