"""Ninety days lived in order: every life takes its next step when its time has come, with the clock moved there.

Deadlines are watched as they pass, as the worker does it, so that warnings and breaches stand where they belong.
"""

import heapq
import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from multiprocessing.synchronize import Barrier

from django.db import connection, transaction

from firstline.demo.arrivals import Arrival, arrivals
from firstline.demo.case import Case
from firstline.demo.company import PLACES
from firstline.demo.deck import Deck
from firstline.demo.lives import Life, misdirected, ordinary, twice
from firstline.demo.today import open_work
from firstline.demo.world import World
from firstline.kit import clock
from firstline.tickets import actions
from firstline.tickets.models import Clock, Ticket
from firstline.tickets.write_guard import quietly

A_MOMENT = timedelta(milliseconds=50)
LOOKS_EVERY = 15
"""Seconds after which a worker looks again for deadlines that are over."""

NEAR = """
SELECT id, due_at, CASE WHEN warned_at IS NULL THEN warn_at END FROM tickets_clock
WHERE ticket_id = %(ticket)s AND state = 'running' AND breached_at IS NULL AND least(due_at, warn_at) <= %(until)s
"""


def lived(world: World, *, days: int, progress: Callable[[str], object], processes: int = 1) -> None:
    """Live through the last `days`, up to this moment; what is open then stays open.

    With several processes each lives its share of the lives. They wait for each other at each midnight of that time,
    so that numbers nearly follow time, and before they end, so that all of it stays or nothing.
    """
    now = clock.now()
    begin = now - timedelta(days=days)
    came = plan(world, begin=begin, end=now)
    lives = [*_cases(world, came), *open_work(world, Deck(world), begin=begin)]
    if processes == 1:
        with quietly(), transaction.atomic():
            _Run(world, begin, now, progress).live(lives)
        return
    forked = multiprocessing.get_context("fork")
    together = forked.Barrier(processes)
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    runs = []
    for number in range(processes):
        share, said = lives[number::processes], progress if number == 0 else _nothing
        runs.append(forked.Process(target=_live_share, args=[world, begin, now, share, together, said]))
        runs[-1].start()
    for run in runs:
        run.join()
    if any(run.exitcode for run in runs):
        raise RuntimeError("The past of the demo company could not be lived; the reason is above.")


def _live_share(
    world: World,
    begin: datetime,
    now: datetime,
    lives: list[tuple[Case, Life]],
    together: Barrier,
    progress: Callable[[str], object],
) -> None:
    """In a process of its own: live some of the lives, in step with the others."""
    try:
        with quietly(), transaction.atomic():
            _Run(world, begin, now, progress, in_step=together).live(lives)
            together.wait()
    except BaseException:
        together.abort()
        raise


def _nothing(said: str) -> None:
    """One process speaks for all."""


def plan(world: World, *, begin: datetime, end: datetime) -> list[Arrival]:
    """When who asks, before anything is written."""
    zones = {key: place.zone for key, place in PLACES.items()}
    return arrivals(world.rng, begin=begin, end=end, hours=world.hours, zones=zones)


def _cases(world: World, came: list[Arrival]) -> list[tuple[Case, Life]]:
    deck = Deck(world)
    found = []
    for arrival in came:
        case = deck.deal(arrival)
        luck = world.rng.random()
        if luck < 0.012 and not case.story.alert and case.channel in ("portal", "email", "chat"):
            other = "email" if case.channel != "email" else "portal"
            again = case.again(at=arrival.at, channel=other, requester=case.requester)
            found.append((case, twice(case, again)))
        elif luck < 0.03 and case.story.desk != "IT" and case.channel in ("portal", "email"):
            found.append((case, misdirected(case, "IT")))
        else:
            found.append((case, ordinary(case)))
    return found


class _Run:
    """The steps of all lives in one queue, by their moments."""

    def __init__(
        self,
        world: World,
        begin: datetime,
        until: datetime,
        progress: Callable[[str], object],
        *,
        in_step: Barrier | None = None,
    ) -> None:
        self.world, self.begin, self.until, self.progress, self.in_step = world, begin, until, progress, in_step
        self.queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self.order = count()
        self.watched: set[tuple[int, Callable, datetime]] = set()

    def live(self, lives: list[tuple[Case, Life]]) -> None:
        for case, life in lives:
            self._at(next(life), partial(self._step, case, life))
        day = self.begin.date()
        while self.queue and self.queue[0][0] <= self.until:
            at, _order, step = heapq.heappop(self.queue)
            day = self._until(day, at.date())
            with clock.moved(at):
                step()
        self._until(day, self.until.date())

    def _until(self, day: date, wanted: date) -> date:
        """Let the days pass until the wanted one; every process passes each of them."""
        while day < wanted:
            day += timedelta(days=1)
            if day.weekday() == 0:
                self.progress(f"{day:%Y-%m-%d}")
            if self.in_step:
                self.in_step.wait()
        return max(day, wanted)

    def _at(self, moment: datetime, step: Callable[[], None]) -> None:
        heapq.heappush(self.queue, (moment, next(self.order), step))

    def _step(self, case: Case, life: Life) -> None:
        later = next(life, None)
        if later is not None:
            later = max(later, clock.now() + A_MOMENT)
            self._at(later, partial(self._step, case, life))
        for ticket in case.tickets:
            self._watch(ticket.pk, until=min(later or self.until, self.until))

    def _watch(self, ticket: int, *, until: datetime) -> None:
        """Be there when a deadline of the ticket passes before its next step."""
        with connection.cursor() as cursor:
            cursor.execute(NEAR, {"ticket": ticket, "until": until})
            for pk, due_at, warn_at in cursor.fetchall():
                for verb, moment in ((actions.warn_clock, warn_at), (actions.breach_clock, due_at)):
                    if moment and moment <= until and (pk, verb, moment) not in self.watched:
                        self.watched.add((pk, verb, moment))
                        seen = moment + timedelta(seconds=self.world.rng.uniform(0, LOOKS_EVERY))
                        self._at(max(seen, clock.now()), partial(self._passes, verb, pk, ticket, until))

    def _passes(self, verb: Callable[..., None], pk: int, ticket: int, until: datetime) -> None:
        # The verb reads both afresh; a clock whose goal no longer fits is gone by now.
        with suppress(Clock.DoesNotExist):
            verb(Clock(pk=pk, ticket=Ticket(pk=ticket)), by=self.world.system)
            self._watch(ticket, until=until)
