import logging
from collections.abc import Sequence
from types import SimpleNamespace
from unittest.mock import AsyncMock, Mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstline import reactions, worker
from firstline.kit import clock, failpoints
from firstline.people.models import Person
from firstline.tickets import actions, replay
from firstline.tickets.causes import MOST_DEEP, Cause, caused_by, caused_by_events, current, name_job
from firstline.tickets.models import Event
from firstline.tickets.verifying import verify
from tests.background import run_jobs, waiting_jobs
from tests.cast import Cast
from tests.loops import run

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


def answering(events: Sequence[Event]) -> None:
    """A reader that calls a verb for each event, as automation will."""
    heard.append(("answering", " ".join(event.name for event in events)))
    for event in events:
        if event.name in ("opened", "prioritised"):
            with caused_by("rule", 7):
                urgency = event.ticket.urgency % 3 + 1
                actions.change_priority(event.ticket, by=Person.objects.system(), impact=1, urgency=urgency)


@pytest.fixture
def alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    readers = {name: f"tests.test_reactions.{name}" for name in ("first", "answering", "second")}
    monkeypatch.setattr(reactions, "READERS", readers)
    monkeypatch.setattr(reactions, "ALONE", frozenset({"answering"}))
    return cast


def test_a_reader_that_runs_alone_gets_a_job_for_each_event_and_holds_up_nobody(alone: Cast) -> None:
    events = [alone.ask().events.get() for _each in range(3)]
    assert [error for _pk, error in reactions.react_to([event.pk for event in events])] == [None] * 3
    assert heard == [("first", "opened")] * 3 + [("second", "opened")] * 3
    assert [args for task, args in waiting_jobs() if task == "firstline.react_alone"] == [
        {"event": event.pk, "reader": "answering"} for event in events
    ]
    for event in events:
        reactions.react_alone(event=event.pk, reader="answering")
    assert heard[6:] == [("answering", "opened")] * 3


def test_each_event_has_a_transaction_of_its_own(alone: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that fails takes nothing of another with it."""
    first, second = (alone.ask().events.get() for _each in range(2))
    reactions.react_alone(event=first.pk, reader="answering")
    monkeypatch.setattr(failpoints, "reach", Mock(side_effect=RuntimeError("not today")))
    with pytest.raises(RuntimeError):
        reactions.react_alone(event=second.pk, reader="answering")
    names = [list(each.ticket.events.values_list("name", flat=True)) for each in (first, second)]
    assert names == [["opened", "prioritised"], ["opened"]]


def test_one_by_one_they_run_alone_as_well(alone: Cast) -> None:
    event = alone.ask().events.get()
    reactions.react(event.pk)
    assert heard == [("first", "opened"), ("second", "opened")]
    assert ("firstline.react_alone", {"event": event.pk, "reader": "answering"}) in waiting_jobs()


def test_events_know_what_made_them_and_those_that_make_each_other_come_to_an_end(
    alone: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = alone.ask()
    with caplog.at_level(logging.ERROR, "firstline"):
        run_jobs()
    events = list(ticket.events.all())
    assert [event.depth for event in events] == list(range(MOST_DEEP + 1))
    causes = [None, *(f"event:{before.pk} rule:7" for before in events)]
    assert [event.cause for event in events] == causes[: len(events)]
    assert (waiting_jobs(), len(caplog.messages)) == ([], 1)
    assert "8 events have brought about each other already" in caplog.messages[0]
    assert (replay.differences(ticket), verify().broken) == ([], ())


def test_what_a_person_does_then_begins_anew(alone: Cast) -> None:
    ticket = alone.ask()
    run_jobs()
    actions.change_priority(ticket, by=alone.bo, impact=2, urgency=2)
    assert (ticket.events.latest("pk").cause, ticket.events.latest("pk").depth) == (None, 0)


def test_what_a_job_does_is_caused_by_it_and_what_follows_from_several_events_is_as_deep_as_the_deepest(
    cast: Cast,
) -> None:
    ticket = cast.ask()
    context = SimpleNamespace(job=SimpleNamespace(task_name="firstline.tickets.wake_up"))
    name_job(lambda: actions.accept(ticket, by=cast.bo), context, None)
    event = ticket.events.latest("pk")
    assert (event.cause, event.depth) == ("job:firstline.tickets.wake_up", 0)
    event.depth = 3
    with caused_by("job", "x"), caused_by_events([ticket.events.get(name="opened"), event]):
        assert current() == Cause("job:x", 4)
    with caused_by("job", "x"), caused_by_events([event]):
        assert current() == Cause(f"event:{event.pk}", 4)
    with caused_by("rule", "a" * 90):
        assert current() == Cause("a" * 80, 0)


def test_the_worker_names_its_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    given = AsyncMock()
    run(worker._work(SimpleNamespace(run_worker_async=given), "default"))  # type: ignore[arg-type]
    assert given.call_args.kwargs["task_middleware"] == [name_job]
