"""A disk that is really full (a small tmpfs, which root alone may mount): refused in words, and nothing is harmed."""

import os
import smtplib
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from firstline.tickets.models import Attachment
from tests.cast import Cast
from tests.cli.serving import free_ports, until
from tests.conftest import SERVER
from tests.faults.apart import Apart
from tests.faults.burst import ROWS, answers
from tests.letters import letter

pytestmark = pytest.mark.system
MEGABYTE = 1024 * 1024


@pytest.fixture
def disk() -> Iterator[Path]:
    """A disk of 64 megabytes."""
    folder = Path(tempfile.mkdtemp(prefix="firstline-disk-"))
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", folder]).returncode:
        folder.rmdir()
        pytest.skip("Left out: only root may mount a small disk")
    folder.chmod(0o755)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
    folder.rmdir()


def fill(disk: Path, *, leaving: int) -> Path:
    """Leave so many bytes free; the file that takes the others."""
    ballast = disk / "ballast"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free - leaving)
    return ballast


@pytest.mark.django_db
def test_a_file_that_has_no_room_is_refused_with_507_and_those_that_are_there_stay_whole(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(default_storage, "location", str(disk))
    monkeypatch.setattr(default_storage, "base_location", str(disk), raising=False)
    page = Client()
    page.force_login(Cast.make().mei)

    def upload(content: bytes) -> int:
        return page.post("/files/", {"file": SimpleUploadedFile("a.txt", content)}).status_code

    first, second = b"one " * 50_000, b"two " * 50_000
    assert upload(first) == 201
    ballast = fill(disk, leaving=MEGABYTE // 10)
    assert upload(second) == 507
    assert Attachment.objects.count() == 1
    assert page.get("/").status_code == 200
    kept = Attachment.objects.get()
    assert (disk / kept.path).read_bytes() == first
    assert [path for path in disk.rglob("*") if path.is_file() and path != ballast] == [disk / kept.path]
    ballast.unlink()
    assert upload(second) == 201


def test_a_letter_that_has_no_room_is_refused_with_452_and_taken_when_there_is_room_again(
    disk: Path, apart: Callable[..., Apart]
) -> None:
    (port,) = free_ports(1)
    with SERVER.connect() as session:
        rows = disk / "rows"
        rows.mkdir()
        owner = SERVER.db.stat()
        os.chown(rows, owner.st_uid, owner.st_gid)
        session.execute(f"CREATE TABLESPACE small LOCATION '{rows}'")
    desk = apart(tablespace="small", FIRSTLINE_SMTP_PORT=str(port))

    def send(number: int) -> int:
        message = letter(letter_id=f"<{number}@corp.example>", subject=f"Letter {number}")
        message.add_attachment(os.urandom(MEGABYTE // 4), maintype="application", subtype="octet-stream", filename="a")
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as line:
            try:
                line.send_message(message)
            except smtplib.SMTPResponseException as answer:
                return answer.smtp_code
        return 250

    try:
        with desk.running(*desk.command("mail")):
            until(lambda: answers(port), seconds=60)
            ballast = fill(disk, leaving=2 * MEGABYTE)
            said = [send(number) for number in range(12)]
            assert said[0] == 250
            assert set(said) == {250, 452}
            accepted = {f"<{number}@corp.example>" for number, code in enumerate(said) if code == 250}
            assert dict(desk.asked(ROWS)) == dict.fromkeys(accepted, 1)
            ballast.unlink()
            assert {send(number) for number, code in enumerate(said) if code == 452} == {250}
        assert dict(desk.asked(ROWS)) == {f"<{number}@corp.example>": 1 for number in range(12)}
        whole = "SELECT count(*) FROM channels_received WHERE length(raw) > 300000"
        assert desk.asked(whole) == [(12,)]
    finally:
        with SERVER.connect() as session:
            session.execute(f"DROP DATABASE {desk.url.rpartition('/')[2]} WITH (FORCE)")
            session.execute("DROP TABLESPACE small")
