"""Somebody of the cast, in a browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.cast import Cast


@pytest.fixture
def cast(db: None) -> "Cast":
    from tests.cast import Cast

    return Cast.make()


@pytest.fixture
def browser(db: None) -> "Callable[[Any], Client]":
    """`browser(cast.bo)`: a browser where this person is signed in, and a process that has read the register."""
    from django.test import Client

    from firstline.catalog import register

    def of(person: Any) -> Client:
        client = Client()
        client.force_login(person)
        register.current()
        return client

    return of


@pytest.fixture(autouse=True)
def _stub(settings):
    settings.ROOT_URLCONF = "tests.web.workspace.stub_urls"
