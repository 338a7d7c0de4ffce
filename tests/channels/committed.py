"""Rows that are really committed, for parts that work in threads, processes and connections of their own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, connections

from firstline.catalog import config_cache
from firstline.catalog.models import Desk, Inbox
from firstline.channels.models import InboundMessage
from firstline.sla.models import Calendar

T = TypeVar("T")


def committed(work: Callable[[], T]) -> T:
    """Do it in a thread with a connection of its own, outside the test's transaction, as other processes would."""

    def alone() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result()


def _make_desks() -> tuple[Inbox, Inbox]:
    office = Calendar.objects.create(key="mail", name_en="Mail", name_zh="Mail", zone="UTC", week={})
    desks = [Desk.objects.create(key=key, name_en=key, name_zh=key, calendar=office) for key in ("IT", "HR")]
    it, hr = (Inbox.objects.create(desk=desk, address=f"{desk.key.lower()}@desk.example") for desk in desks)
    return it, hr


def _unmake_desks() -> None:
    InboundMessage.objects.all().delete()
    Desk.objects.all().delete()
    Calendar.objects.filter(key="mail").delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture
def desks(db: None) -> Iterator[tuple[Inbox, Inbox]]:
    """Two desks that are really committed, for the receiver works in threads and connections of its own."""
    try:
        yield committed(_make_desks)
    finally:
        committed(_unmake_desks)
        config_cache.forget()
