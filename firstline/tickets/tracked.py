"""What events tell of a ticket: the table of names. Names are ours and stay for ever, whatever becomes of the columns.

How a column is added, renamed or dropped: docs/decisions/0017-event-versions.md.
"""

from dataclasses import dataclass
from typing import Any

BLANK = "—"


@dataclass(frozen=True)
class Tracked:
    """What is told by a name."""

    attribute: str | None
    """Of Ticket, today; None: there is no such column any more, and only the history of old tickets knows it."""
    since: int = 1
    """The version of events from which it is told."""
    before: Any = None
    """What tickets had that were opened by an event of an older version: the column's database default."""
    blank: Any = None
    """For words, which erasing takes away: what is there instead. None: it is no word, and stays for ever."""
    label: object = ""
    """How the history calls what has no column any more."""

    @property
    def is_words(self) -> bool:
        return self.blank is not None


TRACKED: dict[str, Tracked] = {
    "subject": Tracked("subject", blank=BLANK),
    "kind": Tracked("kind"),
    "served_by": Tracked("served_by"),
    "channel": Tracked("channel"),
    "scenario": Tracked("scenario", blank=""),
    "desk_id": Tracked("desk_id"),
    "service_id": Tracked("service_id"),
    "request_type_id": Tracked("request_type_id"),
    "form_version_id": Tracked("form_version_id", since=3),
    "answers": Tracked("answers", blank={}),
    "tags": Tracked("tags", blank=[]),
    "status_id": Tracked("status_id"),
    "phase": Tracked("phase"),
    "impact": Tracked("impact"),
    "urgency": Tracked("urgency"),
    "priority": Tracked("priority"),
    "line_id": Tracked("line_id"),
    "team_id": Tracked("team_id"),
    "assignee_id": Tracked("assignee_id"),
    "snoozed_until": Tracked("snoozed_until"),
    "waiting_until": Tracked("waiting_until"),
    "merged_into_id": Tracked("merged_into_id"),
    "creator_id": Tracked("creator_id"),
    "requester_id": Tracked("requester_id"),
    "asked_by_id": Tracked("asked_by_id"),
    "requester_name": Tracked("requester_name", blank=BLANK),
    "requester_email": Tracked("requester_email", blank=""),
    "requester_country": Tracked("requester_country"),
    "requester_city": Tracked("requester_city", blank=""),
    "requester_department": Tracked("requester_department"),
    "vip": Tracked("vip"),
    "verified": Tracked("verified"),
    "accepted_at": Tracked("accepted_at"),
    "first_response_at": Tracked("first_response_at"),
    "resolved_at": Tracked("resolved_at"),
    "closed_at": Tracked("closed_at"),
    "closed_by_id": Tracked("closed_by_id"),
    "unanswered_since": Tracked("unanswered_since"),
    "module_id": Tracked("module_id"),
    "cause_id": Tracked("cause_id"),
    "business_id": Tracked("business_id"),
    "repeated": Tracked("repeated"),
    "description": Tracked("description", blank=""),
    "remarks": Tracked("remarks", blank=""),
    "satisfaction": Tracked("satisfaction"),
    "first_contact": Tracked("first_contact"),
    "misclassified": Tracked("misclassified"),
    "reopened": Tracked("reopened"),
}


def blanks() -> dict[str, Any]:
    """The attributes of a ticket that hold words, each with what is there when they are taken away."""
    return {row.attribute: row.blank for row in TRACKED.values() if row.is_words and row.attribute}


def before(version: int) -> dict[str, Any]:
    """What was so, and is not told, of a ticket that an event of this version opened."""
    return {name: row.before for name, row in TRACKED.items() if row.since > version}
