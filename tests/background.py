"""Runs in a test what a worker would run, in the test's own transaction."""

from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from firstline.kit import clock


def run_jobs(*, at_most: int = 100) -> list[str]:
    """Run the jobs that are due by the (movable) clock, and those that they leave; returns the tasks' names in order.

    A job that fails raises its own error. Jobs for later stay, so move the clock to reach them.
    """
    app.perform_import_paths()
    done: list[str] = []
    while (job := _next()) is not None:
        if len(done) == at_most:
            raise AssertionError(f"More than {at_most} jobs, the last of them {done[-5:]}: do they defer one another?")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
        task: Any = app.tasks[job.task_name]
        task.func(**job.args)
        done.append(job.task_name)
    return done


def waiting_jobs() -> list[tuple[str, dict[str, Any]]]:
    """Task and arguments of every job that waits, due or not."""
    return list(ProcrastinateJob.objects.filter(status="todo").order_by("id").values_list("task_name", "args"))


def _next() -> ProcrastinateJob | None:
    due = ProcrastinateJob.objects.filter(status="todo").exclude(scheduled_at__gt=clock.now())
    return due.order_by("-priority", "id").first()
