"""The same thing done by 32 at once is done once. Threat 41."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections, transaction

from firstline.catalog import config_cache
from firstline.people.models import Person
from firstline.tickets import actions, files
from firstline.tickets.errors import Refused
from firstline.tickets.models import Attachment, Event, Message, Rating, Ticket
from tests.cast import Cast, fresh
from tests.channels.committed import committed

AT_ONCE = 32


def at_once(do: Callable[[], Any]) -> tuple[int, int]:
    """How many of 32 calls succeeded, and how many were refused; anything else is raised."""
    ready = Barrier(AT_ONCE)

    def one(_number: int) -> bool:
        ready.wait(60)
        try:
            do()
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(one, range(AT_ONCE)))
    return done.count(True), done.count(False)


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The cast, really committed, and unmade again past the triggers that keep the logs."""
    try:
        yield committed(Cast.make)
    finally:
        committed(_unmake)


def _unmake() -> None:
    kept = {"catalog_status"}  # comes with the migrations
    ours = ("people", "sla", "catalog", "tickets", "notices", "channels", "api")
    models = [model for label in ours for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    with transaction.atomic(), connection.cursor() as cursor:
        tables = sorted({model._meta.db_table for model in models} - kept)
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        for table in [*tables, "procrastinate_jobs"]:
            cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    config_cache.forget()


def events(ticket: Ticket, name: str) -> int:
    return Event.objects.filter(ticket=ticket, name=name).count()


def test_a_request_is_accepted_once(cast: Cast) -> None:
    ticket = committed(cast.asked)
    assert at_once(lambda: actions.accept(ticket, by=Person.objects.get(pk=cast.bo.pk))) == (1, AT_ONCE - 1)
    assert events(ticket, "accepted") == 1


def test_a_request_is_merged_once_and_into_one(cast: Cast) -> None:
    ticket, one, other = (committed(cast.asked) for _each in range(3))
    goals = iter([one, other] * AT_ONCE)
    assert at_once(lambda: actions.merge(ticket, by=Person.objects.get(pk=cast.bo.pk), into=next(goals))) == (
        1,
        AT_ONCE - 1,
    )
    assert events(ticket, "merged") == 1
    assert Message.objects.filter(ticket=fresh(ticket).merged_into).count() == 2


def test_two_requests_are_not_merged_into_each_other(cast: Cast) -> None:
    one, other = committed(cast.asked), committed(cast.asked)
    pairs = iter([(one, other), (other, one)] * AT_ONCE)

    def merge() -> None:
        ticket, into = next(pairs)
        actions.merge(ticket, by=Person.objects.get(pk=cast.bo.pk), into=into)

    assert at_once(merge) == (1, AT_ONCE - 1)
    assert Ticket.objects.filter(merged_into__isnull=False).count() == 1


def test_a_request_has_one_rating(cast: Cast) -> None:
    ticket = committed(lambda: actions.resolve(cast.asked(), by=cast.bo, resolution="Done."))
    done, _refused = at_once(lambda: actions.rate(ticket, by=Person.objects.get(pk=cast.mei.pk), score=1))
    assert done == AT_ONCE
    assert Rating.objects.filter(ticket=ticket).count() == 1


def test_an_upload_is_sent_once(cast: Cast) -> None:
    ticket = committed(cast.asked)
    kept = committed(lambda: files.keep(b"words", name="a.txt", by=cast.mei))
    mei = cast.mei.pk
    done = at_once(lambda: actions.reply(ticket, by=Person.objects.get(pk=mei), text="Here.", attachments=[kept]))
    assert done == (1, AT_ONCE - 1)
    assert Attachment.objects.get(pk=kept.pk).message_id is not None
    assert Message.objects.filter(ticket=ticket, kind="request").count() == 2


def test_a_reply_is_taken_back_once(cast: Cast) -> None:
    held = committed(lambda: actions.reply(cast.asked(), by=cast.bo, text="Hm.", undo_seconds=600))
    bo = cast.bo.pk
    assert at_once(lambda: actions.withdraw(held, by=Person.objects.get(pk=bo))) == (1, AT_ONCE - 1)
