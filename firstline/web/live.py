"""Live pages: one stream a browser, carrying ids only. The page fetches what changed through its own view and rights.

One listener a process hears PostgreSQL's NOTIFY of each event (migration tickets/0002) and of presence, asks once who
may know of it, and passes the id on to those of its streams. `/live` is plain ASGI; everything else is WSGI.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare
from procrastinate.contrib.django.utils import connector_params

from firstline.config import Config
from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.people.factors import is_due
from firstline.people.holdings import STANDING
from firstline.people.models import Person
from firstline.tickets import access, audience
from firstline.tickets.models import Event
from firstline.web.bodies import until_gone

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

EVENTS, PRESENCE = "firstline_events", "firstline_presence"
LISTENED = (EVENTS, PRESENCE, STANDING)
KEEP_ALIVE_SECONDS = 20
RECHECK_SECONDS = 60
MOST_WAITING = limit(
    200, "lines", of="news that a page has not taken", per="page", said="The page is asked to fetch everything anew."
)

limit(
    Config.model_fields["live_pages"].default,
    "streams",
    of="live pages",
    per="person and process",
    said="The oldest is closed, and its browser comes again.",
    setting="FIRSTLINE_LIVE_PAGES",
)
STREAMS = limit(
    2_000, "streams", of="live pages", per="process", said="503: the page goes on without news and tries again."
)
A_TURN = 500
"""After so many lines put, whoever else is on this loop has a turn."""


@dataclass(eq=False)
class Stream:
    """One browser that listens, and what its person may know of."""

    person: int
    inside: access.Inside
    doubted: bool = False
    """Whether to ask anew whose browser it is, and where they work, before anything more is said."""
    closed: bool = False
    waiting: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def hears(self, desk: int, asking: frozenset[int] = frozenset()) -> bool:
        return desk in self.inside or self.person in asking

    def put(self, line: bytes) -> None:
        """Queue a line; a browser too slow for two hundred of them is asked to fetch everything instead."""
        if self.waiting.full():
            while not self.waiting.empty():
                self.waiting.get_nowait()
            line = sse("everything", {})
        self.waiting.put_nowait(line)


class Hub:
    """The listener of this process and its streams. It starts with the first stream and survives a restart of the
    database, and its move to another machine."""

    def __init__(self) -> None:
        self.streams: dict[Stream, None] = {}
        """The oldest first."""
        self._task: asyncio.Task[None] | None = None

    @property
    def is_full(self) -> bool:
        return len(self.streams) >= STREAMS

    def add(self, stream: Stream) -> None:
        theirs = [each for each in self.streams if each.person == stream.person and not each.closed]
        for oldest in theirs[: max(0, len(theirs) - settings.CONFIG.live_pages + 1)]:
            oldest.closed = True
            oldest.put(b"")
        self.streams[stream] = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())

    def remove(self, stream: Stream) -> None:
        self.streams.pop(stream, None)

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as listener:
                    for channel in LISTENED:
                        await listener.execute(f"LISTEN {channel}")
                    self._doubt({stream.person for stream in self.streams})
                    self._tell_all(sse("everything", {}))
                    while True:
                        heard = [note async for note in listener.notifies(timeout=5.0, stop_after=1)]
                        heard += [note async for note in listener.notifies(timeout=0.03)] if heard else []
                        await self._pass_on(listener, heard)
            except psycopg.Error:  # whatever it is: a page that is not called is a page that is wrong
                await asyncio.sleep(1)

    async def _pass_on(self, database: psycopg.AsyncConnection[Any], heard: list[psycopg.Notify]) -> None:
        self._doubt({int(note.payload) for note in heard if note.channel == STANDING})
        events = [int(note.payload) for note in heard if note.channel == EVENTS]
        if events and self.streams:
            now = clock.now()
            for row in await (await database.execute(audience.ASK, audience.values(events, now=now))).fetchall():
                those = audience.of(row, now=now)
                line = sse("ticket", {"id": those.ticket, "number": those.number})
                await self._put(line, lambda stream: stream.hears(those.desk, those.asking))  # noqa: B023 - put at once
        for ticket, desk in {tuple(map(int, note.payload.split())) for note in heard if note.channel == PRESENCE}:
            await self._put(sse("looking", {"id": ticket}), lambda stream: stream.hears(desk))  # noqa: B023

    async def _put(self, line: bytes, to: Callable[[Stream], bool]) -> None:
        for number, stream in enumerate(list(self.streams), 1):
            if to(stream):
                stream.put(line)
            if number % A_TURN == 0:
                await asyncio.sleep(0)
        await asyncio.sleep(0)

    def _doubt(self, persons: set[int]) -> None:
        """Their standing has changed, or may have while nobody listened."""
        for stream in list(self.streams):
            if stream.person in persons:
                stream.doubted = True
                stream.put(b"")

    def _tell_all(self, line: bytes) -> None:
        for stream in list(self.streams):
            stream.put(line)


hub = Hub()


async def stream(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application at /live."""
    try:
        mine = await sync_to_async(_who, thread_sensitive=False)(scope)
    except DatabaseError:
        await _later(send)
        return
    if mine is None or scope["method"] != "GET":
        await send({"type": "http.response.start", "status": 403 if mine is None else 405, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    if hub.is_full:
        await _later(send)
        return
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"private, no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    headers += [(b"x-content-type-options", b"nosniff"), (b"cross-origin-resource-policy", b"same-origin")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    hub.add(mine)
    gone = asyncio.create_task(until_gone(receive))
    try:
        await _feed(mine, scope, send, gone)
    finally:
        hub.remove(mine)
        gone.cancel()


def announce_presence(ticket_id: int, desk_id: int) -> None:
    """Tell the pages that show this ticket that somebody came, went or began to type."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [PRESENCE, f"{ticket_id} {desk_id}"])


def announce_left(events: Iterable[Event]) -> None:
    """A reply that could be withdrawn has now left: call the pages of the other side, for whom it is new."""
    for event in events:
        if "was" in event.told:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, %s)", [EVENTS, str(event.pk)])


def sse(event: str, data: dict[str, Any]) -> bytes:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()


async def _later(send: Send) -> None:
    await send({"type": "http.response.start", "status": 503, "headers": [(b"retry-after", b"30")]})
    await send({"type": "http.response.body", "body": b""})


async def _feed(mine: Stream, scope: dict[str, Any], send: Send, gone: asyncio.Task[None]) -> None:
    await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
    checked = asyncio.get_running_loop().time()
    while not gone.done():
        try:
            line = await asyncio.wait_for(mine.waiting.get(), KEEP_ALIVE_SECONDS)
        except TimeoutError:
            line = b": still here\n\n"
        if mine.closed:
            break
        if mine.doubted or asyncio.get_running_loop().time() - checked > RECHECK_SECONDS:
            # Signed out, or moved to another desk: the browser comes back and is asked again who it is.
            mine.doubted = False
            try:
                fresh = await sync_to_async(_who, thread_sensitive=False)(scope)
            except DatabaseError:  # the browser comes back when it can be asked again
                break
            if fresh is None or fresh.inside != mine.inside:
                break
            checked = asyncio.get_running_loop().time()
        if line:
            await send({"type": "http.response.body", "body": line, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _who(scope: dict[str, Any]) -> Stream | None:
    """Whose browser it is, by the session cookie, checked as Django does."""
    cookies = parse_cookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    try:
        close_old_connections()
        session = SessionStore(key) if key else {}
        person = Person.objects.filter(pk=session.get(SESSION_KEY, 0), is_active=True).first() if session else None
        given = session.get(HASH_SESSION_KEY, "")
        if person is None or not constant_time_compare(given, person.get_session_auth_hash()) or is_due(person):
            return None
        return Stream(person.pk, access.inside_of(person))
    finally:
        connection.close()


def _address() -> dict[str, Any]:
    """Where the database is, without the pool of the pages."""
    return {name: value for name, value in connector_params().items() if name != "pool"}
