"""Where a ticket can go: the whole table, written down a second time, tried in every phase."""

import pytest

from firstline.catalog.models import Status
from firstline.tickets import states
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Ticket
from firstline.tickets.verbs import VERBS

pytestmark = pytest.mark.django_db

# verb: from pending, in progress, waiting, resolved, closed, cancelled; and where it leads ("same": stays there)
MOVES = """
accept           x . . . . .  in_progress
assign           x x x . . .  same
give_back        x x x . . .  same
classify         x x x x . .  same
change_priority  x x x . . .  same
reply            x x x x . .  same
attach           x x x x . .  same
write_down       x x x x . .  same
escalate         x x x . . .  pending
send_back        x x x . . .  pending
transfer         x x x . . .  pending
hold             x x x . . .  same
resume           . . x . . .  same
snooze           x x x . . .  same
merge            x x x x . .  merged
split            x x x x x .  same
resolve          x x x . . .  resolved
close            . . . x . .  closed
reopen           . . . x x .  same
cancel           x x x . . .  cancelled
decline          x x x . . .  same
rate             . . . x x .  same
"""
PHASES = ("pending", "in_progress", "waiting", "resolved", "closed", "cancelled")
ROWS = [(verb, marks, target) for verb, *marks, target in (line.split() for line in MOVES.split("\n") if line)]

# What somebody says it waits for, and the status that a list shows then.
HOLDS = {
    "requester": "waiting_requester",
    "vendor": "waiting_vendor",
    "approval": "waiting_approval",
    "date": "waiting_date",
}
# Each status and the phase by which it is counted.
STATUSES = {
    "pending": "pending",
    "in_progress": "in_progress",
    "waiting_requester": "waiting",
    "waiting_vendor": "waiting",
    "waiting_approval": "waiting",
    "waiting_date": "waiting",
    "resolved": "resolved",
    "closed": "closed",
    "cancelled": "cancelled",
    "merged": "cancelled",  # it is not counted as solved: the one into which it was merged is
}


def test_no_verb_is_without_a_row() -> None:
    assert {verb for verb, _marks, _target in ROWS} == {key for key, verb in VERBS.items() if verb.begins is not None}


@pytest.mark.parametrize(("verb", "marks", "target"), ROWS, ids=[verb for verb, *_rest in ROWS])
def test_a_verb_is_possible_in_its_phases_alone_and_leads_where_it_should(
    verb: str, marks: list[str], target: str
) -> None:
    for phase, mark in zip(PHASES, marks, strict=True):
        ticket = Ticket(phase=phase, status_id=phase)
        assert states.can(ticket, verb) is (mark == "x"), phase
        if mark == "x":
            states.move(ticket, verb)
            assert ticket.status_id == (phase if target == "same" else target)
            assert ticket.phase == (phase if target == "same" else STATUSES[target])
        else:
            with pytest.raises(WrongState):
                states.move(ticket, verb)
            assert (ticket.status_id, ticket.phase) == (phase, phase)


@pytest.mark.parametrize("verb", [verb for verb, *_rest in ROWS])
def test_nothing_more_happens_to_what_was_merged(verb: str) -> None:
    with pytest.raises(WrongState, match="merged"):
        states.check(Ticket(phase="in_progress", merged_into_id=1), verb)


def test_each_status_counts_as_its_phase_and_each_reason_to_wait_has_one() -> None:
    assert states.HOLDS == HOLDS
    assert dict(Status.objects.values_list("key", "category")) == STATUSES


@pytest.mark.parametrize("phase", PHASES)
def test_a_refusal_says_where_the_request_stands(phase: str) -> None:
    said = {
        "pending": "Nobody has accepted",
        "in_progress": "being worked on",
        "waiting": "is waiting",
        "resolved": "already solved",
        "closed": "is closed",
        "cancelled": "was cancelled",
    }
    refused = next(verb for verb, marks, _target in ROWS if marks[PHASES.index(phase)] == ".")
    with pytest.raises(WrongState, match=said[phase]):
        states.check(Ticket(phase=phase), refused)
