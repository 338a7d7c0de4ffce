"""More letters than can be taken: each is accepted or refused for the moment, and what was accepted is there."""

from collections.abc import Callable

import pytest

from tests.cli.serving import free_ports, until
from tests.faults.apart import Apart
from tests.faults.burst import ROWS, answers, offer

pytestmark = pytest.mark.system
FOR_THE_MOMENT = {421, 451, 452}


def test_a_burst_is_accepted_or_refused_for_the_moment_and_never_dropped(apart: Callable[..., Apart]) -> None:
    (port,) = free_ports(1)
    limits = {"FIRSTLINE_SMTP_CONNECTIONS_EACH": "8"}
    desk = apart(FIRSTLINE_SMTP_PORT=str(port), **limits)
    with desk.running(*desk.command("mail")):
        until(lambda: answers(port), seconds=60)
        burst = offer(port, letters=400, clients=12)
    rows = dict(desk.asked(ROWS))
    assert burst.unanswered == []
    assert set(burst.refused) <= FOR_THE_MOMENT
    assert burst.refused, "nothing was too much: the test offers too little"
    assert len(burst.accepted) + burst.refused.total() == 400
    assert rows.keys() == burst.accepted
    assert set(rows.values()) == {1}
    ((jobs,),) = desk.asked("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'firstline.channels.take'")
    assert jobs == len(burst.accepted)
