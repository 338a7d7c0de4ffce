"""Whether a request comes from this very machine. A proxy on it would let everybody seem to be here."""

import ipaddress

from django.http import HttpRequest

FORWARDED = (
    *("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_CLIENT_IP"),
    *("HTTP_CF_CONNECTING_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_X_CLUSTER_CLIENT_IP", "HTTP_X_ORIGINAL_FORWARDED"),
)
"""How the names of headers begin that proxies add."""


def comes_from_here(request: HttpRequest) -> bool:
    """Whether this machine asks, and passes on nothing for another one."""
    is_passed_on = any(name.startswith(FORWARDED) for name in request.META)
    return not is_passed_on and is_loopback(request.META.get("REMOTE_ADDR", ""))


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine's own, which no other reaches."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
