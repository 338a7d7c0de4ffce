"""A letter that an agent passed on to the desk, or that a form wrote: asked for the one who speaks in it, once
somebody says so.

The agent's own words above it are for the desk. So the writer's words open a request of their own, in his name, and
the agent's ends with a word about where it goes on.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from firstline.catalog.own_addresses import is_ours
from firstline.channels.email.letter import without_forward
from firstline.channels.email.offers import BY_REPLY_TO
from firstline.channels.models import InboundMessage
from firstline.people.models import Person
from firstline.tickets import actions, files, states
from firstline.tickets.models import Attachment, Ticket
from firstline.tickets.say import MOST_CHARACTERS

ASKED = "asked"


@dataclass(frozen=True)
class Original:
    """`by_form`: Reply-To names them, for a form or a program wrote in their place; else an agent passed it on."""

    name: str
    address: str
    by_form: bool = False


def original_of(ticket: Ticket, forwarded: list[str]) -> Original | None:
    """Who is offered as the one who asks; None when nobody is, or the request is past that."""
    if len(forwarded) < 3 or forwarded[4:] or is_ours(forwarded[1]) or not states.can(ticket, "cancel"):
        return None
    by_form = forwarded[3:] == [BY_REPLY_TO]
    return Original(forwarded[0] or forwarded[1].partition("@")[0], forwarded[1], by_form)


@transaction.atomic
def ask_for(ticket: Ticket, *, by: Person) -> Ticket | None:
    """The request of the one whose letter it was, who is made if nobody has the address; None if nobody is offered."""
    letters = InboundMessage.objects.filter(ticket=ticket, forwarded__2__isnull=False, forwarded__4__isnull=True)
    letter = letters.select_for_update(of=("self",)).first()
    original = original_of(ticket, letter.forwarded) if letter else None
    if letter is None or original is None:
        return None
    asker = Person.objects.of_address(original.address, name=original.name[:120], language=ticket.requester.language)
    asked = actions.open_ticket(
        by=by,
        requester=asker,
        writer=asker,
        desk=ticket.desk,
        subject=without_forward(ticket.subject),
        text=letter.forwarded[2][:MOST_CHARACTERS],
        channel=ticket.channel,
        service=ticket.service if ticket.service and ticket.service.active else None,
        attachments=_copies(letter, by=by) if original.by_form else (),
    )
    if not original.by_form:
        _tell_the_desk(asked, letter, by=by)
    actions.link(asked, by=by, other=ticket, kind="follows")
    with override(ticket.requester.language):
        why = _("It goes on as %(number)s.") % {"number": asked.number}
    actions.cancel(ticket, by=by, reason=why)
    # Offered no more; whose words the email holds must still be known when they are erased.
    letter.forwarded = [*letter.forwarded[:2], "", BY_REPLY_TO if original.by_form else "", ASKED]
    letter.save(update_fields=["forwarded"])
    return actions.accept(asked, by=by) if ticket.assignee_id == by.pk else asked


def _tell_the_desk(asked: Ticket, letter: InboundMessage, *, by: Person) -> None:
    """A note: who passed it on, and the files that came along; which of them were the writer's nobody can tell."""
    kept = _copies(letter, by=by)
    with override(by.language):
        said = _("An agent forwarded it; the files are those of that email.") if kept else _("An agent forwarded it.")
    actions.note(asked, by=by, text=said, attachments=kept)


def _copies(letter: InboundMessage, *, by: Person) -> list[Attachment]:
    found = letter.message.attachments.in_order() if letter.message else ()
    return [_copy(file, by=by) for file in found]


def _copy(file: Attachment, *, by: Person) -> Attachment:
    with files.read(file) as opened:
        return files.keep(opened.read(), name=file.name, by=by, declared=file.type)
