"""A worker that is stopped (SIGSTOP) with a letter in its hand until others have taken it over, and then goes on."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.channels.mailserver import MailServer, served
from tests.cli.serving import until
from tests.faults.apart import LOAD, Apart

pytestmark = pytest.mark.system

WORK = """
from datetime import timedelta
from firstline import cli, worker
from firstline.channels import outbox
outbox.LEASE = timedelta(seconds=2)
worker.HEARTBEAT_SECONDS, worker.STALLED_SECONDS = 1, 3
cli.main(["worker"])
"""
ASK = """
from firstline.catalog.models import Desk
from firstline.people.models import Person
from firstline.tickets import actions
mei, desk = Person.objects.get(email="mei@corp.example"), Desk.objects.get(key="IT")
actions.open_ticket(by=mei, desk=desk, subject="VPN", text="Broken", channel="portal")
"""
SWEEP = """
from procrastinate.contrib.django import app
app.configure_task("firstline.channels.sweep").defer()
"""
FAULTS = "from firstline.cli import integrity\nprint(list(integrity.faults()))"
DELIVERIES = "SELECT state, attempts, lease_until, sent_at FROM notices_delivery"
AT_WORK = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND task_name LIKE '%send%'"


class Stopping(MailServer):
    """Takes a letter, and stops the worker that sent it before it can hear the answer."""

    victim = 0

    def __init__(self) -> None:
        super().__init__()
        self.stopped = threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if not self.stopped.is_set():
            os.kill(self.victim, signal.SIGSTOP)
            self.stopped.set()
        return await super().handle_DATA(server, session, envelope)


def test_what_a_stopped_worker_held_is_done_by_another_and_not_once_more_when_it_goes_on(
    apart: Callable[..., Apart],
) -> None:
    server = Stopping()

    async def listen() -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: SMTP(server, hostname="mx.test", loop=loop), "127.0.0.1", 0)

    with served(listen) as server.port:
        desk = apart(FIRSTLINE_MAIL_URL=server.url)
        desk.python(ASK)
        line = [desk.command()[0], "-c", LOAD + WORK]
        with desk.running(*line) as stopped:
            server.victim = stopped.pid
            until(server.stopped.is_set, seconds=90)
            with desk.running(*line) as other:
                until(lambda: _is_past_its_lease(desk), seconds=10)
                desk.python(SWEEP)
                until(lambda: _states(desk) == ["sent"], seconds=60)
                before = desk.asked(DELIVERIES)
                stopped.send_signal(signal.SIGCONT)
                stopped.send_signal(signal.SIGTERM)  # it ends what it has in its hand first
                assert stopped.wait(30) == 0
                until(lambda: desk.asked(AT_WORK) == [(0,)], seconds=30)
                other.send_signal(signal.SIGTERM)
                assert other.wait(30) == 0
    assert desk.asked(DELIVERIES) == before
    assert [row[:2] for row in before] == [("sent", 2)]
    # The mail server had taken it before the worker was stopped: that is the copy that cannot be helped.
    assert len({str(copy["Message-ID"]) for copy in server.letters}) == 1
    assert len(server.letters) == 2
    assert desk.asked("SELECT name, count(*) FROM tickets_event GROUP BY name") == [("opened", 1)]
    assert desk.python(FAULTS) == "[]"


def _is_past_its_lease(desk: Apart) -> bool:
    return desk.asked("SELECT count(*) FROM notices_delivery WHERE lease_until < now()") == [(1,)]


def _states(desk: Apart) -> list[Any]:
    return [row[0] for row in desk.asked(DELIVERIES)]
