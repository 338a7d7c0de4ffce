"""How many files of an email become files of a request. Where that is not all of them, it brings the whole email."""

from dataclasses import replace

from firstline.channels.base import Incoming
from firstline.channels.models import InboundMessage
from firstline.channels.registry import channel_of
from firstline.tickets import quotas
from firstline.tickets.models import Ticket


def fitted(incoming: Incoming, received: InboundMessage, ticket: Ticket | None) -> Incoming:
    """The email with so many of its files as the request, if it is there already, has room for. No query without one.

    Of one that brought more than is taken out of an email the whole is a file as well.
    """
    files, marks = incoming.files, incoming.marks
    if ticket is not None and any(file.content for file in files):
        room = quotas.room_for_files(ticket)
        brought = [file for file in files if file.content]
        if len(brought) > room:
            # What is empty is only named.
            files = (*brought[:room], *(file for file in files if not file.content))
            marks = (*(mark for mark in marks if mark != "files"), "files")
    if "files" in marks and (whole := channel_of(incoming.channel).whole(received)) is not None:
        files = (*files, whole)
    return replace(incoming, files=files, marks=marks)
