"""Calendar files in letters: what, when and where, for one readable line."""

from datetime import UTC, date, datetime
from typing import Any

from firstline.kit.limits import limit
from firstline.kit.time_format import in_zone

_MOST_BYTES = limit(
    500_000, "bytes", of="an invitation that is read", per="file", said="It is attached and not put into words."
)
_LONGEST = limit(
    200,
    "characters",
    of="a word of an invitation",
    per="word",
    said="The rest is left out; the invitation is attached.",
)
METHODS = {
    "REQUEST": "invited",
    "PUBLISH": "invited",
    "CANCEL": "cancelled",
    "REPLY": "answered",
    "COUNTER": "proposed",
}


def invitation_in(content: bytes) -> dict[str, Any] | None:
    """The first appointment of a calendar file: `what`, `where`, `kind` (see METHODS), `start` and `end` as ISO texts
    in UTC, or as bare dates for whole days; an answer also has `who` and `answer`. None when there is none."""
    if len(content) > _MOST_BYTES:
        return None
    from icalendar import Calendar  # slow to import, and most letters bring no calendar

    try:
        calendar = Calendar.from_ical(content)
        event = next((part for part in calendar.walk() if part.name in ("VEVENT", "VTODO")), None)
        if event is None:
            return None
        kind = METHODS.get(str(calendar.get("method", "")).upper(), "invited")
        found = {
            "kind": kind,
            "what": _line(event.get("summary")),
            "where": _line(event.get("location")),
            "start": _moment(event.get("dtstart")),
            "end": _moment(event.get("dtend")),
        }
        if kind == "answered":
            who = event.get("attendee")
            who = who[0] if isinstance(who, list) else who
            found["who"] = _line(who).removeprefix("mailto:").removeprefix("MAILTO:")
            found["answer"] = str(getattr(who, "params", {}).get("PARTSTAT", "")).lower()
    except Exception:
        # Damaged in any of a hundred ways; the file itself stays attached.
        return None
    return found if found["what"] or found["start"] else None


def _line(value: Any) -> str:
    return " ".join(str(value or "").split())[:_LONGEST]


def _moment(value: Any) -> str:
    at = getattr(value, "dt", None)
    if isinstance(at, datetime):
        # Without a zone it is the reader's own time.
        return at.isoformat() if at.tzinfo is None else (in_zone(at, UTC) or at).isoformat()
    return at.isoformat() if isinstance(at, date) else ""
