"""Where a request stands, in words for the one who asked, and when he may expect what. Never a promise nobody made."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.kit.time_format import short
from firstline.tickets import brought, undo_send
from firstline.tickets.clock_rules import story
from firstline.tickets.clocks import replay
from firstline.tickets.models import Clock, Ticket
from firstline.tickets.rights import (
    Share,
    is_only_asker,
    names_only_an_address,
    reads_what_was_asked,
    shares_of,
    works_on,
)
from firstline.tickets.tracked import BLANK

if TYPE_CHECKING:
    from firstline.people.models import Person

STEPS = {"pending": 0, "in_progress": 1, "waiting": 1, "resolved": 2, "closed": 3}


@dataclass(frozen=True)
class Expected:
    """What comes next and when: `what` is "accepted" or "solved"; `late` when that moment is over."""

    what: str
    at: dt.datetime
    late: bool

    @property
    def sentence(self) -> str:
        """For the request's page: "Expected to be solved by 24 Nov, 16:30"."""
        if self.late:
            return _("This takes longer than planned. We are on it.")
        words = {"accepted": _("Somebody takes it up by %(time)s."), "solved": _("Expected to be solved by %(time)s.")}
        return words[self.what] % {"time": day_and_time(self.at)}

    @property
    def brief(self) -> str:
        """For a list: "by 16:30"; nothing when it is late or only about being taken up."""
        return "" if self.late or self.what != "solved" else _("by %(time)s") % {"time": day_and_time(self.at)}


@dataclass(frozen=True)
class Standing:
    """A ticket with what one of its asking side is told about it.

    `own`: whether it is their own request, or goes on with one of theirs. `asker`: who asked it for somebody else, and
    reads only what is said to askers. `whose`: by what name the requester is called to them. `from_the_start`: whether
    they read what was asked in the form.
    """

    ticket: Ticket
    expected: Expected | None
    own: bool = True
    asker: bool = False
    whose: str = ""
    from_the_start: bool = True

    @property
    def label(self) -> str:
        """The state in a few words, for a list."""
        ticket = self.ticket
        if ticket.status_id == "waiting_requester" and not self.asker:
            return _("Waiting for your answer")
        if ticket.phase == "resolved" and not self.asker:
            return _("Solved, please confirm")
        brief = self.expected.brief if self.expected else ""
        return f"{ticket.status.name} · {brief}" if brief else ticket.status.name

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """(label, detail, done | now | "") from received to closed; a cancelled one ends there."""
        ticket = self.ticket
        received = (_("Received"), day_and_time(ticket.created_at), "done")
        if ticket.phase == "cancelled":
            return [received, (ticket.status.name, "", "now")]
        at = STEPS[ticket.phase]
        names = [
            (_("Received"), day_and_time(ticket.created_at)),
            (_("Being worked on"), self._work() if at == 1 else ""),
            (_("Solved"), day_and_time(ticket.resolved_at) if ticket.resolved_at else ""),
            (_("Closed"), day_and_time(ticket.closed_at) if ticket.closed_at else ""),
        ]
        return [
            (label, detail, "now" if place == at and at < 3 else "done" if place <= at else "")
            for place, (label, detail) in enumerate(names)
        ]

    def _work(self) -> str:
        ticket = self.ticket
        if ticket.status_id == "waiting_date" and ticket.waiting_until:
            return _("waiting until %(time)s") % {"time": day_and_time(ticket.waiting_until)}
        if ticket.status_id == "waiting_requester" and not self.asker:
            return _("Waiting for your answer")
        return ticket.status.name if ticket.phase == "waiting" else ""


def standings(tickets: Iterable[Ticket], *, by: "Person") -> list[Standing]:
    """The tickets as `by`, of their asking side, is told of them. Two queries: clocks, and as what they take part.

    What follows from a reply that has not left yet is hidden, on the tickets themselves and of their clocks.
    """
    known = config_cache.current()
    listed = [known.dress(ticket) for ticket in tickets]
    hidden = undo_send.hide(listed)
    clocks: dict[int, list[Clock]] = {ticket.pk: [] for ticket in listed}
    running = Clock.objects.filter(ticket__in=clocks, state=Clock.State.RUNNING, kind__in=["acceptance", "resolution"])
    for each in running.only("ticket_id", "kind", "due_at", "state"):
        clocks[each.ticket_id].append(each)
    for pk, events in hidden.items():
        clocks[pk] = [each for each in replay(story(events), known) if each.state == Clock.State.RUNNING]
    shares = shares_of(by, *listed)
    brought.dress(listed, shares, person=by)
    return [_standing(ticket, clocks[ticket.pk], by, shares[ticket.pk]) for ticket in listed]


def _standing(ticket: Ticket, running: list[Clock], person: "Person", share: Share) -> Standing:
    stranger = names_only_an_address(person, ticket, share) and not works_on(person, ticket)
    return Standing(
        ticket,
        _expected(ticket, running),
        own=brought.told_of(ticket).requester_id == person.pk,
        asker=is_only_asker(person, ticket, share),
        whose=(ticket.requester_email or BLANK) if stranger else ticket.requester_name,
        from_the_start=reads_what_was_asked(person, ticket, share),
    )


def day_and_time(at: dt.datetime) -> str:
    """The time of today, else day and time."""
    now = clock.now()
    text = short(at, now=now)
    here, today = timezone.localtime(at), timezone.localtime(now)
    return text if here.date() == today.date() else f"{text} {here:%H:%M}"


def _expected(ticket: Ticket, running: list[Clock]) -> Expected | None:
    """From the running clock of the solution, or while nobody has taken it up, of the acceptance."""
    due = {each.kind: each.due_at for each in running if each.due_at}
    if "resolution" in due:
        return Expected("solved", due["resolution"], due["resolution"] < clock.now())
    if ticket.phase == "pending" and due.get("acceptance", clock.now()) > clock.now():
        return Expected("accepted", due["acceptance"], late=False)
    return None
