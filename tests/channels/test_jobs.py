"""What nobody works on any more is started again, and what has just come is left to whoever has it."""

from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django import app

from firstline.catalog.models import Inbox
from firstline.channels import jobs
from firstline.channels.base import TAKE
from firstline.channels.email.ingest import keep
from firstline.channels.models import InboundMessage
from firstline.kit import clock
from firstline.notices.tell import SEND
from tests.background import waiting_jobs
from tests.cast import Cast
from tests.channels.mailserver import MailServer
from tests.deliveries import failed_letter
from tests.letters import letter

pytestmark = pytest.mark.django_db


def taking() -> int:
    return sum(name == TAKE for name, _args in waiting_jobs())


def test_a_letter_that_was_left_behind_is_taken_up_after_three_minutes(cast: Cast) -> None:
    received = keep(letter().as_bytes(), inbox=Inbox.objects.first().pk, sender="x@corp.example", recipients=[])  # type: ignore[union-attr]
    before = taking()
    for minutes, started in ((2, 0), (4, 1)):
        with clock.moved(received.received_at + timedelta(minutes=minutes)):
            jobs.sweep(0)
        assert taking() == before + started
    received.state = "done"
    received.save(update_fields=["state"])
    with clock.moved(received.received_at + timedelta(hours=1)):
        jobs.sweep(0)
    assert taking() == before + 1


def test_what_is_left_is_what_came_three_minutes_ago(cast: Cast) -> None:
    assert timedelta(minutes=3) == jobs.LEFT_BEHIND
    received = keep(letter().as_bytes(), inbox=Inbox.objects.first().pk, sender="x@corp.example", recipients=[])  # type: ignore[union-attr]
    before = taking()
    for seconds, started in ((180, 0), (181, 1), (240, 1)):
        with clock.moved(received.received_at + timedelta(seconds=seconds)):
            jobs.sweep(0)
        assert taking() == before + started
    assert {"received": received.pk} in [given for name, given in waiting_jobs() if name == TAKE]


def test_the_oldest_come_first_and_so_many_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.outbox, "BATCH", 2)
    long_ago = clock.now() - timedelta(hours=1)
    rows = [
        InboundMessage.objects.create(key=str(n), sha256="", raw=b"", received_at=long_ago - timedelta(minutes=n))
        for n in range(3)
    ]
    jobs.sweep(0)
    assert [given["received"] for name, given in waiting_jobs() if name == TAKE] == [rows[2].pk, rows[1].pk]


def test_letters_in_both_directions_are_swept(cast: Cast) -> None:
    waiting = failed_letter(cast.asked(), state="queued", reason="", error="")
    jobs.sweep(0)
    assert {"delivery": waiting.pk} in [given for name, given in waiting_jobs() if name == SEND]


def test_what_talks_to_the_servers_of_others_has_a_queue_of_its_own_and_is_tried_six_times() -> None:
    tasks: Any = app.tasks
    app.perform_import_paths()
    assert (tasks[SEND].queue, tasks[TAKE].queue) == ("out", "default")
    for name in (SEND, TAKE):
        strategy = tasks[name].retry_strategy
        assert (strategy.max_attempts, strategy.exponential_wait) == (6, 4)
    periodic = {each.task.name: each.cron for each in app.periodic_registry.periodic_tasks.values()}
    assert periodic["firstline.channels.sweep"] == "* * * * *"


def test_a_job_takes_and_sends_what_it_names(cast: Cast, server: MailServer) -> None:
    received = keep(letter().as_bytes(), inbox=Inbox.objects.first().pk, sender="x@corp.example", recipients=[])  # type: ignore[union-attr]
    jobs.take.func(received.pk)
    received.refresh_from_db()
    assert received.state == "done"
    row = failed_letter(cast.asked(), state="queued", reason="", error="")
    jobs.send.func(row.pk)
    row.refresh_from_db()
    assert row.state == "sent"
