"""The cast, the roles, and browsers for them: `as_(cast.mei)` is a client in which Mei is signed in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

As = Callable[..., Client]


@pytest.fixture
def as_() -> As:
    from tests.signing import signed_in

    def client_of(person: Any, *, language: str = "en", **more: Any) -> Client:
        client = Client(**more)
        if person is not None:
            signed_in(person, client)
        client.cookies["firstline_language"] = language
        return client

    return client_of


@pytest.fixture
def roles(cast: Any) -> dict[str, Any]:
    from tests.roles import people  # models can be imported only when Django is set up

    return people(cast)


@pytest.fixture
def asking(roles: dict[str, Any], as_: As) -> Any:
    from tests.roles import Asking

    return Asking(roles, as_)
