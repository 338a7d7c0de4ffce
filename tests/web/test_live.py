"""The listener of the live pages connects as the pages themselves do."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection

from firstline.kit import clock
from firstline.tickets import actions, audience
from firstline.tickets.access import Inside
from firstline.tickets.models import Event
from firstline.web import live
from tests.cast import Cast
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
    return live.Stream(person, Inside(everywhere=False, desks=desks))


def asking(events: Iterable[Event], *, later: float = 0) -> frozenset[int]:
    """Of the asking side, those whose pages are called."""
    now = clock.now() + timedelta(seconds=later)
    with connection.cursor() as cursor:
        cursor.execute(audience.ASK, audience.values([event.pk for event in events], now=now))
        (row,) = cursor.fetchall()
    return audience.of(row, now=now).asking


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


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["requester", "vendor"])
def test_who_asked_for_another_hears_that_it_waits(reason: str) -> None:
    cast = Cast.make()
    ticket = cast.asked(requester=cast.omar)
    actions.accept(ticket, by=cast.bo)
    actions.hold(ticket, by=cast.bo, reason=reason)
    held = Event.objects.filter(ticket=ticket, name="held")
    assert asking(held) == {cast.omar.pk, cast.mei.pk}


@pytest.mark.django_db
def test_who_asked_for_another_hears_of_what_is_said_to_them_once_it_has_left() -> None:
    cast = Cast.make()
    ticket = cast.asked(requester=cast.omar)
    said = actions.reply(ticket, by=cast.bo, text="We order a new one.", to_askers=True, undo_seconds=60)
    (event,) = Event.objects.filter(ticket=ticket, name="replied", data__message=said.pk)
    assert [asking([event], later=later) for later in (0, 61)] == [set(), {cast.omar.pk, cast.mei.pk}]


def test_while_the_database_is_away_a_page_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(scope: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(live, "_who", away)
    told: list[dict[str, Any]] = []

    async def asked() -> None:
        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        await live.stream({"method": "GET", "headers": []}, asyncio.Event().wait, send)  # type: ignore[arg-type]

    run(asked())
    assert told[0]["status"] == 503
    assert dict(told[0]["headers"])[b"retry-after"]


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
        rows = [(number, f"IT-{number}", 1, [], [[number, 1]], []) for number in range(60)]
        async with Heartbeat() as beat:
            note = psycopg.Notify(live.EVENTS, "7", 1)
            await hub._pass_on(Told(rows), [note])  # type: ignore[arg-type]
        return beat.computed, next(iter(hub.streams))

    longest, first = run(passed_on())
    assert first.waiting.qsize() == 60
    assert longest < 0.1
