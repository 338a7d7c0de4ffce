"""What time does: warnings and breaches."""

from datetime import timedelta

import pytest

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.people.models import Person
from firstline.sla.models import SlaTarget
from firstline.tickets import actions, jobs, replay
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Clock, Ticket
from firstline.tickets.write_guard import door
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


def test_a_warning_and_a_breach_are_each_told_once():
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
    for minute in (1, 4, 4.5, 5, 6, 7):
        with clock.moved(MONDAY + timedelta(minutes=minute)):
            jobs.watch_clocks()
    names = [e.name for e in ticket.events.all()]
    assert names == ["opened", "clock_warned", "clock_breached"]
    assert ticket.events.get(name="clock_breached").data["tell"] == ["manager"]
    assert ticket.clocks.get().breached_at == MONDAY + timedelta(minutes=5)
    assert replay.differences(ticket) == []


def test_a_breach_can_raise_the_priority_and_move_the_ticket():
    cast = Cast.make()
    SlaTarget.objects.filter(clock="acceptance").update(on_breach=["raise", "reassign:l15"])
    with clock.moved(MONDAY):
        ticket = cast.ask()
    with clock.moved(MONDAY + timedelta(minutes=6)):
        jobs.watch_clocks()
    ticket = fresh(ticket)
    assert (ticket.priority, ticket.team) == (2, cast.first_plus)
    assert replay.differences(ticket) == []


def test_a_waiting_ticket_is_not_breached():
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
        actions.reply(ticket, by=cast.bo, text="The provider is asked.")
        actions.hold(ticket, by=cast.bo, reason="vendor")
    with clock.moved(MONDAY + timedelta(days=3)):
        jobs.watch_clocks()
    assert not ticket.events.filter(name="clock_breached").exists()
    with pytest.raises(WrongState):
        actions.accept(ticket, by=cast.bo)
    with pytest.raises(NotAllowed):
        actions.resume(ticket, by=cast.mei)


def told(ticket: Ticket) -> list[str]:
    return [event.name for event in ticket.events.exclude(name__in=("opened", "accepted"))]


@pytest.mark.parametrize(
    ("minutes", "warned", "breached"), [(3.99, False, False), (4, True, False), (4.99, True, False), (5, True, True)]
)
def test_a_deadline_is_near_and_over_from_its_very_moment(
    cast: Cast, minutes: float, warned: bool, breached: bool
) -> None:
    """Whoever calls it: a job that looked a moment ago is not believed."""
    with clock.moved(MONDAY):
        ticket = cast.ask()
    late, system = ticket.clocks.get(), Person.objects.system()
    with clock.moved(MONDAY + timedelta(minutes=minutes)):
        actions.warn_clock(late, by=system)
        assert told(ticket) == ["clock_warned"] * warned
        actions.breach_clock(late, by=system)
        actions.warn_clock(late, by=system)
        actions.breach_clock(late, by=system)
        assert told(ticket) == ["clock_warned"] * warned + ["clock_breached"] * breached


@pytest.mark.parametrize("moved", ["stopped", "put off", "unwarned", "paused"])
def test_what_moved_since_somebody_looked_is_neither_warned_of_nor_late(cast: Cast, moved: str) -> None:
    with clock.moved(MONDAY):
        ticket = cast.ask()
    late, system = ticket.clocks.get(), Person.objects.system()
    with clock.moved(MONDAY + timedelta(minutes=1)), door():
        match moved:
            case "stopped":
                actions.accept(ticket, by=cast.bo)
            case "put off":
                ahead = MONDAY + timedelta(hours=1)
                Clock.objects.filter(pk=late.pk).update(due_at=ahead, warn_at=ahead)
            case "unwarned":
                Clock.objects.filter(pk=late.pk).update(due_at=None, warn_at=None)
            case "paused":
                Clock.objects.filter(pk=late.pk).update(state="paused")
    with clock.moved(MONDAY + timedelta(minutes=6)):
        actions.warn_clock(late, by=system)
        actions.breach_clock(late, by=system)
    assert told(ticket) == []


@pytest.mark.parametrize("name", ["warn", "breach"])
def test_for_a_clock_whose_goal_is_gone_nothing_is_done_and_it_goes(cast: Cast, name: str) -> None:
    with clock.moved(MONDAY):
        ticket = cast.ask()
    late, system = ticket.clocks.get(), Person.objects.system()
    SlaTarget.objects.all().delete()
    config_cache.forget()
    act = {"warn": actions.warn_clock, "breach": actions.breach_clock}[name]
    with clock.moved(MONDAY + timedelta(minutes=5)):
        for _time in range(2):
            act(late, by=system)
    assert [(event.name, event.data["tell"], event.data["actions"]) for event in ticket.events.all()[1:]] == [
        ({"warn": "clock_warned", "breach": "clock_breached"}[name], [], []),
    ]
    assert not ticket.clocks.exists()


@pytest.mark.parametrize(
    ("wanted", "team", "held_by", "priority"),
    [
        (["reassign:l15"], "l15", None, 3),
        (["reassign:l1"], "l1", "bo", 3),  # it is there already
        (["reassign:hr"], "l1", "bo", 3),  # another desk's
        (["reassign:nobody"], "l1", "bo", 3),
        (["raise"], "l1", "bo", 2),
        (["tell:manager"], "l1", "bo", 3),
    ],
)
def test_what_a_goal_wants_done_is_done(
    cast: Cast, wanted: list[str], team: str, held_by: str | None, priority: int
) -> None:
    SlaTarget.objects.filter(clock="line").update(on_breach=wanted)
    config_cache.forget()
    with clock.moved(MONDAY):
        ticket = cast.ask()
        actions.accept(ticket, by=cast.bo)
    with clock.moved(MONDAY + timedelta(minutes=21)):
        jobs.watch_clocks()
    ticket = fresh(ticket)
    assert (ticket.team.key, ticket.assignee, ticket.priority) == (
        team,
        getattr(cast, held_by) if held_by else None,
        priority,
    )
    assert ticket.events.get(name="clock_breached").data["actions"] == wanted


def test_only_the_most_late_are_acted_on_at_once_and_the_rest_the_next_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.moved(MONDAY):
        tickets = [cast.ask() for _each in range(3)]
    monkeypatch.setattr(jobs, "BATCH", 2)
    with clock.moved(MONDAY + timedelta(minutes=4)):
        jobs.watch_clocks()
        assert [told(each) for each in tickets] == [["clock_warned"], ["clock_warned"], []]
        jobs.watch_clocks()
        assert [told(each) for each in tickets] == [["clock_warned"]] * 3
    with clock.moved(MONDAY + timedelta(minutes=5)):
        jobs.watch_clocks()
        assert [len(told(each)) for each in tickets] == [2, 2, 1]
        jobs.watch_clocks()
        assert [len(told(each)) for each in tickets] == [2, 2, 2]


def test_what_was_over_before_anybody_could_warn_of_it_is_not_warned_of(cast: Cast) -> None:
    with clock.moved(MONDAY):
        ticket = cast.ask()
    for minutes in (6, 7):
        with clock.moved(MONDAY + timedelta(minutes=minutes)):
            jobs.watch_clocks()
    assert told(ticket) == ["clock_breached"]


def test_clocks_that_stopped_late_take_nobodys_place(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)
    with clock.moved(MONDAY):
        done = cast.ask()
    with clock.moved(MONDAY + timedelta(minutes=1)):
        ticket = cast.ask()
    with clock.moved(MONDAY + timedelta(minutes=5.5)):
        actions.accept(done, by=cast.bo)
        actions.hold(done, by=cast.bo, reason="vendor")
        jobs.watch_clocks()
    with clock.moved(MONDAY + timedelta(minutes=6)):
        jobs.watch_clocks()
    assert (told(done), told(ticket)) == (["held"], ["clock_warned", "clock_breached"])


@pytest.mark.parametrize("job", ["watch_clocks", "warn", "wake_up", "resume", "close_solved"])
def test_one_ticket_that_fails_does_not_keep_what_time_does_to_those_behind_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, job: str
) -> None:
    """As many as are taken at once fail, and are the first."""
    monkeypatch.setattr(jobs, "BATCH", 2)
    SlaTarget.objects.filter(clock="acceptance").update(warn_minutes=2)
    with clock.moved(MONDAY):
        config_cache.forget()
        tickets = [cast.asked() for _ in range(4)]
        for ticket in tickets:
            if job == "wake_up":
                actions.snooze(ticket, by=cast.bo, until=MONDAY + timedelta(minutes=1))
            if job == "resume":
                actions.hold(ticket, by=cast.bo, reason="date", until=MONDAY + timedelta(minutes=1))
            if job == "close_solved":
                actions.resolve(ticket, by=cast.bo, resolution="x")
    name = {"watch_clocks": "breach_clock", "warn": "warn_clock", "wake_up": "wake", "close_solved": "close"}.get(
        job, job
    )
    real, broken = getattr(actions, name), {tickets[0].pk, tickets[1].pk}

    def act(row: Ticket | Clock, *, by: Person) -> object:
        if (row.pk if isinstance(row, Ticket) else row.ticket_id) in broken:
            raise KeyError("CANARY")
        return real(row, by=by)

    monkeypatch.setattr(actions, name, act)
    event = {"warn": "clock_warned", "watch_clocks": "clock_breached", "wake_up": "woken", "resume": "resumed"}
    run = getattr(jobs, {"warn": "watch_clocks", "resume": "wake_up"}.get(job, job))

    def acted_on() -> list[int]:
        done = event.get(job, "closed")
        return [place for place, ticket in enumerate(tickets) if ticket.events.filter(name=done).exists()]

    later = timedelta(minutes=4 if job == "warn" else 7) if job != "close_solved" else timedelta(days=20)
    with clock.moved(MONDAY + later):
        run()
        assert acted_on() == [2, 3]
        broken.clear()
        run()
        assert acted_on() == [0, 1, 2, 3]
