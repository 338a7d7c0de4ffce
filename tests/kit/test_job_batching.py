"""Jobs that wait are taken along by one of their kind; what becomes of each is as if it had been alone."""

import json
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from procrastinate import RetryStrategy, jobs
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from firstline.kit import job_batching
from tests.channels.committed import committed

pytestmark = pytest.mark.django_db
TASK = "tests.together"


@app.task(name=TASK, retry=RetryStrategy(max_attempts=3, wait=60))
def task(number: int) -> None:
    raise AssertionError("It is done by `many`.")


class Worker:
    """What the middleware needs of a worker: its id, and that it can be told to stop."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT worker_id FROM procrastinate_register_worker_v1()")
            self.worker_id = cursor.fetchone()[0]
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def worker() -> Worker:
    return Worker()


def deferred(*numbers: int, **how: Any) -> list[int]:
    return [app.configure_task(TASK, **how).defer(number=number) for number in numbers]


def fetched(worker: Worker) -> jobs.Job:
    """The first job that waits, as the worker gets it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM procrastinate_fetch_job_v2(NULL, %s)", [worker.worker_id])
        row = dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
    return jobs.Job.from_row(row | {"args": json.loads(row["args"])})


def run(worker: Worker, many: job_batching.Many, job: jobs.Job | None = None) -> Any:
    context = SimpleNamespace(job=job or fetched(worker))
    return job_batching.together(many)(lambda: "alone", context, worker)  # type: ignore[arg-type]


def failing(*bad: int, seen: list[int] | None = None) -> job_batching.Many:
    """Does all, but those; notes in `seen` what it was asked for."""

    def many(numbers: list[int]) -> job_batching.Outcomes:
        for number in numbers:
            if seen is not None:
                seen.append(number)
            yield number, ValueError("no luck") if number in bad else None

    return many


def states() -> dict[int, tuple[str, int]]:
    """Number → state and attempts of each job that is left."""
    rows = ProcrastinateJob.objects.filter(task_name=TASK).values_list("args__number", "status", "attempts")
    return {number: (state, attempts) for number, state, attempts in rows}


def test_those_that_wait_are_done_in_their_order_and_are_gone(worker: Worker) -> None:
    deferred(5, 3, 4)
    seen: list[int] = []
    run(worker, failing(seen=seen))
    assert seen == [5, 3, 4]
    assert states() == {5: ("doing", 0)}  # the first is ended by the worker itself


def test_one_that_fails_is_tried_again_later_and_the_others_are_done(worker: Worker) -> None:
    deferred(1, 2, 3)
    run(worker, failing(2))
    assert states() == {1: ("doing", 0), 2: ("todo", 1)}
    assert ProcrastinateJob.objects.get(args__number=2).scheduled_at is not None


def test_when_the_first_fails_its_worker_hears_of_it(worker: Worker) -> None:
    deferred(1, 2)
    with pytest.raises(ValueError, match="no luck"):
        run(worker, failing(1))
    assert states() == {1: ("doing", 0)}


def test_what_was_not_begun_in_time_goes_back(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_batching, "SECONDS", -1.0)
    deferred(1, 2, 3)
    ended: list[str] = []

    def many(numbers: list[int]) -> job_batching.Outcomes:
        try:
            for number in numbers:
                yield number, None
        finally:
            ended.append("tidied up")

    run(worker, many)
    assert states() == {1: ("doing", 0), 2: ("todo", 0), 3: ("todo", 0)}
    assert ended == ["tidied up"]


def test_when_all_breaks_off_the_others_go_back(worker: Worker) -> None:
    def many(numbers: list[int]) -> job_batching.Outcomes:
        yield numbers[0], None
        raise RuntimeError("away")

    deferred(1, 2, 3)
    with pytest.raises(RuntimeError, match="away"):
        run(worker, many)
    assert states() == {1: ("doing", 0), 2: ("todo", 0), 3: ("todo", 0)}


def test_workers_that_found_nothing_are_told_of_what_went_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_batching, "SECONDS", -1.0)

    def told() -> tuple[list[int], list[dict[str, Any]]]:
        pks, worker = deferred(1, 2, 3), Worker()
        with psycopg.connect(
            **{**connection.get_connection_params(), "cursor_factory": None}, autocommit=True
        ) as other:
            other.execute("LISTEN procrastinate_any_queue_v1")
            run(worker, failing())
            heard = [json.loads(notice.payload) for notice in other.notifies(timeout=5, stop_after=1)]
            other.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [pks])
            other.execute("DELETE FROM procrastinate_workers WHERE id = %s", [worker.worker_id])
        return pks, heard

    pks, heard = committed(told)
    assert heard == [{"type": "job_inserted", "job_id": pks[1]}]


def test_jobs_for_later_of_other_kinds_with_a_lock_and_those_that_failed_are_left_alone(worker: Worker) -> None:
    deferred(1)
    deferred(2, schedule_in={"hours": 1})
    deferred(3, queueing_lock="once")
    deferred(4, lock="one after another")
    ProcrastinateJob.objects.filter(pk__in=deferred(5)).update(attempts=1)
    app.configure_task("tests.other", allow_unknown=True).defer(number=6)
    assert run(worker, failing()) == "alone"
    assert {number: state for number, (state, _attempts) in states().items()} == {
        1: "doing", 2: "todo", 3: "todo", 4: "todo", 5: "todo",
    }  # fmt: skip


def test_a_job_that_failed_before_is_done_alone(worker: Worker) -> None:
    deferred(1, 2)
    first = fetched(worker)
    assert run(worker, failing(), first.evolve(attempts=1)) == "alone"
    assert states() == {1: ("doing", 0), 2: ("todo", 0)}


def test_two_jobs_about_the_same_are_done_once(worker: Worker) -> None:
    deferred(1, 2, 2)
    seen: list[int] = []
    run(worker, failing(seen=seen))
    assert seen == [1, 2]
    assert states() == {1: ("doing", 0)}


def test_a_worker_that_cannot_say_what_became_of_its_jobs_ends(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*what: object) -> None:
        raise OperationalError("the database is away")

    deferred(1, 2)
    monkeypatch.setattr(job_batching, "PATIENCE", (0.0, 0.0))
    monkeypatch.setattr(job_batching, "_settle", away)
    monkeypatch.setattr(job_batching.connection, "close", lambda: None)
    with pytest.raises(OperationalError):
        run(worker, failing())
    assert worker.stopped
