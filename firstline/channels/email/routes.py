"""The way by which a desk's letters leave: its own server, the one for all desks, FIRSTLINE_MAIL_URL, or the demo."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

from firstline.channels.base import TryLater
from firstline.kit.secrets import Unreadable
from firstline.notices.models import OutgoingServer
from firstline.notices.models.sending import SERVICES


@dataclass(frozen=True)
class Route:
    """`kind`: smtp, service, demo, or empty when there is none. `security`: starttls, tls or none."""

    kind: str
    host: str = ""
    port: int = 25
    security: str = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    service: str = ""
    anywhere: bool = True
    """Whether it may be in a private network that nobody named."""
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def route_of(desk: int) -> Route:
    """Raises TryLater when the server's password cannot be decrypted. One query."""
    if settings.CONFIG.demo and not settings.CONFIG.mail_url:
        return Route("demo")
    servers = OutgoingServer.objects.filter(active=True)
    server = servers.filter(desks__desk=desk).first() or servers.filter(for_all=True).first()
    return by_server(server) if server else by_url(settings.CONFIG.mail_url)


def by_server(server: OutgoingServer) -> Route:
    try:
        secret = server.secret.reveal()
    except Unreadable as error:
        raise TryLater("secret", str(error)) from error
    if server.kind == OutgoingServer.Kind.SMTP:
        return Route("smtp", server.host, server.port, server.security, server.user, secret, anywhere=server.anywhere)
    _name, secret_name, second = SERVICES[server.service]
    options = [(secret_name, secret), *([(second, server.user)] if second else [])]
    return Route("service", service=server.service, options=tuple(options))


def by_url(address: str) -> Route:
    """What FIRSTLINE_MAIL_URL says."""
    url = urlsplit(address)
    if url.scheme.startswith("anymail+"):
        options = tuple(parse_qsl(url.query))
        return Route("service", service=url.scheme.removeprefix("anymail+"), options=options)
    if url.scheme not in ("smtp", "smtps"):
        return Route("")
    # A password never travels in the open unless somebody asked for it.
    wanted = dict(parse_qsl(url.query)).get("tls", "1" if url.username else "0") != "0"
    security = "tls" if url.scheme == "smtps" else "starttls" if wanted else "none"
    port = url.port or (465 if security == "tls" else 25)
    user, password = unquote(url.username or ""), unquote(url.password or "")
    return Route("smtp", url.hostname or "127.0.0.1", port, security, user, password)
