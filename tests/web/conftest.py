"""Browsers for the cast: `as_(cast.mei)` is a client in which Mei is signed in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

As = Callable[..., Client]


@pytest.fixture
def cast(db: None) -> Any:
    from tests.cast import Cast  # models can be imported only when Django is set up

    return Cast.make()


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
