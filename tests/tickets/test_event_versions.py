"""A log that outlives its columns: events of every version are read as today's, by who verifies, rebuilds and shows."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from firstline.retention import words
from firstline.tickets import actions, event_versions, replay
from firstline.tickets.models import Event, Ticket
from firstline.tickets.record import lock, record
from firstline.tickets.tracked import TRACKED, Tracked
from firstline.tickets.verifying import verify
from firstline.tickets.write_guard import door, writing
from firstline.web.workspace.event_descriptions import Names, told
from tests.cast import Cast, fresh
from tests.tickets.versions import first_version, next_version

pytestmark = pytest.mark.django_db


@writing
def paint(ticket: Ticket, *, by: Any, **columns: Any) -> None:
    """A verb of tomorrow: sets columns, and says so as `filed`."""
    ticket = lock(ticket)
    for name, value in columns.items():
        setattr(ticket, name, value)
    record(ticket, "filed", by=by, internal=True)


def filed(cast: Cast, **more: Any) -> Ticket:
    ticket = cast.ask(by=cast.bo, scenario="Travelling", **more)
    actions.rename(ticket, by=cast.bo, subject="Tunnel")
    actions.tag(ticket, by=cast.bo, tags=["vpn"])
    given: dict[str, Any] = {"module": None, "cause": None, "business": None, "repeated": True}
    actions.file(ticket, by=cast.bo, description="Certificate", remarks="Renew yearly", **given)
    return ticket


def history(ticket: Ticket) -> list[str]:
    events = Event.objects.filter(ticket=ticket).select_related("by")
    return [found.text for event in events if (found := told(event, Names({}, {})))]


HISTORY = [
    "Bo Wen renamed it “Tunnel”",
    "Bo Wen set the tags: vpn",
    "Bo Wen filled in: Remarks, Repeated, and Problem description",
]


def test_an_event_is_a_shape_and_words_apart(cast: Cast) -> None:
    ticket = filed(cast)
    opened, renamed = (ticket.events.get(name=name) for name in ("opened", "renamed"))
    assert (renamed.version, renamed.data) == (event_versions.VERSION, {"changes": {"subject": "—"}})
    assert renamed.words == {"changes": {"subject": "Tunnel"}}
    assert renamed.told == {"changes": {"subject": "Tunnel"}}
    assert opened.words == {
        "changes": {
            "subject": "VPN keeps dropping",
            "scenario": "Travelling",
            "requester_name": "Bo Wen",
            "requester_email": "bo@corp.example",
            "requester_city": "Shanghai",
        }
    }
    assert opened.data["changes"].keys() == TRACKED.keys()
    assert (opened.data["changes"]["answers"], opened.data["changes"]["tags"]) == ({}, [])


def test_what_erasing_leaves_is_read_as_blank_and_rebuilt_as_it_stands(cast: Cast) -> None:
    ticket = filed(cast, answers={"bird": "x"})
    with door():
        assert words.of_events([ticket.pk]) == 4
        words.of_tickets([ticket.pk])
    assert [event.words for event in ticket.events.all()] == [{}] * 4
    assert ticket.events.get(name="renamed").changes == {"subject": "—"}
    assert replay.differences(ticket) == []
    assert (fresh(ticket).tags, fresh(ticket).answers, fresh(ticket).remarks) == ([], {}, "")


@pytest.mark.parametrize("of_first_version", [True, False])
def test_events_of_the_first_version_verify_rebuild_and_are_shown(cast: Cast, of_first_version: bool) -> None:
    if of_first_version:
        with first_version():
            ticket = filed(cast)
        assert ticket.events.get(name="renamed").data == {"changes": {"subject": "Tunnel"}}
    else:
        ticket = filed(cast)
    assert history(ticket) == HISTORY
    assert replay.differences(ticket) == []
    actions.resolve(ticket, by=cast.bo, resolution="Renewed.")
    assert set(ticket.events.values_list("version", flat=True)) == (
        {1, event_versions.VERSION} if of_first_version else {event_versions.VERSION}
    )
    assert replay.columns(ticket.pk) == fresh(ticket).tracked()
    assert (replay.differences(ticket), verify().broken) == ([], ())


def test_what_the_old_code_inserts_is_of_the_first_version(cast: Cast) -> None:
    ticket = cast.ask()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_event (ticket_id, name, by_id, at, internal, data)"
            """ VALUES (%s, 'renamed', %s, now(), true, '{"changes": {"subject": "Tunnel"}}')""",
            [ticket.pk, cast.bo.pk],
        )
    with door():
        Ticket.objects.filter(pk=ticket.pk).update(subject="Tunnel")
    event = ticket.events.get(name="renamed")
    assert (event.version, event.words, event.changes) == (1, {}, {"subject": "Tunnel"})
    assert (replay.differences(ticket), verify().broken) == ([], ())


def test_words_of_both_versions_are_erased_by_the_code_of_today_and_by_that_of_the_first(cast: Cast) -> None:
    with first_version():
        old = filed(cast)
    ours, theirs = filed(cast), filed(cast)
    with door():
        words.of_events([old.pk, ours.pk])
        words.of_tickets([old.pk, ours.pk])
    blanked = words._EVENTS.replace("wording = '{}', ", "").replace("CASE WHEN version > 1 THEN data\n    ELSE", "(")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL firstline.erasing = 'on'")
        cursor.execute(blanked.replace("ELSE '{}' END END", "ELSE '{}' END)"), [[theirs.pk], [], True, None, True])
        cursor.execute("SET LOCAL firstline.erasing = 'off'")
        cursor.execute("SELECT string_agg(e::text, ' ') FROM tickets_event e WHERE ticket_id <> %s", [old.pk])
        left = cursor.fetchone()[0]
    assert not [word for word in ("Tunnel", "vpn", "Certificate", "Renew", "bo@", "Travelling") if word in left]
    assert replay.differences_of([old.pk, ours.pk]) == {}
    assert [each.sentence for each in verify().broken] == [
        "Words of events are missing that no entry says were erased; the oldest is event %(id)s."
    ]


def test_a_tag_that_the_first_version_told_is_told_anew_as_gone(cast: Cast) -> None:
    """That version's digests hold it, so there it stays (docs/decisions/0017)."""
    with first_version():
        ticket = filed(cast)
    with door():
        words.of_events([ticket.pk])
        words.of_tickets([ticket.pk])
    assert fresh(ticket).tags == []
    assert ticket.events.get(name="restated").changes == {"tags": []}
    assert replay.differences(ticket) == []


def test_a_column_that_is_added_with_a_database_default_is_known_of_old_tickets(cast: Cast) -> None:
    with first_version():
        oldest = filed(cast)
    old = filed(cast)
    colour = models.CharField("Colour", max_length=20, default="red", db_default="red")
    row = Tracked("colour", since=event_versions.VERSION + 1, before="red")
    with next_version(tracked={"colour": row}, add={"colour": colour}):
        new = filed(cast)
        assert new.events.get(name="opened").changes["colour"] == "red"
        for ticket in (oldest, old, new):
            assert replay.columns(ticket.pk)["colour"] == "red"
            assert history(ticket) == HISTORY
        assert replay.differences_of([oldest.pk, old.pk, new.pk]) == {}
        for ticket in (old, new):
            paint(ticket, by=cast.bo, colour="blue")
            assert replay.columns(ticket.pk)["colour"] == "blue"
            assert history(ticket) == [*HISTORY, "Bo Wen filled in: Colour"]
        assert replay.differences_of([oldest.pk, old.pk, new.pk]) == {}
        with door():
            Ticket.objects.filter(pk__in=[oldest.pk, old.pk]).update(colour="green")
        assert list(replay.differences_of([oldest.pk, old.pk, new.pk])) == [oldest.pk, old.pk]
        assert verify().broken == ()


def test_what_a_new_ticket_does_not_tell_of_its_columns_is_found(cast: Cast) -> None:
    """Only of tickets that are older than the name is the default believed."""
    row = Tracked("impact", since=event_versions.VERSION + 1, before=1)
    untold = {name: each for name, each in TRACKED.items() if name != "impact"}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("firstline.tickets.models.ticket.TRACKED", untold)
        old = cast.ask()
        patched.setattr(event_versions, "VERSION", row.since)
        new = cast.ask()
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(TRACKED, "impact", row)
        assert replay.differences(old) == []
        assert "impact" in replay.differences(new)[0]


def test_a_column_that_is_renamed_keeps_its_name_in_the_log(cast: Cast) -> None:
    with first_version():
        oldest = filed(cast)
    old = filed(cast)
    row = Tracked("wrap_up", blank="")
    with next_version(tracked={"remarks": row}, rename={"remarks": "wrap_up"}):
        for ticket in (oldest, old):
            assert fresh(ticket).wrap_up == "Renew yearly"
            assert history(ticket) == HISTORY
            paint(ticket, by=cast.bo, wrap_up="Renewed by itself")
            assert ticket.events.latest("pk").words == {"changes": {"remarks": "Renewed by itself"}}
            assert replay.columns(ticket.pk)["remarks"] == "Renewed by itself"
        assert (replay.differences_of([oldest.pk, old.pk]), verify().broken) == ({}, ())
        with door():
            words.of_events([oldest.pk, old.pk])
            words.of_tickets([oldest.pk, old.pk])
        assert {fresh(ticket).wrap_up for ticket in (oldest, old)} == {""}
        assert replay.differences_of([oldest.pk, old.pk]) == {}


def test_a_column_that_is_dropped_is_known_to_history_alone(cast: Cast) -> None:
    with first_version():
        oldest = filed(cast)
    old = filed(cast)
    row = Tracked(None, blank="", label="Remarks")
    with next_version(tracked={"remarks": row}, drop=("remarks",)):
        for ticket in (oldest, old):
            assert history(ticket) == HISTORY
            assert ticket.events.get(name="filed").changes["remarks"] == "Renew yearly"
            assert "remarks" not in replay.columns(ticket.pk)
        new = cast.ask()
        assert "remarks" not in new.events.get().changes
        paint(new, by=cast.bo, description="Certificate")
        for ticket in (oldest, old, new):
            actions.resolve(ticket, by=cast.bo, resolution="Renewed.")
        assert (replay.differences_of([oldest.pk, old.pk, new.pk]), verify().broken) == ({}, ())
        with door():
            words.of_events([old.pk])
            words.of_tickets([old.pk])
        assert old.events.get(name="filed").changes["remarks"] == ""
        assert replay.differences(old) == []


def test_a_reply_that_changed_a_column_which_is_gone_can_still_be_taken_back(cast: Cast) -> None:
    ticket = cast.asked()
    actions.accept(ticket, by=cast.bo)
    said = actions.reply(ticket, by=cast.bo, text="Which client?", undo_seconds=60)
    with next_version(tracked={"unanswered_since": Tracked(None, label="Unanswered")}):
        actions.withdraw(said, by=cast.bo)
        assert fresh(ticket).first_response_at is None
        assert replay.differences(ticket) == []


def test_what_a_verb_itself_says_in_words_is_erased_too(cast: Cast) -> None:
    ticket = cast.ask()
    with door():
        record(lock(ticket), "told", by=cast.bo, words={"reason": "Because", "said": ["a"], "none": ""}, number=7)
    event = ticket.events.get(name="told")
    assert event.data == {"changes": {}, "number": 7, "reason": "", "said": [], "none": ""}
    assert event.words == {"reason": "Because", "said": ["a"]}
    assert event.told == {**event.data, **event.words}
    with door():
        words.of_events([ticket.pk])
    assert ticket.events.get(name="told").told == event.data


def test_a_merge_that_the_first_version_told_is_undone_as_any(cast: Cast) -> None:
    data = {"changes": {}, "into": 7, "messages": [], "joined": [1], "shown": [2], "was": {"status": "pending"}}
    read = event_versions.today(1, "merged", data, {})
    assert read == {**data, "joined_more": [], "shown_more": [], "shared": True}
    assert event_versions.today(1, "merged", {**data, "shown": []}, {})["shared"] is False
    assert event_versions.today(1, "merged", {**data, "shared": False}, {})["shared"] is False
    assert event_versions.today(2, "merged", data, {}) == data


@pytest.mark.parametrize("name", ["subject", "status_id", "nothing"])
def test_queries_ask_only_for_what_every_version_says_in_its_shape(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        event_versions.changed(name)


def test_the_database_takes_no_words_into_an_event_of_the_first_version(cast: Cast) -> None:
    ticket = cast.ask()
    insert = (
        "INSERT INTO tickets_event (ticket_id, name, by_id, at, internal, data, wording)"
        """ VALUES (%s, 'x', %s, now(), true, '{"changes": {}}', '{"changes": {"subject": "x"}}')"""
    )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(insert, [ticket.pk, cast.bo.pk])
