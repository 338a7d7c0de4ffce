"""Putting words and files on a ticket; the common part of the verbs that do."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, IntegerField, UUIDField, Value
from django.utils.translation import gettext as _

from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.tickets import channels, quotas
from firstline.tickets.choices import require_chosen
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.tickets.rights import works_on

if TYPE_CHECKING:
    from firstline.people.models import Person

MOST_CHARACTERS = limit(
    100_000,
    "characters",
    of="the words of a message",
    per="message",
    said="Refused: the text is too long, attach it as a file. Of an email the rest is kept as a file.",
)

SPOKEN = frozenset({"phone", "walk_in"})
"""Somebody writes down what another one says."""
BY_CHANNEL = {"portal": Message.Proof.SIGNED_IN, "api": Message.Proof.SIGNED_IN, "alert": ""}
"""What the way alone proves of who wrote; whatever else comes proves nothing."""


def say(
    ticket: Ticket,
    *,
    by: "Person",
    kind: str,
    text: str,
    channel: str,
    attachments: Sequence[Attachment] = (),
    uploader: "Person | None" = None,
    html: str = "",
    quoted: str = "",
    leaves_at: datetime | None = None,
    to_askers: bool = False,
    origin: Ticket | None = None,
    proof: str = "",
    format: str = Message.Format.PLAIN,
) -> Message:
    """Add a message and bind the files that were uploaded for it; refuses a message without words and files.

    `uploader`: who brought the files, if not the author.
    `origin`: to which of the requests that were merged into this one it belongs (`tickets.brought`).
    `proof`: what was proved of its author (`Message.Proof`); an email of which nothing is said was not proved.
    """
    text = _without_blank_ends(text)
    if not text and not attachments and not html:
        raise WrongState(_("Please write something first."))
    if len(text) > MOST_CHARACTERS:
        raise WrongState(_("This text is too long; please attach it as a file."))
    at = clock.now()
    message = Message(
        ticket=ticket,
        origin=origin,
        author=by,
        kind=kind,
        text=text,
        format=format,
        html=html if html.strip() else "",
        quoted=quoted,
        channel=channel,
        to_askers=to_askers,
        created_at=at,
        leaves_at=leaves_at or at,
        proof=proof or _least(by, channel),
    )
    require_chosen(message)
    message.save(force_insert=True)
    if attachments:
        bind(ticket, by=uploader or by, attachments=attachments, message=message)
    return message


def take_loose_files(ticket: Ticket) -> None:
    """Files that an earlier version added without a message get one of their uploader's: it says whose they are, where
    the conversation goes."""
    for file in ticket.attachments.filter(message=None).select_related("uploader").order_by("created_at", "pk"):
        at_work = works_on(file.uploader, ticket)
        file.message = Message(
            ticket=ticket,
            author=file.uploader,
            kind=Message.Kind.REPLY if at_work else Message.Kind.REQUEST,
            text="",
            channel="portal",
            created_at=file.created_at,
            leaves_at=file.created_at,
            proof=_least(file.uploader, "portal"),
        )
        file.message.save(force_insert=True)
        file.save(update_fields=["message"])


def _least(by: "Person", channel: str) -> str:
    """What is proved by the way alone."""
    if by.is_machine:
        return ""
    if channel in SPOKEN:
        return Message.Proof.RECORDED
    return BY_CHANNEL.get(channel, Message.Proof.NONE)


def _without_blank_ends(text: str) -> str:
    # The first line keeps its indent: it may be the first row of a table.
    lines = text.rstrip().splitlines(keepends=True)
    blank = next((place for place, line in enumerate(lines) if line.strip()), 0)
    return "".join(lines[blank:])


def bind(ticket: Ticket, *, by: "Person", attachments: Sequence[Attachment], message: Message) -> None:
    """Give uploaded files to the ticket, in this order; only their uploader can, and only once.

    Raises WrongState for more than the asking side may attach; what came by a channel is never refused
    (`channels.fitting`).
    """
    ids = list(dict.fromkeys(attachment.pk for attachment in attachments))
    if ids and not channels.is_inbound(message.channel):
        quotas.check_files(by, ticket, len(ids))
    bound = Attachment.objects.filter(pk__in=ids, uploader=by, ticket__isnull=True).update(
        ticket=ticket, message=message, place=_place_in(ids)
    )
    if bound != len(ids):
        raise WrongState(_("One of the files is no longer there. Please attach it again."))


def _place_in(ids: list[UUID]) -> Func:
    """The row's place in this list, from 1."""
    given = Value(ids, output_field=ArrayField(UUIDField()))
    return Func(given, F("pk"), function="array_position", output_field=IntegerField())
