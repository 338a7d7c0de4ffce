"""Files that were uploaded but are not sent: after a refusal or an undone reply they are still in the composer."""

from typing import Any

from firstline.people.request import PersonRequest
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.web.files import described, named_uploads


def give_back(request: PersonRequest, ticket: Ticket, message: Message) -> None:
    """Make the files of a withdrawn reply uploads again, for the next page of this ticket; the bytes are shared."""
    if copies := message.attachments.copies_for(request.person):
        request.session[_key(ticket)] = [str(copy.pk) for copy in copies]


def given_back(request: PersonRequest, ticket: Ticket) -> list[dict[str, Any]]:
    """The files that an undone reply left, once, as the dropzone shows them."""
    ids = request.session.pop(_key(ticket), ())
    return [described(file) for file in Attachment.objects.unsent_of(request.person).named(ids)]


def still_there(request: PersonRequest) -> list[dict[str, Any]]:
    """The uploads that a refused form named and that are still unsent."""
    return [described(file) for file in named_uploads(request)]


def _key(ticket: Ticket) -> str:
    return f"files-{ticket.pk}"
