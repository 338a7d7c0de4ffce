"""The set-up of all desks in memory, so that verbs and lists need no join and no query for it.

A process reads it afresh when it is older than five seconds; `forget()` makes that at once, after a change of
settings in this process or in one that was forked together with it.
"""

import mmap
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from firstline.catalog.models import Category, ClosureCode, Desk, Inbox, Sender, Service, Status, Team, Tier
from firstline.sla.models import Calendar, SlaTarget

FRESH_SECONDS = 5.0


@dataclass
class Register:
    read_at: float
    statuses: dict[str, Status]
    desks: dict[int, Desk]
    lines: dict[int, Tier]
    teams: dict[int, Team]
    services: dict[int, Service]
    options: dict[int, ClosureCode]
    calendars: dict[int, Calendar]
    goals: dict[str, list[SlaTarget]] = field(default_factory=dict)
    inboxes: tuple[Inbox, ...] = ()
    senders: frozenset[str] = frozenset()
    """The addresses that letters may come from."""

    def desk(self, key: str) -> Desk:
        """The desk with this key; KeyError if there is none."""
        return next(desk for desk in self.desks.values() if desk.key == key)

    def lines_of(self, desk_id: int) -> list[Tier]:
        return [line for line in self.lines.values() if line.desk_id == desk_id]

    def teams_of(self, desk_id: int) -> list[Team]:
        return [team for team in self.teams.values() if team.desk_id == desk_id]

    def services_of(self, desk_id: int) -> list[Service]:
        return [service for service in self.services.values() if service.category.desk_id == desk_id]

    def options_of(self, desk_id: int, name: str) -> list[ClosureCode]:
        return [option for option in self.options.values() if option.desk_id == desk_id and option.list == name]

    def first_team(self, desk_id: int) -> Team | None:
        """Where new requests of a desk wait: the first team of its first line."""
        return min(self.teams_of(desk_id), key=lambda team: (team.line.rank, team.pk), default=None)

    def next_line(self, line: Tier) -> Tier | None:
        higher = [other for other in self.lines_of(line.desk_id) if other.rank > line.rank]
        return min(higher, key=lambda other: other.rank, default=None)

    def dress(self, ticket: Any) -> Any:
        """Give a ticket its desk, line, team, status and service from memory; returns the ticket."""
        for name, rows in (
            ("desk", self.desks),
            ("line", self.lines),
            ("team", self.teams),
            ("service", self.services),
            ("status", self.statuses),
            ("module", self.options),
            ("cause", self.options),
            ("business", self.options),
        ):
            row = rows.get(getattr(ticket, f"{name}_id"))
            if row is not None:
                ticket._state.fields_cache[name] = row
        return ticket


_register: Register | None = None
_seen = b""
# Shared with the processes that are forked from this one, so that what one of them forgets all of them forget.
_version = mmap.mmap(-1, 8)


def current() -> Register:
    """The register, at most five seconds old."""
    global _register, _seen
    version = _version[:]
    if _register is None or version != _seen or time.monotonic() - _register.read_at > FRESH_SECONDS:
        _register, _seen = _read(), version
    return _register


def forget() -> None:
    """Have it read afresh, here and in the processes that serve the same pages."""
    _version[:] = secrets.token_bytes(8)


def _read() -> Register:
    calendars = {calendar.pk: calendar for calendar in Calendar.objects.prefetch_related("days")}
    desks = {desk.pk: desk for desk in Desk.objects.all()}
    lines = {line.pk: line for line in Tier.objects.all()}
    teams = {team.pk: team for team in Team.objects.all()}
    categories = {category.pk: category for category in Category.objects.all()}
    services = {service.pk: service for service in Service.objects.all()}
    for desk in desks.values():
        desk.calendar = calendars[desk.calendar_id]
    for line in lines.values():
        line.desk = desks[line.desk_id]
    for team in teams.values():
        team.desk, team.line = desks[team.desk_id], lines[team.line_id]
    for category in categories.values():
        category.desk = desks[category.desk_id]
    for service in services.values():
        service.category = categories[service.category_id]
        if service.team_id:
            service.team = teams[service.team_id]
    goals: dict[str, list[SlaTarget]] = defaultdict(list)
    for goal in SlaTarget.objects.filter(active=True).order_by("order", "pk"):
        goals[goal.clock].append(goal)
    return Register(
        read_at=time.monotonic(),
        statuses={status.key: status for status in Status.objects.all()},
        desks=desks,
        lines=lines,
        teams=teams,
        services=services,
        options={option.pk: option for option in ClosureCode.objects.all()},
        calendars=calendars,
        goals=dict(goals),
        inboxes=tuple(Inbox.objects.order_by("pk")),
        senders=Sender.allowed(),
    )
