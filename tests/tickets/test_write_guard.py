"""The one way to write: what it refuses while it is shut, and where a verb ends."""

from types import SimpleNamespace

import pytest
from django.db import transaction

from firstline.kit import failpoints
from firstline.tickets import actions, write_guard
from firstline.tickets.models import Message
from firstline.tickets.write_guard import Shut
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_every_way_of_writing_to_the_log_is_shut_and_open_within() -> None:
    cast = Cast.make()
    said = cast.ask().messages.get()
    rows = Message.objects.filter(pk=said.pk)
    ways = (
        lambda: said.save(),
        lambda: said.save(update_fields=["text"]),
        lambda: rows.update(text="x"),
        lambda: Message.objects.bulk_update([said], ["text"]),
        lambda: Message.objects.bulk_create([Message(ticket=said.ticket, author=cast.mei, kind="note", text="y")]),
        lambda: Message.objects.create(ticket=said.ticket, author=cast.mei, kind="note", text="z"),
        lambda: said.delete(),
        lambda: rows.delete(),
    )
    for way in ways:
        with pytest.raises(Shut, match="Message is written by verbs only"):
            way()
    assert Message.objects.count() == 1
    with write_guard.door():
        with write_guard.door():
            assert rows.update(text="x") == 1
        said.refresh_from_db()
        said.text = "y"
        said.save(update_fields=["text"])
        assert Message.objects.get().text == "y"
        said.text = "z"
        said.save()
        assert Message.objects.get().text == "z"
        said.text = "w"
        assert Message.objects.bulk_update([said], ["text"]) == 1
        assert said.delete() == (1, {"tickets.Message": 1})
    with pytest.raises(Shut):
        rows.update(text="x")


def test_it_is_quiet_within_the_block_alone() -> None:
    assert not write_guard.is_quiet()
    with write_guard.quietly():
        with write_guard.quietly():
            assert write_guard.is_quiet()
        assert write_guard.is_quiet()
    assert not write_guard.is_quiet()


def test_a_verb_is_over_once_within_its_transaction_and_once_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast.make()
    ticket = cast.ask()
    connection = transaction.get_connection()
    outside = len(connection.savepoint_ids)  # the transaction in which a test is

    def is_within() -> bool:
        return len(connection.savepoint_ids) > outside

    seen_by_verbs = SimpleNamespace(
        atomic=transaction.atomic, get_connection=lambda: SimpleNamespace(in_atomic_block=is_within())
    )
    reached: list[tuple[str, bool]] = []
    monkeypatch.setattr(write_guard, "transaction", seen_by_verbs)
    monkeypatch.setattr(failpoints, "reach", lambda name: reached.append((name, is_within())))
    new = actions.split(ticket, by=cast.bo, message=ticket.messages.get(), subject="x")
    assert reached == [("verb.done", True), ("verb.committed", False)]
    reached.clear()
    with transaction.atomic():
        actions.accept(new, by=cast.bo)
    assert reached == []
