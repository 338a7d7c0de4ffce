"""More letters or alerts than can be taken: each is accepted or refused for the moment; what was accepted is there."""

from collections.abc import Callable

import pytest

from tests.cli.serving import free_ports, until
from tests.faults.alerts import raise_alerts
from tests.faults.apart import Apart
from tests.faults.burst import ROWS, TICKETS, TOKEN, answers, offer, opens, wrong_rows

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


def test_alerts_are_accepted_or_refused_for_the_moment_and_each_becomes_one_ticket(apart: Callable[..., Apart]) -> None:
    (port,) = free_ports(1)
    desk = apart(FIRSTLINE_THREADS="1", FIRSTLINE_DEBUG="1")
    token = desk.python(TOKEN)
    with desk.running(*desk.command("web", "--port", str(port))):
        until(lambda: opens(port), seconds=180)
        told = raise_alerts(port, token, alerts=90, seconds=0, clients=30, wait=0.3)
    assert told.refused.keys() <= {429, 503}
    assert told.refused, "nothing was too much: the test offers too little"
    assert told.without_retry_after == 0
    assert told.given_up == []
    assert len(told.accepted) == 90
    rows = desk.asked(TICKETS)
    assert len(rows) == 90
    assert wrong_rows(told, rows) == []
