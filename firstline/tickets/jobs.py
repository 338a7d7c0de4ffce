"""What tickets do by themselves as time passes. Each job is safe to run twice and on several workers."""

from django.db.models import Q
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

BATCH = 200


@app.periodic(cron="* * * * * */15")
@app.task(name="firstline.tickets.watch_clocks", queueing_lock="watch_clocks", pass_context=False, priority=FIRST)
@comes_again
def watch_clocks(timestamp: int | None = None) -> None:
    """Warn of deadlines that are near and act on those that are over."""
    system = Person.objects.system()
    running = Clock.objects.filter(state=Clock.State.RUNNING).select_related("ticket")
    for late in running.filter(due_at__lte=clock.now(), breached_at__isnull=True).order_by("due_at")[:BATCH]:
        actions.breach_clock(late, by=system)
    for near in running.filter(warn_at__lte=clock.now(), warned_at__isnull=True, breached_at__isnull=True).order_by(
        "warn_at"
    )[:BATCH]:
        actions.warn_clock(near, by=system)


@app.periodic(cron="* * * * *")
@app.task(name="firstline.tickets.wake_up", queueing_lock="wake_up", pass_context=False, priority=FIRST)
@comes_again
def wake_up(timestamp: int | None = None) -> None:
    """Bring back what was snoozed or waits until a date that has come."""
    system, now = Person.objects.system(), clock.now()
    for ticket in Ticket.objects.open().filter(snoozed_until__lte=now).order_by("snoozed_until")[:BATCH]:
        actions.wake(ticket, by=system)
    for ticket in Ticket.objects.waiting().filter(waiting_until__lte=now).order_by("waiting_until")[:BATCH]:
        actions.resume(ticket, by=system)


@app.periodic(cron="*/5 * * * *")
@app.task(name="firstline.tickets.close_solved", queueing_lock="close_solved", pass_context=False, priority=FIRST)
@comes_again
def close_solved(timestamp: int | None = None) -> None:
    """Close what was solved some working days ago and nobody objected to; each desk says how many days."""
    system, now, desks = Person.objects.system(), clock.now(), config_cache.current()
    long_ago = Q(pk=None)
    for desk in desks.desks.values():
        hours = desks.calendars[desk.calendar_id].hours()
        long_ago |= Q(desk=desk.pk, resolved_at__lte=over_by(hours, desk.close_after_days, now))
    solved = Ticket.objects.filter(long_ago, phase="resolved")
    for ticket in solved.order_by("resolved_at")[:BATCH]:
        try:
            actions.close(ticket, by=system)
        except Refused:  # reopened in this very moment
            continue


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
