"""Opening a ticket."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from firstline.people.models import Attempts
from firstline.tickets import actions, files, replay
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Ticket
from firstline.tickets.write_guard import Shut
from tests.cast import Cast, fresh
from tests.tickets.pictured import at, changed, pictured, word

pytestmark = pytest.mark.django_db


def test_an_inquiry_waits_pending_at_the_first_team():
    cast = Cast.make()
    ticket = cast.asked()
    assert (ticket.kind, ticket.status_id, ticket.team, ticket.line) == (
        "inquiry",
        "pending",
        cast.first,
        cast.first.line,
    )
    assert ticket.number == f"IT-{ticket.pk}"
    assert ticket.pk > 1000


def test_the_person_is_copied_as_he_is_now():
    cast = Cast.make()
    ticket = cast.asked()
    cast.mei.department = "Sales"
    cast.mei.save()
    assert (fresh(ticket).requester_department, fresh(ticket).requester_city) == ("Finance", "Shanghai")


def test_somebody_can_ask_for_another():
    cast = Cast.make()
    ticket = cast.asked(by=cast.bo, requester=cast.mei, channel="phone")
    assert (ticket.creator, ticket.requester, ticket.requester_name) == (cast.bo, cast.mei, "Lin Mei")
    assert ticket.messages.get().author == cast.bo


def test_the_subject_is_made_of_the_first_words_when_there_is_none():
    cast = Cast.make()
    assert cast.asked(subject="", text="\n\nMy screen is black.\nHelp.").subject == "My screen is black."


def test_nothing_at_all_is_refused():
    cast = Cast.make()
    with pytest.raises(WrongState):
        cast.ask(subject=" ", text="\n")


def test_urgency_and_impact_give_the_priority():
    cast = Cast.make()
    assert cast.asked(by=cast.bo, impact=3, urgency=2).priority == 1
    assert cast.asked(impact=1, urgency=1).priority == 4


def test_colleagues_can_take_part_from_the_start():
    cast = Cast.make()
    ticket = cast.asked(participants=[cast.omar, cast.mei])
    assert [p.person for p in ticket.participants.all()] == [cast.omar]


@pytest.mark.parametrize("channel", ["portal", "email", "phone", "api"])
def test_the_record_can_be_rebuilt_from_its_event(channel):
    cast = Cast.make()
    ticket = cast.ask(by=cast.bo, requester=cast.mei, channel=channel)
    assert replay.differences(ticket) == []


def test_tickets_of_different_channels_differ_in_nothing_but_channel():
    cast = Cast.make()
    rows = []
    for channel in ("portal", "email", "phone", "api"):
        row = cast.asked(by=cast.bo, channel=channel).tracked()
        assert row.pop("channel") == channel
        row.pop("unanswered_since")
        rows.append(row)
    assert all(row == rows[0] for row in rows)


def test_nobody_may_write_a_ticket_without_a_verb():
    cast = Cast.make()
    ticket = cast.asked()
    ticket.subject = "Changed behind the log"
    with pytest.raises(Shut):
        ticket.save()
    with pytest.raises(Shut):
        Ticket.objects.filter(pk=ticket.pk).update(subject="x")
    with pytest.raises(Shut):
        ticket.messages.all().delete()


def test_the_database_refuses_to_change_the_log():
    cast = Cast.make()
    ticket = cast.asked()
    for act in (
        "UPDATE tickets_event SET name = 'x'",
        "DELETE FROM tickets_event",
        "TRUNCATE tickets_event CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)
    assert ticket.events.get().name == "opened"


@pytest.mark.parametrize(("long", "end"), [(250, "x"), (251, "…"), (998, "…")])
def test_a_subject_that_is_too_long_says_that_it_is_cut(long: int, end: str):
    ticket = Cast.make().ask(subject="x" * long)
    assert (len(ticket.subject), ticket.subject[-1]) == (250, end)


OPENED = {
    "subject": "VPN keeps dropping", "kind": "inquiry", "served_by": "person", "channel": "portal", "scenario": "",
    "desk": "IT", "service": None, "request_type_id": None, "form_version_id": None, "answers": {}, "tags": [],
    "status_id": "pending", "phase": "pending", "impact": 1, "urgency": 2, "priority": 3, "line": "IT L1", "team": "l1",
    "assignee": None, "snoozed_until": None, "waiting_until": None, "merged_into_id": None,
    "creator": "mei", "requester": "mei", "asked_by": None, "requester_name": "Lin Mei",
    "requester_email": "mei@corp.example", "requester_country": "CN", "requester_city": "Shanghai",
    "requester_department": "Finance", "vip": False, "verified": False,
    "accepted_at": None, "first_response_at": None, "resolved_at": None, "closed_at": None, "closed_by": None,
    "unanswered_since": 10, "module": None, "cause": None, "business": None, "repeated": None, "description": "",
    "remarks": "", "satisfaction": None, "first_contact": False, "misclassified": 0, "reopened": 0,
    "people": set(), "words": {word("mei", "request", "It fails.")}, "files": set(), "ties": set(),
}  # fmt: skip


def asked_at_ten(cast: Cast, **more: Any) -> dict[str, Any]:
    given = {"by": cast.mei, "desk": cast.it, "subject": "VPN keeps dropping", "text": "It fails.", "channel": "portal"}
    with at(10):
        return pictured(actions.open_ticket(**{**given, **more}))


def test_what_is_recorded_of_a_request_of_which_nothing_more_is_said():
    cast = Cast.make()
    assert asked_at_ten(cast) == OPENED
    assert fresh(Ticket.objects.get()).created_at == fresh(Ticket.objects.get()).messages.get().created_at


def test_what_is_recorded_of_a_request_of_which_everything_is_said():
    """Bo puts on record at the counter what Omar said of Mei's laptop."""
    cast = Cast.make()
    cast.mei.vip = True
    cast.mei.save()
    form = cast.form("asset")
    found = asked_at_ten(
        cast, by=cast.bo, requester=cast.mei, writer=cast.omar, request_type=form, service=cast.vpn,
        answers={"asset": "L-7"}, attachments=[files.keep(b"x", name="x.txt", by=cast.bo)],
        participants=[cast.hana, cast.mei, cast.bo], impact=3, urgency=1, scenario="s" * 121, html="<b>It fails.</b>",
        quoted="> Before", verified=True, proof="dkim", format="markdown", channel="email",
    )  # fmt: skip
    assert changed(OPENED, found) == {
        "creator": "bo", "asked_by": "omar", "vip": True, "channel": "email", "scenario": "s" * 120,
        "service": "vpn", "request_type_id": form.pk, "form_version_id": form.versions.get().pk,
        "answers": {"asset": "L-7"},
        "impact": 3, "urgency": 1, "priority": 2,
        "+people": {("omar", "asker", None, None), ("hana", "asker", None, None)},
        "-words": OPENED["words"],
        "+words": {
            word(
                "omar", "request", "It fails.", channel="email", html="<b>It fails.</b>", quoted="> Before",
                format="markdown", proof="dkim", to_askers=True,
            )
        },
        "+files": {("x.txt", "It fails.", "bo")},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("by", "requester", "writer", "channel", "asked_by", "verified"),
    [
        ("mei", None, None, "portal", None, True),
        ("mei", "mei", None, "portal", None, True),
        ("mei", "omar", None, "portal", "mei", False),
        # Who works there asks for a colleague on the portal, and records elsewhere what was said.
        ("bo", "mei", None, "portal", "bo", False),
        ("bo", "mei", None, "phone", None, False),
        ("bo", "mei", None, "api", None, False),
        # Words of somebody else that the desk passes on: they ask for another one, if they do not work there.
        ("bo", "mei", "mei", "email", None, True),
        ("bo", "mei", "omar", "email", "omar", False),
        ("bo", "mei", "omar", "portal", "omar", False),
        ("bo", "mei", "chen", "portal", None, False),
        ("bo", "mei", "chen", "email", None, False),
    ],
)
def test_whose_request_it_is_and_who_asked_it_for_them(
    by: str, requester: str | None, writer: str | None, channel: str, asked_by: str | None, verified: bool
):
    cast = Cast.make()
    people = {"requester": requester, "writer": writer}
    named = {name: getattr(cast, who) if who else None for name, who in people.items()}
    found = asked_at_ten(cast, by=getattr(cast, by), channel=channel, verified=True, **named)
    assert (found["asked_by"], found["verified"]) == (asked_by, verified)
    assert (found["creator"], found["requester"]) == (by, requester or by)
    assert found["people"] == ({(asked_by, "asker", None, None)} if asked_by else set())
    (said,) = found["words"]
    assert (said[0], said[8]) == (writer or by, asked_by is not None)


@pytest.mark.parametrize(
    ("subject", "text", "html", "with_file", "recorded"),
    [
        ("VPN", "", "", False, ("VPN", 0)),
        ("VPN", " \n", "", False, ("VPN", 0)),
        ("", "It fails.", "", False, ("It fails.", 1)),
        ("", "", "<b>x</b>", False, ("(no subject)", 1)),
        ("", "", "", True, ("(no subject)", 1)),
        # Blank lines above a picture, as mail programs leave them.
        ("", " \n", "", True, ("(no subject)", 1)),
        ("", "x" * 80 + "\nmore", "", False, ("x" * 80, 1)),
        ("", "x" * 79 + " yz\nmore", "", False, ("x" * 79 + "…", 1)),
        ("", " \n", "", False, None),
    ],
)
def test_something_has_to_be_said_be_it_a_file(
    subject: str, text: str, html: str, with_file: bool, recorded: tuple[str, int] | None
):
    cast = Cast.make()
    kept = [files.keep(b"x", name="x.txt", by=cast.mei)] if with_file else []
    given = {"subject": subject, "text": text, "html": html, "attachments": kept}
    if recorded is None:
        with pytest.raises(WrongState, match="say what you need"):
            asked_at_ten(cast, **given)
        return
    found = asked_at_ten(cast, **given)
    assert (found["subject"], len(found["words"]), len(found["files"])) == (*recorded, len(kept))


def test_only_the_desk_says_how_many_are_hindered():
    cast = Cast.make()
    with pytest.raises(NotAllowed):
        asked_at_ten(cast, impact=3)


def test_whom_somebody_names_counts_once_and_oneself_and_whom_the_desk_names_never():
    cast = Cast.make()

    def named(**more: Any) -> list[int]:
        Attempts.objects.all().delete()
        asked_at_ten(cast, **more)
        return list(Attempts.objects.filter(key__startswith="names ").values_list("count", flat=True))

    assert named() == []
    assert named(requester=cast.omar) == [1, 1]  # within an hour, and within a day
    assert named(requester=cast.omar, participants=[cast.omar, cast.hana, cast.mei]) == [2, 2]
    assert named(participants=[cast.omar], channel="email") == []
    assert named(participants=[cast.omar], by=cast.bo) == []
    own = actions.open_ticket(by=cast.bo, desk=cast.it, subject="x", text="", channel="portal")
    actions.add_participant(own, by=cast.bo, person=cast.omar)
    assert not Attempts.objects.exists()


def test_to_open_one_looks_for_nothing_that_was_there_before():
    cast = Cast.make()
    cast.ask()
    with CaptureQueriesContext(connection) as queries:
        cast.ask()
    said = [each["sql"] for each in queries]
    assert not [each for each in said if each.startswith("DELETE") or 'FROM "tickets_event"' in each]
