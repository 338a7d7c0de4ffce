"""Pictures are drawn anew within limits, and a virus scanner is asked. Threat 20."""

import io
import resource
import socket
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q
from django.urls import reverse
from PIL import Image

from firstline.kit import clamav
from firstline.retention.files import forget, remove
from firstline.tickets import files, pictures
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment
from tests.background import run_jobs
from tests.cast import Cast
from tests.web.conftest import As


def drawn(kind: str, *, size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, kind, **more)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_drawn_anew_and_nothing_else_in_its_file_is_passed_on(kind: str) -> None:
    content = drawn(kind) + b"<script>alert('canary')</script>"
    shown = pictures.redrawn(content)
    assert shown is not None
    assert b"canary" not in shown[0]
    assert Image.open(io.BytesIO(shown[0])).size == (40, 30)


def test_where_a_photograph_was_taken_is_not_shown_along(cast: Cast, as_: As) -> None:
    exif = Image.Exif()
    exif[0x010E] = "canary of the place"
    kept = files.keep(drawn("JPEG", exif=exif), name="photo.jpg", by=cast.mei)
    answer = as_(cast.mei).get(f"/files/{kept.pk}/")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert b"canary" not in answer.content
    whole = as_(cast.mei).get(f"/files/{kept.pk}/?whole")
    assert whole.headers["Content-Disposition"].startswith("attachment;")
    assert b"canary" in b"".join(whole.streaming_content)  # type: ignore[attr-defined]


def test_a_large_picture_is_drawn_once_in_a_process_of_its_own_and_kept(cast: Cast, as_: As) -> None:
    content = drawn("WEBP", size=(6000, 4000))
    kept = files.keep(content, name="large.webp", by=cast.mei)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first = as_(cast.mei).get(f"/files/{kept.pk}/")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown < 60_000  # kilobytes
    assert (first.status_code, first["Content-Type"]) == (200, "image/webp")
    assert max(Image.open(io.BytesIO(first.content)).size) == pictures.LONGEST_SIDE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "redrawn", lambda content: pytest.fail("drawn again"))
        assert as_(cast.mei).get(f"/files/{kept.pk}/").content == first.content
    remove(Q(pk=kept.pk))
    forget(kept.sha256)
    assert not default_storage.exists(pictures.shown_path(kept.path))


def test_what_cannot_be_shown_is_tried_once(cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = files.keep(drawn("PNG")[:60], name="cut.png", by=cast.mei)
    assert pictures.shown(kept) is None
    monkeypatch.setattr(pictures, "redrawn", lambda content: pytest.fail("drawn again"))
    assert pictures.shown(kept) is None


@pytest.mark.parametrize(("name", "value"), [("SECONDS", 0.001), ("MOST_PIXELS", 100)])
def test_a_picture_beyond_its_limits_is_offered_as_a_file(
    cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch, name: str, value: float
) -> None:
    monkeypatch.setattr(pictures, name, value)
    kept = files.keep(drawn("PNG", size=(3000, 3000 + len(name))), name="some.png", by=cast.mei)
    answer = as_(cast.mei).get(f"/files/{kept.pk}/")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    answer.close()


def test_when_as_many_as_may_be_are_drawn_the_browser_is_asked_to_come_again(
    cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = files.keep(drawn("PNG", size=(31, 17)), name="some.png", by=cast.mei)
    monkeypatch.setattr(pictures, "_free", threading.BoundedSemaphore(1))
    with pictures._free:
        began = time.monotonic()
        answer = as_(cast.mei).get(f"/files/{kept.pk}/")
        assert time.monotonic() - began < 5  # twenty seconds in a thread of the pages before
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert as_(cast.mei).get(f"/files/{kept.pk}/").status_code == 200


def test_one_picture_is_drawn_by_one_at_a_time(cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = files.keep(drawn("PNG", size=(33, 17)), name="some.png", by=cast.mei)
    other = files.keep(drawn("PNG", size=(34, 17)), name="other.png", by=cast.mei)
    meanwhile: list[int] = []
    redrawn = pictures.redrawn

    def slow(content: bytes) -> tuple[bytes, str] | None:
        if not meanwhile:
            meanwhile.append(0)
            meanwhile.append(as_(cast.mei).get(f"/files/{kept.pk}/").status_code)
            meanwhile.append(as_(cast.mei).get(f"/files/{other.pk}/").status_code)
        return redrawn(content)

    monkeypatch.setattr(pictures, "redrawn", slow)
    assert as_(cast.mei).get(f"/files/{kept.pk}/").status_code == 200
    assert meanwhile == [0, 503, 200]
    assert pictures._being_drawn == set()


def test_what_is_removed_while_it_is_drawn_leaves_nothing_on_the_disk(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = files.keep(drawn("PNG", size=(35, 17)), name="some.png", by=cast.mei)
    redrawn = pictures.redrawn

    def removed_meanwhile(content: bytes) -> tuple[bytes, str] | None:
        remove(Q(pk=kept.pk))
        forget(kept.sha256)
        return redrawn(content)

    monkeypatch.setattr(pictures, "redrawn", removed_meanwhile)
    assert pictures.shown(kept) is not None
    assert not default_storage.exists(kept.path)
    assert not default_storage.exists(pictures.shown_path(kept.path))


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that claims and holds side × side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 + side // 8) * 64)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        bomb(60_000),
        bomb(6_000),
        drawn("PNG")[:60],
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a\xff\xff\xff\xff",
        b"RIFF\0\0\0\0WEBPVP8 ",
    ],
    ids=["a huge one", "a large one", "a cut one", "a mere beginning", "a huge gif", "a damaged webp"],
)
def test_a_picture_that_is_damaged_or_too_large_is_downloaded_as_it_is(cast: Cast, as_: As, content: bytes) -> None:
    assert pictures.redrawn(content) is None
    kept = files.keep(content, name="picture.png", by=cast.mei, declared="image/png")
    answer = as_(cast.mei).get(f"/files/{kept.pk}/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    answer.close()


class Clamd(threading.Thread):
    """Speaks as clamd does: zINSTREAM, chunks with their length, an empty one at the end, one line of verdict."""

    def __init__(self, path: Path, *, verdict: str = "") -> None:
        super().__init__(daemon=True)
        self.verdict, self.seen = verdict, b""
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(str(path))
        self.listener.listen()

    def run(self) -> None:
        while True:
            try:
                peer, _address = self.listener.accept()
            except OSError:
                return
            with peer, peer.makefile("rb") as said:
                command = said.read(10)
                self.seen = b""
                while size := struct.unpack("!I", said.read(4))[0]:
                    self.seen += said.read(size)
                infected = b"EICAR" in self.seen and command == b"zINSTREAM\0"
                verdict = self.verdict or ("stream: Eicar-Test-Signature FOUND" if infected else "stream: OK")
                peer.sendall(verdict.encode() + b"\0")


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[Clamd]:
    scanner = Clamd(tmp_path / "clamd.sock")
    scanner.start()
    yield scanner
    scanner.listener.close()


@pytest.fixture
def scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.CONFIG, "clamav", str(tmp_path / "clamd.sock"))


def test_the_scanner_is_given_the_whole_file_and_its_verdict_counts(tmp_path: Path, clamd: Clamd) -> None:
    content = b"x" * (3 * clamav.CHUNK + 7)
    at = str(tmp_path / "clamd.sock")
    assert clamav.found_in(content, at=at) == ""
    assert clamd.seen == content
    assert clamav.found_in(b"EICAR", at=at) == "Eicar-Test-Signature"
    clamd.verdict = "INSTREAM size limit exceeded. ERROR"
    with pytest.raises(clamav.ScannerAway):
        clamav.found_in(content, at=at)


def test_an_infected_file_is_refused_with_the_reason_and_not_kept(
    cast: Cast, clamd: Clamd, scanned: None, as_: As
) -> None:
    assert files.keep(b"harmless", name="notes.txt", by=cast.mei).pk
    with pytest.raises(WrongState, match="Eicar"):
        files.keep(b"EICAR", name="virus.txt", by=cast.mei)
    assert [file.name for file in Attachment.objects.all()] == ["notes.txt"]


def test_while_the_scanner_is_away_files_are_refused_plainly(cast: Cast, scanned: None) -> None:
    with pytest.raises(WrongState, match="try again later"):
        files.keep(b"harmless", name="notes.txt", by=cast.mei)
    assert not Attachment.objects.exists()


def test_an_upload_that_is_removed_leaves_nothing_on_the_disk(cast: Cast, as_: As) -> None:
    kept, other = (files.keep(b"of this test alone", name="a.txt", by=person) for person in (cast.mei, cast.omar))
    remove_at = reverse("file-remove", args=[other.pk])
    assert as_(cast.mei).post(remove_at).status_code == 204
    assert as_(cast.mei).post(reverse("file-remove", args=[kept.pk])).status_code == 204
    run_jobs()
    assert list(Attachment.objects.values_list("pk", flat=True)) == [other.pk]
    assert default_storage.exists(other.path)
    as_(cast.omar).post(remove_at)
    run_jobs()
    assert not default_storage.exists(other.path)
