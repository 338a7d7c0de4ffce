"""What is taken back ended no clock: every verb that can end one, each of them from wherever it can begin."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from firstline.catalog import config_cache
from firstline.sla.models import SlaTarget
from firstline.tickets import actions, jobs, replay
from firstline.tickets.models import Clock, Message, Ticket
from firstline.tickets.verbs import CLOSED, GONE, PENDING, SOLVED, VERBS, WAIT, WORK
from tests.cast import Cast, fresh
from tests.tickets.timing import at, the_clock

pytestmark = pytest.mark.django_db

Clocks = dict[tuple[str, int], tuple[str, datetime | None, datetime | None]]
ENDING = frozenset({"resolved", CLOSED, GONE, "merged"})


def withdraw(ticket: Ticket, cast: Cast) -> None:
    actions.withdraw(Message.objects.filter(kind="reply", author=cast.bo).latest("pk"), by=cast.bo)


TAKES_BACK: dict[str, Callable[[Ticket, Cast], object] | None] = {
    "merge": lambda ticket, cast: actions.unmerge(ticket, by=cast.bo),
    "resolve": withdraw,
    # It happened: what follows begins after it, and is told in docs/figures.md.
    "close": None,
    "cancel": None,
}
STANDS: dict[str, Callable[[Ticket, Cast], object]] = {
    PENDING: lambda ticket, cast: None,
    WORK: lambda ticket, cast: ticket.phase == WORK or actions.accept(ticket, by=cast.bo),
    WAIT: lambda ticket, cast: actions.hold(ticket, by=cast.bo, reason="vendor"),
    SOLVED: lambda ticket, cast: actions.resolve(ticket, by=cast.bo, resolution="Done."),
}


def standing(cast: Cast, phase: str, *, answered: bool) -> Ticket:
    """Asked at nine and classified; it stands there from two past on; once it is answered it is at work."""
    SlaTarget.objects.filter(clock="resolution").update(minutes=90)
    config_cache.forget()
    with at(0):
        ticket = cast.ask()
        actions.classify(fresh(ticket), by=cast.dana, kind="incident", service=None)
        if answered:
            actions.reply(fresh(ticket), by=cast.dana, text="I look into it.")
    with at(2):
        STANDS[phase](fresh(ticket), cast)
    assert fresh(ticket).phase == (WORK if answered and phase == PENDING else phase)
    return fresh(ticket)


def clocks(ticket: Ticket) -> Clocks:
    return {(each.kind, each.round): (each.state, each.due_at, each.stopped_at) for each in ticket.clocks.all()}


def later(clocks: Clocks, minutes: int) -> Clocks:
    """Those that run have so much more time."""
    more = timedelta(minutes=minutes)
    return {
        key: (state, due + more if due and state == Clock.State.RUNNING else due, stopped)
        for key, (state, due, stopped) in clocks.items()
    }


def test_of_each_verb_that_ends_clocks_it_is_said_what_takes_it_back() -> None:
    assert {key for key, verb in VERBS.items() if verb.leads_to in ENDING} == TAKES_BACK.keys()
    assert VERBS["merge"].begins == STANDS.keys()


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("phase", STANDS)
def test_a_merge_that_is_taken_back_costs_no_clock_more_than_the_time_between(
    cast: Cast, phase: str, answered: bool
) -> None:
    ticket = standing(cast, phase, answered=answered)
    before = clocks(ticket)
    assert len(before) >= 3
    with at(3):
        actions.merge(fresh(ticket), by=cast.bo, into=cast.ask(by=cast.omar))
    assert not ticket.clocks.filter(state="running").exists()
    with at(5):
        actions.unmerge(fresh(ticket), by=cast.bo)
    assert clocks(ticket) == later(before, 2)
    assert fresh(ticket).due_clock in {kind for kind, _round in before} | {""}
    assert replay.differences(fresh(ticket)) == []


@pytest.mark.parametrize("phase", [PENDING, WORK, WAIT])
@pytest.mark.parametrize("merged", [False, True])
def test_a_solution_that_is_undone_ended_nothing(cast: Cast, phase: str, merged: bool) -> None:
    """Also when it is undone while it is merged."""
    ticket = standing(cast, phase, answered=False)
    with at(8):
        if phase == PENDING:  # who solves it accepts it, and that stays
            actions.accept(fresh(ticket), by=cast.bo)
        before = clocks(ticket)
        actions.resolve(fresh(ticket), by=cast.bo, resolution="Done.", undo_seconds=120)
        if merged:
            actions.merge(fresh(ticket), by=cast.bo, into=cast.ask(by=cast.omar))
    with at(9):
        withdraw(ticket, cast)
        if merged:
            actions.unmerge(fresh(ticket), by=cast.bo)
    assert clocks(ticket) == (later(before, 1) if merged else before)
    assert replay.differences(fresh(ticket)) == []


@pytest.mark.parametrize("phase", [PENDING, WORK, WAIT])
def test_an_answer_that_is_undone_answered_nobody(cast: Cast, phase: str) -> None:
    ticket = standing(cast, phase, answered=False)
    with at(8):
        if phase == PENDING:
            actions.accept(fresh(ticket), by=cast.bo)
        before = clocks(ticket)
        actions.reply(fresh(ticket), by=cast.bo, text="Which one?", undo_seconds=120)
        assert the_clock(ticket, "first_response").state == "stopped"
    with at(9):
        withdraw(fresh(ticket), cast)
    assert clocks(ticket) == before


def test_a_deadline_after_a_merge_that_was_taken_back_is_missed_and_told(cast: Cast) -> None:
    ticket = standing(cast, WORK, answered=False)
    due = the_clock(ticket, "first_response").due_at
    with at(8):
        actions.merge(fresh(ticket), by=cast.bo, into=cast.ask(by=cast.omar))
    with at(9):
        actions.unmerge(fresh(ticket), by=cast.bo)
    assert due
    for minutes, told in ((0, []), (2, ["first_response"])):
        with at((due - the_clock(ticket, "first_response").started_at) / timedelta(minutes=1) + minutes):
            jobs.watch_clocks()
        missed = [event.told["clock"] for event in ticket.events.filter(name="clock_breached")]
        assert [kind for kind in missed if kind != "line"] == told


def test_one_that_was_missed_stays_missed(cast: Cast) -> None:
    ticket = standing(cast, PENDING, answered=False)
    with at(300):
        jobs.watch_clocks()
        actions.merge(fresh(ticket), by=cast.bo, into=cast.ask(by=cast.omar))
    with at(310):
        actions.unmerge(fresh(ticket), by=cast.bo)
        jobs.watch_clocks()
    missed = [event.told["clock"] for event in ticket.events.filter(name="clock_breached")]
    assert len(missed) == len(set(missed))
    assert the_clock(ticket, "acceptance").breached_at
    assert the_clock(ticket, "first_response").breached_at
