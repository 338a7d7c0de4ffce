"""One `firstline serve`, started once for all these tests; they leave it running."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from firstline.kit.postgres import Server
from tests.cli.serving import Serving, is_alive, until
from tests.private import open_to_others

pytestmark = pytest.mark.system

OPEN_A_TICKET = """
from tests.cast import Cast
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.catalog.models import Desk
if not Desk.objects.exists():
    Cast.make()
mei = Person.objects.by_email("mei@corp.example")
ticket = actions.open_ticket(by=mei, desk=Desk.objects.get(key="IT"), subject="VPN", text="Help", channel="portal")
print(ticket.pk)
"""
REACT_AGAIN = """
from procrastinate.contrib.django import app
from firstline.tickets.models import Event
app.configure_task("firstline.react").defer(event=Event.objects.filter(ticket_id={ticket}).first().pk)
"""
SIGN_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from firstline.people.models import Person
person = Person.objects.by_email("mei@corp.example")
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.save()
print(session.session_key)
"""


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    folder = Path(tempfile.mkdtemp(prefix="firstline-serve-"))
    (folder / "data" / "files" / "ab").mkdir(parents=True)
    (folder / "data" / "files" / "ab" / "abc").write_text("made by an earlier version")
    serving = Serving(folder / "data")
    try:
        serving.start()
        yield serving
    finally:
        if serving.process:
            serving.stop()
        shutil.rmtree(folder)


def test_it_says_exactly_when_and_where_it_is_ready(serving: Serving) -> None:
    assert serving.lines.count(f"Firstline is ready at {serving.url}/") == 1
    assert serving.answers("/healthz")
    assert serving.answers("/readyz")


def test_nothing_that_it_keeps_is_open_to_other_users_of_the_machine(serving: Serving) -> None:
    with urllib.request.urlopen(f"{serving.url}/sign-in/") as page:  # what is drawn is kept too
        page.read()
    kept = {path.name for path in serving.data.iterdir()}
    assert {"db", "run", "static", "templates", "postgres.log", "secret.key", "tables"} <= kept
    assert open_to_others(serving.data) == []
    assert (serving.data / "files" / "ab" / "abc").read_text() == "made by an earlier version"


def test_the_first_page_has_its_looks(serving: Serving) -> None:
    """At the very first start too: the files are gathered before the pages look which there are."""
    with urllib.request.urlopen(f"{serving.url}/sign-in/") as page:
        sheets = re.findall(r'href="(/static/[^"]+\.css)"', page.read().decode())
    assert sheets
    for sheet in sheets:
        with urllib.request.urlopen(serving.url + sheet) as answer:
            assert answer.headers.get_content_type() == "text/css"


def test_a_second_one_on_the_same_folder_is_told_who_has_it(serving: Serving) -> None:
    second = serve(serving, "--data", str(serving.data), "--port", "0", "--smtp-port", "0")
    assert second.returncode == 1
    assert serving.process is not None
    assert f"Another Firstline (process {serving.process.pid}) is running on {serving.data}" in second.stderr
    assert serving.answers("/readyz")


def test_a_port_that_is_taken_is_named(serving: Serving, tmp_path: Path) -> None:
    second = serve(serving, "--data", str(tmp_path), "--port", str(serving.port))
    assert second.returncode == 1
    assert f"port {serving.port}" in second.stderr
    assert "--port" in second.stderr


def test_jobs_run(serving: Serving) -> None:
    ticket = serving.python(OPEN_A_TICKET)
    until(lambda: indexed(serving, ticket), seconds=20)


@pytest.mark.parametrize("name", ["web", "worker", "mail", "parts", "postgres"])
def test_a_part_that_is_killed_comes_back(serving: Serving, name: str) -> None:
    before = serving.children()[name]
    os.kill(before, signal.SIGKILL)
    until(lambda: serving.children().get(name, before) != before, seconds=20)
    until(lambda: serving.answers("/readyz"), seconds=20)
    ticket = serving.python(OPEN_A_TICKET)
    until(lambda: indexed(serving, ticket), seconds=40)


def test_a_job_whose_worker_was_killed_is_finished_by_another_within_a_minute(serving: Serving) -> None:
    ticket = serving.python(OPEN_A_TICKET)
    until(lambda: states_of_reactions(serving) == [], seconds=20)
    with database(serving) as other:
        other.execute("SELECT 1 FROM tickets_ticket WHERE id = %s FOR UPDATE", [ticket])  # the reaction waits for it
        serving.python(REACT_AGAIN.format(ticket=ticket))
        until(lambda: states_of_reactions(serving) == ["doing"], seconds=20)
        os.kill(serving.children()["worker"], signal.SIGKILL)
    assert states_of_reactions(serving) == ["doing"]
    until(lambda: states_of_reactions(serving) == [], seconds=60)


def test_it_stops_within_ten_seconds_with_a_live_page_open_and_keeps_its_data(serving: Serving) -> None:
    ticket = serving.python(OPEN_A_TICKET)
    page = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=20)
    page.request("GET", "/live", headers={"Cookie": f"firstline_session={serving.python(SIGN_IN)}"})
    stream = page.getresponse()
    assert stream.status == 200
    assert stream.readline().startswith(b"retry:")
    assert serving.stop() < 10
    page.close()
    assert serving.start() < 40  # 8 where nothing else runs
    until(lambda: indexed(serving, ticket), seconds=20)


def test_when_it_is_killed_all_its_parts_end_and_the_next_one_starts(serving: Serving) -> None:
    assert serving.process is not None
    parts = serving.children()
    assert set(parts) == {"web", "worker", "mail", "parts", "postgres"}
    serving.process.kill()
    serving.process.wait()
    serving.start()
    until(lambda: not any(map(is_alive, parts.values())), seconds=15)
    assert serving.answers("/readyz")


def test_a_demo_is_not_served_to_other_machines(serving: Serving, tmp_path: Path) -> None:
    done = serve(serving, "--data", str(tmp_path / "data"), "--demo", "--host", "0.0.0.0")
    assert done.returncode == 1
    assert "A demo is for this machine alone" in done.stderr


def test_a_folder_that_held_a_demo_opens_no_door_by_itself(serving: Serving) -> None:
    """demo.json alone: neither one click nor the mailbox."""
    (serving.data / "demo.json").write_text('{"admin": "ada@corp.example"}')
    serving.stop()
    serving.start()
    try:
        assert not any("One click" in line for line in serving.lines)
        assert not serving.answers("/demo/mail/")
        assert serving.answers("/healthz")
    finally:
        (serving.data / "demo.json").unlink()


def serve(serving: Serving, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "firstline", "serve", *options]
    return subprocess.run(command, capture_output=True, text=True, env=serving.environment, timeout=60)


def database(serving: Serving) -> psycopg.Connection:
    return psycopg.connect(Server(serving.data).url)


def indexed(serving: Serving, ticket: str) -> bool:
    with database(serving) as connection:
        row = connection.execute("SELECT search IS NOT NULL FROM tickets_ticket WHERE id = %s", [ticket]).fetchone()
    return bool(row and row[0])


def states_of_reactions(serving: Serving) -> list[str]:
    with database(serving) as connection:
        query = "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'firstline.react'"
        return [status for (status,) in connection.execute(query)]
