"""Which tickets are in which collection: each of `TicketQuerySet`, written down a second time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from firstline.catalog.models import Membership
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions, search
from firstline.tickets.models import Clock, Ticket
from firstline.tickets.querysets import TicketQuerySet
from firstline.tickets.write_guard import door
from tests.cast import MONDAY, Cast
from tests.tickets.pictured import at

pytestmark = pytest.mark.django_db

Rows = TicketQuerySet


def subjects(found: Any) -> set[str]:
    return set(found.values_list("subject", flat=True))


def person(cast: Cast, name: str) -> Person:
    """Read afresh, with the seats that they have now."""
    return Person.objects.system() if name == "system" else Person.objects.get(email=f"{name}@corp.example")


# Mei asked one, one for Omar and one of HR; Omar asked two, and let Mei into one. Hana, of HR, was let into Mei's.
# Chen and Dana watch Omar's; Chen and Dana have left the desk since. Ada administers, Vera sits nowhere.
WHO = {
    "visible_to": {
        "mei": "own for-omar leave omars-shared", "omar": "for-omar omars omars-shared", "hana": "own leave",
        "bo": "own for-omar omars omars-shared", "chen": "", "dana": "", "vera": "",
        "ada": "own for-omar leave omars omars-shared", "system": "own for-omar leave omars omars-shared",
    },
    "involving": {
        "mei": "own for-omar leave omars-shared", "omar": "for-omar omars omars-shared", "hana": "own",
        "bo": "", "chen": "", "ada": "",
    },
    "asked_by": {"mei": "own leave", "omar": "for-omar omars omars-shared", "bo": ""},
    "at_desks_of": {
        "bo": "own for-omar omars omars-shared", "hana": "leave", "mei": "", "chen": "",
        "ada": "own for-omar leave omars omars-shared",
    },
    "in_teams_of": {"bo": "own for-omar omars-shared", "yu": "omars", "hana": "leave", "mei": "", "ada": ""},
    "assigned_to": {"bo": "omars-shared", "yu": "", "mei": ""},
}  # fmt: skip


def test_each_collection_of_a_person_holds_these_and_nothing_else(cast: Cast) -> None:
    Person.objects.create_person(name="Vera", email="vera@corp.example")
    cast.ask(subject="own", participants=[cast.hana])
    cast.ask(subject="for-omar", requester=cast.omar)
    cast.ask(subject="leave", desk=cast.hr)
    cast.ask(subject="omars-shared", by=cast.omar, participants=[cast.mei])
    omars = cast.ask(subject="omars", by=cast.omar)
    for name in ("chen", "dana"):
        actions.watch(omars, by=getattr(cast, name))
    actions.assign(omars, by=cast.dana, to=cast.yu)
    actions.assign(omars, by=cast.dana, to=None)
    actions.assign(Ticket.objects.get(subject="omars-shared"), by=cast.dana, to=cast.bo)
    Membership.objects.filter(person__in=[cast.chen, cast.dana]).delete()
    found = {
        (method, who): subjects(getattr(Ticket.objects.all(), method)(person(cast, who)))
        for method, rows in WHO.items()
        for who in rows
    }
    assert found == {(method, who): set(names.split()) for method, rows in WHO.items() for who, names in rows.items()}
    # What was narrowed before stays narrowed.
    narrowed = Ticket.objects.exclude(subject="own")
    assert subjects(narrowed.involving(cast.mei)) == {"for-omar", "leave", "omars-shared"}
    assert subjects(narrowed.visible_to(cast.ada)) == {"for-omar", "leave", "omars-shared", "omars"}
    Membership.objects.create(person=cast.ada, desk=cast.hr, team=None, role="manager")
    assert subjects(Ticket.objects.at_desks_of(person(cast, "ada"))) == {"leave"}


PHASES: dict[str, tuple[Callable[[Rows], Rows], str]] = {
    "open": (lambda t: t.open(), "new worked held asleep woken"),
    "unfinished": (lambda t: t.unfinished(), "new worked held asleep woken solved"),
    "unaccepted": (lambda t: t.unaccepted(), "new"),
    "waiting": (lambda t: t.waiting(), "held"),
    "awake": (lambda t: t.awake(), "new worked held woken solved closed cancelled"),
    "awake later": (
        lambda t: t.awake(MONDAY + timedelta(hours=2)), "new worked held asleep woken solved closed cancelled"
    ),
    "awake before": (lambda t: t.awake(MONDAY), "new worked held solved closed cancelled"),
}  # fmt: skip


def test_each_collection_of_where_they_stand_holds_these_and_nothing_else(cast: Cast) -> None:
    with at(0):
        made = {name: cast.ask(subject=name) for name in "new worked held asleep woken solved closed cancelled".split()}
        for name in ("worked", "held", "asleep", "woken"):
            actions.accept(made[name], by=cast.bo)
        actions.hold(made["held"], by=cast.bo, reason="vendor")
        actions.snooze(made["asleep"], by=cast.bo, until=MONDAY + timedelta(hours=2))
        actions.snooze(made["woken"], by=cast.bo, until=MONDAY + timedelta(hours=1))
        for name in ("solved", "closed"):
            actions.resolve(made[name], by=cast.bo, resolution="x")
        actions.close(made["closed"], by=cast.mei)
        actions.cancel(made["cancelled"], by=cast.mei)
    with at(60):
        found = {name: subjects(choose(Ticket.objects.all())) for name, (choose, _names) in PHASES.items()}
    assert found == {name: set(names.split()) for name, (_choose, names) in PHASES.items()}


def test_what_is_late_and_what_will_be_soon(cast: Cast) -> None:
    """Accepting is due within five minutes."""
    with at(0):
        _first, done = cast.ask(subject="first"), cast.ask(subject="done")
        actions.resolve(done, by=cast.bo, resolution="x")
    with at(1):
        cast.ask(subject="second")
    for minutes, late, soon in (
        (2.9, set(), set()),
        (3, set(), {"first"}),
        (4, set(), {"first", "second"}),
        (5, {"first"}, {"first", "second"}),
        (6, {"first", "second"}, {"first", "second"}),
    ):
        with at(minutes):
            assert (subjects(Ticket.objects.late()), subjects(Ticket.objects.breaching_within(minutes=2))) == (
                late,
                soon,
            )
    assert [t.subject for t in Ticket.objects.soonest_first()] == ["first", "second", "done"]
    assert [t.subject for t in Ticket.objects.newest_first()] == ["second", "done", "first"]


# The clock as it stands, due at 30 minutes past: whether it was missed in the span from 20 to 40, at 60 minutes past
MISSED: list[tuple[str, dict[str, Any], bool]] = [
    ("still runs", {"state": "running"}, True),
    ("stopped too late", {"state": "stopped", "stopped_at": 31}, True),
    ("stopped at the last moment", {"state": "stopped", "stopped_at": 30}, False),
    ("stopped in time", {"state": "stopped", "stopped_at": 29}, False),
    ("does not count", {"state": "void", "stopped_at": 31}, False),
    ("waits", {"state": "paused"}, False),
    ("is a line's", {"state": "running", "kind": "line"}, False),
    ("was due at the beginning of the span", {"state": "running", "due_at": 20}, True),
    ("was due before", {"state": "running", "due_at": 19.9}, False),
    ("was due at its end", {"state": "running", "due_at": 40}, False),
    ("was due just before its end", {"state": "running", "due_at": 39.9}, True),
]


@pytest.mark.parametrize(("what", "columns", "missed"), MISSED, ids=[row[0] for row in MISSED])
def test_a_deadline_that_fell_into_the_span_was_missed_or_not(
    cast: Cast, what: str, columns: dict[str, Any], missed: bool
) -> None:
    with at(0):
        ticket = cast.ask()
        cast.ask(subject="other")
    moments = {name: MONDAY + timedelta(minutes=columns[name]) for name in ("due_at", "stopped_at") if name in columns}
    with door():
        Clock.objects.exclude(ticket=ticket).delete()
        Clock.objects.filter(ticket=ticket).update(**{"due_at": MONDAY + timedelta(minutes=30), **columns, **moments})
    with at(60):
        found = Ticket.objects.breached_between(MONDAY + timedelta(minutes=20), MONDAY + timedelta(minutes=40))
        assert subjects(found) == ({ticket.subject} if missed else set())


def test_what_is_to_come_was_not_missed_yet(cast: Cast) -> None:
    with at(0):
        cast.ask()
    day = (MONDAY, MONDAY + timedelta(days=1))
    for minutes, missed in ((4, 0), (5, 0), (5.01, 1)):
        with at(minutes):
            assert Ticket.objects.breached_between(*day).count() == missed


def unsent_solution(cast: Cast, ticket: Ticket) -> None:
    actions.resolve(ticket, by=cast.bo, resolution="x", undo_seconds=15)


def unsent_question(cast: Cast, ticket: Ticket) -> None:
    said = actions.reply(ticket, by=cast.bo, text="x", undo_seconds=15)
    actions.hold(ticket, by=cast.bo, reason="requester", after=said)


def unsent_reply(cast: Cast, ticket: Ticket) -> None:
    actions.reply(ticket, by=cast.bo, text="x", undo_seconds=15)


def solved_before(cast: Cast, ticket: Ticket) -> None:
    """Of which something more is said, and has not left: that it is solved has long been told."""
    with at(-60):
        actions.resolve(ticket, by=cast.bo, resolution="x")
    unsent_reply(cast, ticket)


def solved_just_now(cast: Cast, ticket: Ticket) -> None:
    actions.resolve(ticket, by=cast.bo, resolution="x")
    unsent_reply(cast, ticket)


def solved_after_a_question(cast: Cast, ticket: Ticket) -> None:
    unsent_question(cast, ticket)
    actions.resolve(ticket, by=cast.bo, resolution="x")


def withdrawn_solution(cast: Cast, ticket: Ticket) -> None:
    unsent_solution(cast, ticket)
    actions.withdraw(ticket.messages.latest("pk"), by=cast.bo)
    actions.resolve(ticket, by=cast.bo, resolution="x")
    unsent_reply(cast, ticket)


@pytest.mark.parametrize(
    ("before", "stands", "shown"),
    [
        (unsent_solution, "resolved", "in_progress"),
        (unsent_question, "waiting", "in_progress"),
        (unsent_reply, "in_progress", "in_progress"),
        (solved_before, "resolved", "resolved"),
        (solved_just_now, "resolved", "resolved"),
        (solved_after_a_question, "resolved", "resolved"),
        (withdrawn_solution, "resolved", "resolved"),
    ],
)
def test_outside_the_desk_what_has_not_left_has_not_happened(
    cast: Cast, before: Callable[[Cast, Ticket], None], stands: str, shown: str
) -> None:
    with at(-70):
        ticket = cast.ask(subject="this", participants=[cast.hana])
        actions.accept(ticket, by=cast.bo)
        other = cast.ask(subject="other")
        actions.accept(other, by=cast.bo)
    with at(0):
        before(cast, ticket)

    def phase_for(who: str) -> str:
        by = person(cast, who)
        phases = ("pending", "in_progress", "waiting", "resolved", "closed", "cancelled")
        return " ".join(p for p in phases if "this" in subjects(Ticket.objects.in_phases([p], by=by)))

    for seconds, outside in ((0, shown), (14, shown), (15, stands)):
        with clock.moved(MONDAY + timedelta(seconds=seconds)):
            told = {who: phase_for(who) for who in ("mei", "hana", "bo", "ada", "system")}
            inside = dict.fromkeys(("bo", "ada", "system"), stands)
            assert told == {"mei": outside, "hana": outside, **inside}, seconds
            assert "other" in subjects(Ticket.objects.in_phases(["in_progress"], by=cast.mei))
            assert subjects(Ticket.objects.in_phases(["in_progress", "resolved", "waiting"], by=cast.mei)) == {
                "this",
                "other",
            }


# Who finds it: by a word of the subject, of what was asked, said to all, said to askers, noted inside, its tag, the
# requester's name, and its number
FOUND = {
    "omar": "subject asked said aside number",
    "hana": "subject asked said aside number",
    "anna": "subject number",
    "mei": "subject number",
    "bo": "subject asked said aside tag name number",
    "ada": "subject asked said aside tag name number",
    "system": "subject asked said aside tag name number",
    "yu": "",
}


def test_each_finds_it_by_what_they_may_read(cast: Cast) -> None:
    """Mei asked it for Omar, who let Hana read all of it; Bo let Anna read what comes. Yu has left."""
    anna = Person.objects.create_person(name="Anna", email="anna@corp.example")
    with at(0):
        ticket = cast.ask(requester=cast.omar, subject="Xsubject", text="xasked")
        actions.add_participant(ticket, by=cast.omar, person=cast.hana)
    with at(1):
        actions.reply(ticket, by=cast.bo, text="xsaid")
        actions.reply(ticket, by=cast.bo, text="xaside", to_askers=True)
        actions.note(ticket, by=cast.bo, text="xnote")
        actions.tag(ticket, by=cast.bo, tags=["xtag"])
    with at(2):
        actions.add_participant(ticket, by=cast.bo, person=anna)
        Membership.objects.filter(person=cast.yu).delete()
        search.index(ticket.pk)
        cast.ask(subject="Another")
    words = {name: f"x{name}" for name in ("subject", "asked", "said", "aside", "note", "tag")}
    words |= {"name": "haddad", "number": ticket.number}
    with at(3):
        for who, wanted in FOUND.items():
            by = person(cast, who)
            seen = Ticket.objects.visible_to(by)
            found = {name for name, each in words.items() if subjects(seen.matching(each, by=by)) == {"Xsubject"}}
            assert (who, found) == (who, set(wanted.split()))
            assert subjects(seen.matching("nowhere", by=by)) == subjects(seen.matching(" !? ", by=by)) == set()
        assert subjects(Ticket.objects.visible_to(anna).matching("xsubject xsaid", by=anna)) == set()
        assert subjects(Ticket.objects.containing("")) == set()


def test_whose_it_is_is_found_by_the_address_unless_a_merge_brought_them(cast: Cast) -> None:
    one = cast.ask(subject="one", by=cast.omar)
    cast.ask(subject="two")
    address = "mei@corp.example"

    def found(who: str, address: str = address) -> set[str]:
        by = person(cast, who)
        return subjects(Ticket.objects.visible_to(by).of_requester(address, by=by))

    two = Ticket.objects.get(subject="two")
    assert [found(who) for who in ("mei", "bo", "ada", "system")] == [{"two"}] * 4
    assert found("omar", "omar@corp.example") == {"one"}
    actions.merge(one, by=cast.bo, into=two)
    assert subjects(Ticket.objects.visible_to(cast.omar)) == {"one", "two"}
    assert [found(who) for who in ("omar", "mei", "bo")] == [set(), {"two"}, {"two"}]
    Membership.objects.create(person=cast.omar, desk=cast.it, team=None, role="auditor")
    assert found("omar") == {"two"}
    Person.objects.filter(pk=cast.omar.pk).update(admin=True)
    Membership.objects.filter(person=cast.omar).delete()
    assert found("omar") == {"two"}
