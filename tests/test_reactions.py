import logging
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstline import reactions
from firstline.kit import clock
from firstline.tickets.models import Event
from tests.background import run_jobs, waiting_jobs
from tests.cast import Cast

heard: list[tuple[str, str]] = []
is_broken = False


def first(events: Sequence[Event]) -> None:
    if is_broken:
        raise RuntimeError("not today")
    heard.extend(("first", event.name) for event in events)


def second(events: Sequence[Event]) -> None:
    heard.extend(("second", event.name) for event in events)


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    heard.clear()
    monkeypatch.setattr(reactions, "READERS", {name: f"tests.test_reactions.{name}" for name in ("first", "second")})
    return Cast.make()


def test_every_reader_gets_the_event_in_order(cast: Cast) -> None:
    cast.ask()
    run_jobs()
    assert heard == [("first", "opened"), ("second", "opened")]


def test_a_reader_that_fails_holds_up_nobody_and_is_retried_alone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cast.ask()
    monkeypatch.setattr("tests.test_reactions.is_broken", True)
    with caplog.at_level(logging.CRITICAL, "firstline"):
        run_jobs()
    assert heard == [("second", "opened")]
    assert [(task, args["reader"]) for task, args in waiting_jobs()] == [("firstline.react_alone", "first")]
    monkeypatch.setattr("tests.test_reactions.is_broken", False)
    with clock.moved(clock.now().replace(year=2030)):
        run_jobs()
    assert heard == [("second", "opened"), ("first", "opened")]


def test_an_event_is_read_once_for_all_its_readers(cast: Cast) -> None:
    event = cast.ask().events.get()
    with CaptureQueriesContext(connection) as queries:
        reactions.react(event.pk)
    assert [each["sql"].partition(" ")[0] for each in queries].count("SELECT") == 1
    assert heard == [("first", "opened"), ("second", "opened")]


def test_every_reader_exists() -> None:
    from django.utils.module_loading import import_string

    assert all(callable(import_string(path)) for path in reactions.READERS.values())
