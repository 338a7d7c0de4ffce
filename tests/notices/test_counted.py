"""Which emails are counted, as what, for whom, and for how long; what becomes of those that are too much."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from firstline.kit import clock
from firstline.notices import budget
from firstline.notices.budget import DAY, HOUR, Budget, hold_back
from firstline.notices.models import Delivery, new_letter_id
from firstline.notices.tell import INSIDE
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Event, Ticket
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db

BY_MEI: dict[str, Any] = {"wrote": {"writer": 1, "proved": True}}
# Template, event, who brought it about, what it carries, how the request came → counted as
COUNTED: list[tuple[str, str, str, dict[str, Any], str, str]] = [
    ("received", "opened", "mei", {}, "email", "confirmation"),
    ("received", "opened", "mei", {}, "api", "confirmation"),
    ("received", "opened", "bo", {}, "email", "confirmation"),
    *(("received", "opened", "mei", {}, channel, "") for channel in ("portal", "phone", "chat", "walk_in", "alert")),
    ("asked_for", "opened", "mei", {}, "portal", "outside"),
    ("asked_for", "opened", "bo", {}, "portal", ""),
    ("added", "participant_added", "mei", {}, "portal", "outside"),
    ("added", "participant_added", "hana", {}, "portal", "outside"),
    ("added", "participant_added", "bo", {}, "portal", ""),
    ("added", "participant_added", "dana", {}, "portal", ""),
    ("added", "shared", "mei", {}, "portal", "outside"),
    ("declined", "declined", "mei", {}, "portal", "outside"),
    ("closed", "closed", "mei", {}, "portal", "outside"),
    ("closed", "closed", "bo", {}, "portal", ""),
    ("cancelled", "cancelled", "mei", {}, "portal", "outside"),
    ("cancelled", "cancelled", "bo", {}, "portal", ""),
    ("answered", "asked", "mei", {}, "portal", "inside"),
    ("answered", "asked", "bo", {}, "portal", ""),
    ("reopened", "reopened", "mei", {}, "portal", "inside"),
    ("dissatisfied", "rated", "mei", {}, "portal", "inside"),
    ("noted", "noted", "system", {"wrote": {"writer": None, "proved": False}}, "email", "inside"),
    ("noted", "noted", "bo", BY_MEI, "email", "inside"),
    ("noted", "noted", "system", {}, "email", ""),
    *(
        (template, name, "mei", {}, "portal", "")
        for template, name in {
            **{"replied": "replied", "resolved": "resolved", "transferred": "transferred", "assigned": "assigned"},
            **{"mentioned": "mentioned", "clock_warned": "clock_warned", "clock_breached": "clock_breached"},
        }.items()
    ),
]
ORDER = count(10**9)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.asked()


def row(
    ticket: Ticket, by: Person, reader: Person, *, template: str = "added", name: str = "participant_added", **data: Any
) -> Delivery:
    """A new email to the reader about what somebody did."""
    event = Event(pk=next(ORDER), ticket=ticket, name=name, by=by, at=clock.now(), data=data)
    given = {"ticket": ticket, "event": event, "template": template, "letter_id": new_letter_id(ticket)}
    return Delivery(person=reader, address=reader.email or "", reason="", next_try_at=clock.now(), **given)


def is_held(each: Delivery) -> bool:
    hold_back([each], inside=INSIDE)
    return each.state == "dropped"


def only(monkeypatch: pytest.MonkeyPatch, *rows: Budget) -> None:
    monkeypatch.setattr(budget, "BUDGETS", rows)


@pytest.mark.parametrize(
    ("template", "name", "by", "data", "channel", "wanted"), COUNTED, ids=lambda each: each if each else "-"
)
def test_each_email_is_counted_as_what_it_is(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch, template: str, name: str, by: str, data: Any,
    channel: str, wanted: str,
) -> None:  # fmt: skip
    reasons = {"confirmation": "enough", "outside": "enough_of_one", "inside": "enough_for_one"}
    only(monkeypatch, *(Budget(sort, ("reader",), 0, HOUR, reason) for sort, reason in reasons.items()))
    ticket.channel = channel
    who = Person.objects.system() if by == "system" else getattr(cast, by)
    each = row(ticket, who, cast.omar, template=template, name=name, **data)
    hold_back([each], inside=INSIDE)
    assert (each.state, each.reason) == (("dropped", reasons[wanted]) if wanted else ("queued", ""))


def test_what_is_confirmed_is_not_counted_with_what_else_the_same_person_brings_about(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, *(Budget(sort, ("reader",), 1, HOUR, "enough") for sort in ("confirmation", "outside", "inside")))
    ticket.channel = "email"
    rows = [
        row(ticket, cast.mei, cast.omar, template="received", name="opened"),
        row(ticket, cast.mei, cast.omar),
        row(ticket, cast.mei, cast.omar, template="answered", name="asked"),
    ]
    hold_back(rows, inside=INSIDE)
    assert [each.state for each in rows] == ["queued"] * 3


# Per whom is counted; then for each second email whether it is one too many after the first, of Mei to Omar
SHARED = [
    (("writer", "reader"), {"same": True, "another writer": False, "another reader": False}),
    (("writer",), {"same": True, "another writer": False, "another reader": True}),
    (("reader",), {"same": True, "another writer": True, "another reader": False}),
]


@pytest.mark.parametrize(("per", "wanted"), SHARED, ids=str)
def test_a_budget_is_for_each_writer_each_reader_or_each_two(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch, per: tuple[str, ...], wanted: dict[str, bool]
) -> None:
    only(monkeypatch, Budget("outside", per, 1, HOUR, "enough"))
    assert not is_held(row(ticket, cast.mei, cast.omar))
    seconds = {
        "same": (cast.mei, cast.omar),
        "another writer": (cast.hana, cast.omar),
        "another reader": (cast.mei, cast.yu),
    }
    assert {name: is_held(row(ticket, *pair)) for name, pair in seconds.items()} == wanted


def test_a_writer_is_a_mailbox_or_a_person_without_one(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, Budget("outside", ("writer",), 1, HOUR, "enough"))
    spelled = Person.objects.create_person(name="Mei", email="mei+2@corp.example")
    nameless, other = (Person.objects.create_person(name="Walk-in") for _each in range(2))
    found = [is_held(row(ticket, who, cast.omar)) for who in (cast.mei, spelled, nameless, nameless, other)]
    assert found == [False, True, False, True, False]


def test_who_wrote_a_note_of_ours_is_counted_and_strangers_by_the_request(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, Budget("inside", ("writer",), 1, HOUR, "enough"))
    system, other = Person.objects.system(), cast.asked()

    def noted(at: Ticket, writer: Person | None) -> bool:
        wrote = {"writer": writer.pk if writer else None, "proved": False}
        return is_held(row(at, system, cast.bo, template="noted", name="noted", wrote=wrote))

    assert [noted(ticket, cast.omar), noted(other, cast.omar), noted(ticket, cast.hana)] == [False, True, False]
    assert [noted(ticket, None), noted(ticket, None), noted(other, None)] == [False, True, False]


def test_a_budget_counts_from_its_first_email_and_begins_anew_when_its_time_is_over(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, Budget("outside", ("reader",), 2, HOUR, "enough"))
    found = []
    for seconds in (0, 2400, 3599, 3600, 3601, 3602):
        with clock.moved(MONDAY + timedelta(seconds=seconds)):
            found.append(is_held(row(ticket, cast.mei, cast.omar)))
    assert found == [False, False, True, False, False, True]


def test_the_hour_and_the_day_are_counted_by_themselves(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(
        monkeypatch,
        Budget("outside", ("reader",), 1, HOUR, "enough"),
        Budget("outside", ("reader",), 2, DAY, "enough_for_one"),
    )
    found = []
    for hours in (0, 0, 2, 4, 25):
        with clock.moved(MONDAY + timedelta(hours=hours)):
            each = row(ticket, cast.mei, cast.omar)
            hold_back([each], inside=INSIDE)
            found.append(each.reason)
    assert found == ["", "enough", "", "enough_for_one", ""]


def test_what_is_held_back_uses_up_nothing_of_another_budget(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(
        monkeypatch,
        Budget("outside", ("writer", "reader"), 1, HOUR, "enough_from_one"),
        Budget("outside", ("reader",), 2, HOUR, "enough_for_one"),
    )
    rows = [row(ticket, who, cast.omar) for who in (cast.mei, cast.mei, cast.mei, cast.hana, cast.omar)]
    hold_back(rows, inside=INSIDE)
    assert [each.reason for each in rows] == ["", "enough_from_one", "enough_from_one", "", "enough_for_one"]


def test_the_ticket_says_so_once_an_hour_of_each_person_and_reason(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, Budget("outside", ("reader",), 0, HOUR, "enough"))
    other = cast.asked()

    def said(at: Ticket = ticket) -> list[tuple[int, str]]:
        found = fresh(at).events.filter(name="held_back").order_by("pk")
        assert all(each.by == Person.objects.system() and each.internal for each in found)
        return [(each.data["person"], each.data["reason"]) for each in found]

    omar, yu = (cast.omar.pk, "enough"), (cast.yu.pk, "enough")
    with clock.moved(MONDAY):
        hold_back([row(ticket, cast.mei, reader) for reader in (cast.omar, cast.omar, cast.yu)], inside=INSIDE)
        assert said() == [omar, yu]
        hold_back([row(other, cast.mei, cast.omar)], inside=INSIDE)
        assert said(other) == [omar]
    for seconds, wanted in ((3599, [omar, yu]), (3600, [omar, yu, omar])):
        with clock.moved(MONDAY + timedelta(seconds=seconds)):
            hold_back([row(ticket, cast.mei, cast.omar)], inside=INSIDE)
            assert said() == wanted
    only(monkeypatch, Budget("outside", ("reader",), 0, HOUR, "enough_of_one"))
    with clock.moved(MONDAY + timedelta(seconds=3700)):
        hold_back([row(ticket, cast.mei, cast.omar)], inside=INSIDE)
    assert said() == [omar, yu, omar, (cast.omar.pk, "enough_of_one")]


def test_what_is_stored_already_is_neither_counted_nor_held(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, Budget("outside", ("reader",), 1, HOUR, "enough"))
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    first = row(ticket, cast.mei, cast.omar)
    first.event = ticket.events.get(name="participant_added")
    assert not is_held(first)
    Delivery.objects.bulk_create([first])
    assert not is_held(first)
    # Of the same event, another person and another template are other emails.
    for person, template in ((cast.omar, "asked_for"), (cast.omar, "declined")):
        again = row(ticket, cast.mei, person, template=template)
        again.event = first.event
        assert is_held(again)


def test_of_nothing_nothing_is_held(cast: Cast) -> None:
    hold_back([], inside=INSIDE)


# The table a second time: sort, for whom, how many, within how long, and what is said
TABLE = [
    ("confirmation", ("reader",), 3, HOUR, "enough"),
    ("outside", ("writer", "reader"), 5, HOUR, "enough_from_one"),
    ("outside", ("writer", "reader"), 15, DAY, "enough_from_one"),
    ("outside", ("writer",), 30, HOUR, "enough_of_one"),
    ("outside", ("writer",), 100, DAY, "enough_of_one"),
    ("outside", ("reader",), 20, HOUR, "enough_for_one"),
    ("outside", ("reader",), 60, DAY, "enough_for_one"),
    ("kept", ("reader",), 5, HOUR, "enough_of_one"),
    ("kept", ("reader",), 15, DAY, "enough_of_one"),
    ("inside", ("writer", "reader"), 30, HOUR, "enough_from_one"),
    ("inside", ("writer",), 150, HOUR, "enough_of_one"),
]


def test_the_budgets_are_these() -> None:
    assert [(b.sort, b.per, b.most, b.within, b.reason) for b in budget.BUDGETS] == TABLE
    assert (timedelta(hours=1), timedelta(days=1)) == (HOUR, DAY)
