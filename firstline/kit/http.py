"""The only way out by HTTP. Whoever gives us an address must not thereby reach what only this machine can reach.

The name is resolved once; each of its addresses must be everybody's, and the connection goes to just that address,
while certificate and Host header stay the name's. Nothing is taken from the environment: no proxy, no netrc, no
cookies. Each redirect is checked in the same way. Size and time are limited as a whole, not only step by step.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urljoin

import httpcore

from firstline.kit.numbers import whole
from firstline.kit.strangers_json import read_json
from firstline.kit.url_policy import PORTS, Failed, Refused, Target, Unreachable, allowed, target_of

__all__ = ["Answer", "Failed", "Refused", "Unreachable", "fetch", "target_of"]

CONNECT_SECONDS = 5.0
MOVED = frozenset({301, 302, 303, 307, 308})
OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "cookie", "proxy-authorization"})
"""Headers that a caller cannot set."""


@dataclass(frozen=True, slots=True)
class Answer:
    url: str
    """The address that answered: after redirects, the last."""
    status: int
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes = field(repr=False)

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON. Raises NotJson."""
        return read_json(self.body)


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    seconds: float = 15,
    most_bytes: int = 1024 * 1024,
    redirects: int = 0,
) -> Answer:
    """Ask an address that somebody gave us. Any status is an answer; raises Refused or Unreachable.

    `seconds` and `most_bytes` bound the whole, redirects included. Redirects are followed for GET and HEAD only, never
    from https to http, and to another host without the caller's headers.
    """
    ends = time.monotonic() + seconds
    target, own = target_of(url), dict(headers or {})
    for left in range(redirects, -1, -1):
        answer = _ask(target, method, own, content, ends, most_bytes)
        further = answer.headers.get("location")
        if answer.status not in MOVED or not further:
            return answer
        if method not in ("GET", "HEAD") or redirects == 0:
            return answer
        following = target_of(urljoin(target.url, further))
        if left == 0 or (target.scheme, following.scheme) == ("https", "http"):
            raise Refused("redirect", following.url)
        if (following.host, following.port) != (target.host, target.port):
            own = {}
        target = following
    raise AssertionError("every turn of the loop returns or goes on")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host. Tests put another in its place."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_rest, address in found))


def _ask(target: Target, method: str, headers: dict[str, str], content: bytes, ends: float, most_bytes: int) -> Answer:
    sent = {
        "Host": _host_header(target),
        "User-Agent": "Firstline",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        **{name: value for name, value in headers.items() if name.lower() not in OURS},
    }
    if content or method in ("POST", "PUT", "PATCH"):
        sent["Content-Length"] = str(len(content))
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=_certificates(), network_backend=_Pinned(ends), max_connections=1, http2=False
            ) as pool,
            pool.stream(
                method,
                httpcore.URL(
                    scheme=target.scheme.encode(),
                    host=target.host.encode(),
                    port=target.port,
                    target=target.path.encode(),
                ),
                headers=[(name.encode(), value.encode()) for name, value in sent.items()],
                content=content,
                extensions={"timeout": {"connect": CONNECT_SECONDS}},
            ) as response,
        ):
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if found.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
                raise Refused("encoded")
            body = _read(response.iter_stream(), found.get("content-length", ""), most_bytes)
            return Answer(target.url, response.status, found, body)
    except httpcore.TimeoutException as error:
        raise Unreachable("slow") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError, UnicodeEncodeError) as error:
        raise Unreachable(_kind(error), str(error)[:300]) from error


def _read(chunks: Iterable[bytes], said: str, most: int) -> bytes:
    if (whole(said) or 0) > most:
        raise Refused("large")
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > most:
            raise Refused("large")
    return bytes(body)


def _kind(error: Exception) -> str:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return "certificate"
        seen = seen.__cause__ or seen.__context__
    return "broken"


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == PORTS[target.scheme] else f"{host}:{target.port}"


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Pinned(httpcore.SyncBackend):
    """Connects a name to the address that was checked, and lets nothing last beyond the end."""

    def __init__(self, ends: float) -> None:
        self._ends = ends

    def connect_tcp(  # type: ignore[override]
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> httpcore.NetworkStream:
        try:
            found = resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise Unreachable("unknown", host) from error
        for address in found:
            if not allowed().lets(host, ipaddress.ip_address(address.partition("%")[0])):
                raise Refused("private", host)
        failure: Exception = Unreachable("unknown", host)
        for address in found:
            try:
                stream = super().connect_tcp(address, port, timeout=_left(self._ends, timeout), **options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Bounded(stream, self._ends)
        raise failure

    def connect_unix_socket(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        raise Refused("scheme", "unix")


class _Bounded(httpcore.NetworkStream):
    """A connection on which each step has only what is left of the whole time."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream, self._ends = stream, ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._ends))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._ends))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Bounded(self._stream.start_tls(ssl_context, server_hostname, _left(self._ends)), self._ends)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(ends: float, at_most: float | None = None) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return min(left, at_most) if at_most else left
