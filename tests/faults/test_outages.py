"""When the database, the disk or the file store fails, it is said plainly, nothing is half done, and pages go on."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from firstline.api.models import Token
from firstline.channels.models import InboundMessage
from firstline.kit import clock, restore_hold
from firstline.kit.blob_storage import StoreAway
from firstline.kit.database_connections import InDoubt, ReadOnly
from firstline.kit.transient_errors import AWAY, FULL, IN_DOUBT, STORE_AWAY, outage_of
from firstline.tickets.models import Attachment, Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.letters import arrives, letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the file store, for this test alone."""
    monkeypatch.setattr(default_storage, "location", str(tmp_path))
    monkeypatch.setattr(default_storage, "base_location", str(tmp_path), raising=False)
    return tmp_path


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error

    return fail


def database_error(kind: type[psycopg.Error]) -> OperationalError:
    error = OperationalError("from the database")
    error.__cause__ = kind("from the database")
    return error


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OperationalError("connection refused"), AWAY),
        (database_error(psycopg.errors.AdminShutdown), AWAY),
        (database_error(psycopg.errors.DeadlockDetected), AWAY),
        (database_error(psycopg.errors.DiskFull), FULL),
        (database_error(ReadOnly), AWAY),
        (database_error(InDoubt), IN_DOUBT),
        (database_error(psycopg.errors.ProgramLimitExceeded), None),
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (StoreAway(errno.EIO, "Input/output error"), STORE_AWAY),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError(), None),
    ],
)
def test_an_outage_is_told_from_a_fault_of_ours(error: Exception, outage: object) -> None:
    assert outage_of(error) is outage


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (database_error(psycopg.errors.AdminShutdown), 503, "cannot answer just now"),
        (database_error(psycopg.errors.DiskFull), 507, "no room left"),
        (database_error(ReadOnly), 503, "cannot answer just now"),
        (database_error(InDoubt), 503, "look whether it is there"),
    ],
)
def test_pages_and_api_say_it_plainly(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
) -> None:
    monkeypatch.setattr("firstline.tickets.actions.open_ticket", failing(error))
    page = Client(raise_request_exception=False)
    page.force_login(cast.mei)
    cast.mei.language = "en"
    cast.mei.save()
    form = {"subject": "VPN", "text": "Broken", "urgency": "2"}
    headers = {"Accept-Language": "en"}
    said = page.post("/ask/else/", form, headers=headers)
    assert said.status_code == status
    assert words in said.content.decode()
    token = Token.issue(cast.mei, scopes=["read", "write"])
    body = {"subject": "VPN", "text": "Broken", "desk": "IT"}
    headers |= {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
    called = Client().post("/api/v1/tickets", body, content_type="application/json", headers=headers)
    assert called.status_code == status
    assert words in called.json()["detail"]
    assert called.headers.get("Retry-After") == ("5" if status == 503 else None)
    assert Ticket.objects.count() == 0


def test_an_upload_is_refused_plainly_while_the_store_is_away_and_pages_still_work(cast: Cast, store: Path) -> None:
    page = Client()
    page.force_login(cast.mei)
    with _away(store):
        answer = page.post(
            "/files/", {"file": SimpleUploadedFile("a.txt", b"hello")}, headers={"Accept-Language": "en"}
        )
        assert answer.status_code == 503
        assert "Files cannot be kept just now" in answer.json()["error"]
        assert Attachment.objects.count() == 0
        assert page.get("/").status_code == 200
    assert page.post("/files/", {"file": SimpleUploadedFile("a.txt", b"hello")}).status_code == 201


def test_a_letter_with_a_file_waits_for_the_store_and_is_then_taken_in(cast: Cast, store: Path) -> None:
    message = letter()
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="list.csv")
    with _away(store):
        for _try in range(4):  # more often than a letter that is at fault may fail
            with pytest.raises(StoreAway):
                arrives(message) if not InboundMessage.objects.exists() else _taken_again()
        assert InboundMessage.objects.get().state == "new"
    from firstline.channels import intake

    intake.take(InboundMessage.objects.get().pk)
    assert InboundMessage.objects.get().state == "done"
    assert Attachment.objects.get().ticket == Ticket.objects.get()


def test_a_restored_desk_says_so_to_administrators_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    monkeypatch.setattr(restore_hold, "_seen", (0.0, False))
    monkeypatch.setattr(restore_hold, "SHOWN_SECONDS", 5.0)
    with connection.cursor() as cursor:
        cursor.execute(restore_hold.MAKE)
    for person, sees in ((cast.ada, True), (cast.bo, False)):
        page = Client()
        page.force_login(person)
        said = page.get("/desk/today/", headers={"Accept-Language": "en"}, follow=True).content.decode()
        assert ("restored from a backup" in said) is sees
    assert restore_hold.go_on()
    assert not restore_hold.stands_still()


def test_deadlines_and_leases_survive_a_clock_that_jumps(cast: Cast) -> None:
    from datetime import timedelta

    from firstline.channels import outbox
    from firstline.notices.models import Delivery
    from firstline.tickets.jobs import watch_clocks

    start = clock.now()
    with clock.moved(start):
        ticket = cast.ask()
        run_jobs()
        due = ticket.clocks.get(kind="acceptance").due_at
        Delivery.objects.update(state="queued", lease_until=None, next_try_at=start)
        mine = outbox.claim(Delivery.objects.get().pk)
        assert mine is not None
    with clock.moved(start - timedelta(hours=1)):  # back: nothing is due earlier, nobody takes the letter over
        watch_clocks.func()
        assert outbox.claim(mine.pk) is None
        assert outbox.sweep() == 0
    for _twice in range(2):
        with clock.moved(start + timedelta(hours=1, days=4)):
            watch_clocks.func()
    assert ticket.clocks.get(kind="acceptance").due_at == due
    assert ticket.events.filter(name="clock_breached", data__clock="acceptance").count() == 1


def test_a_worker_stopped_past_its_lease_changes_nothing_when_it_goes_on(cast: Cast) -> None:
    """SIGSTOP, as its fellows see it: the lease runs out in its hands, another sends, then it wakes and reports."""
    from datetime import timedelta

    from firstline.channels import outbox
    from firstline.notices.models import Delivery

    cast.ask()
    run_jobs()
    now = clock.now()
    Delivery.objects.update(state="queued", lease_until=None, next_try_at=now)
    stopped = outbox.claim(Delivery.objects.get().pk)
    assert stopped is not None
    with clock.moved(now + outbox.LEASE + timedelta(minutes=1)):
        outbox.sweep()
        other = outbox.claim(stopped.pk)
        assert other is not None
        assert outbox._settle(other, state="sent", sent_at=clock.now(), error="")
        assert not outbox._settle(stopped, state="queued", error="too late")
        assert outbox.claim(stopped.pk) is None
    assert Delivery.objects.get().state == "sent"


def test_a_worker_held_up_past_its_lease_does_not_send_what_another_may_be_sending(cast: Cast) -> None:
    from datetime import timedelta

    from firstline.channels import outbox
    from firstline.channels.base import Sent
    from firstline.notices.models import Delivery

    sent: list[object] = []
    sending = Mock()
    sending.send.side_effect = lambda rendered: sent.append(rendered) or Sent("its id there")
    cast.ask()
    run_jobs()
    now = clock.now()
    Delivery.objects.update(state="queued", lease_until=None, next_try_at=now)
    with clock.moved(now):
        mine = outbox.claim(Delivery.objects.get().pk)
    assert mine is not None
    with clock.moved(now + outbox.LEASE + timedelta(seconds=1)):
        outbox._send(mine, sending)
    assert sent == []
    assert Delivery.objects.get().state == "sending"  # for the sweep, which gives it to another


def _taken_again() -> None:
    from firstline.channels import intake

    intake.take(InboundMessage.objects.get().pk)


@contextmanager
def _away(store: Path) -> Iterator[None]:
    """The folder is not there, and cannot be made: a file has its name."""
    aside = store.with_name(f"{store.name}-aside")
    store.rename(aside)
    store.write_text("")
    yield
    store.unlink()
    aside.rename(store)
