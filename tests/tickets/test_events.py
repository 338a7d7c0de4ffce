"""What each event carries: every verb's, written down a second time, with its values and whether it stays inside."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from firstline.kit import clock
from firstline.people.models import Person
from firstline.retention import words
from firstline.tickets import actions, files, following, jobs
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Event, RequestLink, Ticket
from firstline.tickets.write_guard import door, quietly
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db

INSIDE = set(
    "assigned prioritised withdrawn noted held_back undelivered sent_again mentioned watched unwatched snoozed woken "
    "links_ended renamed tagged linked unlinked split filed clock_warned clock_breached recomputed given_back".split()
)


def last(ticket: Ticket, name: str) -> tuple[dict[str, Any], bool, int]:
    """What the newest event of this name carries beside the changes, whether it stays inside, and by whom it is."""
    event = Event.objects.filter(ticket=ticket, name=name).latest("pk")
    return (
        {key: value for key, value in event.data.items() if key not in ("changes", "rows")},
        event.internal,
        event.by_id,
    )


def work(cast: Cast) -> Iterator[tuple[Ticket, str, Person, dict[str, Any]]]:
    """Each verb of a desk's day: the ticket, its event, by whom, and what it must carry."""
    bo, chen, mei, omar = cast.bo, cast.chen, cast.mei, cast.omar
    ticket = cast.ask(requester=omar)
    yield ticket, "opened", mei, {}
    actions.accept(ticket, by=bo)
    yield ticket, "accepted", bo, {}
    actions.assign(ticket, by=bo, to=bo)
    yield ticket, "assigned", bo, {}
    actions.classify(ticket, by=bo, kind="incident", service=cast.vpn)
    yield ticket, "classified", bo, {}
    actions.change_priority(ticket, by=bo, impact=3, urgency=3)
    yield ticket, "prioritised", bo, {}
    note = actions.note(ticket, by=bo, text="inside")
    yield ticket, "noted", bo, {"message": note.pk}
    actions.mention(ticket, by=bo, persons=[cast.dana, chen], message=note)
    yield ticket, "mentioned", bo, {"persons": [cast.dana.pk, chen.pk], "message": note.pk}
    actions.watch(ticket, by=chen)
    yield ticket, "watched", chen, {}
    actions.unwatch(ticket, by=chen)
    yield ticket, "unwatched", chen, {}
    actions.rename(ticket, by=bo, subject="Another")
    yield ticket, "renamed", bo, {}
    actions.tag(ticket, by=bo, tags=["a"])
    yield ticket, "tagged", bo, {}
    actions.add_participant(ticket, by=omar, person=cast.hana)
    yield ticket, "participant_added", omar, {"person": cast.hana.pk}
    actions.share(ticket, by=omar, person=mei)
    yield ticket, "shared", omar, {"person": mei.pk}
    actions.unshare(ticket, by=omar, person=mei)
    yield ticket, "unshared", omar, {"person": mei.pk}
    said = actions.reply(ticket, by=bo, text="Which client?", undo_seconds=60)
    carried, _internal, _by = last(ticket, "replied")
    assert set(carried) == {"message", "was"}
    assert carried["was"].keys() == {"first_response_at", "unanswered_since"}
    undone = Event.objects.filter(ticket=ticket, name="replied").latest("pk").pk
    actions.withdraw(said, by=bo)
    yield ticket, "withdrawn", bo, {"message": said.pk, "undoes": [undone]}
    asked = actions.reply(ticket, by=omar, text="Is anybody there?")
    yield ticket, "asked", omar, {"message": asked.pk, "thanks": False}
    kept = files.keep(b"x", name="x.txt", by=bo)
    actions.attach(ticket, by=bo, attachments=[kept])
    yield ticket, "attached", bo, {"message": ticket.messages.latest("pk").pk, "files": [str(kept.pk)]}
    actions.hold(ticket, by=bo, reason="vendor")
    yield ticket, "held", bo, {"reason": "vendor"}
    actions.resume(ticket, by=bo)
    yield ticket, "resumed", bo, {}
    actions.snooze(ticket, by=bo, until=clock.now() + timedelta(hours=1))
    yield ticket, "snoozed", bo, {}
    actions.wake(ticket, by=bo)
    yield ticket, "woken", bo, {}
    other = cast.ask()
    actions.link(ticket, by=bo, other=other, kind="related")
    yield ticket, "linked", bo, {"other": other.pk, "kind": "related"}
    actions.unlink(ticket, by=bo, other=other)
    yield ticket, "unlinked", bo, {"other": other.pk}
    new = actions.split(ticket, by=bo, message=asked, subject="One thing more")
    yield ticket, "split", bo, {"other": new.pk, "message": asked.pk}
    system = Person.objects.system()
    actions.recompute(ticket, by=system)
    yield ticket, "recomputed", system, {}
    yield from _handing_on(cast, ticket)
    yield from _ending(cast, ticket)


def _handing_on(cast: Cast, ticket: Ticket) -> Iterator[tuple[Ticket, str, Person, dict[str, Any]]]:
    bo, chen = cast.bo, cast.chen
    here = {"from_team": cast.first.pk, "from_line": cast.first.line_id}
    actions.escalate(ticket, by=bo, to=cast.network, handover="Gateway.")
    yield ticket, "escalated", bo, {"message": ticket.messages.latest("pk").pk, **here}
    actions.accept(ticket, by=chen)
    actions.send_back(ticket, by=chen, reason="Not ours.", wrong=True)
    there = {"from_team": cast.network.pk, "from_line": cast.network.line_id}
    yield ticket, "sent_back", chen, {"message": ticket.messages.latest("pk").pk, **there, "wrong": True}
    moving = cast.ask()
    actions.transfer(moving, by=bo, to=cast.hr, reason="Leave.")
    carried = {"message": moving.messages.latest("pk").pk, **here, "from_desk": cast.it.pk}
    yield moving, "transferred", bo, carried


def _ending(cast: Cast, ticket: Ticket) -> Iterator[tuple[Ticket, str, Person, dict[str, Any]]]:
    bo, omar = cast.bo, cast.omar
    actions.resolve(ticket, by=bo, resolution="Restart it.")
    yield ticket, "resolved", bo, {"message": ticket.messages.latest("pk").pk}
    again = actions.reply(ticket, by=omar, text="It is broken again.")
    yield ticket, "reopened", omar, {"message": again.pk}
    actions.resolve(ticket, by=bo, resolution="Restart it twice.")
    thanks = actions.reply(ticket, by=omar, text="Thanks!")
    yield ticket, "asked", omar, {"message": thanks.pk, "thanks": True}
    actions.file(ticket, by=bo, module=None, cause=None, business=None, repeated=True, description="x", remarks="")
    yield ticket, "filed", bo, {}
    actions.close(ticket, by=omar)
    yield ticket, "closed", omar, {}
    actions.rate(ticket, by=omar, score=2, stars=4)
    yield ticket, "rated", omar, {"score": 2, "stars": 4}
    dropped = cast.ask()
    actions.cancel(dropped, by=cast.mei, reason="")
    yield dropped, "cancelled", cast.mei, {"message": None}
    dropped = cast.ask()
    actions.cancel(dropped, by=bo, reason="Twice the same.")
    yield dropped, "cancelled", bo, {"message": dropped.messages.latest("pk").pk}


def test_each_event_carries_what_its_row_says(cast: Cast) -> None:
    seen = set()
    for ticket, name, by, carried in work(cast):
        assert last(ticket, name) == (carried, name in INSIDE, by.pk), name
        seen.add(name)
    # Those of merges, letters, deadlines and withdrawals are below or above, some of the channels' in their tests.
    others = "replied merged absorbed unmerged released declined clock_warned clock_breached links_ended given_back"
    letters = "undelivered sent_again held_back also_sent named_another restated not_handed_on"
    assert seen | {*others.split(), *letters.split()} == documented()


def documented() -> set[str]:
    """The events of docs/events.md."""
    rows = Path("docs/events.md").read_text().partition("## Who reads them")[0].splitlines()
    return {name for row in rows if row.startswith("| `") for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_merging_and_taking_it_apart_say_what_they_moved(cast: Cast) -> None:
    goes, stays = cast.ask(by=cast.omar), cast.ask()
    said = goes.messages.get().pk
    actions.merge(goes, by=cast.bo, into=stays, share=True)
    shown = {"joined": [cast.omar.pk], "shown": [cast.mei.pk], "shared": True, "joined_more": [], "shown_more": []}
    assert last(goes, "merged") == (
        {"into": stays.pk, "messages": [said], "was": {"phase": "pending", "status": "pending"}, **shown},
        False,
        cast.bo.pk,
    )
    assert last(stays, "absorbed") == ({"other": goes.pk, "messages": [said], "shared": True}, False, cast.bo.pk)
    actions.unmerge(fresh(goes), by=cast.bo)
    assert last(goes, "unmerged") == ({"other": stays.pk}, False, cast.bo.pk)
    assert last(stays, "released") == ({"other": goes.pk, "messages": [said]}, False, cast.bo.pk)


def test_a_request_that_was_asked_for_somebody_says_to_whom_it_goes_back(cast: Cast) -> None:
    ticket = cast.ask(requester=cast.omar)
    actions.decline(ticket, by=cast.omar)
    assert last(ticket, "declined") == ({"person": cast.mei.pk}, False, cast.omar.pk)


def test_a_deadline_says_which_it_is_whom_to_tell_and_what_to_do(cast: Cast) -> None:
    with clock.moved(MONDAY):
        ticket = cast.ask()
    system = Person.objects.system()
    for minutes, name, tell in ((4, "clock_warned", "assignee"), (6, "clock_breached", "manager")):
        with clock.moved(MONDAY + timedelta(minutes=minutes)):
            jobs.watch_clocks(0)
        carried, internal, by = last(ticket, name)
        due = {"clock": "acceptance", "round": 1, "due_at": "2026-11-23T01:05:00Z"}
        assert carried == {**due, "tell": [tell], "actions": [f"tell:{tell}"]}
        assert (internal, by) == (True, system.pk)


def test_what_came_with_a_reply_that_can_be_withdrawn_says_what_it_was(cast: Cast) -> None:
    ticket = cast.asked()
    actions.accept(ticket, by=cast.bo)
    said = actions.reply(ticket, by=cast.bo, text="Please wait.", undo_seconds=60)
    actions.hold(ticket, by=cast.bo, reason="requester", after=said)
    carried, internal, _by = last(ticket, "held")
    assert carried == {"reason": "requester", "message": said.pk, "was": carried["was"]}
    assert not internal
    assert carried["was"]["phase"] == "in_progress"


def test_a_letter_that_did_not_arrive_says_which_to_whom_and_why(cast: Cast) -> None:
    ticket, system = cast.ask(), Person.objects.system()
    letter = {"delivery": 7, "person": cast.mei}
    actions.undelivered(ticket, by=system, **letter, reason="no_address")
    actions.send_again(ticket, by=cast.bo, **letter)
    actions.held_back(ticket, by=system, person=cast.mei, reason="budget")
    named = {"delivery": 7, "person": cast.mei.pk}
    assert last(ticket, "undelivered") == ({**named, "reason": "no_address"}, True, system.pk)
    assert last(ticket, "sent_again") == (named, True, cast.bo.pk)
    assert last(ticket, "held_back") == ({"person": cast.mei.pk, "reason": "budget"}, True, system.pk)


def test_what_became_of_an_email_says_which_other_request_and_desks_it_went_to(cast: Cast) -> None:
    ticket, other, system = cast.ask(), cast.ask(desk=cast.hr), Person.objects.system()
    actions.also_sent(ticket, by=system, other=other)
    assert last(ticket, "also_sent") == ({"other": other.pk, "desk": cast.hr.pk}, True, system.pk)
    named = {"other": other.pk, "person": cast.mei.pk}
    for proved in (False, True):
        actions.named_another(ticket, by=system, other=other, person=cast.mei, proved=proved)
        assert last(ticket, "named_another") == ({**named, "proved": proved}, True, system.pk)
    actions.named_another(ticket, by=system, other=other, person=cast.mei, proved=True, answers=True)
    assert last(ticket, "named_another") == ({**named, "proved": True, "answers": True}, True, system.pk)
    actions.not_handed_on(ticket, by=system, desks=[cast.hr.pk], most=3)
    assert last(ticket, "not_handed_on") == ({"desks": [cast.hr.pk], "most": 3}, True, system.pk)


def test_a_note_says_who_wrote_the_email_of_which_it_tells(cast: Cast) -> None:
    wrote = {"writer": cast.mei.pk, "proved": True}
    ticket = cast.ask()
    note = actions.note(ticket, by=cast.bo, text="An email.", wrote=wrote)
    assert last(ticket, "noted") == ({"message": note.pk, "wrote": wrote}, True, cast.bo.pk)


def test_links_that_were_ended_are_counted_and_where_none_is_that_is_refused(cast: Cast) -> None:
    ticket, other = cast.asked(), cast.asked()
    for name in ("vera", "otto"):
        person = Person.objects.create_person(name=name, email=f"{name}@far.example")
        for each in (ticket, other):
            actions.add_participant(each, by=cast.mei, person=person)
            assert following.secret_for(each, person, address=f"{name}@far.example")
    actions.end_links(ticket, by=cast.bo)
    assert last(ticket, "links_ended") == ({"links": 2}, True, cast.bo.pk)
    with pytest.raises(WrongState, match="Nobody follows"):
        actions.end_links(ticket, by=cast.bo)
    assert RequestLink.objects.filter(ended_at=None).count() == 2


def test_what_lost_its_words_is_told_anew_as_it_is_now(cast: Cast) -> None:
    ticket = cast.ask(scenario="x", by=cast.bo)
    actions.rename(ticket, by=cast.bo, subject="Tunnel")
    with door():
        words.of_events([ticket.pk], names=["opened"])
    actions.restate(ticket, by=cast.bo)
    event = Event.objects.get(ticket=ticket, name="restated")
    changes = {
        "scenario": "x", "requester_name": "Bo Wen", "requester_email": "bo@corp.example", "requester_city": "Shanghai"
    }  # fmt: skip
    assert (event.told, event.internal) == ({"changes": changes}, True)
    actions.restate(ticket, by=cast.bo)
    assert Event.objects.filter(name="restated").latest("pk").changes == {}


@pytest.mark.parametrize("undo_seconds", [0, 60])
@pytest.mark.parametrize("said", ["reply", "resolve", "hold"])
def test_what_follows_from_a_reply_begins_when_it_has_left(cast: Cast, said: str, undo_seconds: int) -> None:
    """At once is no moment: the database's clock may be another one."""
    ticket = cast.asked()
    actions.accept(ticket, by=cast.bo)
    with clock.moved(MONDAY):
        match said:
            case "reply":
                actions.reply(ticket, by=cast.bo, text="x", undo_seconds=undo_seconds)
            case "resolve":
                actions.resolve(ticket, by=cast.bo, resolution="x", undo_seconds=undo_seconds)
            case "hold":
                after = actions.reply(ticket, by=cast.bo, text="x", undo_seconds=undo_seconds)
                actions.hold(ticket, by=cast.bo, reason="vendor", after=after if undo_seconds else None)
    event = Event.objects.filter(ticket=ticket).latest("pk")
    job = ProcrastinateJob.objects.get(task_name="firstline.react", args={"event": event.pk})
    assert job.scheduled_at == (MONDAY + timedelta(seconds=60) if undo_seconds else None)
    assert ("was" in event.data) is (bool(undo_seconds) or said == "reply")


def test_what_happens_quietly_is_recorded_and_nobody_reacts(cast: Cast) -> None:
    with quietly():
        ticket = cast.ask()
    assert (ticket.events.count(), ProcrastinateJob.objects.filter(task_name="firstline.react").count()) == (1, 0)
