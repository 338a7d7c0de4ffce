"""Something was asked."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from firstline.catalog import config_cache
from firstline.catalog.models import Desk, FormVersion, RequestType, Service
from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.tickets import channels, fields, quotas, states
from firstline.tickets.access import ASKING
from firstline.tickets.actions.declaring import verb
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment, Participant, Ticket
from firstline.tickets.priority import priority_of
from firstline.tickets.record import record
from firstline.tickets.rights import at_desk
from firstline.tickets.say import say
from firstline.tickets.verbs import STAFF

if TYPE_CHECKING:
    from firstline.people.models import Person

LONGEST_SUBJECT = limit(
    250,
    "characters",
    of="the subject of a request",
    per="request",
    said="Refused at the field; that of an email ends with an ellipsis, and stands whole in the email.",
)


@verb(may=STAFF | ASKING, locks_itself=True)
def open_ticket(
    *,
    by: "Person",
    desk: Desk,
    subject: str,
    text: str,
    channel: str,
    requester: "Person | None" = None,
    writer: "Person | None" = None,
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
    verified: bool = False,
    proof: str = "",
    format: str = "plain",
) -> Ticket:
    """Record an inquiry. It waits, pending, at the first team of the desk's first line.

    `requester`: on whose behalf, if not the one who writes. What the person is and where they sit is copied as it is
    now. `writer`: whose words they are, when the desk passes on those of somebody else. Whoever asks for a colleague
    without recording it for the desk is an asker (`rights.Relation`), and so are the `participants` that they name. By
    which address each was named stays on the ticket: whoever named it is told no other.
    `verified`: that whose words they are is proved to be who they are; it says nothing of anybody else. Raises
    NotAllowed for what only the desk may say (`fields`), NotUnderstood for answers that are none to its form,
    WrongState if that or the service is switched off, or there is nothing to record.
    """
    given = {"requester": requester, "writer": writer, "impact": impact, "urgency": urgency, "scenario": scenario}
    fields.require(by, desk, {**given, "channel": channel, "request_type": request_type, "service": service})
    requester, words_of = requester or by, writer or by
    asker = words_of if words_of != requester and _asks(words_of, desk, channel, recorded=writer is not None) else None
    subject = _shortened(" ".join(subject.split()), LONGEST_SUBJECT) or _first_words(text)
    if not subject and not text.strip() and not attachments and not html:
        raise WrongState(_("Please say what you need."))
    quotas.check_answers(answers or {})
    answers = fields.answers_to(request_type, answers or {})
    quotas.check_participants(by, participants)
    quotas.may_ask(by, channel=channel)
    if quotas.is_counted(by, channel=channel):
        quotas.may_name(by, len({requester, *participants} - {by}))
    desks = config_cache.current()
    team = desks.first_team(desk.pk)
    ticket = Ticket(
        prefix=desk.key,
        desk=desk,
        subject=subject or _("(no subject)"),
        channel=channel,
        scenario=scenario[:120],
        request_type=request_type,
        form_version=FormVersion.of(request_type) if request_type else None,
        service=service,
        answers=answers,
        impact=impact,
        urgency=urgency,
        priority=priority_of(impact, urgency),
        line=team.line if team else None,
        team=team,
        creator=by,
        requester=requester,
        asked_by=asker,
        requester_name=requester.name,
        requester_email=requester.named_as or requester.email or "",
        requester_country=requester.country,
        requester_city=requester.city,
        requester_department=requester.department,
        vip=requester.vip,
        verified=verified and requester == words_of,
        unanswered_since=clock.now(),
    )
    states.set_status(ticket, "pending")
    record(ticket, "opened", by=by)
    if text.strip() or attachments or html:
        say(
            ticket,
            by=words_of,
            kind="request",
            text=text,
            attachments=attachments,
            uploader=by,
            format=format,
            channel=channel,
            html=html,
            quoted=quoted,
            to_askers=asker is not None,
            proof=proof,
        )
    role = Participant.Role.ASKER if asker else Participant.Role.PARTICIPANT
    named = _named(participants, but={requester, asker, by} if asker else {requester})
    joining = {asker: [], **named} if asker else named
    rows = [Participant(ticket=ticket, person=each, role=role, named=by_which) for each, by_which in joining.items()]
    Participant.objects.bulk_create(rows)
    return ticket


def _named(participants: Sequence["Person"], *, but: Collection["Person | None"]) -> dict["Person", list[str]]:
    """Each of them once, with all addresses by which they were named."""
    found: dict[Person, list[str]] = {}
    for each in participants:
        if each not in but:
            found.setdefault(each, []).extend([each.named_as] if each.named_as else [])
    return found


def _asks(writer: "Person", desk: Desk, channel: str, *, recorded: bool) -> bool:
    """Whether who writes for somebody else asks for them, and is not an agent who puts it on record."""
    at_work = bool(fields.DESK & at_desk(writer, desk))
    return not at_work or (channel == channels.PORTAL and not recorded)


def _first_words(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return _shortened(line, 80)


def _shortened(line: str, most: int) -> str:
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
