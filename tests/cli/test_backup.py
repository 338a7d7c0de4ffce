"""A backup made while people work holds one moment of the desk, and can be made a desk again that keeps still."""

import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from firstline.cli import archive, restored
from firstline.kit.postgres import Server
from firstline.kit.restore_hold import TABLE
from tests.cli.serving import ROOT
from tests.private import open_to_others

WORK = """
from django.db import transaction
from tests.cast import Cast
from firstline.tickets import actions, files
cast, n = Cast.make(), 0
while True:
    n += 1
    with transaction.atomic():  # so that no row is seen that changes afterwards
        file = files.keep(f"file {n}".encode() * n, name=f"{n}.txt", by=cast.mei)
        ticket = cast.ask(subject=f"Request {n}", attachments=[file])
        actions.reply(ticket, by=cast.bo, text=f"Answer {n}")
    print(ticket.pk, flush=True)
"""
SEND = """
from firstline.channels import outbox
from firstline.notices.models import Delivery
from tests.background import run_jobs
print(outbox.sweep(), [outbox.claim(pk) for pk in Delivery.objects.values_list("pk", flat=True)])
"""
QUEUE = """
from firstline.reactions import react
from firstline.tickets.models import Event
for event in Event.objects.filter(name="replied").order_by("id")[:3]:
    react.func(event.pk)
"""


class Installation:
    def __init__(self, data: Path) -> None:
        self.data, self.server = data, Server(data)

    @property
    def environment(self) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTLINE_", "DATABASE_"))}
        return mine | {"PYTHONPATH": str(ROOT), "FIRSTLINE_DATA": str(self.data)}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "firstline", *words]
        return subprocess.run(line, env=self.environment, capture_output=True, text=True, cwd="/", timeout=120)

    def python(self, code: str) -> "subprocess.Popen[str]":
        whole = f"from firstline.cli import program; program.load()\n{code}"
        return subprocess.Popen(
            [sys.executable, "-c", whole], env=self.environment, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )

    def rows(self) -> dict[str, set[str]]:
        """Of each table, the digest of each row."""
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        with psycopg.connect(self.server.url) as connection:
            names = {name for (name,) in connection.execute(tables)} - {TABLE}
            query = "SELECT md5(t::text) FROM {} t"
            return {name: {row for (row,) in connection.execute(query.format(name))} for name in sorted(names)}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("source") / "data")
    made.server.start()
    assert made.command("migrate").returncode == 0
    yield made
    made.server.stop()


@pytest.fixture(scope="module")
def backup(source: Installation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """A backup made under load, and the tickets that were there when it began."""
    file = tmp_path_factory.mktemp("backup") / "desk.tar"
    work = source.python(WORK)
    assert work.stdout is not None
    there = [int(work.stdout.readline()) for _ in range(5)]
    done = source.command("backup", str(file))
    work.send_signal(signal.SIGKILL)
    there_after = len(work.stdout.read().split())
    work.wait()
    work.stdout.close()
    assert done.returncode == 0, done.stderr
    assert there_after > 0, "nothing happened during the backup"
    return file, there


@pytest.mark.system
def test_it_holds_one_moment_and_comes_back_the_same(
    source: Installation, backup: tuple[Path, list[int]], tmp_path: Path
) -> None:
    file, there = backup
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["desk.tar"]
    copy = Installation(tmp_path / "copy")
    done = copy.command("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert open_to_others(copy.data) == []
    copy.server.start()
    try:
        _compare(source, copy, there)
        again = copy.command("restore", str(file))
        assert "is not empty" in again.stderr
        assert copy.command("verify").returncode == 0
        _stays_still_until_armed(copy)
    finally:
        copy.server.stop()


def _compare(source: Installation, copy: Installation, there: list[int]) -> None:
    was, now = source.rows(), copy.rows()
    assert was.keys() == now.keys()
    # No worker ran, so nothing that was written then has changed since, but what ended and the entry that says so.
    strange = {name: len(now[name] - was[name]) for name in now if now[name] - was[name]}
    assert strange.pop("tickets_auditentry") == 1
    assert strange.keys() <= {table for table, _column in restored.ENDS}
    with closing(psycopg.connect(copy.server.url)) as connection:
        found = {pk for (pk,) in connection.execute("SELECT id FROM tickets_ticket")}
    assert set(there) <= found
    for name in ("secret.key",):
        assert (copy.data / name).read_text() == (source.data / name).read_text()
    kept = {path.name for path in (copy.data / "files").rglob("*") if path.is_file()}
    assert len(kept) >= len(there)


def _stays_still_until_armed(copy: Installation) -> None:
    queue = copy.python(QUEUE)
    queue.communicate(timeout=60)
    assert queue.returncode == 0
    still = copy.python(SEND).communicate(timeout=60)[0]
    assert still.startswith("0 [None, None")
    assert "at work now" in copy.command("resume").stdout
    moving = copy.python(SEND).communicate(timeout=60)[0]
    assert not moving.startswith("0 ")
    assert "Delivery" in moving


def damaged(file: Path, to: Path, *, change: str = "", cut: int = 0) -> Path:
    content = file.read_bytes()
    if change:
        with tarfile.open(file) as tar:
            member = next(each for each in tar if each.name.startswith(change))
        at = member.offset_data + member.size // 2
        content = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    to.write_bytes(content[: len(content) - cut] if cut else content)
    return to


@pytest.mark.system
@pytest.mark.parametrize("part", ["database.dump", "files/", "keys/"])
def test_one_changed_bit_is_found_before_anything_is_touched(
    backup: tuple[Path, list[int]], tmp_path: Path, part: str
) -> None:
    bad = damaged(backup[0], tmp_path / "bad.tar", change=part)
    with pytest.raises(archive.Damaged, match="Not as they were written"):
        archive.check(bad)


@pytest.mark.system
def test_half_a_backup_is_refused_and_leaves_no_trace(backup: tuple[Path, list[int]], tmp_path: Path) -> None:
    bad = damaged(backup[0], tmp_path / "bad.tar", cut=backup[0].stat().st_size // 2)
    copy = Installation(tmp_path / "copy")
    done = copy.command("restore", str(bad))
    assert done.returncode == 1
    assert "cannot be restored" in done.stderr
    assert not copy.data.exists()


@pytest.mark.system
def test_nothing_is_overwritten_by_a_backup(source: Installation, backup: tuple[Path, list[int]]) -> None:
    done = source.command("backup", str(backup[0]))
    assert done.returncode == 1
    assert "overwrites nothing" in done.stderr


def test_a_member_that_points_elsewhere_is_refused(tmp_path: Path) -> None:
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        told = tarfile.TarInfo("../outside")
        tar.addfile(told)
    (tmp_path / "to").mkdir()
    with pytest.raises(archive.Damaged):
        archive.unpack(evil, tmp_path / "to")
    assert not (tmp_path / "outside").exists()
