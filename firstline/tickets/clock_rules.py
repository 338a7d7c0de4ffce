"""When a ticket's clocks start, pause and stop: a pure reading of its story, without goals and calendars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from firstline.tickets import event_versions
from firstline.tickets.conditions.fields import GOAL_FIELDS
from firstline.tickets.models import Event
from firstline.tickets.tracked import before

Pause = tuple[datetime, datetime | None]

CHOOSING = frozenset(column for field in GOAL_FIELDS.all() for column in field.facts())
"""The columns by which a goal is chosen."""

HANDING_ON = frozenset({"escalated", "sent_back", "transferred"})
"""After these the ticket waits anew to be accepted, even by the same team."""

GONE = "cancelled"
"""The phase of what is cancelled or merged. What leaves it again was taken back: the clocks that it ended go on where
they stood, without the time in between, and those that had ended before have ended."""


@dataclass(frozen=True)
class Moment:
    """One event as clocks see it: when, its name, and the ticket's columns after it, by the names of TRACKED."""

    at: datetime
    name: str
    facts: dict[str, Any]
    data: dict[str, Any]


@dataclass
class Span:
    """A clock before its goal is known: when it ran, what it left out, and the facts that choose its goal.

    `eras` are the facts as they changed while it ran: each with the moment from which they were so.
    """

    kind: str
    round: int
    start: datetime
    facts: dict[str, Any]
    eras: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    stop: datetime | None = None
    void: bool = False

    def follow(self, moment: Moment) -> None:
        """Take the facts of this moment for those that choose the goal."""
        self.facts = moment.facts
        if not self.eras or any(moment.facts.get(name) != self.eras[-1][1].get(name) for name in CHOOSING):
            self.eras.append((moment.at, moment.facts))

    def pause(self, at: datetime) -> None:
        if not self.paused:
            self.pauses.append((at, None))

    def resume(self, at: datetime) -> None:
        if self.paused:
            self.pauses[-1] = (self.pauses[-1][0], at)

    def end(self, at: datetime, *, void: bool = False) -> None:
        if self.stop is None:
            self.resume(at)
            self.stop, self.void = at, void

    def go_on(self, at: datetime) -> None:
        """It had not ended after all: it goes on where it stood, without the time since."""
        if self.stop is not None:
            self.pauses.append((self.stop, at))
            self.stop, self.void = None, False

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None


def story(events: Iterable[Event]) -> list[Moment]:
    """The events folded: after each, the ticket as its log describes it.

    What was taken back before anybody saw it never was: no clock stops for it, or starts anew after it.
    """
    events = list(events)
    said = [event.told for event in events]
    undone = {pk for told in said for pk in told.get("undoes", ())}
    facts: dict[str, Any] = before(events[0].version) if events else {}
    moments = []
    for event, told in zip(events, said, strict=True):
        if event.pk not in undone:
            facts = {**facts, **event_versions.changes(told)}
        moments.append(Moment(event.at, event.name, facts, told))
    return moments


def spans(moments: Sequence[Moment]) -> list[Span]:
    """All clocks the story started, without goals. Pure."""
    return [
        *_acceptance_clocks(moments),
        *_first_response_clock(moments),
        *_resolution_clock(moments),
        *_line_clocks(moments),
    ]


def waited(moments: Sequence[Moment]) -> timedelta:
    """工单等待时长: time in waiting statuses after the first response; an open wait is not yet counted."""
    total = timedelta()
    since: datetime | None = None
    for moment in moments:
        phase = moment.facts["phase"]
        if phase == "waiting":
            since = since or moment.at
        elif since is not None:
            first = _time(moment.facts.get("first_response_at"))
            if first is not None:
                total += max(timedelta(), moment.at - max(since, first))
            since = None
    return total


def _acceptance_clocks(moments: Sequence[Moment]) -> list[Span]:
    """待受理 → 处理中: one round each time the ticket starts to wait for a team to accept it (process 900)."""
    found: list[Span] = []
    running: Span | None = None
    aside: Span | None = None
    for moment in moments:
        if moment.facts["phase"] == "pending":
            if aside:
                running, aside = aside, None
                running.go_on(moment.at)
            handed_on = running and (moment.name in HANDING_ON or _team(running.facts) != _team(moment.facts))
            if running and handed_on:
                running.end(moment.at, void=True)
            if running is None or handed_on:
                running = Span("acceptance", len(found) + 1, moment.at, moment.facts)
                found.append(running)
            running.follow(moment)
        elif running:
            running.end(moment.at, void=moment.facts["phase"] == GONE)
            aside = running if running.void else None
            running = None
    return found


def _first_response_clock(moments: Sequence[Moment]) -> list[Span]:
    """From asking until an agent engages; only once the kind is known.

    Nothing pauses it: as long as nobody has said a word to whoever asked, the desk waits for nobody but itself.
    """
    span = Span("first_response", 1, moments[0].at, moments[0].facts)
    for moment in moments:
        is_over = moment.facts["phase"] in (GONE, "closed")
        if span.void and not is_over:
            span.go_on(moment.at)
        if span.stop is None:
            span.follow(moment)
            first = _time(moment.facts.get("first_response_at"))
            if first is not None:
                span.end(first)
            elif is_over:
                span.end(moment.at, void=True)
    if moments[-1].facts["kind"] == "inquiry":
        return []
    return [_with_kind(span, moments[-1])]


def _resolution_clock(moments: Sequence[Moment]) -> list[Span]:
    """From asking until solved; waiting pauses it, and after a reopening it goes on where it stood."""
    span = Span("resolution", 1, moments[0].at, moments[0].facts)
    for moment in moments:
        phase = moment.facts["phase"]
        if phase in ("resolved", "closed"):
            span.end(moment.at)
            continue
        if phase == GONE:
            if span.stop is None:
                span.follow(moment)
                span.end(moment.at, void=True)
            continue
        span.go_on(moment.at)
        span.follow(moment)
        if phase == "waiting":
            span.pause(moment.at)
        else:
            span.resume(moment.at)
    if moments[-1].facts["kind"] == "inquiry":
        return []
    return [_with_kind(span, moments[-1])]


def _line_clocks(moments: Sequence[Moment]) -> list[Span]:
    """How long a line works on the ticket: the 20-minute rule of 002_06704a6d33f37c11.txt; one round a stay."""
    found: list[Span] = []
    running: Span | None = None
    aside: Span | None = None
    for moment in moments:
        phase, line = moment.facts["phase"], moment.facts.get("line_id")
        if aside and phase != GONE:
            running, aside = aside, None
            running.go_on(moment.at)
        if running and (running.facts.get("line_id") != line or phase in ("resolved", "closed", GONE)):
            running.end(moment.at)
            aside = running if phase == GONE else None
            running = None
        if phase == "in_progress" and line:
            if running is None:
                running = Span("line", len(found) + 1, moment.at, moment.facts)
                found.append(running)
            running.resume(moment.at)
        elif running:
            running.pause(moment.at)
        if running:
            running.follow(moment)
    return found


def _with_kind(span: Span, last: Moment) -> Span:
    """A ticket classified after its clock stopped is judged by what it turned out to be."""
    if span.facts["kind"] != "inquiry":
        return span
    facts = {**span.facts, **{name: last.facts.get(name) for name in ("kind", "priority", "service_id")}}
    return replace(span, facts=facts, eras=[(span.start, facts)])


def _team(facts: dict[str, Any]) -> Any:
    return facts.get("team_id")


def _time(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
