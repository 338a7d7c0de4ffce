"""Signing somebody of the cast in without his password, as if he had just given it."""

from typing import Any

from django.test import Client

from firstline.kit import clock
from firstline.web import reauthentication


def signed_in(person: Any, client: Client | None = None, *, recently: bool = True) -> Client:
    """The client, with a session of the person; `recently` is what dangerous acts ask for."""
    client = client or Client()
    client.force_login(person)
    if recently:
        session = client.session
        session[reauthentication.PROVED] = clock.now().timestamp()
        session.save()
    return client
