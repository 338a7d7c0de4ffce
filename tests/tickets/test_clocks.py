"""Clocks follow the events."""

from datetime import timedelta

import pytest

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.people.models import Person
from firstline.sla import when
from firstline.sla.models import Calendar, SlaTarget
from firstline.tickets import actions, clocks, jobs, replay
from firstline.tickets.conditions.fields import GOAL_FIELDS, keys_of
from firstline.tickets.models import NEVER, Ticket
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.tickets.timing import at, at_time, incident, lower_at, raise_at, the_clock

pytestmark = pytest.mark.django_db


def test_until_the_kind_is_known_only_acceptance_runs():
    cast = Cast.make()
    with at(0):
        ticket = cast.asked()
    assert [c.kind for c in ticket.clocks.all()] == ["acceptance"]
    assert ticket.due_at == MONDAY + timedelta(minutes=5)
    assert ticket.due_clock == "acceptance"


@pytest.mark.parametrize(
    ("minutes", "due", "which"), [(5, 5, "acceptance"), (30, 30, "acceptance"), (31, 30, "first_response")]
)
def test_the_next_deadline_is_the_soonest(minutes: int, due: int, which: str):
    """Of an incident that is to be accepted within so many minutes, answered within 30 and solved within 8 hours."""
    cast = Cast.make()
    SlaTarget.objects.filter(clock="acceptance").update(minutes=minutes)
    config_cache.forget()
    with at(0):
        ticket = actions.classify(cast.ask(), by=cast.bo, kind="incident", service=None)
    assert (ticket.due_at, ticket.due_clock) == (MONDAY + timedelta(minutes=due), which)


def test_accepting_in_time_stops_the_acceptance_clock():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(3):
        actions.accept(ticket, by=cast.bo)
    done = the_clock(ticket, "acceptance")
    assert done.state == "stopped"
    assert done.spent == timedelta(minutes=3)
    assert not done.late


def test_accepting_late_is_late():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(6):
        actions.accept(ticket, by=cast.bo)
    assert the_clock(ticket, "acceptance").late


def test_classifying_starts_the_clocks_of_that_kind_from_the_moment_of_asking():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(3):
        actions.accept(ticket, by=cast.bo)
    with at(4):
        actions.classify(ticket, by=cast.bo, kind="incident", service=cast.vpn)
    assert the_clock(ticket, "first_response").due_at == MONDAY + timedelta(minutes=30)
    # 8 working hours from 9:00, less an hour for lunch: 18:00.
    assert the_clock(ticket, "resolution").due_at == MONDAY + timedelta(hours=9)


def test_waiting_pauses_and_a_change_of_priority_does_not_forget_it():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    with at(10):
        actions.reply(ticket, by=cast.bo, text="The provider is asked.")
        actions.hold(ticket, by=cast.bo, reason="vendor")
    assert the_clock(ticket, "resolution").state == "paused"
    assert the_clock(ticket, "resolution").due_at is None
    assert the_clock(ticket, "resolution").spent == timedelta(minutes=10)
    assert fresh(ticket).due_at == NEVER
    with at(70):
        actions.resume(ticket, by=cast.bo)
    with at(80):
        actions.change_priority(ticket, by=cast.bo, impact=2, urgency=3)
    resolution = the_clock(ticket, "resolution")
    assert resolution.minutes == 240
    # Stricter from 10:20 on: 4 hours from then, and 1 hour of lunch. The hour waited before is over.
    assert resolution.due_at == at_time(15, 20)
    assert replay.differences(ticket) == []


def test_reopening_lets_the_resolution_clock_go_on_where_it_stood():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    with at(30):
        actions.resolve(ticket, by=cast.bo, resolution="Restarted it.")
    assert the_clock(ticket, "resolution").spent == timedelta(minutes=30)
    with at(90):
        actions.reopen(ticket, by=cast.mei, reason="It drops again.")
    assert the_clock(ticket, "resolution").spent == timedelta(minutes=30)
    with at(100):
        actions.resolve(ticket, by=cast.bo, resolution="New certificate.")
    assert the_clock(ticket, "resolution").spent == timedelta(minutes=40)
    assert replay.differences(ticket) == []


def test_each_team_that_gets_it_has_its_own_time_to_accept():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(2):
        actions.accept(ticket, by=cast.bo)
    with at(10):
        actions.escalate(ticket, by=cast.bo, to=cast.network, handover="Rekey fails.")
    with at(12):
        actions.accept(ticket, by=cast.chen)
    second = the_clock(ticket, "acceptance", 2)
    assert (second.started_at, second.spent) == (MONDAY + timedelta(minutes=10), timedelta(minutes=2))


def test_the_first_line_has_twenty_minutes_without_the_time_it_waited():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
        actions.accept(ticket, by=cast.bo)
    with at(15):
        actions.hold(ticket, by=cast.bo, reason="requester")
    with at(60):
        actions.reply(ticket, by=cast.mei, text="Here is the log.")
    line = the_clock(ticket, "line")
    assert line.due_at == MONDAY + timedelta(minutes=65)
    assert fresh(ticket).status_id == "in_progress"


def test_a_goal_edited_now_applies_to_open_tickets_when_they_are_recomputed():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    SlaTarget.objects.filter(clock="acceptance").update(minutes=15)
    config_cache.forget()
    with at(1):
        actions.recompute(ticket, by=type(cast.bo).objects.system())
    assert fresh(ticket).due_at == MONDAY + timedelta(minutes=15)


def test_without_goals_a_ticket_has_no_clocks_and_works():
    cast = Cast.make()
    SlaTarget.objects.all().delete()
    config_cache.forget()
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    assert not ticket.clocks.exists()
    assert fresh(ticket).due_at == NEVER


def test_durations_follow_the_definitions_of_the_process():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(2):
        actions.accept(ticket, by=cast.bo)
    with at(5):
        actions.reply(ticket, by=cast.bo, text="Which gateway?")
        actions.hold(ticket, by=cast.bo, reason="requester")
    with at(25):
        actions.reply(ticket, by=cast.mei, text="SH-1")
    with at(60):
        actions.resolve(ticket, by=cast.bo, resolution="Use SH-2.")
    with at(65):
        actions.close(ticket, by=cast.mei)
    done = fresh(ticket)
    assert done.first_response_time == timedelta(minutes=5)
    assert done.resolution_time == timedelta(minutes=60)
    assert done.waited == timedelta(minutes=20)
    assert done.handling_time == timedelta(minutes=40)


def test_while_nobody_has_spoken_holding_does_not_pause_the_first_response():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    with at(10):
        actions.hold(ticket, by=cast.bo, reason="vendor")
    first = the_clock(ticket, "first_response")
    assert (first.state, first.due_at) == ("running", at_time(9, 30))
    assert (fresh(ticket).due_at, fresh(ticket).due_clock) == (at_time(9, 30), "first_response")
    with at(31):
        jobs.watch_clocks()
    assert the_clock(ticket, "first_response").breached_at == at_time(9, 31)
    with at(40):
        actions.reply(ticket, by=cast.bo, text="We wait for the provider.")
    assert the_clock(ticket, "first_response").late
    assert replay.differences(ticket) == []


def test_a_goal_in_a_calendar_without_working_time_has_no_deadline_and_stops_nobody():
    cast = Cast.make()
    never = Calendar.objects.create(key="never", name_en="x", name_zh="x", zone="Asia/Shanghai", week={})
    SlaTarget.objects.filter(clock="resolution", when__priority=[1, 2]).update(calendar=never)
    config_cache.forget()
    ticket = incident(cast)
    raise_at(ticket, at_time(9, 30), cast)
    assert (the_clock(ticket, "resolution").due_at, fresh(ticket).due_at) == (None, NEVER)
    lower_at(ticket, at_time(10), cast)
    assert the_clock(ticket, "resolution").due_at == at_time(18)


def test_a_team_that_is_given_a_waiting_ticket_has_its_own_time_to_accept_it():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(4):
        actions.assign(ticket, by=cast.dana, to=cast.chen)
    first, second = the_clock(ticket, "acceptance"), the_clock(ticket, "acceptance", 2)
    assert (first.state, second.started_at, second.due_at) == ("void", at_time(9, 4), at_time(9, 9))
    with at(5):
        actions.assign(ticket, by=cast.dana, to=None)
    assert ticket.clocks.filter(kind="acceptance").count() == 2
    assert replay.differences(ticket) == []


@pytest.mark.parametrize(("minute", "became"), [(5, ("void", False)), (6, ("stopped", True))])
def test_a_ticket_given_away_only_when_it_was_late_was_late(minute: int, became: tuple[str, bool]) -> None:
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(minute):
        actions.assign(ticket, by=cast.dana, to=cast.chen)
    first = the_clock(ticket, "acceptance")
    assert (first.state, first.late) == became


def test_what_is_cancelled_late_was_not_solved_late():
    """Only whoever let it wait too long to be accepted was late, whatever became of it."""
    cast = Cast.make()
    ticket = incident(cast)
    with clock.moved(at_time(20)):
        actions.cancel(ticket, by=cast.mei)
    solution = the_clock(ticket, "resolution")
    assert (solution.due_at, solution.state, solution.late) == (at_time(18), "void", False)
    with at(0):
        waits = cast.ask()
    with at(6):
        actions.cancel(waits, by=cast.mei)
    accepting = the_clock(waits, "acceptance")
    assert (accepting.state, accepting.late) == ("stopped", True)


def test_what_is_an_inquiry_after_all_keeps_the_clock_of_accepting_alone():
    cast = Cast.make()
    ticket = incident(cast)
    assert set(ticket.clocks.values_list("kind", flat=True)) == {"acceptance", "first_response", "resolution", "line"}
    actions.classify(ticket, by=cast.bo, kind="inquiry", service=None)
    assert set(ticket.clocks.values_list("kind", flat=True)) == {"acceptance", "line"}


def test_a_round_for_which_there_is_no_goal_any_more_goes_and_the_others_stay():
    cast = Cast.make()
    ticket = cast.ask()
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="x")
    rounds = ticket.clocks.filter(kind="acceptance").order_by("round").values_list("round", flat=True)
    assert list(rounds) == [1, 2]
    SlaTarget.objects.filter(clock="acceptance").update(when={"line": ["L1"]})
    config_cache.forget()
    actions.recompute(ticket, by=Person.objects.system())
    assert list(rounds.all()) == [1]


def test_of_two_deadlines_over_at_once_the_one_acted_on_first_may_end_the_other():
    cast = Cast.make()
    with at(0):
        ticket, other = cast.ask(), cast.ask()
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    SlaTarget.objects.exclude(clock="first_response").update(active=False)
    config_cache.forget()
    with at(600):
        jobs.watch_clocks()
    # Accepting was over first: it, and the solution, are gone with it.
    names = [(event.name, event.data["clock"]) for event in ticket.events.filter(name__startswith="clock_")]
    assert names == [("clock_breached", "acceptance"), ("clock_breached", "first_response")]
    assert list(ticket.clocks.values_list("kind", flat=True)) == ["first_response"]
    assert not other.clocks.exists()


def test_what_can_move_a_clock_is_written_down_a_second_time() -> None:
    assert set(
        "phase first_response_at desk_id service_id kind priority line_id team_id requester_department vip".split()
    ) == (clocks.MOVING_COLUMNS)
    assert {"clock_warned", "clock_breached", "recomputed"} == clocks.MOVING_EVENTS


def test_what_a_goal_asks_about_is_written_down_a_second_time() -> None:
    asked = {field.key for field in GOAL_FIELDS.all()}
    assert asked == set("desk_key service_key kind priority line_key team_key department vip".split())
    assert asked == set(when.FIELDS.values())


def test_the_keys_of_a_ticket_are_those_of_the_rows_to_which_it_points() -> None:
    cast = Cast.make()
    points = {"desk_id": cast.it.pk, "service_id": cast.vpn.pk, "line_id": cast.network.line_id, "team_id": None}
    known = {"desk_key": "IT", "service_key": "vpn", "line_key": "L2", "team_key": ""}
    assert keys_of(points, config_cache.current()) == known
    assert keys_of({}, config_cache.current()) == dict.fromkeys(known, "")


def leaves(cast: Cast, ticket: Ticket, what: str) -> None:
    bo = cast.bo
    match what:
        case "kind":
            actions.classify(ticket, by=bo, kind="question", service=cast.vpn)
        case "service":
            actions.classify(ticket, by=bo, kind="incident", service=None)
        case "priority":
            actions.change_priority(ticket, by=bo, impact=1, urgency=1)
        case "desk":
            actions.transfer(ticket, by=bo, to=cast.hr, reason="x")
            actions.classify(ticket, by=cast.hana, kind="incident", service=None)
        case "line" | "team":
            actions.assign(ticket, by=cast.dana, to=cast.chen)


@pytest.mark.parametrize("what", ["kind", "service", "priority", "desk", "line", "team"])
def test_a_clock_goes_when_nothing_asks_for_it_any_more(what: str) -> None:
    cast = Cast.make()
    when = {"kind": "incident", "service": "vpn", "priority": 3, "desk": "IT", "line": "L1", "team": "l1"}
    SlaTarget.objects.all().delete()
    SlaTarget.objects.create(clock="resolution", minutes=60, when={what: [when[what]]}, name_en="x", name_zh="x")
    config_cache.forget()
    ticket, other = cast.ask(), cast.ask()
    for each in (ticket, other):
        actions.accept(each, by=cast.bo)
        actions.classify(each, by=cast.bo, kind="incident", service=cast.vpn)
        assert each.clocks.count() == 1
    leaves(cast, ticket, what)
    assert (ticket.clocks.count(), other.clocks.count()) == (0, 1)
    assert (fresh(ticket).due_at, fresh(ticket).due_clock) == (NEVER, "")
    assert replay.differences(ticket) == []


def test_a_goal_is_counted_in_its_own_hours_else_in_the_desks() -> None:
    cast = Cast.make()
    always = Calendar.objects.create(key="always", name_en="Always", name_zh="全天", always=True)
    SlaTarget.objects.filter(clock="acceptance").update(calendar=always)
    config_cache.forget()
    with clock.moved(at_time(20)):
        ticket = cast.ask()
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    assert the_clock(ticket, "acceptance").due_at == at_time(20, 5)
    assert the_clock(ticket, "first_response").due_at == at_time(9, 30, day=1)


def test_all_open_tickets_are_brought_under_a_new_goal_some_at_a_time_and_those_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast = Cast.make()
    monkeypatch.setattr(jobs, "BATCH", 2)
    made = [cast.ask() for _ in range(5)]
    run_jobs()
    actions.resolve(made[1], by=cast.bo, resolution="x")
    actions.accept(made[2], by=cast.bo)
    SlaTarget.objects.filter(clock="acceptance").update(minutes=15)
    SlaTarget.objects.filter(clock="line").update(minutes=40)
    run_jobs()
    assert jobs.recompute_open(after_id=0) is None
    done = [name for name in run_jobs() if name == "firstline.tickets.recompute_open"]
    assert len(done) == 2
    told = [each.events.filter(name="recomputed").count() for each in made]
    assert told == [1, 0, 1, 1, 1]
    assert {the_clock(each, "acceptance").minutes for each in (made[0], made[3], made[4])} == {15}
    jobs.recompute_open(after_id=0)
    run_jobs()
    assert [each.events.filter(name="recomputed").count() for each in made] == told
