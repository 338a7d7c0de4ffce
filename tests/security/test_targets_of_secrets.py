"""No stored secret is said to another server than the one for which it was entered, whichever way the row was changed;
and what a strange server says costs little and is not repeated."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from firstline.audit.models import AuditEntry
from firstline.catalog.models import Inbox, Mailbox, SettingChange
from firstline.channels.base import NotSent
from firstline.channels.email import bounded, imap
from firstline.channels.email.connections import opened
from firstline.channels.email.imap_errors import Trouble
from firstline.channels.email.routes import Route, by_server
from firstline.kit.outgoing_connections import BoundedReader, TooMuch
from firstline.kit.secrets import KeepsSecrets, SecretField
from firstline.notices.models import OutgoingServer, SigningKey
from firstline.tickets.errors import NotAllowed
from firstline.web.admin.forms.mailbox import MailboxForm
from firstline.web.admin.saving import keep
from tests.cast import Cast
from tests.web.admin.hands import as_
from tests.web.admin.test_mail import typed

pytestmark = pytest.mark.django_db

# Rows that are full, and for every field to which one of their secrets is bound another value.
FULL: dict[type[KeepsSecrets], dict[str, Any]] = {
    Mailbox: {
        "host": "imap.corp.example", "port": 993, "security": "tls", "user": "it@corp.example",
        "token_url": "https://login.corp.example/token", "client_id": "desk", "old_mail": "leave",
    },
    OutgoingServer: {
        "name": "Relay", "kind": "smtp", "host": "mx.corp.example", "port": 587, "security": "tls", "service": "",
        "user": "desk",
    },
    SigningKey: {"domain": "corp.example", "selector": "s", "public": "p"},
}  # fmt: skip
OTHER = {
    "host": "evil.example", "port": 1993, "security": "none", "user": "eve", "token_url": "https://evil.example/t",
    "client_id": "eve", "kind": "service", "service": "postal", "domain": "evil.example",
}  # fmt: skip
BOUND = [
    (model, field.attname, name)
    for model in FULL
    for field in model._meta.concrete_fields
    if isinstance(field, SecretField)
    for name in field.bound_to
]
IDS = [f"{model.__name__}.{secret}-{name}" for model, secret, name in BOUND]


def stored(model: type[KeepsSecrets], cast: Cast) -> Any:
    more = {"inbox": Inbox.objects.get(desk=cast.it)} if model is Mailbox else {}
    secrets = {f.attname: f"the {f.attname}" for f in model._meta.concrete_fields if isinstance(f, SecretField)}
    row = model(**FULL[model], **more, **secrets)
    row.save()
    return model._base_manager.get(pk=row.pk)


def test_every_secret_of_the_program_is_bound_to_its_target() -> None:
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    secrets = [field for field in fields if isinstance(field, SecretField)]
    assert len(secrets) >= 5
    for field in secrets:
        assert issubclass(field.model, KeepsSecrets), field
        assert field.bound_to, field


@pytest.mark.parametrize(("model", "secret", "name"), BOUND, ids=IDS)
def test_no_secret_follows_a_changed_target(cast: Cast, model: Any, secret: str, name: str) -> None:
    for change in (_saved, _saved_in_part, _updated, _updated_in_bulk):
        row = stored(model, cast)
        change(row, name)
        fresh = model._base_manager.get(pk=row.pk)
        assert getattr(fresh, name) == OTHER[name]
        assert not getattr(fresh, secret), change.__name__
        fresh.delete()


@pytest.mark.parametrize(("model", "secret", "name"), BOUND, ids=IDS)
def test_a_secret_that_is_entered_with_the_new_target_is_kept(cast: Cast, model: Any, secret: str, name: str) -> None:
    row = stored(model, cast)
    setattr(row, name, OTHER[name])
    setattr(row, secret, "another")
    assert secret not in row.stale_secrets()
    row.save()
    assert getattr(model._base_manager.get(pk=row.pk), secret).reveal() == "another"


@pytest.mark.parametrize("model", FULL)
def test_a_secret_stays_where_its_target_does(cast: Cast, model: Any) -> None:
    row = stored(model, cast)
    row.save()
    fresh = model._base_manager.get(pk=row.pk)
    secrets = [f.attname for f in model._meta.concrete_fields if isinstance(f, SecretField)]
    assert [getattr(fresh, name).reveal() for name in secrets] == [f"the {name}" for name in secrets]


def test_a_token_that_an_old_copy_of_the_row_was_given_is_not_kept_for_the_new_target(cast: Cast) -> None:
    """The fetcher reads a mailbox for days; meanwhile somebody gives it another sign-in service."""
    old = stored(Mailbox, cast)
    new = Mailbox.objects.get(pk=old.pk)
    new.token_url, new.refresh_token = "https://other.example/token", "a token of the other"
    new.save()
    old.refresh_token = "a token of the first, renewed"
    old.save(update_fields=["refresh_token"])
    assert Mailbox.objects.get(pk=old.pk).refresh_token.reveal() == "a token of the other"


@pytest.mark.parametrize("change", [{"host": "evil.example"}, {"port": 1993}, {"security": "none"}, {"user": "eve"}])
def test_the_form_asks_for_the_password_again_and_tests_nothing_before(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    asked: list[Mailbox] = []
    monkeypatch.setattr(imap, "check", lambda mailbox: asked.append(mailbox) or 0)
    ada = as_(cast.ada)
    ada.post(reverse("settings-mailbox-new", args=["IT"]), typed(cast))
    page = reverse("settings-mailbox", args=["IT", Mailbox.objects.get().pk])
    answer = ada.post(page, typed(cast, password="", do="test", **change))
    assert answer.status_code == 422
    assert "Enter it again" in answer.content.decode()
    assert asked == []
    assert Mailbox.objects.get().host == "imap.corp.example"
    assert ada.post(page, typed(cast, password="another", **change)).status_code == 302
    assert Mailbox.objects.get().password.reveal() == "another"


def test_a_manager_points_no_mailbox_of_an_administrator_elsewhere(cast: Cast) -> None:
    as_(cast.ada).post(reverse("settings-mailbox-new", args=["IT"]), typed(cast))
    mailbox, dana = Mailbox.objects.get(), as_(cast.dana)
    page = reverse("settings-mailbox", args=["IT", mailbox.pk])
    elsewhere = typed(cast, host="evil.example", user="eve", password="mine", folder="Sent", old_days=3)
    assert dana.post(page, elsewhere).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.host, mailbox.user, mailbox.folder) == ("imap.corp.example", "it@corp.example", "INBOX")
    assert (mailbox.password.reveal(), mailbox.old_days) == ("a secret word", 3)
    remove = reverse("settings-remove", args=["IT", "mailboxes", mailbox.pk])
    assert dana.post(remove).status_code == 422
    assert Mailbox.objects.exists()


def test_what_only_administrators_may_change_is_refused_where_it_is_saved(cast: Cast) -> None:
    mailbox = stored(Mailbox, cast)
    Mailbox.objects.filter(pk=mailbox.pk).update(by_admin=True)
    mailbox.refresh_from_db()
    form = MailboxForm(typed(cast, host="evil.example", password="x"), instance=mailbox, by=cast.ada, desk=cast.it)
    assert form.is_valid()
    with pytest.raises(NotAllowed):
        keep(form, by=cast.dana, desk=cast.it)


def test_a_manager_connects_a_mailbox_of_their_own_and_changes_it(cast: Cast) -> None:
    dana = as_(cast.dana)
    assert dana.post(reverse("settings-mailbox-new", args=["IT"]), typed(cast)).status_code == 302
    page = reverse("settings-mailbox", args=["IT", Mailbox.objects.get().pk])
    assert dana.post(page, typed(cast, host="imap2.corp.example", password="new")).status_code == 302
    assert Mailbox.objects.get().host == "imap2.corp.example"
    assert SettingChange.objects.first().changes["host"] == ["imap.corp.example", "imap2.corp.example"]
    assert AuditEntry.objects.filter(name="setting", by=cast.dana).count() == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.7", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_a_private_server_is_asked_only_if_it_is_named(cast: Cast, host: str, settings: Any) -> None:
    settings.HTTP_ALLOW = []
    row = Mailbox(inbox=Inbox.objects.get(desk=cast.it), host=host, port=9, security="none", user="x", password="y")
    with pytest.raises(Trouble) as told:
        imap.check(row)
    assert told.value.key == "private"
    server = OutgoingServer(name="x", host=host, port=9, security="none")
    with pytest.raises(NotSent) as refused:
        opened(by_server(server))
    assert refused.value.reason == "private"


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that says what it likes to whoever comes, until it is left."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                met, _address = listening.accept()
                with met:
                    met.settimeout(20)
                    talk(met)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(20)


def _endless(first: bytes, again: bytes) -> Callable[[socket.socket], None]:
    def talk(met: socket.socket) -> None:
        met.sendall(first)
        while True:
            met.sendall(again)

    return talk


def _answering(said: bytes, again: bytes = b"") -> Callable[[socket.socket], None]:
    def talk(met: socket.socket) -> None:
        met.sendall(b"* OK hello\r\n")
        met.recv(4096)
        met.sendall(said)
        while again:
            met.sendall(again)
        met.recv(4096)

    return talk


ENDLESS = {
    "a greeting without end": _endless(b"* OK ", b"x" * 65536),
    "greetings without end": _endless(b"", b"hello\r\n" * 5000),
    "lines without end": _answering(b"", b"* OK still here\r\n" * 5000),
    "a literal without end": _answering(b"* X {99999999999}\r\n", b"x" * 65536),
    "many literals": _answering(b"", b"* X {60000}\r\n" + b"x" * 60000 + b"\r\n"),
}


@pytest.mark.parametrize("talk", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_mailbox_that_says_too_much_is_left(cast: Cast, settings: Any, talk: Any) -> None:
    settings.HTTP_ALLOW = ["127.0.0.0/8"]
    with server(talk) as port:
        row = Mailbox(inbox=Inbox.objects.first(), host="127.0.0.1", port=port, security="none", user="x", password="y")
        with pytest.raises(Trouble) as told:
            imap.check(row)
    assert told.value.key in ("too-much", "no-imap", "other", "cut")


def test_a_byte_a_minute_does_not_last_longer_than_an_answer_may(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(20)
        reader = BoundedReader(ours, most_bytes=1000, seconds=0.3)
        theirs.sendall(b"never a whole line")
        with pytest.raises(TimeoutError):
            reader.readline()


def test_an_smtp_server_that_says_too_much_is_left(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HTTP_ALLOW = ["127.0.0.0/8"]
    monkeypatch.setattr(bounded, "FEW_BYTES", 50_000)
    with server(_endless(b"", b"220-hello\r\n" * 1000)) as port, pytest.raises(NotSent):
        opened(Route("smtp", "127.0.0.1", port, anywhere=False))


def test_a_reader_gives_what_came_and_no_more_than_was_allowed() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(5)
        reader = BoundedReader(ours, most_bytes=20, seconds=5)
        theirs.sendall(b"one\r\ntwo\r\n0123456789rest")
        assert (reader.readline(), reader.readline(2), reader.readline()) == (b"one\r\n", b"tw", b"o\r\n")
        assert reader.read(10) == b"0123456789"
        with pytest.raises(TooMuch):
            reader.read(4)
        reader.allow(most_bytes=4, seconds=5)
        assert reader.read(4) == b"rest"


def _saved(row: Any, name: str) -> None:
    setattr(row, name, OTHER[name])
    row.save()


def _saved_in_part(row: Any, name: str) -> None:
    setattr(row, name, OTHER[name])
    row.save(update_fields=[name])


def _updated(row: Any, name: str) -> None:
    type(row).objects.filter(pk=row.pk).update(**{name: OTHER[name]})


def _updated_in_bulk(row: Any, name: str) -> None:
    setattr(row, name, OTHER[name])
    type(row).objects.bulk_update([row], [name])
