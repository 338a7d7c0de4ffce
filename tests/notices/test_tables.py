"""Who hears of which event, and which letters can be switched off: both tables, written down a second time."""

from datetime import timedelta
from typing import Any

import pytest

from firstline.kit import clock
from firstline.notices.links import BadLink
from firstline.notices.preferences import KINDS, Switch, read, switch_of
from firstline.notices.tell import NOTICES
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Event, Ticket
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db

OMAR, MEI, HANA, BO, YU, DANA = "omar", "mei", "hana", "bo", "yu", "dana"
SOLVED = {"score": 3, "changes": {"satisfaction": 3}}
FOR_OMAR: dict[str, Any] = {"changes": {"asked_by_id": 1}}
OWN: dict[str, Any] = {"changes": {}}
CALLING = {"clock": "resolution", "tell": ["assignee", "team", "manager", "nobody"]}

# Event, its data, and who could be told by which template.
# Mei asked it for Omar, who added Hana; Bo has it, Yu watches.
TOLD: list[tuple[str, dict[str, Any], dict[str, set[str]]]] = [
    ("opened", FOR_OMAR, {"asked_for": {OMAR}}),
    ("opened", OWN, {"received": {OMAR}}),
    ("declined", {"person": MEI}, {"declined": {MEI}}),
    ("shared", {"person": MEI}, {"added": {MEI}}),
    ("replied", {}, {"replied": {OMAR, MEI, HANA}}),
    ("resolved", {}, {"resolved": {OMAR, MEI, HANA}}),
    ("closed", {}, {"closed": {OMAR}}),
    ("cancelled", {}, {"cancelled": {OMAR, MEI, HANA}}),
    ("transferred", {}, {"transferred": {OMAR}}),
    ("participant_added", {"person": HANA}, {"added": {HANA}}),
    ("assigned", {}, {"assigned": {BO}}),
    ("mentioned", {"persons": [YU, DANA]}, {"mentioned": {YU, DANA}}),
    ("asked", {"thanks": False}, {"answered": {BO, YU}}),
    ("asked", {"thanks": True}, {}),
    ("noted", {}, {}),
    ("noted", {"wrote": {"writer": None, "proved": False}}, {"noted": {BO, YU}}),
    (
        "noted",
        {"wrote": {"writer": DANA, "proved": True}},
        {"noted": {BO, YU}, "kept_as_note": {DANA}},
    ),
    ("absorbed", {"other": MEI}, {"merged": {DANA}}),
    ("undelivered", {"person": OMAR}, {"undelivered": {BO, YU}}),
    ("reopened", {}, {"reopened": {BO, YU}}),
    ("clock_warned", CALLING, {"clock_warned": {BO, DANA}}),
    ("clock_warned", {**CALLING, "tell": ["assignee"]}, {"clock_warned": {BO}}),
    ("clock_warned", {**CALLING, "tell": ["team"]}, {"clock_warned": {BO}}),
    ("clock_warned", {**CALLING, "tell": ["manager"]}, {"clock_warned": {DANA}}),
    ("clock_warned", {**CALLING, "clock": "line"}, {}),
    ("clock_breached", CALLING, {"clock_breached": {BO, DANA}}),
    ("clock_breached", {**CALLING, "clock": "line"}, {"line_time": {BO}}),
    ("rated", SOLVED, {"dissatisfied": {DANA}}),
    ("rated", {**SOLVED, "score": 2}, {}),
    ("rated", {**SOLVED, "score": 1}, {}),
    ("rated", {**SOLVED, "changes": {}}, {}),
]
# Which go to the desk alone, and of which somebody hears who did it himself.
INSIDE = {
    "assigned", "mentioned", "answered", "noted", "reopened", "clock_warned", "clock_breached", "line_time",
    "dissatisfied", "kept_as_note", "undelivered", "merged",
}  # fmt: skip
HIMSELF = {"received"}

# template: "always" sent, "kind" can be switched off altogether, "ticket" for one ticket by whom it does not concern
# most, "work" for one ticket by its agent too
SWITCHES = {
    "received": "kind",
    "asked_for": "kind",
    "declined": "kind",
    "added": "kind",
    "replied": "ticket",
    "resolved": "ticket",
    "closed": "ticket",
    "cancelled": "ticket",
    "transferred": "ticket",
    "assigned": "kind",
    "mentioned": "always",
    "answered": "work",
    "noted": "kind",
    "reopened": "work",
    "clock_warned": "kind",
    "clock_breached": "kind",
    "line_time": "kind",
    "dissatisfied": "kind",
    "kept_as_note": "always",
    "merged": "always",
    "undelivered": "always",
}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    ticket = cast.ask(requester=cast.omar)
    actions.add_participant(ticket, by=cast.omar, person=cast.hana)
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    actions.watch(ticket, by=cast.yu)
    return fresh(ticket)


def happened(name: str, data: dict[str, Any], ticket: Ticket, *, by: Person) -> Event:
    return Event(ticket=ticket, name=name, by=by, at=clock.now() + timedelta(minutes=1), data=data)


def told(event: Event) -> dict[str, set[str]]:
    """Template and names, as the table would have it."""
    found = {
        notice.template: {person.email.partition("@")[0] for person in notice.to(event) if person.email}
        for notice in NOTICES[event.name]
        if notice.when(event)
    }
    return {template: names for template, names in found.items() if names}


def ids(cast: Cast, data: dict[str, Any]) -> dict[str, Any]:
    """The data with ids for the names."""
    found = dict(data)
    if "person" in data:
        found["person"] = getattr(cast, data["person"]).pk
    if "other" in data:
        found["other"] = actions.accept(cast.ask(by=getattr(cast, data["other"])), by=cast.dana).pk
    if (data.get("wrote") or {}).get("writer"):
        found["wrote"] = {**data["wrote"], "writer": getattr(cast, data["wrote"]["writer"]).pk}
    if "persons" in data:
        found["persons"] = [getattr(cast, name).pk for name in data["persons"]]
    return found


@pytest.mark.parametrize(("name", "data", "wanted"), TOLD, ids=lambda value: value if isinstance(value, str) else "")
def test_each_event_is_told_to_these_and_to_nobody_else(
    cast: Cast, ticket: Ticket, name: str, data: dict[str, Any], wanted: dict[str, set[str]]
) -> None:
    assert told(happened(name, ids(cast, data), ticket, by=cast.chen)) == wanted


def test_no_event_and_no_letter_is_without_a_row() -> None:
    assert {name for name, _data, _wanted in TOLD} == set(NOTICES)
    letters = {notice.template: notice for notices in NOTICES.values() for notice in notices}
    assert {template for _name, _data, wanted in TOLD for template in wanted} == set(letters)
    assert {template for template, notice in letters.items() if notice.inside} == INSIDE
    assert {template for template, notice in letters.items() if notice.himself} == HIMSELF
    assert set(SWITCHES) == {*letters, "undelivered"}


@pytest.mark.parametrize("name", ["cancelled", "closed"])
def test_the_asking_side_is_not_told_of_what_one_of_it_did(cast: Cast, ticket: Ticket, name: str) -> None:
    for by in (cast.omar, cast.mei, cast.hana):
        assert told(happened(name, {}, ticket, by=by)) == {}


def test_of_what_is_over_nothing_is_confirmed(cast: Cast, ticket: Ticket) -> None:
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    for data in (OWN, FOR_OMAR):
        assert told(happened("opened", data, fresh(ticket), by=cast.mei)) == {}


@pytest.mark.parametrize("template", list(SWITCHES))
def test_a_letter_can_be_switched_off_as_the_table_says(cast: Cast, ticket: Ticket, template: str) -> None:
    how = SWITCHES[template]
    assert (template in KINDS) is (how == "kind")
    for who, concerned in ((cast.omar, True), (cast.bo, True), (cast.hana, False), (cast.yu, False)):
        switch = switch_of(ticket, who, template)
        if how == "kind":
            assert switch is not None
            assert (switch.template, switch.ticket) == (template, None)
        elif how == "always" or (concerned and not (how == "work" and who == cast.bo)):
            assert switch is None
        else:
            assert switch is not None
            assert (switch.template, switch.ticket) == ("", ticket)


def test_a_switch_is_read_again_from_its_link_turned_and_turned_back(cast: Cast, ticket: Ticket) -> None:
    kind, one = Switch(cast.yu, template="assigned"), Switch(cast.yu, ticket=ticket)
    for switch, other in ((kind, one), (one, kind)):
        assert read(token_of(switch)) == switch
        for off in (True, True, False, False):
            switch.turn(off=off)
            assert (switch.is_off, other.is_off) == (off, False)
            assert not Switch(cast.bo, template=switch.template, ticket=switch.ticket).is_off


def test_a_link_of_nobody_any_more_and_of_nothing_that_can_be_switched_off_leads_nowhere(
    cast: Cast, ticket: Ticket
) -> None:
    Person.objects.filter(pk=cast.yu.pk).update(is_active=False)
    theirs = [Switch(cast.yu, template="assigned"), Switch(cast.yu, ticket=ticket)]
    others = [Switch(cast.hana, template="mentioned"), Switch(cast.hana, ticket=Ticket(pk=0))]
    forged = token_of(Switch(cast.hana, template="assigned")) + "x"
    for token in (*(token_of(switch) for switch in (*theirs, *others)), forged, ""):
        with pytest.raises(BadLink):
            read(token)


def token_of(switch: Switch) -> str:
    return switch.link(address=switch.person.email or "").rstrip("/").rpartition("/")[2]
