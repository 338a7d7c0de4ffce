"""What nobody works on any more is started again, and what has just come is left to whoever has it."""

from datetime import timedelta

import pytest

from firstline.catalog.models import Inbox
from firstline.channels import jobs
from firstline.channels.base import TAKE
from firstline.channels.email.keeping import keep
from firstline.kit import clock
from tests.background import waiting_jobs
from tests.cast import Cast
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
