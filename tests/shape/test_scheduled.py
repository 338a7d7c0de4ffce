"""What the schedule brings does not fail for good because the database was away just then."""

import pytest
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from firstline.kit.retrying import Patient
from firstline.kit.schedule import FIRST

app.perform_import_paths()
SCHEDULED = [each.task for each in app.periodic_registry.periodic_tasks.values()]


def test_there_are_jobs_that_the_schedule_brings() -> None:
    assert {"firstline.tickets.watch_clocks", "firstline.keeping.let_go"} <= {task.name for task in SCHEDULED}


@pytest.mark.parametrize("task", SCHEDULED, ids=lambda task: task.name)
def test_it_is_tried_again_or_comes_again_before_anybody_misses_it(task: Task) -> None:
    comes_again = task.func.__globals__["__name__"] == "firstline.kit.schedule"
    assert comes_again != isinstance(task.retry_strategy, Patient)


@pytest.mark.parametrize(
    "name",
    [
        *(f"firstline.tickets.{each}" for each in ("watch_clocks", "wake_up", "close_solved", "seal_log")),
        *("firstline.channels.sweep", "firstline.retry_stalled"),
    ],
)
def test_what_is_due_waits_behind_no_thousand_emails(name: str) -> None:
    assert app.tasks[name].priority == FIRST > app.tasks["firstline.channels.take"].priority
