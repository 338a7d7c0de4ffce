"""When each clock starts, pauses and stops: the whole rule as stories, read without goals, calendars or a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from firstline.tickets.clock_rules import CHOOSING, HANDING_ON, Moment, Span, spans, story, waited
from firstline.tickets.models import Event

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
ASKED: dict[str, Any] = {"phase": "pending", "kind": "incident", "team_id": 1, "line_id": 1, "priority": 3}
PENDING, WORKED, WAITS, GONE = ({"phase": phase} for phase in ("pending", "in_progress", "waiting", "cancelled"))

Step = tuple[float, str, dict[str, Any]]


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def told(*steps: Step) -> list[Moment]:
    """The moments of a story: minute, event and what it changed. It begins with the asking, at nought."""
    facts = dict(ASKED)
    moments = [Moment(NINE, "opened", facts, {})]
    for minute, name, changes in steps:
        facts = facts | changes
        moments.append(Moment(at(minute), name, facts, {}))
    return moments


def read(moments: list[Moment], kind: str) -> list[str]:
    """The rounds of one clock, in minutes: "start-stop", "void" when it does not count, and its "pauses"."""

    def minute(moment: datetime | None) -> str:
        return "…" if moment is None else f"{(moment - NINE).total_seconds() / 60:.0f}"

    found = []
    for number, span in enumerate((each for each in spans(moments) if each.kind == kind), 1):
        assert span.round == number
        pauses = " ".join(f"{minute(start)}-{minute(end)}" for start, end in span.pauses)
        void = " void" if span.void else ""
        found.append(f"{minute(span.start)}-{minute(span.stop)}{void}" + (f" pauses {pauses}" if pauses else ""))
    return found


# What happened; then the rounds of acceptance, first response, resolution and line
STORIES: dict[str, tuple[list[Step], list[str], list[str], list[str], list[str]]] = {
    "nothing yet": ([], ["0-…"], ["0-…"], ["0-…"], []),
    "accepted": ([(5, "accepted", WORKED)], ["0-5"], ["0-…"], ["0-…"], ["5-…"]),
    "held before anybody accepted it": (
        [(5, "held", WAITS), (9, "resumed", WORKED)],
        ["0-5"], ["0-…"], ["0-… pauses 5-9"], ["9-…"],
    ),
    "held and going on": (
        [(5, "accepted", WORKED), (10, "held", WAITS), (12, "asked", WAITS), (20, "resumed", WORKED)],
        ["0-5"], ["0-…"], ["0-… pauses 10-20"], ["5-… pauses 10-20"],
    ),
    "still held": (
        [(5, "accepted", WORKED), (10, "held", WAITS)],
        ["0-5"], ["0-…"], ["0-… pauses 10-…"], ["5-… pauses 10-…"],
    ),
    "solved while held": (
        [(5, "accepted", WORKED), (10, "held", WAITS), (30, "resolved", {"phase": "resolved"})],
        ["0-5"], ["0-…"], ["0-30 pauses 10-30"], ["5-30 pauses 10-30"],
    ),
    "answered": (
        [(5, "accepted", WORKED), (7, "replied", {"first_response_at": at(7).isoformat()})],
        ["0-5"], ["0-7"], ["0-…"], ["5-…"],
    ),
    "answered, as the database keeps the time": (
        [(5, "accepted", WORKED), (8, "replied", {"first_response_at": at(7)})],
        ["0-5"], ["0-7"], ["0-…"], ["5-…"],
    ),
    "answered twice": (
        [(7, "replied", {"first_response_at": at(7)}), (9, "replied", {"first_response_at": at(9)})],
        ["0-…"], ["0-7"], ["0-…"], [],
    ),
    "solved without a word": (
        [(5, "accepted", WORKED), (30, "resolved", {"phase": "resolved"})],
        ["0-5"], ["0-…"], ["0-30"], ["5-30"],
    ),
    "solved and closed": (
        [(5, "accepted", WORKED), (30, "resolved", {"phase": "resolved"}), (90, "closed", {"phase": "closed"})],
        ["0-5"], ["0-90 void"], ["0-30"], ["5-30"],
    ),
    "reopened": (
        [(5, "accepted", WORKED), (30, "resolved", {"phase": "resolved"}), (50, "reopened", WORKED)],
        ["0-5"], ["0-…"], ["0-… pauses 30-50"], ["5-30", "50-…"],
    ),
    "reopened after it was closed, to wait": (
        [(5, "accepted", WORKED), (30, "closed", {"phase": "closed"}), (50, "reopened", WAITS),
         (60, "resumed", WORKED)],
        ["0-5"], ["0-… pauses 30-50"], ["0-… pauses 30-50 50-60"], ["5-30", "60-…"],
    ),
    "cancelled before it was accepted": (
        [(8, "cancelled", {"phase": "cancelled"})],
        ["0-8 void"], ["0-8 void"], ["0-8 void"], [],
    ),
    "cancelled while it was worked on": (
        [(5, "accepted", WORKED), (8, "cancelled", {"phase": "cancelled"})],
        ["0-5"], ["0-8 void"], ["0-8 void"], ["5-8"],
    ),
    "brought back after it was cancelled": (
        [(8, "cancelled", {"phase": "cancelled"}), (20, "reopened", WORKED)],
        ["0-8 void"], ["0-… pauses 8-20"], ["0-… pauses 8-20"], ["20-…"],
    ),
    "merged and taken back before it was accepted": (
        [(8, "merged", GONE), (9, "renamed", {"subject": "x"}), (20, "unmerged", PENDING), (25, "accepted", WORKED)],
        ["0-25 pauses 8-20"], ["0-… pauses 8-20"], ["0-… pauses 8-20"], ["25-…"],
    ),
    "merged and taken back twice, then cancelled": (
        [(8, "merged", GONE), (20, "unmerged", PENDING), (30, "merged", GONE), (40, "unmerged", PENDING),
         (45, "cancelled", GONE)],
        ["0-45 void pauses 8-20 30-40"], ["0-45 void pauses 8-20 30-40"], ["0-45 void pauses 8-20 30-40"], [],
    ),
    "merged and taken back, then handed on": (
        [(8, "merged", GONE), (20, "unmerged", PENDING), (22, "escalated", {"team_id": 2}), (25, "accepted", WORKED)],
        ["0-22 void pauses 8-20", "22-25"], ["0-… pauses 8-20"], ["0-… pauses 8-20"], ["25-…"],
    ),
    "merged and taken back while it was worked on": (
        [(5, "accepted", WORKED), (8, "merged", GONE), (20, "unmerged", WORKED), (30, "escalated", PENDING)],
        ["0-5", "30-…"], ["0-… pauses 8-20"], ["0-… pauses 8-20"], ["5-… pauses 8-20 30-…"],
    ),
    "merged and taken back while it was held": (
        [(5, "accepted", WORKED), (8, "held", WAITS), (10, "merged", GONE), (20, "unmerged", WAITS),
         (30, "resumed", WORKED)],
        ["0-5"], ["0-… pauses 10-20"], ["0-… pauses 8-10 10-20 20-30"], ["5-… pauses 8-10 10-20 20-30"],
    ),
    "merged and taken back when it was answered": (
        [(5, "accepted", WORKED), (7, "replied", {"first_response_at": at(7)}), (8, "merged", GONE),
         (20, "unmerged", WORKED)],
        ["0-5"], ["0-7"], ["0-… pauses 8-20"], ["5-… pauses 8-20"],
    ),
    "merged and taken back when it was solved": (
        [(5, "accepted", WORKED), (30, "resolved", {"phase": "resolved", "first_response_at": at(30)}),
         (40, "merged", GONE), (50, "unmerged", {"phase": "resolved"})],
        ["0-5"], ["0-30"], ["0-30"], ["5-30"],
    ),
    "merged when it was solved": (
        [(5, "accepted", WORKED), (30, "resolved", {"phase": "resolved", "first_response_at": at(30)}),
         (40, "merged", GONE)],
        ["0-5"], ["0-30"], ["0-30"], ["5-30"],
    ),
    "escalated to another team and line": (
        [(5, "accepted", WORKED), (10, "escalated", {"phase": "pending", "team_id": 2, "line_id": 2}),
         (15, "accepted", WORKED)],
        ["0-5", "10-15"], ["0-…"], ["0-…"], ["5-10", "15-…"],
    ),
    "escalated before it was accepted": (
        [(3, "escalated", {"team_id": 2, "line_id": 2}), (15, "accepted", WORKED)],
        ["0-3 void", "3-15"], ["0-…"], ["0-…"], ["15-…"],
    ),
    "escalated to the same team": (
        [(3, "escalated", {}), (15, "accepted", WORKED)],
        ["0-3 void", "3-15"], ["0-…"], ["0-…"], ["15-…"],
    ),
    "given to another team while it waits to be accepted": (
        [(3, "assigned", {"team_id": 2}), (15, "accepted", WORKED)],
        ["0-3 void", "3-15"], ["0-…"], ["0-…"], ["15-…"],
    ),
    "classified while it waits to be accepted": (
        [(3, "classified", {"priority": 2}), (15, "accepted", WORKED)],
        ["0-15"], ["0-…"], ["0-…"], ["15-…"],
    ),
    "waiting for its team while a line had it": (
        [(5, "accepted", WORKED), (10, "assigned", {"phase": "pending"}), (15, "accepted", WORKED)],
        ["0-5", "10-15"], ["0-…"], ["0-…"], ["5-… pauses 10-15"],
    ),
    "handed on while it is held": (
        [(5, "accepted", WORKED), (10, "held", WAITS), (20, "escalated", {"phase": "pending", "team_id": 2})],
        ["0-5", "20-…"], ["0-…"], ["0-… pauses 10-20"], ["5-… pauses 10-…"],
    ),
    "at no line": ([(5, "accepted", WORKED | {"line_id": None})], ["0-5"], ["0-…"], ["0-…"], []),
}  # fmt: skip


@pytest.mark.parametrize("name", list(STORIES))
def test_each_clock_runs_as_its_story_says(name: str) -> None:
    steps, *wanted = STORIES[name]
    moments = told(*steps)
    kinds = ("acceptance", "first_response", "resolution", "line")
    assert dict(zip(kinds, wanted, strict=True)) == {kind: read(moments, kind) for kind in kinds}


def test_what_hands_a_request_on_is_written_down_a_second_time() -> None:
    assert {"escalated", "sent_back", "transferred"} == HANDING_ON


@pytest.mark.parametrize("name", sorted(HANDING_ON))
def test_whoever_is_handed_it_accepts_it_anew(name: str) -> None:
    assert read(told((3, name, {}), (4, "accepted", WORKED)), "acceptance") == ["0-3 void", "3-4"]


def test_an_inquiry_has_neither_a_first_response_nor_a_resolution_to_be_late() -> None:
    moments = told((5, "classified", {"kind": "inquiry"}))
    assert [span.kind for span in spans(moments)] == ["acceptance"]


def test_what_was_classified_after_it_was_solved_is_judged_by_what_it_turned_out_to_be() -> None:
    moments = told(
        (0, "received", {"kind": "inquiry", "service_id": None}),
        (30, "resolved", {"phase": "resolved", "first_response_at": at(30)}),
        (40, "classified", {"kind": "incident", "priority": 1, "service_id": 7, "team_id": 9}),
    )
    chosen = {"kind": "incident", "priority": 1, "service_id": 7}
    for span in spans(moments):
        if span.kind in ("first_response", "resolution"):
            assert (span.stop, {name: span.facts[name] for name in chosen}) == (at(30), chosen)
            # Who has it now had nothing to do with it then.
            assert span.facts["team_id"] == 1
            assert span.eras == [(NINE, span.facts)]


# A fact that chooses the goal, and two values of it
CHOOSES = {
    "desk_id": (1, 2),
    "service_id": (None, 7),
    "kind": ("incident", "request"),
    "priority": (3, 1),
    "line_id": (1, 2),
    "team_id": (1, 2),
    "requester_department": ("Finance", "IT"),
    "vip": (False, True),
}


def test_no_fact_that_chooses_a_goal_is_without_a_row() -> None:
    assert set(CHOOSES) == CHOOSING


@pytest.mark.parametrize("name", list(CHOOSES))
def test_an_era_begins_with_each_fact_that_chooses_the_goal_and_with_nothing_else(name: str) -> None:
    before, after = CHOOSES[name]
    span = Span("resolution", 1, NINE, {})
    for minute, facts in enumerate(
        ({name: before}, {name: before, "subject": "Printer"}, {name: after}, {name: after}, {name: before})
    ):
        span.follow(Moment(at(minute), "changed", facts, {}))
        assert span.facts == facts
    assert [when for when, _facts in span.eras] == [at(0), at(2), at(4)]
    assert [facts[name] for _when, facts in span.eras] == [before, after, before]


def test_what_was_taken_back_never_was_and_what_else_was_written_stays() -> None:
    def event(pk: int, name: str, **data: Any) -> Event:
        return Event(pk=pk, name=name, at=at(pk), data=data)

    moments = story(
        event
        for event in (
            event(1, "opened", changes=ASKED),
            event(2, "replied", changes={"phase": "waiting", "first_response_at": "then"}),
            event(3, "classified", changes={"priority": 1}),
            event(4, "withdrawn", changes={"phase": "pending"}, undoes=[2]),
        )
    )
    assert [moment.facts["phase"] for moment in moments] == ["pending"] * 4
    assert [moment.facts["priority"] for moment in moments] == [3, 3, 1, 1]
    assert all("first_response_at" not in moment.facts for moment in moments)
    assert [(moment.at, moment.name) for moment in moments] == [
        (at(1), "opened"), (at(2), "replied"), (at(3), "classified"), (at(4), "withdrawn")
    ]  # fmt: skip
    assert moments[3].data == {"changes": {"phase": "pending"}, "undoes": [2]}


ANSWERED = {"first_response_at": at(10).isoformat()}


@pytest.mark.parametrize(
    ("steps", "minutes"),
    [
        ([], 0),
        ([(10, "replied", ANSWERED | WORKED), (20, "held", WAITS), (25, "asked", {}), (50, "resumed", WORKED)], 30),
        # It began to wait before the first answer: only what came after it counts.
        ([(4, "held", WAITS), (10, "replied", ANSWERED), (50, "resumed", WORKED)], 40),
        ([(4, "held", WAITS), (8, "resumed", WORKED), (10, "replied", ANSWERED)], 0),
        ([(10, "replied", ANSWERED | WAITS), (12, "resumed", WORKED), (20, "held", WAITS), (25, "resumed", WORKED)], 7),
        # An open wait is not counted yet, and one without any answer never.
        ([(10, "replied", ANSWERED | WAITS)], 0),
        ([(4, "held", WAITS), (50, "resumed", WORKED)], 0),
        ([(10, "replied", ANSWERED | WAITS), (30, "resolved", {"phase": "resolved"})], 20),
        # The end of a wait is told together with the first answer, written a little earlier.
        ([(4, "held", WAITS), (9, "resumed", WORKED | ANSWERED)], 0),
    ],
)
def test_the_time_it_waited_is_that_after_the_first_answer(steps: list[Step], minutes: int) -> None:
    assert waited(told(*steps)) == timedelta(minutes=minutes)


def test_an_ended_span_is_not_ended_again_and_a_pause_not_begun_twice() -> None:
    span = Span("line", 1, NINE, {})
    span.resume(at(1))
    span.pause(at(2))
    span.pause(at(3))
    span.resume(at(4))
    span.resume(at(5))
    span.pause(at(6))
    span.end(at(7), void=True)
    span.end(at(8))
    assert span.pauses == [(at(2), at(4)), (at(6), at(7))]
    assert (span.stop, span.void, span.paused) == (at(7), True, False)
