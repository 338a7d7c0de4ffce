"""A letter from a mail server's pipe: 0 only after the commit, 75 while the database is away."""

import io
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import OperationalError

from firstline.catalog.models import Inbox
from firstline.channels.email import pipe
from firstline.channels.models import InboundMessage
from tests.cast import Cast
from tests.cli.serving import ROOT
from tests.letters import config, letter


@pytest.fixture
def desks(db: None) -> tuple[Inbox, Inbox]:
    Cast.make()
    return Inbox.objects.get(address="it@desk.example"), Inbox.objects.get(address="hr@desk.example")


def piped(raw: bytes, *, inbox: str = "", sender: str | None = None) -> int:
    try:
        pipe.take_in(io.BytesIO(raw), inbox=inbox, sender=sender)
    except pipe.Refused as refused:
        return refused.code
    return 0


def test_it_is_stored_once_for_the_inbox_that_is_named(desks: tuple[Inbox, Inbox]) -> None:
    assert piped(letter().as_bytes(), inbox="HR@desk.example", sender="mei@corp.example") == 0
    assert piped(letter().as_bytes(), inbox="hr@desk.example") == 0
    kept = InboundMessage.objects.get()
    assert kept.inbox == desks[1]
    assert kept.envelope == {"sender": "mei@corp.example", "recipients": ["HR@desk.example"]}


def test_the_servers_own_words_name_the_inbox(desks: tuple[Inbox, Inbox], monkeypatch: pytest.MonkeyPatch) -> None:
    assert piped(letter().as_bytes()) == pipe.USAGE
    assert piped(b"Delivered-To: it@desk.example\r\n" + letter().as_bytes()) == 0
    monkeypatch.setenv("ORIGINAL_RECIPIENT", "hr@desk.example")
    assert piped(letter().as_bytes()) == 0
    assert set(InboundMessage.objects.values_list("inbox", flat=True)) == {desks[0].pk, desks[1].pk}


@pytest.mark.parametrize("field", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_each_field_of_a_server_names_the_inbox(desks: tuple[Inbox, Inbox], field: str) -> None:
    assert piped(f"{field}: hr@desk.example\r\n".encode() + letter().as_bytes()) == 0
    assert InboundMessage.objects.get().inbox == desks[1]


@pytest.mark.parametrize("variable", ["ORIGINAL_RECIPIENT", "RECIPIENT"])
def test_each_variable_of_a_server_names_the_inbox(
    desks: tuple[Inbox, Inbox], variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "hr@desk.example")
    assert piped(letter().as_bytes()) == 0
    assert InboundMessage.objects.get().inbox == desks[1]


def test_of_several_names_the_one_that_is_an_inbox_counts_and_of_none_the_first(
    desks: tuple[Inbox, Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORIGINAL_RECIPIENT", "all@desk.example")
    assert piped(letter().as_bytes()) == pipe.NO_SUCH_INBOX
    assert piped(b"Envelope-To: hr@desk.example\r\n" + letter().as_bytes()) == 0
    assert InboundMessage.objects.get().inbox == desks[1]
    # What it is told outright counts alone.
    assert piped(letter().as_bytes(), inbox="it@desk.example") == 0


def test_a_letter_as_large_as_may_be_is_taken(desks: tuple[Inbox, Inbox], monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, upload_mb=1)
    raw = letter().as_bytes()
    assert piped(raw + b"x" * (1024 * 1024 - len(raw)), inbox="it@desk.example") == 0


def test_what_cannot_be_taken_ends_with_the_code_that_mail_servers_know(
    desks: tuple[Inbox, Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert piped(letter().as_bytes(), inbox="nobody@desk.example") == 67
    config(monkeypatch, upload_mb=1)
    assert piped(b"x" * 1024 * 1024 + b"x", inbox="it@desk.example") == 65

    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(pipe, "keep", away)
    assert piped(letter().as_bytes(), inbox="it@desk.example") == 75
    assert not InboundMessage.objects.exists()


@pytest.mark.system
def test_the_command_ends_with_75_where_there_is_no_database() -> None:
    away = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "firstline", "mail", "pipe", "--inbox", "it@desk.example"],
        input=letter().as_bytes(),
        capture_output=True,
        env=os.environ | away,
        timeout=90,
        cwd=ROOT,
    )
    assert done.returncode == 75, done.stderr.decode()
