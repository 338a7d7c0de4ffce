"""Whether an address that came along leads to a page of ours: nobody is sent elsewhere."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_ours(request: HttpRequest, target: str) -> bool:
    """A path from the root, or a whole address of this desk; no bare word, which a redirect takes for a view's name."""
    return target.startswith(("/", "https://", "http://")) and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def path_of(address: str) -> str:
    """The path of an address that a browser named; empty where it is none."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""
