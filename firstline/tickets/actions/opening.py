"""Something was asked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from firstline.catalog import register
from firstline.catalog.models import Desk, RequestType, Service
from firstline.kit import clock
from firstline.tickets import states
from firstline.tickets.door import verb
from firstline.tickets.models import Attachment, Participant, Ticket
from firstline.tickets.priority import priority_of
from firstline.tickets.record import record
from firstline.tickets.refusals import WrongState
from firstline.tickets.say import bind, say

if TYPE_CHECKING:
    from firstline.people.models import Person


@verb
def open_ticket(
    *,
    by: "Person",
    desk: Desk,
    subject: str,
    text: str,
    channel: str,
    requester: "Person | None" = None,
    request_type: RequestType | None = None,
    service: Service | None = None,
    answers: dict[str, Any] | None = None,
    attachments: Sequence[Attachment] = (),
    participants: Sequence["Person"] = (),
    impact: int = Ticket.Impact.PERSON,
    urgency: int = Ticket.Urgency.MEDIUM,
    scenario: str = "",
    html: str = "",
    quoted: str = "",
    verified: bool = True,
) -> Ticket:
    """Record an inquiry. It waits, pending, at the first team of the desk's first line.

    `requester`: on whose behalf, if not the one who writes. What the person is and where he sits is copied as it is
    now. Raises WrongState if there is nothing to record.
    """
    requester = requester or by
    subject = " ".join(subject.split())[:250] or _first_words(text)
    if not subject and not text.strip() and not attachments and not html:
        raise WrongState(_("Please say what you need."))
    desks = register.current()
    team = desks.first_team(desk.pk)
    at = clock.now()
    ticket = Ticket(
        prefix=desk.key,
        desk=desk,
        subject=subject or _("(no subject)"),
        channel=channel,
        scenario=scenario[:120],
        request_type=request_type,
        service=service,
        answers=answers or {},
        impact=impact,
        urgency=urgency,
        priority=priority_of(impact, urgency),
        line=team.line if team else None,
        team=team,
        creator=by,
        requester=requester,
        requester_name=requester.name,
        requester_email=requester.email or "",
        requester_country=requester.country,
        requester_city=requester.city,
        requester_department=requester.department,
        vip=requester.vip,
        verified=verified,
        created_at=at,
        unanswered_since=at,
    )
    states.set_status(ticket, "pending")
    record(ticket, "opened", by=by)
    if text.strip() or attachments or html:
        message = say(
            ticket,
            by=requester,
            kind="request",
            text=text,
            channel=channel,
            html=html or " " * (not text),
            quoted=quoted,
        )
        if attachments:
            bind(ticket, by=by, attachments=attachments, message=message)
    Participant.objects.bulk_create(
        [
            Participant(ticket=ticket, person=person, role="participant", since=at)
            for person in set(participants) - {requester}
        ]
    )
    return ticket


def _first_words(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 80 else line[:79].rstrip() + "…"
