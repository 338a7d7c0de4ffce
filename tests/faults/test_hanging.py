"""A mail server that takes connections and says nothing: only letters to it wait, and nothing else does."""

import socket
from collections.abc import Callable, Iterator

import pytest

from firstline.worker import CONCURRENCY
from tests.cli.serving import until
from tests.faults.apart import Apart

pytestmark = pytest.mark.system

ASK_AGAIN_AND_AGAIN = """
from procrastinate.contrib.django.models import ProcrastinateJob
from firstline.catalog.models import Desk
from firstline.people.models import Person
from firstline.tickets import actions
from tests.cli.serving import until
mei, desk = Person.objects.get(email="mei@corp.example"), Desk.objects.get(key="IT")
jobs = ProcrastinateJob.objects.all()
for number in range({times}):
    actions.open_ticket(by=mei, desk=desk, subject="VPN", text="Broken", channel="portal")
    until(lambda: not jobs.filter(task_name__endswith="react").exists(), seconds=6)
    until(lambda: jobs.filter(task_name__endswith="send", status="doing").exists(), seconds=6)
"""
WORKERS = "SELECT count(*) FROM procrastinate_workers"


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that accepts and never speaks."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield server.getsockname()[1]


def test_while_a_mail_server_hangs_all_else_goes_on(apart: Callable[..., Apart], silent: int) -> None:
    desk = apart(FIRSTLINE_MAIL_URL=f"smtp://127.0.0.1:{silent}")
    with desk.running(*desk.command("worker")):
        until(lambda: desk.asked(WORKERS) >= [(1,)], seconds=60)
        # Once more than there are slots, so that each that could hang does.
        desk.python(ASK_AGAIN_AND_AGAIN.format(times=sum(CONCURRENCY.values()) + 1))
