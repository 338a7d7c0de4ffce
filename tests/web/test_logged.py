"""What an address carries as a secret stands in no line of the log, however the address was damaged on its way."""

import io
import logging
import logging.config
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from firstline.kit.logs import configuration, without_secrets
from firstline.web.portal import rating
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SECRET = "c2VjcmV0LW9mLW1laQ:1vQx9Z:Zm9sbG93LXRoaXM"
HARMLESS = {"number", "desk", "file_id", "key", "ticket", "event", "name", "kind", "verb"}
"""Words in an address by which something is named that is no secret."""


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _patterns(each, route)
        else:
            yield route, each


def _with_secrets() -> list[str]:
    """Every address of which a part is a word that could be a secret, with one in its place."""
    found = []
    for route, pattern in _patterns(get_resolver()):
        words = [name for name, kind in pattern.pattern.converters.items() if type(kind).__name__ == "StringConverter"]
        words += [name for name in pattern.pattern.converters if name in ("seal", "token", "secret")]
        if set(words) - HARMLESS:
            for name, kind in pattern.pattern.converters.items():
                filled = SECRET if name in set(words) - HARMLESS else "7"
                tag = {
                    "StringConverter": "str",
                    "IntConverter": "int",
                    "SlugConverter": "slug",
                    "UUIDConverter": "uuid",
                }
                route = route.replace(f"<{tag[type(kind).__name__]}:{name}>", filled)
            found.append("/" + route)
    return found


DAMAGED = {
    "whole": lambda address: address,
    "without its end": lambda address: address.rstrip("/") + "x/y/",
    "in quotes": lambda address: address.replace(SECRET, "'" + SECRET + "'"),
    "with a blank in it": lambda address: address.replace(SECRET, SECRET[:9] + " " + SECRET[9:]),
    "with a line end in it": lambda address: address.replace(SECRET, SECRET[:9] + "\n" + SECRET[9:]),
    "with two slashes": lambda address: address.replace("/" + SECRET, "//" + SECRET),
    "below something else": lambda address: "/x" + address,
    "in capitals": lambda address: address.split(SECRET)[0].upper() + SECRET + "/",
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is written, as it is."""
    told = configuration("plain")
    written = io.StringIO()
    formatter = told["formatters"]["line"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter["()"](**{name: value for name, value in formatter.items() if name != "()"}))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_the_addresses_with_secrets_are_these() -> None:
    assert {address.split("/")[1] for address in _with_secrets()} == {
        "letters",
        "sign-in",
        "follow",
        "rate",
        "requests",
    }


@pytest.mark.parametrize("damage", DAMAGED)
@pytest.mark.parametrize("address", _with_secrets())
def test_no_line_about_a_refusal_names_the_secret(cast: Cast, log: io.StringIO, address: str, damage: str) -> None:
    path = quote(DAMAGED[damage](address), safe="/:'")
    for method in ("get", "post", "put", "delete"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code in (200, 301, 302, 404, 405, 410)
    assert SECRET[:9] not in log.getvalue()
    assert SECRET[9:] not in log.getvalue()


def test_nor_one_about_a_failure(cast: Cast, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(token: str) -> None:
        raise RuntimeError(f"no good: /rate/{token}/")

    monkeypatch.setattr(rating, "_read", fails)
    assert Client(raise_request_exception=False).get(f"/rate/{SECRET}/").status_code == 500
    assert "RuntimeError" in log.getvalue()
    # The stack is of our own; what an error says is hidden as well.
    assert SECRET not in log.getvalue()


@pytest.mark.parametrize("said", [f"?next=%2Ffollow%2F{SECRET}%2F", f"https://desk.example/sign-in/link/{SECRET}/ (x)"])
def test_nor_one_in_which_the_address_is_quoted(said: str) -> None:
    assert SECRET not in without_secrets(said)


def test_an_address_without_one_is_logged_as_it_is() -> None:
    assert without_secrets("Not Found: /requests/IT-1042/rate/") == "Not Found: /requests/IT-1042/rate/"
