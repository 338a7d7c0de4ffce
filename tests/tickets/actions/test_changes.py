"""What each verb changes of a ticket: every column, word, file, tie and whoever takes part, written down a second time;
nothing else of it changes, and nothing of another ticket that is alike."""

import inspect
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from firstline.catalog.models import ClosureCode
from firstline.people.models import Person
from firstline.tickets import actions, files, replay
from firstline.tickets.models import Message, Ticket
from tests.cast import MONDAY, fresh
from tests.tickets.pictured import Twins, at, changed, pictured, word
from tests.tickets.test_events import INSIDE

pytestmark = pytest.mark.django_db

Do = Callable[[Twins, Ticket], Any]
WORK = {"status_id": "in_progress", "phase": "in_progress"}
ACCEPTED = {**WORK, "assignee": "bo", "accepted_at": 10}
ENGAGED = {"first_response_at": 10, "unanswered_since": None}
SOLVED = {"status_id": "resolved", "phase": "resolved"}
LATER = MONDAY + timedelta(hours=2)


def accepted(w: Twins, ticket: Ticket) -> Ticket:
    return actions.accept(ticket, by=w.cast.bo)


def answered(w: Twins, ticket: Ticket) -> None:
    actions.reply(ticket, by=w.cast.bo, text="Hello.")


def waits(w: Twins, ticket: Ticket) -> None:
    answered(w, ticket)
    actions.hold(ticket, by=w.cast.bo, reason="requester")


def waits_until(w: Twins, ticket: Ticket) -> Ticket:
    return actions.hold(ticket, by=w.cast.bo, reason="date", until=LATER)


def snoozed(w: Twins, ticket: Ticket) -> None:
    actions.snooze(ticket, by=w.cast.bo, until=LATER)


def put_off(w: Twins, ticket: Ticket) -> None:
    """Waiting until a date, and snoozed as well."""
    waits_until(w, ticket)
    actions.snooze(ticket, by=w.cast.bo, until=LATER)


def solved(w: Twins, ticket: Ticket) -> None:
    actions.resolve(ticket, by=w.cast.bo, resolution="Restart.")


def closed(w: Twins, ticket: Ticket) -> None:
    solved(w, ticket)
    actions.close(ticket, by=w.cast.omar)


def escalated(w: Twins, ticket: Ticket) -> None:
    actions.escalate(ticket, by=w.cast.bo, to=w.cast.network, handover="Odd.")
    actions.accept(ticket, by=w.cast.chen)


def filled(w: Twins, ticket: Ticket) -> None:
    actions.classify(ticket, by=w.cast.bo, kind="incident", service=w.cast.vpn)
    everything = {name: option(name) for name in ("module", "cause", "business")}
    actions.file(ticket, by=w.cast.bo, **everything, repeated=True, description="d", remarks="r")  # type: ignore[arg-type]


def shared(w: Twins, ticket: Ticket) -> None:
    actions.share(ticket, by=w.cast.omar, person=w.cast.mei)


def option(name: str) -> ClosureCode:
    return ClosureCode.objects.filter(list=name).order_by("pk")[0]


def upload(person: Person, name: str = "more.txt") -> Any:
    return files.keep(b"y", name=name, by=person)


def said(ticket: Ticket, text: str) -> Message:
    return ticket.messages.get(text=text)


NOTHING: list[Do] = []
# verb and case: what was done before, what is done, and what is otherwise then
HANDLING: dict[str, tuple[list[Do], Do, dict[str, Any]]] = {
    "accept": (NOTHING, accepted, ACCEPTED),
    "accept by a machine, which takes nothing in its hands": (
        NOTHING,
        lambda w, t: actions.accept(t, by=Person.objects.system()),
        {**WORK, "accepted_at": 10},
    ),
    "accept anew": (
        [accepted, lambda w, t: actions.escalate(t, by=w.cast.bo, to=w.cast.network, handover="Odd.")],
        lambda w, t: actions.accept(t, by=w.cast.chen),
        {**WORK, "assignee": "chen"},
    ),
    "assign in the team": (NOTHING, lambda w, t: actions.assign(t, by=w.cast.dana, to=w.cast.bo), {"assignee": "bo"}),
    "assign to another team": (
        NOTHING,
        lambda w, t: actions.assign(t, by=w.cast.dana, to=w.cast.chen),
        {"assignee": "chen", "team": "network", "line": "IT L2"},
    ),
    "assign to who sits in no team": (
        NOTHING,
        lambda w, t: actions.assign(t, by=w.cast.dana, to=w.cast.dana),
        {"assignee": "dana"},
    ),
    "assign to nobody": (
        [escalated], lambda w, t: actions.assign(t, by=w.cast.dana, to=None), {"assignee": None}
    ),
    "classify": (
        NOTHING,
        lambda w, t: actions.classify(t, by=w.cast.bo, kind="incident", service=w.cast.vpn),
        {"kind": "incident", "service": "vpn"},
    ),
    "change_priority": (
        NOTHING,
        lambda w, t: actions.change_priority(t, by=w.cast.bo, impact=2, urgency=3),
        {"impact": 2, "urgency": 3, "priority": 2},
    ),
    "rename": (NOTHING, lambda w, t: actions.rename(t, by=w.cast.bo, subject=" a  b "), {"subject": "a b"}),
    "tag": (NOTHING, lambda w, t: actions.tag(t, by=w.cast.bo, tags=["a  b", "c"]), {"tags": ["a b", "c"]}),
    "hold": (
        [answered],
        lambda w, t: actions.hold(t, by=w.cast.bo, reason="vendor"),
        {"status_id": "waiting_vendor", "phase": "waiting"},
    ),
    "hold until a date, of what nobody had accepted": (
        NOTHING,
        waits_until,
        {**ACCEPTED, "status_id": "waiting_date", "phase": "waiting", "waiting_until": 120},
    ),
    "hold for somebody, of what waited for a date": (
        [waits_until],
        lambda w, t: actions.hold(t, by=w.cast.bo, reason="approval"),
        {"status_id": "waiting_approval", "waiting_until": None},
    ),
    "resume": (
        [waits_until],
        lambda w, t: actions.resume(t, by=w.cast.bo),
        {**WORK, "waiting_until": None},
    ),
    "snooze": (
        [accepted], lambda w, t: actions.snooze(t, by=w.cast.bo, until=LATER), {"snoozed_until": 120}
    ),
    "wake": ([snoozed], lambda w, t: actions.wake(t, by=w.cast.bo), {"snoozed_until": None}),
    "file": (
        NOTHING,
        lambda w, t: actions.file(
            t, by=w.cast.bo, module=option("module"), cause=option("cause"), business=option("business"),
            repeated=False, description=" d ", remarks=" r ",
        ),
        {"module": "erp", "cause": "hardware", "business": "access", "repeated": False, "description": "d",
         "remarks": "r"},
    ),
    "escalate": (
        [put_off],
        lambda w, t: actions.escalate(t, by=w.cast.bo, to=w.cast.network, handover="Gateway."),
        {
            "status_id": "pending", "phase": "pending", "team": "network", "line": "IT L2", "assignee": None,
            "snoozed_until": None, "waiting_until": None, "+words": {word("bo", "note", "Gateway.")},
        },
    ),
    "send_back": (
        [escalated],
        lambda w, t: actions.send_back(t, by=w.cast.chen, reason="Not ours."),
        {
            "status_id": "pending", "phase": "pending", "team": "l1", "line": "IT L1", "assignee": None,
            "+words": {word("chen", "note", "Not ours.")},
        },
    ),
    "send_back what was wrong": (
        [escalated],
        lambda w, t: actions.send_back(t, by=w.cast.chen, reason="Not ours.", wrong=True),
        {
            "status_id": "pending", "phase": "pending", "team": "l1", "line": "IT L1", "assignee": None,
            "misclassified": 1, "+words": {word("chen", "note", "Not ours.")},
        },
    ),
    "transfer": (
        [filled],
        lambda w, t: actions.transfer(t, by=w.cast.bo, to=w.cast.hr, reason="Leave."),
        {
            "desk": "HR", "team": "hr", "line": "HR L1", "kind": "inquiry", "service": None,
            "module": None, "cause": None, "business": None, "+words": {word("bo", "note", "Leave.")},
        },
    ),
}  # fmt: skip

TALKING: dict[str, tuple[list[Do], Do, dict[str, Any]]] = {
    "reply by an agent": (
        NOTHING, lambda w, t: actions.reply(t, by=w.cast.bo, text="Restart."),
        {**ACCEPTED, **ENGAGED, "+words": {word("bo", "reply", "Restart.")}},
    ),
    "reply by an agent, with all that there is": (
        [answered],
        lambda w, t: actions.reply(
            t, by=w.cast.bo, text="*Restart.*", channel="email", html="<i>Restart.</i>", quoted="> Broken.",
            format="markdown", proof="dkim", undo_seconds=60, to_askers=True, attachments=[upload(w.cast.bo)],
        ),
        {
            "+words": {
                word(
                    "bo", "reply", "*Restart.*", channel="email", html="<i>Restart.</i>", quoted="> Broken.",
                    format="markdown", proof="dkim", to_askers=True, leaves=11,
                )
            },
            "+files": {("more.txt", "*Restart.*", "bo")},
        },
    ),
    "reply by the requester": (
        [waits],
        lambda w, t: actions.reply(
            t, by=w.cast.omar, text="Still.", channel="email", html="<b>Still.</b>", quoted="> Hello.",
            format="markdown", proof="server", attachments=[upload(w.cast.omar)],
        ),
        {
            **WORK, "unanswered_since": 10, "+files": {("more.txt", "Still.", "omar")},
            "+words": {
                word(
                    "omar", "request", "Still.", channel="email", html="<b>Still.</b>", quoted="> Hello.",
                    format="markdown", proof="server",
                )
            },
        },
    ),
    "reply by the asker, who is not answered yet": (
        NOTHING, lambda w, t: actions.reply(t, by=w.cast.mei, text="Please."),
        {"+words": {word("mei", "request", "Please.", to_askers=True)}},
    ),
    "reply by the asker whom the requester lets read": (
        [answered, shared], lambda w, t: actions.reply(t, by=w.cast.mei, text="Please."),
        {"unanswered_since": 10, "+words": {word("mei", "request", "Please.")}},
    ),
    "reply by a participant, to what sleeps": (
        [answered, snoozed], lambda w, t: actions.reply(t, by=w.cast.hana, text="Please."),
        {"unanswered_since": 10, "snoozed_until": None, "+words": {word("hana", "request", "Please.")}},
    ),
    "thanks of the requester change nothing": (
        [waits], lambda w, t: actions.reply(t, by=w.cast.omar, text="Thanks, Omar"),
        {"+words": {word("omar", "request", "Thanks, Omar")}},
    ),
    "reply to what is solved": (
        [solved], lambda w, t: actions.reply(t, by=w.cast.omar, text="No."),
        {**WORK, "unanswered_since": 10, "resolved_at": None, "reopened": 1,
         "+words": {word("omar", "request", "No.")}},
    ),
    "write_down": (
        [waits], lambda w, t: actions.write_down(t, by=w.cast.bo, text="They called.", channel="phone"),
        {**WORK, "unanswered_since": 10,
         "+words": {word("bo", "request", "They called.", channel="phone", proof="recorded")}},
    ),
    "note": (
        [waits],
        lambda w, t: actions.note(
            t, by=w.cast.bo, text="Inside.", proof="none", format="markdown", attachments=[upload(w.cast.bo)]
        ),
        {"+words": {word("bo", "note", "Inside.", proof="none", format="markdown")},
         "+files": {("more.txt", "Inside.", "bo")}},
    ),
    "attach by an agent": (
        [waits], lambda w, t: actions.attach(t, by=w.cast.bo, attachments=[upload(w.cast.bo)]),
        {"+words": {word("bo", "reply", "")}, "+files": {("more.txt", "", "bo")}},
    ),
    "attach by a participant": (
        [waits], lambda w, t: actions.attach(t, by=w.cast.hana, attachments=[upload(w.cast.hana)]),
        {**WORK, "unanswered_since": 10,
         "+words": {word("hana", "request", "")}, "+files": {("more.txt", "", "hana")}},
    ),
    "withdraw": (
        [accepted, lambda w, t: actions.reply(t, by=w.cast.bo, text="Oops.", undo_seconds=600)],
        lambda w, t: actions.withdraw(said(t, "Oops."), by=w.cast.bo),
        {
            "first_response_at": None, "unanswered_since": 0,
            "-words": {word("bo", "reply", "Oops.", made=5, leaves=15)},
            "+words": {word("bo", "reply", "Oops.", made=5, leaves=15, withdrawn=10)},
        },
    ),
}  # fmt: skip

ENDING: dict[str, tuple[list[Do], Do, dict[str, Any]]] = {
    "resolve": (
        NOTHING,
        lambda w, t: actions.resolve(
            t, by=w.cast.bo, resolution="*Restart.*", cause=option("cause"), channel="email", format="markdown",
            undo_seconds=60, to_askers=True, attachments=[upload(w.cast.bo)],
        ),
        {
            **ACCEPTED, **ENGAGED, **SOLVED, "resolved_at": 10, "first_contact": True, "cause": "hardware",
            "+files": {("more.txt", "*Restart.*", "bo")},
            "+words": {
                word(
                    "bo", "reply", "*Restart.*", channel="email", format="markdown", proof="none", to_askers=True,
                    leaves=11,
                )
            },
        },
    ),
    "resolve what waited and slept": (
        [answered, put_off], lambda w, t: actions.resolve(t, by=w.cast.bo, resolution="Restart."),
        {**SOLVED, "resolved_at": 10, "waiting_until": None, "snoozed_until": None,
         "+words": {word("bo", "reply", "Restart.")}},
    ),
    "resolve again, of the same cause": (
        [filled, solved, lambda w, t: actions.reopen(t, by=w.cast.omar, reason="No.")],
        lambda w, t: actions.resolve(t, by=w.cast.bo, resolution="Once more."),
        {**SOLVED, "resolved_at": 10, "first_contact": False, "unanswered_since": None,
         "+words": {word("bo", "reply", "Once more.")}},
    ),
    "close": (
        [solved], lambda w, t: actions.close(t, by=w.cast.omar),
        {"status_id": "closed", "phase": "closed", "closed_at": 10, "closed_by": "omar"},
    ),
    "reopen by the requester": (
        [closed], lambda w, t: actions.reopen(t, by=w.cast.omar, reason="No.", proof="link"),
        {**WORK, "resolved_at": None, "closed_at": None, "closed_by": None, "reopened": 1, "unanswered_since": 10,
         "+words": {word("omar", "request", "No.", proof="link")}},
    ),
    "reopen by an agent": (
        [closed], lambda w, t: actions.reopen(t, by=w.cast.chen, reason="No."),
        {**WORK, "resolved_at": None, "closed_at": None, "closed_by": None, "reopened": 1, "unanswered_since": 10,
         "+words": {word("chen", "note", "No.")}},
    ),
    "cancel by the requester": (
        [put_off], lambda w, t: actions.cancel(t, by=w.cast.omar, reason="Works.", proof="link"),
        {"status_id": "cancelled", "phase": "cancelled", "unanswered_since": None, "waiting_until": None,
         "snoozed_until": None, "+words": {word("omar", "request", "Works.", proof="link")}},
    ),
    "cancel by an agent": (
        NOTHING, lambda w, t: actions.cancel(t, by=w.cast.bo, reason="Twice."),
        {"status_id": "cancelled", "phase": "cancelled", "unanswered_since": None,
         "+words": {word("bo", "reply", "Twice.")}},
    ),
    "cancel without a word": (
        NOTHING, lambda w, t: actions.cancel(t, by=w.cast.bo, reason=" "),
        {"status_id": "cancelled", "phase": "cancelled", "unanswered_since": None},
    ),
    "rate": ([closed], lambda w, t: actions.rate(t, by=w.cast.omar, score=2), {"satisfaction": 2}),
}  # fmt: skip

ARRANGING: dict[str, tuple[list[Do], Do, dict[str, Any]]] = {
    "mention": (
        [lambda w, t: actions.note(t, by=w.cast.bo, text="Inside.")],
        lambda w, t: actions.mention(
            t, by=w.cast.bo, persons=[w.cast.yu, w.cast.mei, w.cast.chen], message=said(t, "Inside.")
        ),
        {"+people": {("yu", "watcher", None, None)}},
    ),
    "watch": (NOTHING, lambda w, t: actions.watch(t, by=w.cast.bo), {"+people": {("bo", "watcher", None, None)}}),
    "unwatch": (
        [lambda w, t: actions.add_participant(t, by=w.cast.omar, person=w.cast.chen)],
        lambda w, t: actions.unwatch(t, by=w.cast.chen),
        {"-people": {("chen", "watcher", None, None)}},
    ),
    "add_participant by the requester": (
        NOTHING, lambda w, t: actions.add_participant(t, by=w.cast.omar, person=w.cast.ada),
        {"+people": {("ada", "participant", None, None)}},
    ),
    "add_participant by the desk": (
        NOTHING, lambda w, t: actions.add_participant(t, by=w.cast.bo, person=w.cast.ada),
        {"+people": {("ada", "participant", 10, None)}},
    ),
    "add_participant by the requester, of whom the desk had added": (
        [lambda w, t: actions.add_participant(t, by=w.cast.bo, person=w.cast.ada)],
        lambda w, t: actions.add_participant(t, by=w.cast.omar, person=w.anna),
        {"-people": {("anna", "participant", 2, None)}, "+people": {("anna", "participant", None, None)}},
    ),
    "add_participant by the desk, of whom the requester had added, changes nothing": (
        NOTHING, lambda w, t: actions.add_participant(t, by=w.cast.bo, person=w.cast.hana), {},
    ),
    "add_participant by the desk, of a colleague who watches": (
        NOTHING, lambda w, t: actions.add_participant(t, by=w.cast.bo, person=w.cast.chen),
        {"+people": {("chen", "participant", 10, None)}},
    ),
    "share": (NOTHING, shared, {"+people": {("mei", "participant", None, None)}}),
    "share twice": ([shared], shared, {}),
    "unshare": (
        [shared], lambda w, t: actions.unshare(t, by=w.cast.omar, person=w.cast.mei),
        {"-people": {("mei", "participant", None, None)}},
    ),
    "decline": (
        [shared], lambda w, t: actions.decline(t, by=w.cast.omar),
        {
            "requester": "mei", "asked_by": None, "requester_name": "Lin Mei", "requester_email": "mei@corp.example",
            "requester_country": "CN", "requester_city": "Shanghai", "requester_department": "Finance",
            "-people": {("mei", "participant", None, None), ("hana", "participant", None, None),
                        ("mei", "asker", None, None)},
            "+people": {("mei", "asker", 10, None)},
        },
    ),
    "link": (
        NOTHING, lambda w, t: actions.link(t, by=w.cast.bo, other=w.third, kind="duplicate"),
        {"+ties": {("this", "third", "duplicate")}},
    ),
    "link twice": (NOTHING, lambda w, t: actions.link(t, by=w.cast.bo, other=w.third, kind="related"), {}),
    "unlink": (
        [lambda w, t: actions.link(w.cast.ask(subject="fourth"), by=w.cast.bo, other=t, kind="child"),
         lambda w, t: actions.link(t, by=w.cast.bo, other=w.third, kind="caused")],
        lambda w, t: actions.unlink(t, by=w.cast.bo, other=w.third),
        {"-ties": {("this", "third", "related"), ("this", "third", "caused")}},
    ),
    "unlink from the other end": (
        [lambda w, t: actions.link(w.third, by=w.cast.bo, other=t, kind="child"),
         lambda w, t: actions.link(w.cast.ask(subject="fourth"), by=w.cast.bo, other=t, kind="child")],
        lambda w, t: actions.unlink(t, by=w.cast.bo, other=w.third),
        {"-ties": {("this", "third", "related"), ("third", "this", "child")}},
    ),
}  # fmt: skip
ROWS = HANDLING | TALKING | ENDING | ARRANGING


@pytest.mark.parametrize("name", list(ROWS))
def test_a_verb_changes_this_and_nothing_else(name: str) -> None:
    before, act, wanted = ROWS[name]
    twins = Twins()
    with at(5):
        for each in before:
            for ticket in (twins.one, twins.two):
                each(twins, ticket)
    one, two, told = pictured(twins.one), pictured(twins.two), set(twins.one.events.all())
    with at(10):
        given = act(twins, twins.one)
    verb = getattr(actions, re.match(r"\w+", name)[0], None)  # type: ignore[index]
    if verb and inspect.signature(verb).return_annotation is Ticket:
        assert given.tracked() == fresh(twins.one).tracked()
    assert changed(one, pictured(twins.one)) == wanted
    assert changed(two, pictured(twins.two)) == {}
    assert replay.differences(twins.one) == []
    events = set(twins.one.events.all()) - told
    assert {event.name: event.internal for event in events} == {event.name: event.name in INSIDE for event in events}
    said = set(twins.one.messages.filter(created_at=MONDAY + timedelta(minutes=10)).values_list("pk", flat=True))
    assert said <= {event.data.get("message") for event in events}
