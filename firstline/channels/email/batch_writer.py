"""Storing letters from many connections at once: what came meanwhile is committed together."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connections

from firstline.channels.email import ingest
from firstline.channels.models import InboundMessage

MOST_AT_ONCE = 50
MOST_BYTES_AT_ONCE = 8 * 1024 * 1024

T = TypeVar("T")
Waiting = tuple[InboundMessage, "asyncio.Future[None]"]


class Postbox:
    """Takes letters on one event loop. A commit costs the same for one as for fifty, so nobody waits for more than
    the one under way."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._carrier: asyncio.Task[None] | None = None

    async def put(self, letter: InboundMessage) -> None:
        """Returns when the letter is committed. Raises the database's error if it is not."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((letter, stored))
        if self._carrier is None or self._carrier.done():
            self._carrier = asyncio.create_task(self._carry())
        await stored

    async def _carry(self) -> None:
        while self._waiting:
            hand = self._handful()
            try:
                await asyncio.to_thread(with_connection, lambda: ingest.store([letter for letter, _ in hand]))  # noqa: B023
            except DatabaseError as error:
                await self._one_by_one(hand, error)
            except Exception as error:
                _tell(hand, error)
            else:
                _tell(hand, None)

    async def _one_by_one(self, hand: list[Waiting], error: Exception) -> None:
        """One letter that cannot be stored must not keep away those beside it."""
        for each in hand if len(hand) > 1 else []:
            try:
                await asyncio.to_thread(with_connection, lambda: ingest.store([each[0]]))  # noqa: B023
            except Exception as own:
                _tell([each], own)
            else:
                _tell([each], None)
        _tell(hand, error)

    def _handful(self) -> list[Waiting]:
        size = count = 0
        for letter, _stored in self._waiting[:MOST_AT_ONCE]:
            size += len(letter.raw)
            if count and size > MOST_BYTES_AT_ONCE:
                break
            count += 1
        hand, self._waiting = self._waiting[:count], self._waiting[count:]
        return hand


def with_connection(work: Callable[[], T]) -> T:
    """Work in a thread; its connection goes back to the pool. After a restart of the database it is tried once more."""
    try:
        try:
            return work()
        except (OperationalError, InterfaceError):
            connections.close_all()
            return work()
    finally:
        connections.close_all()


def _tell(hand: list[Waiting], error: Exception | None) -> None:
    for _letter, stored in hand:
        if stored.done():
            continue
        if error is None:
            stored.set_result(None)
        else:
            stored.set_exception(error)
