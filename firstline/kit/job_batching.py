"""Jobs of one kind that wait are done together: one fetch, one thread and one finish for many of them.

A job of its own costs the worker more than most jobs do. So whoever was given one takes along those that wait behind
it. To procrastinate they are jobs that its worker does, as they would be if it had fetched them one by one: when the
worker dies, others get them (`worker.py: retry_stalled`), and one that fails is tried again by its own strategy.
"""

import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Generator
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from procrastinate import JobContext, jobs
from procrastinate.contrib.django import app
from procrastinate.worker import Worker

from firstline.kit import clock

MOST = 40
SECONDS = 1.0
"""For so long; what was not begun by then goes back, so that nothing else waits long for its turn."""
PATIENCE = (0.1, 0.5, 1.0, 2.0, 4.0)

Outcomes = Generator[tuple[int, Exception | None], None, None]
Many = Callable[[list[int]], Outcomes]
"""Does what jobs with these arguments are for, in this order, and says after each whether it failed. It may be ended
after any of them."""

_TAKE_ALONG = """
UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = ANY(ARRAY(
    SELECT id FROM procrastinate_jobs
    WHERE status = 'todo' AND task_name = %s AND attempts = 0 AND lock IS NULL AND queueing_lock IS NULL
        AND (scheduled_at IS NULL OR scheduled_at <= now())
    ORDER BY priority DESC, id LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING id, args::text
"""
_DONE = "DELETE FROM procrastinate_jobs WHERE id = ANY(%s) AND status = 'doing'"
_BACK = """
WITH back AS (
    UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL WHERE id = ANY(%s) AND status = 'doing'
    RETURNING id)
SELECT pg_notify('procrastinate_any_queue_v1', json_build_object('type', 'job_inserted', 'job_id', min(id))::text)
FROM back
"""
"""Workers that found nothing to do, for all was taken along, are told that there is something again."""

logger = logging.getLogger(__name__)


def together(many: Many) -> Callable[[Callable[[], Any], JobContext, Worker], Any]:
    """The middleware of a task with one number as its argument. A job that failed before is done alone."""

    def run(alone: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
        if context.job.attempts or worker.worker_id is None:
            return alone()
        mates = _take_along(context.job, worker.worker_id)
        return _do(context.job, mates, many, worker) if mates else alone()

    return run


def _take_along(first: jobs.Job, worker: int) -> list[jobs.Job]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_ALONG, [worker, first.task_name, MOST - 1])
        return [first.evolve(id=pk, task_kwargs=json.loads(arguments)) for pk, arguments in sorted(cursor.fetchall())]


def _do(first: jobs.Job, mates: list[jobs.Job], many: Many, worker: Worker) -> None:
    waiting: dict[int, list[jobs.Job]] = defaultdict(list)  # two may be about the same
    for job in (first, *mates):
        waiting[_argument(job)].append(job)
    done: list[jobs.Job] = []
    failed: list[tuple[jobs.Job, Exception]] = []
    end = time.monotonic() + SECONDS
    outcomes = many(list(waiting))
    try:
        for argument, error in outcomes:
            ended = waiting.pop(argument)
            if error is None:
                done += ended
            else:
                failed += [(job, error) for job in ended]
            if time.monotonic() > end:
                break
        outcomes.close()
    finally:
        left = [job for each in waiting.values() for job in each]
        _persistently(lambda: _settle(first, done, left, failed), worker)
    # Of the first procrastinate hears by how its run ends.
    for job, error in failed:
        if job is first:
            raise error


def _settle(
    first: jobs.Job, done: list[jobs.Job], left: list[jobs.Job], failed: list[tuple[jobs.Job, Exception]]
) -> None:
    """Say what became of those that were taken along. Safe to repeat."""
    with connection.cursor() as cursor:
        for sentence, those in ((_DONE, done), (_BACK, left)):
            if ids := [job.id for job in those if job is not first]:
                cursor.execute(sentence, [ids])
    while others := [pair for pair in failed if pair[0] is not first]:
        job, error = others[0]
        logger.error("Job %s (%s) failed.", job.id, job.task_name, exc_info=error)
        _try_again(job, error)
        failed.remove(others[0])


def _try_again(job: jobs.Job, error: Exception) -> None:
    retry = app.tasks[job.task_name].get_retry_exception(exception=error, job=job)
    decision = retry.retry_decision if retry else None
    assert job.id is not None
    app.job_manager.retry_job_by_id(
        job.id,
        decision.retry_at if decision and decision.retry_at else clock.now(),
        decision.priority if decision else None,
    )


def _persistently(settle: Callable[[], None], worker: Worker) -> None:
    """Until the database hears it. A worker that cannot say what became of its jobs ends, and others ask for them."""
    for wait in PATIENCE:
        try:
            return settle()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(wait)
    worker.stop()  # type: ignore[no-untyped-call]
    return settle()


def _argument(job: jobs.Job) -> int:
    (argument,) = job.task_kwargs.values()
    assert isinstance(argument, int)
    return argument
