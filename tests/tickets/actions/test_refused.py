"""Each verb asks whether they may and whether it can be, before it does anything: tried with a stranger, and with a
request that is over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions, files
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Message, Ticket
from firstline.tickets.verbs import VERBS
from tests.cast import Cast, fresh
from tests.tickets.pictured import Twins, changed, pictured

pytestmark = pytest.mark.django_db

Act = Callable[[Twins, Ticket, Person], Any]


def first(ticket: Ticket) -> Message:
    return ticket.messages.order_by("pk")[0]


def upload(by: Person) -> Any:
    return files.keep(b"x", name="x.txt", by=by)


def tomorrow() -> Any:
    return clock.now() + timedelta(days=1)


ACTS: dict[str, Act] = {
    "accept": lambda _w, t, by: actions.accept(t, by=by),
    "assign": lambda w, t, by: actions.assign(t, by=by, to=w.cast.bo),
    "give_back": lambda _w, t, by: actions.give_back(t, by=by),
    "classify": lambda _w, t, by: actions.classify(t, by=by, kind="incident", service=None),
    "change_priority": lambda _w, t, by: actions.change_priority(t, by=by, impact=1, urgency=1),
    "reply": lambda _w, t, by: actions.reply(t, by=by, text="x"),
    "write_down": lambda _w, t, by: actions.write_down(t, by=by, text="x", channel="phone"),
    "note": lambda _w, t, by: actions.note(t, by=by, text="x"),
    "attach": lambda _w, t, by: actions.attach(t, by=by, attachments=[upload(by)]),
    "mention": lambda w, t, by: actions.mention(t, by=by, persons=[w.cast.bo], message=first(t)),
    "watch": lambda _w, t, by: actions.watch(t, by=by),
    "unwatch": lambda _w, t, by: actions.unwatch(t, by=by),
    "add_participant": lambda w, t, by: actions.add_participant(t, by=by, person=w.cast.ada),
    "share": lambda w, t, by: actions.share(t, by=by, person=w.cast.mei),
    "unshare": lambda w, t, by: actions.unshare(t, by=by, person=w.cast.mei),
    "decline": lambda _w, t, by: actions.decline(t, by=by),
    "escalate": lambda w, t, by: actions.escalate(t, by=by, to=w.cast.network, handover="x"),
    "send_back": lambda _w, t, by: actions.send_back(t, by=by, reason="x"),
    "transfer": lambda w, t, by: actions.transfer(t, by=by, to=w.cast.hr, reason="x"),
    "hold": lambda _w, t, by: actions.hold(t, by=by, reason="vendor"),
    "resume": lambda _w, t, by: actions.resume(t, by=by),
    "snooze": lambda _w, t, by: actions.snooze(t, by=by, until=tomorrow()),
    "wake": lambda _w, t, by: actions.wake(t, by=by),
    "link": lambda w, t, by: actions.link(t, by=by, other=w.third, kind="child"),
    "unlink": lambda w, t, by: actions.unlink(t, by=by, other=w.third),
    "merge": lambda w, t, by: actions.merge(t, by=by, into=w.third),
    "split": lambda _w, t, by: actions.split(t, by=by, message=first(t), subject="x"),
    "resolve": lambda _w, t, by: actions.resolve(t, by=by, resolution="x"),
    "close": lambda _w, t, by: actions.close(t, by=by),
    "reopen": lambda _w, t, by: actions.reopen(t, by=by, reason="x"),
    "cancel": lambda _w, t, by: actions.cancel(t, by=by),
    "rate": lambda _w, t, by: actions.rate(t, by=by, score=1),
    "rename": lambda _w, t, by: actions.rename(t, by=by, subject="x"),
    "restate": lambda _w, t, by: actions.restate(t, by=by),
    "tag": lambda _w, t, by: actions.tag(t, by=by, tags=["x"]),
    "file": lambda _w, t, by: actions.file(
        t, by=by, module=None, cause=None, business=None, repeated=None, description="x", remarks=""
    ),
    "end_links": lambda _w, t, by: actions.end_links(t, by=by),
    "undelivered": lambda w, t, by: actions.undelivered(t, by=by, delivery=1, person=w.cast.mei, reason="no_address"),
    "held_back": lambda w, t, by: actions.held_back(t, by=by, person=w.cast.mei, reason="enough"),
    "send_again": lambda w, t, by: actions.send_again(t, by=by, delivery=1, person=w.cast.mei),
    "also_sent": lambda w, t, by: actions.also_sent(t, by=by, other=w.third),
    "named_another": lambda w, t, by: actions.named_another(t, by=by, other=w.third, person=w.cast.mei, proved=True),
    "not_handed_on": lambda w, t, by: actions.not_handed_on(t, by=by, desks=[w.cast.hr.pk], most=1),
}
BY_TIME_OR_TAKEN_BACK = {"open_ticket", "warn_clock", "breach_clock", "recompute", "withdraw", "unmerge"}


def test_no_verb_is_without_a_row() -> None:
    assert set(ACTS) == set(actions.__all__) - BY_TIME_OR_TAKEN_BACK
    assert set(VERBS) == {*ACTS, *BY_TIME_OR_TAKEN_BACK}


@pytest.mark.parametrize("verb", list(ACTS))
def test_a_stranger_is_refused_and_nothing_has_happened(verb: str) -> None:
    twins = Twins()
    if verb in ("reopen", "close", "rate"):
        actions.resolve(twins.one, by=twins.cast.bo, resolution="Done.")
    stranger = Person.objects.create_person(name="Nobody", email="nobody@corp.example")
    before, told = pictured(twins.one), twins.one.events.count()
    with pytest.raises(NotAllowed):
        ACTS[verb](twins, twins.one, stranger)
    assert (changed(before, pictured(twins.one)), twins.one.events.count()) == ({}, told)


@pytest.mark.parametrize("verb", sorted(key for key, verb in VERBS.items() if verb.begins is not None))
def test_nothing_more_is_done_to_what_was_cancelled(verb: str) -> None:
    twins = Twins()
    actions.cancel(twins.one, by=twins.cast.bo)
    before, told = pictured(twins.one), twins.one.events.count()
    with pytest.raises(WrongState, match="was cancelled"):
        ACTS[verb](twins, twins.one, twins.cast.omar if verb in ("decline", "rate") else twins.cast.bo)
    assert (changed(before, pictured(twins.one)), twins.one.events.count()) == ({}, told)


def test_who_only_looks_on_at_the_time_does_not_take_back_what_others_did(cast: Cast) -> None:
    one, into = cast.ask(), cast.ask()
    said = actions.reply(into, by=cast.bo, text="x", undo_seconds=60)
    actions.merge(one, by=cast.bo, into=into)
    for act in (lambda: actions.withdraw(said, by=cast.omar), lambda: actions.unmerge(fresh(one), by=cast.omar)):
        with pytest.raises(NotAllowed):
            act()


def test_where_it_stands_is_said_before_what_is_missing(cast: Cast) -> None:
    """So that nobody is sent to write, or to read, what would be refused all the same."""
    ticket = cast.ask()
    seen = first(ticket).pk
    with pytest.raises(WrongState, match="Nobody has accepted"):
        actions.reopen(ticket, by=cast.mei, reason="")
    actions.reply(ticket, by=cast.mei, text="And?")
    actions.cancel(ticket, by=cast.bo)
    for act in (
        lambda: actions.reply(ticket, by=cast.bo, text="", seen=seen),
        lambda: actions.resolve(ticket, by=cast.bo, resolution="x", seen=seen),
        lambda: actions.hold(ticket, by=cast.bo, reason="weather"),
        lambda: actions.escalate(ticket, by=cast.bo, to=cast.network, handover=""),
        lambda: actions.send_back(ticket, by=cast.bo, reason=""),
        lambda: actions.transfer(ticket, by=cast.bo, to=cast.it, reason=""),
        lambda: actions.snooze(ticket, by=cast.bo, until=clock.now() - timedelta(days=1)),
        lambda: actions.attach(ticket, by=cast.bo, attachments=[]),
        lambda: actions.split(ticket, by=cast.bo, message=first(cast.ask()), subject="x"),
    ):
        with pytest.raises(WrongState, match="was cancelled"):
            act()
