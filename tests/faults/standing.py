"""Run by itself on an installation of its own: how soon the live stream of somebody ends whose standing changes."""

import asyncio
import json
import time
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from firstline.people import holdings
from firstline.people.models import Person
from firstline.people.session_reader import SessionStore
from firstline.people.sessions import BACKEND
from firstline.web import live


def leaves(person: Person) -> None:
    assert Person.objects.filter(pk=person.pk).update(is_active=False) == 1


def signs_out_everywhere(person: Person) -> None:
    holdings.end_all(person)


def becomes_an_administrator(person: Person) -> None:
    assert Person.objects.filter(pk=person.pk).update(admin=True) == 1


def measured() -> str:
    """How many seconds each of these takes to end the stream, as JSON."""
    lasted = {}
    for happens in (leaves, signs_out_everywhere, becomes_an_administrator):
        email = f"{happens.__name__}@corp.example"
        nina = Person.objects.create_person(name="Nina", email=email, account="administrator")
        lasted[happens.__name__] = asyncio.run(_watched(nina, session_of(nina), happens))
    return json.dumps(lasted)


def session_of(person: Person) -> str:
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return str(store.session_key)


async def _watched(nina: Person, session: str, happens: Any) -> float:
    live.hub, told, never = live.Hub(), asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await never.wait()
        return {}

    async def send(message: dict[str, Any]) -> None:
        if b"everything" in message.get("body", b""):  # it listens
            told.set()

    scope = {"method": "GET", "headers": [(b"cookie", f"firstline_session={session}".encode())]}
    stream = asyncio.create_task(live.stream(scope, receive, send))
    await asyncio.wait_for(told.wait(), 20)
    began = time.monotonic()
    await asyncio.to_thread(happens, nina)
    await asyncio.wait_for(stream, 20)
    return time.monotonic() - began
