"""The worker: runs the jobs that verbs and the schedule leave in the database."""

import asyncio
import logging
import signal

from django.conf import settings
from procrastinate import App, JobContext, PsycopgConnector, exceptions, jobs
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import DEFAULT_QUEUE
from psycopg import AsyncConnection

from firstline.channels.base import OUT
from firstline.kit.schedule import FIRST, comes_again
from firstline.tickets import causes

CONCURRENCY = {DEFAULT_QUEUE: 2, OUT: 2}
"""Queue → so many jobs at once. More would not be faster in one process, only each of them slower."""
POLLING_SECONDS = 1.0
"""Jobs are told of as they come; procrastinate forgets what it is told while it looks for one."""
HEARTBEAT_SECONDS = 5
STALLED_SECONDS = 20
"""A worker that was not heard of for so long is taken for dead, and its jobs are given to others."""
GRACE_SECONDS = 5
KEEP_FAILED_HOURS = 24 * 30
READY = "Worker is ready"

logger = logging.getLogger(__name__)


def run() -> int:
    """Work until told to stop (SIGTERM, SIGINT): 0. When it stops for another reason, as without a database: 1."""
    return asyncio.run(_run())


@app.periodic(cron="* * * * * */10")
@app.task(name="firstline.retry_stalled", queueing_lock="retry_stalled", pass_context=True, priority=FIRST)
@comes_again
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of workers that died to the living. A job may thus run twice, so all are safe to repeat."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        try:
            await manager.retry_job(job)
            logger.warning("Job %s (%s) was left by a worker that died; it runs again.", job.id, job.task_name)
        except exceptions.UniqueViolation:  # of a schedule, and the next of its kind waits already
            await manager.finish_job(job, status=jobs.Status.ABORTED, delete_job=True)


@app.periodic(cron="17 3 * * *")
@app.task(name="firstline.forget_failed", queueing_lock="forget_failed", pass_context=True)
@comes_again
async def forget_failed(context: JobContext, timestamp: int) -> None:
    """Failed jobs are kept for a month, for whoever looks into them."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


async def _run() -> int:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, told.set)
    async with _with_own_connections().open_async() as working:
        workers = [asyncio.create_task(_work(working, queue)) for queue in CONCURRENCY]
        logger.info(READY)
        stop = asyncio.create_task(told.wait())
        await asyncio.wait([*workers, stop], return_when=asyncio.FIRST_COMPLETED)
        for task in (*workers, stop):
            task.cancel()  # workers let running jobs end, for as long as the grace lasts
        outcomes = await asyncio.gather(*workers, return_exceptions=True)
    if not told.is_set():
        logger.error(
            "The worker stopped by itself: %s", [outcome for outcome in outcomes if outcome] or "lost database"
        )
    return 0 if told.is_set() else 1


async def _work(working: App, queue: str) -> None:
    await working.run_worker_async(
        queues=[queue],
        concurrency=CONCURRENCY[queue],
        delete_jobs="successful",
        install_signal_handlers=False,
        fetch_job_polling_interval=POLLING_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
        task_middleware=[causes.name_job],
    )


def _with_own_connections() -> App:
    """The same tasks over asynchronous connections; inside the jobs, verbs go on using Django's own."""
    for path in settings.PROCRASTINATE_IMPORT_PATHS:
        __import__(path)
    return app.with_connector(PsycopgConnector(kwargs=connector_params(), configure=_without_transactions))


async def _without_transactions(connection: AsyncConnection) -> None:
    """Each call of procrastinate is one statement; BEGIN and COMMIT would double what a job costs."""
    await connection.set_autocommit(True)
