"""What the API says and takes. Fields that are not named here cannot be written."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from firstline.config import config
from firstline.kit import clock
from firstline.tickets import channels
from firstline.tickets.brought import told_of
from firstline.tickets.models import Ticket
from firstline.tickets.say import MOST_CHARACTERS
from firstline.tickets.tracked import BLANK


class In(Schema):
    model_config = ConfigDict(extra="forbid")


class PersonOut(Schema):
    id: int
    name: str
    email: str | None
    department: str
    city: str
    country: str


class DeskOut(Schema):
    key: str
    name: str


class ServiceOut(Schema):
    key: str
    name: str
    category: str
    desk: str


class RequestTypeOut(Schema):
    key: str
    name: str
    help: str
    desk: str
    fields: list[dict[str, Any]]


class ClockOut(Schema):
    kind: str
    round: int
    state: str
    minutes: int
    started_at: datetime
    stopped_at: datetime | None
    due_at: datetime | None
    late: bool


class TicketOut(Schema):
    """Durations are in seconds, by the definitions in docs/figures.md; None until they are known."""

    number: str
    subject: str
    kind: str
    status: str
    phase: str
    channel: str
    served_by: str
    scenario: str
    desk: str
    service: str | None
    line: str | None
    team: str | None
    assignee: str | None
    priority: int
    impact: int
    urgency: int
    tags: list[str]
    creator_id: int
    asked_by: str | None
    requester_id: int | None
    requester_name: str
    requester_email: str
    requester_country: str
    requester_city: str
    requester_department: str
    created_at: datetime
    updated_at: datetime
    accepted_at: datetime | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    first_response_seconds: int | None
    resolution_seconds: int | None
    handling_seconds: int | None
    satisfaction: int | None
    answers: dict[str, Any]

    @classmethod
    def of(cls, ticket: Ticket, *, inside: bool, late: bool = False, asker: bool = False) -> "TicketOut":
        """The ticket as one who works on it sees it, or (`inside` False) as the asking side does.

        `late`: as somebody who was let in after it was asked, and does not read what was said in the form. `asker`: as
        whoever asked it for somebody else, of whom they know the address that they named. Whom a merge brought, see
        `tickets.brought`.
        """
        # Notes and held replies move these; to the asking side they say only what it has seen happen.
        answered_at = ticket.first_response_at
        if not inside and answered_at and answered_at + timedelta(seconds=config().undo_seconds) > clock.now():
            answered_at = None
        if asker:
            answered_at = None
        seen = [ticket.created_at, ticket.accepted_at, answered_at, ticket.resolved_at, ticket.closed_at]
        told = cls(
            updated_at=ticket.updated_at if inside else max(at for at in seen if at),
            first_response_at=answered_at,
            scenario=ticket.scenario if inside else "",
            desk=ticket.desk.key,
            service=ticket.service.key if ticket.service else None,
            status=ticket.status_id,
            line=ticket.line.key if inside and ticket.line else None,
            team=ticket.team.key if inside and ticket.team else None,
            assignee=ticket.assignee.name if ticket.assignee else None,
            due_at=ticket.next_due if inside else None,
            first_response_seconds=_seconds(ticket.first_response_time) if answered_at else None,
            resolution_seconds=_seconds(ticket.resolution_time),
            handling_seconds=_seconds(ticket.handling_time),
            tags=ticket.tags if inside else [],
            answers={} if late else ticket.answers,
            asked_by=ticket.asked_by.name if ticket.asked_by else None,
            requester_id=told_of(ticket).requester_id,
            **{name: getattr(ticket, name) for name in _SAME},
        )
        return told.model_copy(update=_of_a_stranger(ticket)) if asker else told


class TicketPage(Schema):
    items: list[TicketOut]
    next: str | None = Field(description="The cursor of the next page; None at the end.")


class MessageOut(Schema):
    """`to_askers`: those who asked it for somebody else read it too. `html`: the text as the pages show it."""

    id: int
    kind: str
    author: str
    author_id: int
    to_askers: bool
    channel: str
    text: str
    format: str
    html: str
    created_at: datetime
    internal: bool
    proof: str = Field(
        description="What was proved of its author: signed_in, link, dkim, server (email proved by its signature or by "
        "the mail server), none (email, not proved), failed (email that failed its proof), recorded (written down by "
        "somebody else); empty when it is not known."
    )


class EventOut(Schema):
    id: int
    name: str
    by: str
    at: datetime
    data: dict[str, Any]


class MessagePage(Schema):
    items: list[MessageOut]
    next: str | None = Field(description="The cursor of the next page; None at the end.")


class EventPage(Schema):
    items: list[EventOut]
    next: str | None = Field(description="The cursor of the next page; None at the end.")


Format = Literal["plain", "markdown"]
FORMAT = "Whether the text stands as it was typed, or is Markdown."


def _a_channel(key: str) -> str:
    if key not in channels.known():
        raise ValueError(f"Must be one of {', '.join(channels.known())}.")
    return key


Channel = Annotated[str, AfterValidator(_a_channel), Field(json_schema_extra={"enum": list(channels.known())})]


class TicketIn(In):
    subject: str = Field("", max_length=250)
    text: str = Field(max_length=MOST_CHARACTERS)
    format: Format = Field("plain", description=FORMAT)
    desk: str | None = Field(None, description="Key of the desk; may be left out when a request type is given.")
    request_type: str | None = None
    service: str | None = None
    requester: str | None = Field(None, description="E-mail of the one on whose behalf it is asked.")
    channel: Channel = "api"
    impact: int = Field(1, ge=1, le=3)
    urgency: int = Field(2, ge=1, le=3)
    answers: dict[str, str | int | float | bool | list[str] | None] = {}
    files: list[UUID] = Field([], max_length=20)


SEEN = (
    "Id of the last message that you have read. If the asking side has written since, or a colleague has answered, it "
    "is refused once with 409: read what arrived, then send again with its id. For those who work at the desk; left "
    "out, nothing is asked."
)


class MessageIn(In):
    text: str = Field(max_length=MOST_CHARACTERS)
    format: Format = Field("plain", description=FORMAT)
    internal: bool = False
    to_askers: bool = Field(False, description="Whether those who asked it for somebody else read your answer too.")
    seen: int | None = Field(None, description=SEEN)
    files: list[UUID] = Field([], max_length=20)


_SAME = (
    "number subject kind phase channel served_by priority impact urgency creator_id "
    "requester_name requester_email requester_country requester_city requester_department created_at "
    "accepted_at resolved_at closed_at satisfaction"
).split()


def _of_a_stranger(ticket: Ticket) -> dict[str, Any]:
    """What is told of the requester to one who named an address: nothing but that."""
    address = ticket.requester_email or BLANK
    known = {"requester_name": address, "requester_email": address, "requester_id": None, "satisfaction": None}
    return known | dict.fromkeys(("requester_country", "requester_city", "requester_department"), "")


def _seconds(duration: Any) -> int | None:
    return None if duration is None else int(duration.total_seconds())
