"""What was said on the phone or at the counter, as it is put on record; its page is in tests/web/workspace."""

from typing import Any

import pytest

from firstline.catalog.models import Membership
from firstline.people.models import Person
from firstline.tickets import recording
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Ticket
from tests.cast import Cast
from tests.tickets.pictured import at, pictured, word

pytestmark = pytest.mark.django_db


def recorded(cast: Cast, **more: Any) -> Ticket:
    given = {"by": cast.bo, "requester": cast.mei, "desk": cast.it, "channel": "phone", "subject": "VPN", "text": "It."}
    with at(10):
        return recording.record_contact(**{**given, **more})


@pytest.mark.parametrize(
    ("more", "phase", "held_by", "kind", "service"),
    [
        ({}, "pending", None, "inquiry", None),
        ({"service": True}, "pending", None, "inquiry", "vpn"),
        ({"take": True}, "in_progress", "bo", "inquiry", None),
        ({"kind": "incident", "service": True}, "pending", None, "incident", "vpn"),
        ({"kind": "incident", "take": True}, "in_progress", "bo", "incident", None),
        ({"kind": "incident", "resolution": "Restart."}, "resolved", "bo", "incident", None),
        ({"kind": "incident", "resolution": " "}, "pending", None, "incident", None),
    ],
)
@pytest.mark.parametrize("channel", ["phone", "walk_in"])
def test_it_ends_as_it_ended(
    cast: Cast, more: dict[str, Any], phase: str, held_by: str | None, kind: str, service: str | None, channel: str
) -> None:
    given = {**more, "service": cast.vpn} if "service" in more else more
    found = pictured(recorded(cast, channel=channel, **given))
    assert (found["phase"], found["assignee"], found["kind"], found["service"]) == (phase, held_by, kind, service)
    assert (found["subject"], found["channel"], found["desk"], found["requester"], found["creator"]) == (
        "VPN", channel, "IT", "mei", "bo",
    )  # fmt: skip
    words = {word("bo", "request", "It.", channel=channel, proof="recorded")}
    if phase == "resolved":
        words.add(word("bo", "reply", "Restart.", channel=channel, proof="recorded"))
    assert found["words"] == words


def test_what_was_solved_on_the_spot_needs_a_kind_and_else_nothing_is_recorded(cast: Cast) -> None:
    with pytest.raises(WrongState, match="what kind"):
        recorded(cast, resolution="Restart.")
    with pytest.raises(WrongState, match="no such kind"):
        recorded(cast, kind="wish")
    for channel in ("portal", "email", "api"):
        with pytest.raises(WrongState, match="called or came by"):
            recorded(cast, channel=channel)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("who", "may"), [("bo", True), ("dana", True), ("hana", False), ("omar", False), ("ada", False)]
)
def test_only_who_works_at_the_desk_puts_it_on_record(cast: Cast, who: str, may: bool) -> None:
    Membership.objects.create(person=cast.omar, desk=cast.it, team=None, role="auditor")
    by = Person.objects.get(pk=getattr(cast, who).pk)
    ticket = cast.asked()
    if who in ("bo", "dana"):
        assert recorded(cast, by=by).creator == by
        said = recording.add_contact(ticket, by=by, text="Again.", channel="walk_in")
        assert (said.kind, said.author, said.text, said.channel) == ("request", by, "Again.", "walk_in")
    else:
        with pytest.raises(NotAllowed, match="do not work at this desk"):
            recorded(cast, by=by)
        with pytest.raises(NotAllowed, match="do not work at this desk"):
            recording.add_contact(ticket, by=by, text="Again.", channel="phone")
    with pytest.raises(WrongState, match="called or came by"):
        recording.add_contact(ticket, by=by, text="Again.", channel="portal")
