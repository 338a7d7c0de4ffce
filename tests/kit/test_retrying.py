"""An outage is no failure of the job that met it: it is done soon after, however many there were."""

import datetime as dt

import pytest
from django.db import OperationalError
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from psycopg import errors

from firstline.kit.retrying import AFTER_OUTAGES, Patient

NOW = dt.datetime.now(dt.UTC)


def job(attempts: int) -> Job:
    return Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="x", attempts=attempts)


def away() -> Exception:
    """As Django and procrastinate say it when the connection was lost."""
    lost = OperationalError("server closed the connection unexpectedly")
    lost.__cause__ = Exception()
    return lost


def wrapped() -> Exception:
    error = exceptions.ConnectorException()
    error.__cause__ = away()
    return error


def wait(strategy: Patient, error: Exception, attempts: int) -> float | None:
    """Seconds until it is tried again; None when it is given up."""
    decision = strategy.get_retry_decision(exception=error, job=job(attempts))
    if decision is None:
        return None
    assert decision.retry_at is not None
    return round((decision.retry_at - dt.datetime.now(dt.UTC)).total_seconds())


@pytest.mark.parametrize("error", [away(), wrapped()])
@pytest.mark.parametrize("attempts", [0, 3, 8, 30])
def test_it_is_tried_again_in_five_seconds_whatever_happened_before(error: Exception, attempts: int) -> None:
    assert wait(Patient(max_attempts=8, exponential_wait=5), error, attempts) == 5
    assert wait(Patient(max_attempts=2, wait=100, retry_exceptions=[OSError]), error, attempts) == 5


def test_a_failure_of_its_own_waits_longer_each_time_and_ends() -> None:
    strategy = Patient(max_attempts=3, exponential_wait=5)
    assert [wait(strategy, ValueError(), attempts) for attempts in range(4)] == [5, 25, 125, None]
    assert wait(Patient(max_attempts=3, retry_exceptions=[OSError]), ValueError(), 0) is None


def test_what_always_finds_an_outage_has_made_it() -> None:
    assert wait(Patient(max_attempts=8), away(), AFTER_OUTAGES) is None


def test_every_job_that_is_tried_again_is_patient() -> None:
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    # Other tests make jobs of their own.
    ours = {name: task for name, task in app.tasks.items() if name.startswith("firstline.")}
    strategies = {name: task.retry_strategy for name, task in ours.items() if task.retry_strategy is not None}
    assert len(strategies) > 5
    assert {name for name, strategy in strategies.items() if not isinstance(strategy, Patient)} == set()
    brought_again = {each.task.name for each in app.periodic_registry.periodic_tasks.values()}
    assert ours.keys() - strategies.keys() - brought_again == set(), "what fails once would never be done"


def test_a_write_that_was_cancelled_for_its_time_is_an_outage_as_in_a_failover_and_nobody_waits_longer() -> None:
    cancelled = OperationalError("canceling statement due to statement timeout")
    cancelled.__cause__ = errors.QueryCanceled()
    assert [wait(Patient(max_attempts=3, exponential_wait=4), cancelled, attempts) for attempts in (0, 1, 30)] == [
        5,
        5,
        5,
    ]
