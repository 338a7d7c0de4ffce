"""The listener of the live pages connects as the pages themselves do."""

import asyncio
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from firstline.web import live
from tests.loops import Heartbeat, run


@pytest.mark.django_db
def test_every_parameter_of_the_databases_address_is_kept_but_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem", "pool": {"min_size": 1}}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    address = live._address()
    assert (address["sslmode"], address["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    assert address["dbname"] == connection.settings_dict["NAME"]
    assert "pool" not in address


def listening(person: int, *, desks: frozenset[int] = frozenset()) -> live.Stream:
    return live.Stream(person, desks, admin=False)


async def nobody_listens(hub: live.Hub) -> None:
    """The hub without its listener: the database is not what is tested."""
    hub._task = asyncio.create_task(asyncio.sleep(60))


def test_of_too_many_pages_of_one_person_the_oldest_is_closed() -> None:
    async def opened() -> tuple[list[live.Stream], live.Stream]:
        hub = live.Hub()
        await nobody_listens(hub)
        others = listening(2)
        hub.add(others)
        mine = [listening(1) for _ in range(settings.CONFIG.live_pages + 3)]
        for each in mine:
            hub.add(each)
        return mine, others

    mine, others = run(opened())
    assert [each.closed for each in mine[:4]] == [True, True, True, False]
    assert not any(each.closed for each in mine[3:])
    assert not others.closed


def test_no_more_than_a_process_can_call_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "STREAMS", 2)
    hub = live.Hub()
    hub.streams = {listening(1): None}
    assert not hub.is_full
    hub.streams[listening(2)] = None
    assert hub.is_full


class Told:
    """A database that answers who may know of the events with these rows."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self.rows = rows

    async def execute(self, *asked: object) -> "Told":
        return self

    async def fetchall(self) -> list[tuple[Any, ...]]:
        return self.rows


def test_a_burst_of_news_to_very_many_pages_lets_others_have_their_turn() -> None:
    async def passed_on() -> tuple[float, live.Stream]:
        hub = live.Hub()
        hub.streams = {listening(person, desks=frozenset({1})): None for person in range(2_000)}
        rows = [(number, f"IT-{number}", 1, False, 1, []) for number in range(60)]
        async with Heartbeat() as beat:
            note = psycopg.Notify(live.EVENTS, "7", 1)
            await hub._pass_on(Told(rows), [note])  # type: ignore[arg-type]
        return beat.computed, next(iter(hub.streams))

    longest, first = run(passed_on())
    assert first.waiting.qsize() == 60
    assert longest < 0.1
