"""Which web addresses may be asked at all: taken apart once, so that no two readers understand one differently."""

import ipaddress
import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import idna
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from firstline.kit.addresses import IP, NEVER, Network, is_everybodys, is_in, leads_into

PORTS = {"http": 80, "https": 443}
OPEN_PORTS = frozenset({80, 443, 8080, 8443})
"""Ports of web servers; others only on what the administrator named."""

REASONS = {
    "address": gettext_noop("The address cannot be understood."),
    "scheme": gettext_noop("Only http and https addresses are fetched."),
    "port": gettext_noop("This port is not one of a web server."),
    "private": gettext_noop("The address leads into a private network."),
    "redirect": gettext_noop("It leads on to another address, which is not followed."),
    "large": gettext_noop("The answer is larger than allowed."),
    "encoded": gettext_noop("The answer is packed in a way that was not asked for."),
    "unknown": gettext_noop("There is no such host."),
    "slow": gettext_noop("It did not answer in time."),
    "broken": gettext_noop("The connection failed."),
    "certificate": gettext_noop("Its certificate is not valid."),
}


class Failed(Exception):
    """No answer. `reason` is a key of REASONS, to be stored; `detail` what the other side or the system said."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail

    def __str__(self) -> str:
        return _(REASONS[self.reason])


class Refused(Failed):
    """We do not fetch this, now or later."""


class Unreachable(Failed):
    """It did not work now; it may later."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be asked."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def target_of(url: str) -> Target:
    """The address taken apart. Raises Refused for one that is not fetched, without asking anybody."""
    if any(character <= " " or character == "\\" or character == "\x7f" for character in url) or len(url) > 4000:
        raise Refused("address")
    try:
        parts = urlsplit(url)
        port, name = parts.port, parts.hostname or ""
    except ValueError as error:
        raise Refused("address") from error
    if parts.scheme not in PORTS:
        raise Refused("scheme", parts.scheme)
    if "@" in parts.netloc or "%" in parts.netloc:
        raise Refused("address")
    host = host_of(name)
    port = PORTS[parts.scheme] if port is None else port
    if port not in OPEN_PORTS and not allowed().names(host):
        raise Refused("port", str(port))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, _ascii(path))


def host_of(name: str) -> str:
    """The host in the one form that the resolver, the certificate and the Host header share. Raises Refused."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    if ":" in name:
        raise Refused("address")
    try:
        host = idna.encode(name.rstrip("."), uts46=True).decode() if name.strip(".") else ""
    except idna.IDNAError as error:
        raise Refused("address") from error
    # 2130706433, 0x7f.1 and 0177.0.0.1 are addresses to some resolvers and names to others.
    if not re.fullmatch(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", host) or re.fullmatch(
        r"(\d+|0x[0-9a-f]*)", host.rpartition(".")[2]
    ):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError as error:
            raise Refused("address") from error
    return host


def _ascii(path: str) -> str:
    return "".join(
        character if "!" <= character <= "~" else "".join(f"%{byte:02X}" for byte in character.encode())
        for character in path
    )


@dataclass(frozen=True)
class Allowed:
    """What the administrator opened besides the public internet: hosts by name, and networks."""

    hosts: frozenset[str]
    networks: tuple[Network, ...]

    def names(self, host: str) -> bool:
        try:
            return leads_into(ipaddress.ip_address(host), list(self.networks))
        except ValueError:
            return host in self.hosts

    def lets(self, host: str, address: IP) -> bool:
        """Whether this address may be reached under this name."""
        if is_everybodys(address) or leads_into(address, list(self.networks)):
            return True
        return host in self.hosts and not is_in(address, NEVER)


def allowed() -> Allowed:
    """What FIRSTLINE_HTTP_ALLOW opens."""
    return _allowed(tuple(settings.HTTP_ALLOW))


@cache
def _allowed(entries: tuple[str, ...]) -> Allowed:
    hosts, networks = set(), []
    for entry in entries:
        try:
            networks.append(ipaddress.ip_network(entry))
        except ValueError:
            hosts.add(entry.lower().rstrip("."))
    return Allowed(frozenset(hosts), tuple(networks))
