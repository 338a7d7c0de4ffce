"""What the worker does before everything else."""

from procrastinate.contrib.django import app


def test_the_jobs_of_a_dead_worker_are_given_back_before_a_thousand_others_are_done() -> None:
    app.perform_import_paths()
    scheduled = {each.task.name for each in app.periodic_registry.periodic_tasks.values()}
    others = [task.priority for name, task in app.tasks.items() if name not in scheduled]
    assert app.tasks["firstline.retry_stalled"].priority > max(others)
