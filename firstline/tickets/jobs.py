"""What tickets do by themselves as time passes. Each job is safe to run twice and on several workers, and goes on where
one ticket fails: that one is tried again at the next run."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.kit.retrying import NIGHTLY, Patient
from firstline.kit.schedule import FIRST, comes_again
from firstline.people.models import Person
from firstline.sla.workdays import over_by
from firstline.tickets import actions, following, sealing, search, verifying
from firstline.tickets.errors import Refused
from firstline.tickets.models import Clock, Ticket
from firstline.tickets.replay import moved_clocks
from firstline.tickets.rights import may

BATCH = 200
logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * * */15")
@app.task(name="firstline.tickets.watch_clocks", queueing_lock="watch_clocks", pass_context=False, priority=FIRST)
@comes_again
def watch_clocks(timestamp: int | None = None) -> None:
    """Warn of deadlines that are near and act on those that are over."""
    system = Person.objects.system()
    running = Clock.objects.filter(state=Clock.State.RUNNING).select_related("ticket")
    late = running.filter(due_at__lte=clock.now(), breached_at__isnull=True).order_by("due_at", "pk")
    _each(late, lambda each: actions.breach_clock(each, by=system))
    near = running.filter(warn_at__lte=clock.now(), warned_at__isnull=True, breached_at__isnull=True)
    _each(near.order_by("warn_at", "pk"), lambda each: actions.warn_clock(each, by=system))


@app.periodic(cron="* * * * *")
@app.task(name="firstline.tickets.wake_up", queueing_lock="wake_up", pass_context=False, priority=FIRST)
@comes_again
def wake_up(timestamp: int | None = None) -> None:
    """Bring back what was snoozed or waits until a date that has come."""
    system, now = Person.objects.system(), clock.now()
    snoozed = Ticket.objects.open().filter(snoozed_until__lte=now).order_by("snoozed_until")
    _each(snoozed, lambda each: actions.wake(each, by=system))
    waiting = Ticket.objects.waiting().filter(waiting_until__lte=now).order_by("waiting_until")
    _each(waiting, lambda each: actions.resume(each, by=system))


@app.periodic(cron="*/5 * * * *")
@app.task(name="firstline.tickets.close_solved", queueing_lock="close_solved", pass_context=False, priority=FIRST)
@comes_again
def close_solved(timestamp: int | None = None) -> None:
    """Close what was solved some working days ago and nobody objected to; each desk says how many days. A solution that
    did not arrive could not be objected to: it stays until it is sent again, or somebody closes it."""
    system, now, desks = Person.objects.system(), clock.now(), config_cache.current()
    long_ago = Q(pk=None)
    for desk in desks.desks.values():
        hours = desks.calendars[desk.calendar_id].hours()
        long_ago |= Q(desk=desk.pk, resolved_at__lte=over_by(hours, desk.close_after_days, now))
    solved = Ticket.objects.filter(long_ago, phase="resolved")
    solved = solved.exclude(pk__in=solved.unreached().values("pk"))
    _each(solved.order_by("resolved_at"), lambda each: actions.close(each, by=system))


def give_back_soon(*, by: Person) -> None:
    """Have what is in the hands of people who cannot work on it any more given back to its teams. Called by whatever
    takes a seat away or deactivates somebody; what nobody called for is found by the schedule."""
    give_back_left.defer(by=by.pk)


@app.task(name="firstline.tickets.give_back_left", retry=Patient(max_attempts=8, exponential_wait=5))
def give_back_left(by: int) -> None:
    """Some at a time; who brought it about is said at each, where they may do it there."""
    system = Person.objects.system()
    who = Person.objects.filter(pk=by).first() or system
    left = list(Ticket.objects.left_behind().order_by("pk").defer("search")[:BATCH])
    done = [
        _is_done(each, lambda it: actions.give_back(it, by=who if may(who, "give_back", it) else system))
        for each in left
    ]
    if len(left) == BATCH and any(done):
        give_back_left.defer(by=by)


@app.periodic(cron="* * * * * 20")
@app.task(name="firstline.tickets.look_for_left", queueing_lock="look_for_left", pass_context=False, priority=FIRST)
@comes_again
def look_for_left(timestamp: int | None = None) -> None:
    """Find what is in the hands of people who cannot work on it, whichever way that came about."""
    if Ticket.objects.left_behind().exists():
        give_back_soon(by=Person.objects.system())


def _each(rows: QuerySet[Any], do: Callable[[Any], object]) -> None:
    """Do it to the first of the rows, one by one, and where some fail to those behind them too."""
    failed: list[int] = []
    while True:
        batch = list(rows.exclude(pk__in=failed)[:BATCH])
        found = [row.pk for row in batch if not _is_done(row, do)]
        failed += found
        if not found or len(batch) < BATCH:
            return


def _is_done(row: Any, do: Callable[[Any], object]) -> bool:
    try:
        do(row)
    except Refused:  # somebody was quicker, in this very moment
        return True
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("%s %s failed; it is tried again.", type(row).__name__, row.pk)
        return False
    return True


@app.periodic(cron="* * * * * 40")
@app.task(name="firstline.tickets.seal_log", queueing_lock="seal_log", pass_context=False, priority=FIRST)
@comes_again
def seal_log(timestamp: int | None = None) -> None:
    """Put a seal on what is new in the logs."""
    sealing.seal()


@app.periodic(cron="41 2 * * *")
@app.task(name="firstline.tickets.check_log", queueing_lock="check_log", pass_context=False, retry=NIGHTLY)
def check_log(timestamp: int | None = None) -> None:
    """Check both logs from their beginning and note the outcome, for the page that shows it."""
    verifying.check()


@app.periodic(cron="51 3 * * *")
@app.task(
    name="firstline.tickets.forget_links", queueing_lock="tickets_forget_links", pass_context=False, retry=NIGHTLY
)
def forget_links(timestamp: int | None = None) -> None:
    """Drop links to requests that have not worked for long."""
    following.forget_old()


@app.task(
    name="firstline.tickets.reindex", queueing_lock="tickets_reindex", retry=Patient(max_attempts=8, exponential_wait=5)
)
def reindex(before_id: int) -> None:
    """Note the words of tickets below this id anew, the newest first, some at a time: after a version that notes more
    of them, or notes them otherwise. A migration begins it; it goes on by itself to the first ticket."""
    batch = list(Ticket.objects.filter(pk__lt=before_id).order_by("-pk").values_list("pk", flat=True)[:BATCH])
    search.index(*batch)
    if len(batch) == BATCH:
        reindex.configure(queueing_lock=None).defer(before_id=batch[-1])


@app.task(name="firstline.tickets.recompute_open", retry=Patient(max_attempts=8, exponential_wait=5))
def recompute_open(after_id: int) -> None:
    """Bring the deadlines of open tickets under the goals and calendars in force now, in batches by id.

    Only tickets whose clocks come out differently get an event; the others are read and left alone.
    """
    config_cache.forget()  # another process changed the settings, perhaps this very moment
    batch = list(Ticket.objects.open().filter(pk__gt=after_id).order_by("pk").defer("search")[:BATCH])
    for ticket in moved_clocks(batch):
        actions.recompute(ticket, by=Person.objects.system())
    if len(batch) == BATCH:
        recompute_open.defer(after_id=batch[-1].pk)
