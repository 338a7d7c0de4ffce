"""Damaged letters by SMTP into a desk that runs: each becomes exactly one thing, and nothing the second time."""

from collections.abc import Callable

import pytest

from tests.channels.email.pouring import opens, pour
from tests.channels.mailserver import running
from tests.cli.serving import free_ports, until
from tests.faults.apart import Apart

pytestmark = pytest.mark.system
LETTERS = 40


def test_each_damaged_letter_becomes_exactly_one_thing_and_nothing_more_the_second_time(
    apart: Callable[..., Apart],
) -> None:
    (port,) = free_ports(1)
    with running() as postbox:
        desk = apart(FIRSTLINE_SMTP_PORT=str(port), FIRSTLINE_MAIL_URL=postbox.url)
        with desk.running(*desk.command("mail")), desk.running(*desk.command("worker")):
            until(lambda: opens(port), seconds=180)
            told = pour(desk, port, LETTERS, seed=11, settle=240)
    assert told.answers == {250: LETTERS}
    assert told.wrong == []
