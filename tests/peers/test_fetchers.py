"""`firstline mail` as a process, with a mailbox at Dovecot: it hears at once, survives kill -9, and stops."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from firstline.catalog.models import Inbox, Mailbox
from firstline.channels.email.fetchers import LOCKS
from firstline.channels.models import Fetching, InboundMessage
from tests.channels.committed import committed, desks
from tests.cli.serving import ROOT, free_ports, until
from tests.peers.dovecot import Dovecot
from tests.peers.test_imap import some


class Mail:
    """A process of `firstline mail` on the test's database."""

    def __init__(self, **settings: str) -> None:
        (port,) = free_ports(1)
        found = connection.settings_dict
        host, name = found["HOST"], found["NAME"]
        url = f"postgresql://{found['USER']}:{found['PASSWORD']}@/{name}?host={host}&port={found['PORT']}"
        mine = {name: value for name, value in os.environ.items() if not name.startswith("FIRSTLINE_FAIL")}
        ours = {"DATABASE_URL": url, "FIRSTLINE_SMTP_PORT": str(port), "PYTHONPATH": str(ROOT)}
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "firstline", "mail"],
            env=mine | ours | settings,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        threading.Thread(target=self._read, daemon=True).start()
        until(lambda: any("Mail is ready" in line for line in self.lines), seconds=60)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> float:
        began = time.monotonic()
        self.process.send_signal(sign)
        self.process.wait(20)
        return time.monotonic() - began

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self.lines.append(line)


__all__ = ["desks"]
Starts = Callable[..., Mail]


@pytest.fixture
def starts(desks: tuple[Inbox, Inbox]) -> Iterator[Starts]:
    running: list[Mail] = []

    def start(**settings: str) -> Mail:
        running.append(Mail(**settings))
        return running[-1]

    yield start
    for mail in running:
        if mail.process.poll() is None:
            mail.process.kill()
            mail.process.wait()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return f"{uuid4().hex[:12]}@firstline.test"


def connected(user: str, port: int, **more: Any) -> Mailbox:
    """A mailbox of the IT desk, committed."""

    def make() -> Mailbox:
        inbox = Inbox.objects.get(address="it@desk.example")
        mailbox = Mailbox(inbox=inbox, host="127.0.0.1", port=port, security="none", user=user, old_mail="all", **more)
        mailbox.password, mailbox.anywhere = "test", True
        mailbox.save()
        return mailbox

    return committed(make)


def kept(count: int) -> Callable[[], bool]:
    return lambda: InboundMessage.objects.count() == count


def waits(mailbox: Mailbox) -> bool:
    return Fetching.objects.filter(mailbox=mailbox, looked_at__isnull=False).exists()


def test_idle_brings_a_letter_at_once_and_a_poll_without_it_later(dovecot: Dovecot, user: str, starts: Starts) -> None:
    mailbox = connected(user, dovecot.port)
    mail = starts(FIRSTLINE_IMAP_POLL_SECONDS="600")
    until(lambda: waits(mailbox), seconds=30)
    dovecot.put(user, *some(2))
    until(kept(2), seconds=20)
    assert mail.stop() < 5
    assert mail.process.returncode == 0


def test_killed_in_the_middle_it_loses_and_doubles_nothing(dovecot: Dovecot, user: str, starts: Starts) -> None:
    connected(user, dovecot.port)
    dovecot.put(user, *some(60))
    for number, place in enumerate(("keep.done#7", "keep.committed#5", "keep.committed#3")):
        mail = starts(FIRSTLINE_FAILPOINTS=place)
        mail.process.wait(30)
        assert mail.process.returncode == -signal.SIGKILL, number
    last = starts()
    until(lambda: Fetching.objects.filter(last_uid=60).exists(), seconds=30)
    assert last.stop() < 5
    assert InboundMessage.objects.count() == 60
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'firstline.channels.take'")
        assert cursor.fetchone()[0] == 60


def test_of_two_processes_one_reads_and_the_other_takes_over(dovecot: Dovecot, user: str, starts: Starts) -> None:
    mailbox = connected(user, dovecot.port)
    first = starts()
    until(lambda: waits(mailbox), seconds=30)
    second = starts()
    with connection.cursor() as cursor:
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted"
        cursor.execute(held, [LOCKS, mailbox.pk])
        assert cursor.fetchone()[0] == 1
    first.stop(signal.SIGKILL)
    dovecot.put(user, *some(1))
    until(kept(1), seconds=30)
    assert second.stop() < 5


def test_what_is_wrong_is_noted_and_put_right_while_it_runs(dovecot: Dovecot, user: str, starts: Starts) -> None:
    mailbox = connected(user, dovecot.port, folder="Nowhere")
    dovecot.put(user, *some(1))
    starts()
    until(lambda: Fetching.objects.filter(mailbox=mailbox, trouble="folder").exists(), seconds=30)
    committed(lambda: Mailbox.objects.filter(pk=mailbox.pk).update(folder="INBOX"))
    until(kept(1), seconds=30)
    until(lambda: Fetching.objects.get().trouble == "", seconds=10)
    assert Path(dovecot.folder / "mail" / user).exists()
