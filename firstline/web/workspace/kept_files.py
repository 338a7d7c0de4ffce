"""Files that were uploaded but are not sent: after a refusal or an undone reply they are still in the composer."""

from typing import Any

from firstline.people.request import PersonRequest
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.web.files import described, is_uuid

SAME = ("name", "type", "size", "sha256", "content_id", "inline")


def give_back(request: PersonRequest, ticket: Ticket, message: Message) -> None:
    """Make the files of a withdrawn reply uploads again, for the next page of this ticket; the bytes are shared."""
    person = request.person
    copies = [
        Attachment(uploader=person, **{name: getattr(file, name) for name in SAME})
        for file in message.attachments.in_order()
    ]
    if copies:
        Attachment.objects.bulk_create(copies)
        request.session[_key(ticket)] = [str(copy.pk) for copy in copies]


def given_back(request: PersonRequest, ticket: Ticket) -> list[dict[str, Any]]:
    """The files that an undone reply left, once, as the dropzone shows them."""
    ids = request.session.pop(_key(ticket), None)
    person = request.person
    own = Attachment.objects.unsent_of(person).filter(pk__in=ids) if ids else ()
    return [described(file) for file in own]


def still_there(request: PersonRequest) -> list[dict[str, Any]]:
    """The uploads that a refused form named and that are still unsent."""
    person = request.person
    ids = [value for value in request.POST.getlist("files") if is_uuid(value)]
    own = Attachment.objects.unsent_of(person).filter(pk__in=ids) if ids else ()
    return [described(file) for file in own]


def _key(ticket: Ticket) -> str:
    return f"files-{ticket.pk}"
